"""Designs on the same luck, told at every look."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_of
from gfmd_sim import api
from gfmd_sim.experiments.compare import Comparison, compare_runs, group_by_world, paired_values
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.execute import Crew, cores, execute
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.sequential import compare_until_clear, confidence_sequence

FIRST_LOOK = 20  # units before intervals are shown: they lean on the law of large numbers
GROWTH = 1.4
DRAWN = ("voice_share.", "approval.")  # columns that the pictures need beside the measures


def compare_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """Designs on the same luck, told at every look.

    With a fixed number of replicates the last answer is that of ``gfmd_sim.api.compare``, number by
    number; looks on the way have intervals that may be looked at at any time, hence wider ones.
    """
    simulator = simulator_of(values)
    scenario = simulator.scenario
    designs = [Design(d["label"], d["levers"]) for d in values["designs"]]
    for d in designs:
        simulator.setup(d.levers)
    replicates, seed = values["replicates"], values["seed"]
    smallest = api.smallest_effects(scenario)
    per_world = api.REPLICATES_A_WORLD
    worlds = () if values["luck_only"] else api.worlds_of(scenario, designs, replicates, seed)
    n_workers = 0 if cores() <= 2 else cores() - 1
    if values["until_clear"]:
        looks: list[Comparison] = []
        yield from _until_clear(
            simulator, designs, smallest, replicates, seed, worlds, per_world, progress, looks
        )
        return
    frames: list[pd.DataFrame] = []
    per_unit = per_world if worlds else 1
    labels = [d.label for d in designs]
    done, target = 0, min(FIRST_LOOK * per_unit, replicates)
    all_runs = replicates * len(designs)
    started = time.monotonic()
    with Crew(simulator, seed, n_workers) as crew:
        while True:
            before = done * len(designs)

            def tell(n: int, of: int, left: float, before: int = before) -> None:
                so_far = before + n
                spent = time.monotonic() - started
                progress(so_far, all_runs, spent / so_far * (all_runs - so_far) if so_far else 0.0)

            frames.append(
                execute(
                    simulator,
                    crossed(designs, range(done, target), worlds, per_unit),
                    seed=seed,
                    workers=n_workers,
                    progress=tell,
                    crew=crew if n_workers else None,
                )
            )
            done = target
            runs = pd.concat(frames, ignore_index=True)
            is_last = done >= replicates
            intervals = None
            if not is_last:
                intervals = confidence_sequence(
                    _differences(runs, labels, list(smallest), bool(worlds)),
                    first_look=FIRST_LOOK,
                )
            answer = compare_runs(
                runs,
                labels,
                smallest,
                by_world=bool(worlds),
                seed=seed,
                intervals=intervals,
            )
            yield slim(answer, is_last)
            if is_last:
                return
            step = max(per_unit, round(done * (GROWTH - 1)) // per_unit * per_unit)
            target = min(done + step, replicates)


def _until_clear(
    simulator: ForumSimulator,
    designs: list[Design],
    smallest: Mapping[str, float],
    budget: int,
    seed: int,
    worlds: Any,
    per_world: int,
    progress: Progress,
    looks: list[Comparison],
) -> Iterator[dict[str, Any]]:
    """The sequential comparison, its looks passed on by a thread as they come."""
    import queue
    import threading

    heard: queue.Queue[Comparison | BaseException | None] = queue.Queue()
    done = {"runs": 0}
    whole = budget * len(designs)
    started = time.monotonic()

    def tell(n: int, of: int, left: float) -> None:
        so_far = done["runs"] + n
        spent = time.monotonic() - started
        progress(so_far, whole, spent / so_far * (whole - so_far) if so_far else 0.0)

    def look(answer: Comparison) -> None:
        done["runs"] = len(answer.runs)
        heard.put(answer)

    def run() -> None:
        try:
            compare_until_clear(
                simulator, designs, smallest, budget=budget, seed=seed, worlds=worlds,
                per_world=per_world if worlds else 1, workers=0 if cores() <= 2 else cores() - 1,
                progress=tell, look=look, first_look=FIRST_LOOK,
            )  # fmt: skip
            heard.put(None)
        except BaseException as error:
            heard.put(error)

    threading.Thread(target=run, daemon=True).start()
    while (answer := heard.get()) is not None:
        if isinstance(answer, BaseException):
            raise answer
        yield slim(answer, answer.is_clear or len(answer.runs) >= whole)


def _differences(runs: pd.DataFrame, labels: list[str], measures: list[str], by_world: bool) -> Any:
    """Paired differences from the first design, shape (n_units, n_cells)."""
    values, _ = paired_values(runs, labels, measures)
    if by_world:
        values, _ = group_by_world(runs, values)
    unit = values.mean(axis=1)
    return (unit[:, 1:] - unit[:, [0]]).reshape(len(unit), -1)


def slim(comparison: Comparison, is_last: bool) -> dict[str, Any]:
    """A comparison with no more of its runs than the pictures need."""
    first = ["design", "world", "replicate", "failure", *comparison.smallest_effects]
    more = [c for c in comparison.runs if c.startswith(DRAWN)]
    return {
        "frame": comparison.frame,
        "runs": comparison.runs[[*first, *more]],
        "baseline": comparison.baseline,
        "level": comparison.level,
        "smallest_effects": dict(comparison.smallest_effects),
        "seed": comparison.seed,
        "n_failed": comparison.n_failed,
        "is_last": is_last,
    }
