"""Compare two ways of seating on the same luck, and read the verdicts."""

from gfmd_sim import compare

comparison = compare(
    "four-groups",
    {"seating.rule": ["balanced", "caucus"]},
    replicates=40,
    seed=1,
    draw_uncertainties=False,
    workers=0,
)
for sentence in comparison.sentences():
    print(sentence)
