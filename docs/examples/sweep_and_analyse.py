"""A sweep from the first question to the answer: what moves voice, and is it ours to decide?

The same as, on the command line:

    run.py sweep four-groups --vary discussion.facilitation --vary process.n_sittings
        --vary opinion.table_pull --sampler morris --samples 20 --out FOLDER
    run.py analyse FOLDER
    run.py rerun FOLDER 7
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from gfmd_sim import sweep
from gfmd_sim.cli.analysed import analysed
from gfmd_sim.experiments.archive import simulator_of
from gfmd_sim.experiments.rerun import rerun
from gfmd_sim.experiments.store import Store

# Two levers that an organiser holds, one uncertainty that he does not; a path alone means its
# plausible range. Morris takes one step a factor and one in luck: 5 runs a trajectory.
VARY = ["discussion.facilitation", "process.n_sittings", "opinion.table_pull"]


def main(folder: Path) -> None:
    store = sweep("four-groups", VARY, out=folder, sampler="morris", samples=20, seed=1, workers=0)
    runs = store.frame()
    print(f"{len(runs)} runs, {runs['failure'].notna().sum()} failed")

    # again with the same folder it does only what is missing: nothing
    again = sweep("four-groups", VARY, out=folder, sampler="morris", samples=20, seed=1, workers=0)
    print(f"still {len(again.frame())} runs; damaged: {again.damages()}")

    _, found = analysed(folder, None, 0)
    table = found.tables["indices"].query("measure == 'voice'")
    for row in table.to_dict("records"):
        limits = f"{row['mu_star_low']:.2f} to {row['mu_star_high']:.2f}"
        print(f"{row['factor']:24} {row['held_by']:12} {row['mu_star']:.2f} ({limits})")

    # the runs are plain Parquet
    query = f"select count(*), min(voice) > 0 from '{folder}/runs.parquet'"
    print(duckdb.sql(query).fetchall())

    # any row runs itself again from the folder alone, bit by bit
    print("run 7 comes out the same:", rerun(store, "7", simulator_of(Store.open(folder))).is_same)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(scratch) / "voice")
