"""Designs on the same luck, told at every look."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_of
from gfmd_sim import api
from gfmd_sim.experiments.compare import Comparison, compare_runs
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.execute import Crew, cores, execute
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.sequential import (
    compare_until_clear,
    sequence_of,
)

FIRST_LOOK = 20  # units before intervals are shown: they lean on the law of large numbers
GROWTH = 1.4
EARLY = 4  # replicates after which there are dots to look at, without any claim
KEYS = ("design", "world", "replicate", "failure")
DRAWN = ("voice_share.", "approval.")  # columns that the pictures need beside the measures


def compare_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """Designs on the same luck, told at every look.

    With a fixed number of replicates the last answer is that of ``gfmd_sim.api.compare``, number by
    number; looks on the way have intervals that may be looked at at any time, hence wider ones.

    Raises
    ------
    UserError
        If the designs, or an uploaded list, do not fit the scenario.
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
    per_unit = per_world if worlds else 1
    labels = [d.label for d in designs]
    baseline = values.get("baseline") or labels[0]
    if values["until_clear"]:
        plan = crossed(designs, range(min(EARLY, replicates)), worlds, per_unit)
        yield {"early": execute(simulator, plan, seed=seed, workers=0)[[*KEYS, *smallest]]}
        asked = {"budget": replicates, "seed": seed, "baseline": baseline, "worlds": worlds,
                 "per_world": per_unit, "workers": n_workers}  # fmt: skip
        yield from _until_clear(simulator, designs, smallest, asked, progress)
        return
    frames: list[pd.DataFrame] = []
    first = min(FIRST_LOOK * per_unit, replicates)
    done, target = 0, min(EARLY, first)
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
            if done < first:
                yield {"early": runs[[*KEYS, *smallest]]}
                target = min(3 * done, first)
                continue
            intervals = None
            if not is_last:
                intervals = sequence_of(
                    runs, labels, list(smallest), baseline, bool(worlds), first_look=FIRST_LOOK
                )
            answer = compare_runs(
                runs,
                labels,
                smallest,
                by_world=bool(worlds),
                seed=seed,
                baseline=baseline,
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
    asked: Mapping[str, Any],
    progress: Progress,
) -> Iterator[dict[str, Any]]:
    """The sequential comparison, its looks passed on as they come."""
    heard: queue.Queue[Comparison | BaseException | None] = queue.Queue()
    done = {"runs": 0}
    whole = asked["budget"] * len(designs)
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
            compare_until_clear(simulator, designs, smallest, progress=tell, look=look, **asked)
            heard.put(None)
        except BaseException as error:
            heard.put(error)

    threading.Thread(target=run, daemon=True).start()
    while (answer := heard.get()) is not None:
        if isinstance(answer, BaseException):
            raise answer
        yield slim(answer, answer.is_clear or len(answer.runs) >= whole)


def slim(comparison: Comparison, is_last: bool) -> dict[str, Any]:
    """A comparison with no more of its runs than the pictures need."""
    first = [*KEYS, *comparison.smallest_effects]
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
