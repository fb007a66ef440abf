"""A behaviour of one's own: young delegates who speak up more after every sitting.

``ConsultationModel`` is an ordinary Mesa model. A delegate is a window on one row of the Forum's
arrays, so what a subclass sets takes effect in the next stage.
"""

import mesa

from gfmd_sim import ConsultationModel, Delegate


class Encouraged(Delegate):
    """Gains standing with every sitting, if young."""

    def after_stage(self, stage):
        if stage.name == "talk" and self.group == "youth" and self.is_present:
            self.status += 0.3


def share_of_youth(model):
    """Share of all turns so far that young delegates took."""
    turns = {g: agents.agg("n_turns", sum) for g, agents in model.agents.groupby("group")}
    return turns["youth"] / max(sum(turns.values()), 1)


def run(delegate_class):
    model = ConsultationModel(
        "four-groups",
        seed=1,
        delegate_class=delegate_class,
        datacollector=mesa.DataCollector(model_reporters={"youth": share_of_youth}),
    )
    model.run_model()
    return model


plain, encouraged = run(Delegate), run(Encouraged)
n_youth = len(plain.agents.select(lambda d: d.group == "youth"))
print(f"{n_youth} of {len(plain.agents)} delegates are young")
for name, model in (("as they are", plain), ("encouraged", encouraged)):
    data = model.datacollector.get_model_vars_dataframe()
    print(f"{name}: {data['youth'].iloc[-1]:.0%} of all turns")
