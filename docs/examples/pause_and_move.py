"""Pause before a sitting, let two delegates swap seats, and go on with the same luck.

Nothing changes at the other tables until the next sitting mixes people anew.
"""

from gfmd_sim import ConsultationModel


def one_sitting(swap):
    """Support after the first sitting, and who sat where."""
    model = ConsultationModel("four-groups", seed=1)
    model.run_until("talk")
    one = model.agents.select(lambda d: d.table == 0)[0]
    other = model.agents.select(lambda d: d.table == 1)[0]
    if swap:
        model.swap(one, other)
    model.run_until("seat")  # of the second sitting
    return model, one, other, model.state(1).support.copy()


model, one, other, plain = one_sitting(swap=False)
_, _, _, swapped = one_sitting(swap=True)
print(f"{one.delegate_id} (table {one.table}) and {other.delegate_id} (table {other.table}) swap")
for table in range(model.seating.n_tables):
    rows = [d.row for d in model.agents.select(lambda d, t=table: d.table == t)]
    changed = (plain[rows] != swapped[rows]).any(axis=1).sum()
    print(f"table {table}: {changed} of {len(rows)} delegates end up with another view")
