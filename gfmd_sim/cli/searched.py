"""What a search leaves in its folder: the runs put together, the inputs, a table and the sentence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.experiments.forum_simulator import ForumSimulator


def prepare(out: Path, simulator: ForumSimulator, seed: int) -> None:
    """Refuse a folder that holds something else, before anything is run."""
    from gfmd_sim.experiments.parts import store_id
    from gfmd_sim.experiments.writer import check_folder

    check_folder(out, store_id(simulator.identity, seed))


def keep(
    out: Path, table: str, frame: pd.DataFrame, sentence: str, simulator: ForumSimulator, seed: int,
    advance: Advance,
) -> None:  # fmt: skip
    """Put the folder's runs together; write ``frame`` as the table of that name, and the sentence."""
    from gfmd_sim.experiments.archive import archive
    from gfmd_sim.experiments.store import Store
    from gfmd_sim.experiments.sweep import SEARCH, sweep
    from gfmd_sim.experiments.tables import write_tables

    archive(simulator, out, seed)
    plan = Store.open(out).plan()
    sweep(simulator, plan, out, seed=seed, workers=0, compacting=advance, about=SEARCH)
    write_tables(out, {table: frame})
    (out / "recommendation.txt").write_text(sentence + "\n", encoding="utf-8")
