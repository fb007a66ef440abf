"""Simulate and compare, from Python: what the command line does, without printing.

>>> from gfmd_sim import simulate
>>> results = simulate("four-groups", replicates=2, seed=1)
>>> len(results.runs)
2
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.compare import Comparison, check_comparison
from gfmd_sim.experiments.compare import compare as compare_designs
from gfmd_sim.experiments.design import Design, cross
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.sequential import Look, compare_until_clear
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.uncertainty import plausible_worlds
from gfmd_sim.experiments.worlds import DrawnWorlds
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.population import is_everybody_everywhere, settle_people
from gfmd_sim.recorder import Recorder, frames_of, seating_csv
from gfmd_sim.results import Results
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.files import load_scenario, with_levers
from gfmd_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from gfmd_sim.forum import Forum

_NOTHING: Mapping[str, JSON] = {}

REPLICATES_A_WORLD = 2  # two runs in each plausible world tell luck from uncertainty

# The compositions that the demonstration compares; the first is the baseline. What the concept note
# asks for comes first, then what happens without a plan, and what organisers are tempted by.
COMPOSITIONS = (
    "balanced",
    "random",
    "balanced_fresh",
    "caucus",
    "caucus_first",
    "like_minded",
    "fixed",
)


def as_scenario(scenario: Scenario | str, levers: Mapping[str, JSON] = _NOTHING) -> Scenario:
    """A scenario, or the one of that name or file, with levers set."""
    if isinstance(scenario, Scenario):
        return with_levers(scenario, levers)
    return load_scenario(scenario, levers)


def simulate(
    scenario: Scenario | str = "gfmd-2024-25",
    *,
    replicates: int = 1,
    seed: int = 0,
    levers: Mapping[str, JSON] = _NOTHING,
    trace: bool = False,
    language: Language = "en",
    with_names: bool = False,
    progress: Advance | None = None,
) -> Results:
    """Run one design and keep everything that happened.

    Parameters
    ----------
    replicates
        Independent runs, numbered from 0.
    trace
        Also every delegate's support after every sitting, and every turn.
    language
        Of the notes.
    with_names
        Write the roster's names beside the ids in the seating plan: personal data.

    Returns
    -------
    Results with the tables ``runs``, ``trajectory``, ``seating``, ``solutions``, ``partnerships``,
    ``points``, ``people`` (and ``delegates``, ``turns`` with ``trace``); every table but the first
    has a column ``replicate``. Notes and the seating plan as CSV are those of replicate 0.
    """
    settled = as_scenario(scenario, levers)
    _check_replicates(replicates)
    simulator = ForumSimulator.of(settled)
    meter = _Meter(replicates, progress)
    runs: list[dict[str, object]] = []
    parts: dict[str, list[pd.DataFrame]] = {}
    texts: dict[str, str] = {}
    for replicate in range(replicates):
        recorder = Recorder(trace)
        forum = simulator.forum({}, seed, replicate)
        forum.observe = recorder.observe
        recorder.start(forum)
        forum.run()
        runs.append({"design": settled.name, "replicate": replicate, **outcomes(forum)})
        for name, frame in frames_of(forum, recorder).items():
            frame.insert(0, "replicate", replicate)
            parts.setdefault(name, []).append(frame)
        if replicate == 0:
            texts = _texts(forum, simulator, language, with_names)
        meter.add()
    tables = {"runs": pd.DataFrame(runs)}
    tables |= {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    about = _about(simulator, seed, replicates)
    return Results("simulate", about, tables, texts)


def compare(
    scenario: Scenario | str = "gfmd-2024-25",
    vary: Mapping[str, Sequence[JSON]] | Sequence[Design] | None = None,
    *,
    replicates: int = 200,
    seed: int = 0,
    levers: Mapping[str, JSON] = _NOTHING,
    held: Collection[str] = (),
    baseline: str | None = None,
    draw_uncertainties: bool = True,
    until_clear: bool = False,
    budget: int = 2000,
    workers: int | None = None,
    progress: Advance | None = None,
    look: Look | None = None,
) -> Comparison:
    """Hold designs against each other on the same luck and in the same plausible worlds.

    Parameters
    ----------
    vary
        Levers and their values (``{"seating.rule": ["random", "balanced"]}``), all combinations; or
        designs of your own. Default: the compositions of the demonstration.
    replicates
        Runs of each design.
    levers, held
        What all designs share; neither is drawn, nor any other parameter named in ``held``.
    baseline
        Label of the design that the others are compared with; default: the first.
    draw_uncertainties
        Draw what the world decides from its posterior or plausible ranges, a new world for every
        ``REPLICATES_A_WORLD`` replicates, the same for all designs. Else all runs have the
        scenario's values, and the intervals speak of luck alone.
    until_clear, budget
        Add replicates until every verdict is clear, or each design has had ``budget`` of them;
        ``replicates`` does not count then. The intervals hold at every look, whenever one stops.
    workers
        Processes; None: one a core, 0: this one. Results do not depend on it.
    look
        Told what is known after each batch, with ``until_clear``.
    """
    settled = as_scenario(scenario, levers)
    designs = designs_of(vary)
    most = budget if until_clear else replicates
    simulator = checked(settled, designs, most, baseline=baseline, until_clear=until_clear)
    asked: dict[str, Any] = {
        "seed": seed,
        "baseline": baseline,
        "worlds": worlds_of(settled, designs, most, seed, {*levers, *held})
        if draw_uncertainties
        else (),
        "per_world": REPLICATES_A_WORLD if draw_uncertainties else 1,
        "workers": workers,
        "progress": progress,
    }
    effects = smallest_effects(settled)
    if until_clear:
        return compare_until_clear(simulator, designs, effects, budget=budget, look=look, **asked)
    return compare_designs(simulator, designs, effects, replicates=replicates, **asked)


def checked(
    scenario: Scenario,
    designs: Sequence[Design],
    most: int,
    *,
    baseline: str | None = None,
    until_clear: bool = False,
) -> ForumSimulator:
    """The simulator of a comparison; what is wrong with a design is said before any run.

    Raises
    ------
    UserError
        For too few designs or replicates (``most``), an unknown baseline, or a design that the
        scenario cannot take.
    """
    _check_replicates(most, at_least=2, key="--budget" if until_clear else "--replicates")
    check_comparison(designs, smallest_effects(scenario), baseline)
    simulator = ForumSimulator.of(scenario)
    for design in designs:
        simulator.setup(design.levers)
    return simulator


def designs_of(vary: Mapping[str, Sequence[JSON]] | Sequence[Design] | None) -> list[Design]:
    """The designs meant by ``vary``."""
    if vary is None:
        vary = {"seating.rule": COMPOSITIONS}
    if isinstance(vary, Mapping):
        return cross([Choice(path, tuple(values)) for path, values in vary.items()])
    return list(vary)


def worlds_of(
    scenario: Scenario,
    designs: Sequence[Design],
    replicates: int,
    seed: int,
    held: Collection[str] = (),
) -> DrawnWorlds:
    """Plausible worlds for so many replicates; what a design sets is left to it, what is held stays."""
    taken = {path for d in designs for path in d.levers} | set(held)
    return plausible_worlds(scenario, taken, -(-replicates // REPLICATES_A_WORLD), seed)


def smallest_effects(scenario: Scenario) -> dict[str, float]:
    """Headline measure -> smallest effect of interest."""
    return dict(scenario.smallest_effects.model_dump())


def comparison_results(
    comparison: Comparison,
    scenario: Scenario,
    *,
    kind: str = "compare",
    texts: Mapping[str, str] | None = None,
) -> Results:
    """A comparison as a result folder: ``runs``, ``comparison``."""
    simulator = ForumSimulator.of(scenario)
    designs = comparison.frame["design"].drop_duplicates().tolist()
    about = {
        **_about(simulator, comparison.seed, int(comparison.runs["replicate"].nunique())),
        "designs": designs,
        "baseline": comparison.baseline,
        "level": comparison.level,
        "smallest_effects": dict(comparison.smallest_effects),
        "n_failed": comparison.n_failed,
        "varied": list(comparison.varied),
    }
    tables = {"runs": comparison.runs, "comparison": comparison.frame}
    return Results(kind, about, tables, dict(texts or {}))


def _about(simulator: ForumSimulator, seed: int, replicates: int) -> dict[str, Any]:
    people = (
        None if simulator.roster is None else settle_people(simulator.scenario, simulator.roster)
    )
    return {
        "scenario": simulator.scenario.model_dump(mode="json"),
        "identity": {k: v for k, v in simulator.identity.items() if k != "scenario"},
        "seed": seed,
        "replicates": replicates,
        # of a list, for whom reports name it; what the scenario draws is in the scenario
        "n_delegates": None if people is None else people.n_consulted,
        "is_everybody_everywhere": people is not None
        and is_everybody_everywhere(simulator.scenario, people),
    }


def _texts(
    forum: Forum, simulator: ForumSimulator, language: Language, with_names: bool
) -> dict[str, str]:
    from gfmd_sim.reports.notes import forum_notes

    names = {}
    if with_names and simulator.roster is not None:
        names = {e.id: e.name or "" for e in simulator.roster.entries}
    texts = {f"notes/{name}": text for name, text in forum_notes(forum, language).items()}
    texts["seating_plan.csv"] = seating_csv(forum, names)
    return texts


def _check_replicates(replicates: int, at_least: int = 1, key: str = "--replicates") -> None:
    if not at_least <= replicates <= 10_000_000:
        raise UserError(
            "the number of replicates is out of range",
            given=replicates,
            allowed=Sentence("{low} to {high}", low=at_least, high=10_000_000),
            key=key,
        )


class _Meter:
    """Progress with time left."""

    def __init__(self, total: int, tell: Advance | None) -> None:
        import time

        self.total, self.tell, self.done = total, tell, 0
        self.clock = time.monotonic
        self.started = self.clock()

    def add(self) -> None:
        self.done += 1
        if self.tell is not None:
            left = (self.clock() - self.started) / self.done * (self.total - self.done)
            self.tell(self.done, self.total, left)
