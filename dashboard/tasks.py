"""The kinds of work: a run to look at, a comparison, a design's runs, the workshop's story."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.language import Words, words
from dashboard.playback import changed_seating, differences, playback
from dashboard.work import Progress
from gfmd_sim import api
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.compare import Comparison, compare_runs, group_by_world, paired_values
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.execute import Crew, cores, execute
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.sequential import compare_until_clear, confidence_sequence
from gfmd_sim.forum import Forum
from gfmd_sim.scenario.schema import Scenario

Values = Mapping[str, Any]
FIRST_LOOK = 20  # units before intervals are shown: they lean on the law of large numbers
GROWTH = 1.4
DRAWN = ("voice_share.", "approval.")  # columns that the pictures need beside the measures


@functools.lru_cache(maxsize=8)
def _simulator(scenario: str, levers: str) -> ForumSimulator:
    return ForumSimulator.of(api.as_scenario(scenario, json.loads(levers)))


def simulator_of(values: Values) -> ForumSimulator:
    """The scenario that is asked for, read once."""
    levers = json.dumps(values.get("levers", {}), sort_keys=True)
    return _simulator(values["scenario"], levers)


def playback_task(values: Values, progress: Progress) -> Iterator[bytes]:
    """A run as JSON; with ``change`` both futures and what differs."""
    simulator = simulator_of(values)
    seed, replicate, roundtable = values["seed"], values["replicate"], values["roundtable"]
    if roundtable not in simulator.scenario.roundtables:
        raise UserError(
            "this scenario has no such roundtable",
            given=roundtable,
            allowed=", ".join(map(str, simulator.scenario.roundtables)),
        )

    def make() -> Forum:
        return simulator.forum({}, seed, replicate)

    said = words(values.get("says", values["language"]))
    told = playback(make(), roundtable, values["language"])
    told["finding"] = finding(told, said)
    change = values.get("change")
    if change:
        key = (change["consultation"], roundtable, change["sitting"])
        try:
            seating = changed_seating(
                make, key, change["one"], change.get("other"), change.get("table")
            )
        except ValueError as error:
            raise UserError("this move cannot be made", given=str(error)) from None
        forum = make()
        forum.seat_plan[key] = seating
        other = playback(forum, roundtable, values["language"])
        other["finding"] = finding(other, said)
        told = {"future": other, "differences": differences(told, other)}
    yield json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def finding(told: Mapping[str, Any], said: Words) -> str:
    """What happened at the roundtable shown, in a sentence."""
    adopted = sum(s["is_adopted"] for s in told["solutions"])
    made = [s for s in told["scenes"] if s["kind"] == "partners"]
    n = len(made[-1]["partnerships"]) if made else 0
    end = told["curve"][-1]["convergence"]
    if end > 0.02:
        drew = said("Support draws together by {share}", share=said.percent(end))
    else:
        drew = said("Support does not draw together")
    votes = said.many(
        "{adopted} of {n} solution is adopted",
        "{adopted} of {n} solutions are adopted",
        len(told["solutions"]),
        adopted=said.number(adopted, 0),
    )
    founded = said.many("{n} partnership forms", "{n} partnerships form", n)
    return said("{drew}; {votes}; {founded}", drew=drew, votes=votes, founded=founded)


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


def simulate_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """A design's runs: first one of them, at once, then all."""
    simulator = simulator_of(values)
    scenario: Scenario = simulator.scenario
    for n in dict.fromkeys((1, values["replicates"])):
        results = api.simulate(
            scenario,
            replicates=n,
            seed=values["seed"],
            progress=progress if n > 1 else None,
        )
        wanted = ("trajectory", "solutions", "partnerships", "points", "people")
        yield {
            "runs": results.runs,
            "tables": {k: results.tables[k] for k in wanted if k in results.tables},
            "is_last": n == values["replicates"],
        }


# -- the workshop's story -------------------------------------------------------------------------

_STORY_RUNS: dict[tuple[str, int, str], list[dict[str, float]]] = {}


def story_runs(
    scenario: str, seed: int, levers: Mapping[str, Any], n: int
) -> list[dict[str, float]]:
    """The headline measures of ``n`` runs of one design; those made before are kept."""
    from gfmd_sim.measures.outcome import HEADLINES, outcomes

    simulator = _simulator(scenario, "{}")
    rows = _STORY_RUNS.setdefault((scenario, seed, json.dumps(levers, sort_keys=True)), [])
    for replicate in range(len(rows), n):
        all_ = outcomes(simulator.forum(levers, seed, replicate).run())
        rows.append({name: float(all_[name]) for name in HEADLINES})
    return rows[:n]


def story(scenario: str, seed: int, mine: Any, baseline: Any, n: int) -> dict[str, Any]:
    """The design chosen in the workshop against the baseline, on the same luck."""
    parts = []
    for label, levers in (("baseline", baseline), ("mine", mine)):
        rows = story_runs(scenario, seed, levers, n)
        parts.append(pd.DataFrame(rows).assign(design=label, replicate=range(n), world=0))
    runs = pd.concat(parts, ignore_index=True)
    runs["failure"] = pd.Series([None] * len(runs), dtype="str")
    smallest = api.smallest_effects(_simulator(scenario, "{}").scenario)
    found = compare_runs(runs, ["baseline", "mine"], smallest, seed=seed)
    frame = found.frame[found.frame["design"] == "mine"]
    keep = ["measure", "baseline_mean", "mean", "difference", "low", "high", "smallest_effect",
            "verdict"]  # fmt: skip
    return {"n": n, "effects": frame[keep].to_dict("records")}


def story_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """One place of the sliders, with as many replicates as are asked for."""
    yield story(values["scenario"], values["seed"], values["mine"], values["baseline"], values["n"])


def rehearse_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """All places of the sliders, so that they answer at once; told every few."""
    found: dict[str, Any] = {}
    places = values["places"]
    for k, place in enumerate(places):
        found[json.dumps(place, sort_keys=True)] = story(
            values["scenario"], values["seed"], place, values["baseline"], values["n"]
        )
        progress(k + 1, len(places), 0.0)
        if k % 4 == 3 or k == len(places) - 1:
            yield found


def evidence_task(values: Values, progress: Progress) -> Iterator[list[dict[str, Any]]]:
    """The checks of ``run.py evidence``."""
    from gfmd_sim.evidence.suite import run_evidence

    yield [c.as_dict() for c in run_evidence(progress)]


def wait_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """Waits; for the tests of the queue."""
    for k in range(int(values["steps"])):
        time.sleep(values.get("pause", 0.1))
        if values.get("die_at") == k:
            import os

            os._exit(9)
        progress(k + 1, values["steps"], 0.0)
        yield {"step": k + 1, "name": values.get("name", "")}
