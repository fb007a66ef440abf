"""The compiled sitting against C and NumPy, on the same luck: bit-identical, or it is no race."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.files import load_scenario, with_levers
from tests.benchmarks.speed.c_sitting import NoCompiler, compile_c
from tests.benchmarks.speed.clock import Case, cpu, race
from tests.benchmarks.speed.figures import Figure, Missing
from tests.benchmarks.speed.sittings import Sitting, assert_same, sittings_of

Prepare = Callable[[Sitting], Callable[[], None]]


def _engine(s: Sitting) -> Callable[[], None]:
    return s.hold_compiled


def _numpy(s: Sitting) -> Callable[[], None]:
    return s.hold_in_numpy


def _all_of(sittings: list[Sitting], prepare: Prepare) -> Case:
    """Hold all sittings afresh; only the holding is timed."""

    def case() -> float:
        calls = [prepare(s.fresh()) for s in sittings]

        def hold() -> None:
            for call in calls:
                call()

        return cpu(hold)

    return case


def agree(sittings: list[Sitting], prepare: Prepare, tolerance: float) -> None:
    """Every sitting held this way ends as the engine's does."""
    for s in sittings:
        ours, theirs = s.fresh(), s.fresh()
        ours.hold_compiled()
        prepare(theirs)()
        assert_same(ours, theirs, tolerance)


def against_c_and_numpy(scenario: str, rounds: int) -> Iterator[Figure | Missing]:
    """Talk, opinions and trust of all sittings of one Forum."""
    sittings = sittings_of(ForumSimulator.of(load_scenario(scenario)))
    turns = sum(s.n_delegate_turns for s in sittings)
    cases = {"engine": _all_of(sittings, _engine)}
    about = Sentence(
        "the compiled sitting (talk, opinions, trust) against C on the same luck, bit-identical"
    )
    try:
        in_c = compile_c()
        agree(sittings, in_c, 0.0)
        cases["c"] = _all_of(sittings, in_c)
        ran = race(cases, rounds)
        yield Figure(
            "sitting.c", about, ran.ratio("engine", "c"), Sentence("times C"), at_most=1.25
        )
        yield Figure(
            "sitting.c.turn", Sentence("the same in C"), ran.of("c").times(1e9 / turns), "ns"
        )
    except NoCompiler as error:
        yield Missing("sitting.c", about, str(error))
        ran = race(cases, rounds)
    each = ran.of("engine").times(1e9 / turns)
    yield Figure("sitting.turn", Sentence("a delegate's turn in the engine"), each, "ns")
    agree(sittings[:6], _numpy, 1e-9)
    few = sittings[:: max(len(sittings) // 6, 1)]
    ran = race(
        {"engine": _all_of(few, _engine), "numpy": _all_of(few, _numpy)}, max(rounds // 5, 2)
    )
    about = Sentence(
        "NumPy, a turn at a time for all seats and accounts (the reference of the tests)"
    )
    yield Figure("sitting.numpy", about, ran.ratio("numpy", "engine"), Sentence("times the engine"))


def by_size(sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """What a delegate's turn costs in the sittings of Forums of different sizes."""
    cases: dict[str, Case] = {}
    turns: dict[str, int] = {}
    for n in sizes:
        levers = {"population.n_delegates": n, "roundtables": [1]}
        levers |= {"process.n_sittings": 1, "process.n_consultations": 1}
        scenario = with_levers(load_scenario("gfmd-2024-25"), levers)
        # a single sitting of 100 takes a third of a millisecond: too short a time to tell
        sittings = sittings_of(ForumSimulator.of(scenario)) * max(1, 1_000 // n)
        cases[str(n)] = _all_of(sittings, _engine)
        turns[str(n)] = sum(s.n_delegate_turns for s in sittings)
    ran = race(cases, rounds)
    for name, n_turns in turns.items():
        each = ran.of(name).times(1e9 / n_turns)
        yield Figure(
            f"size.{name}.turn",
            Sentence("a delegate's turn among {n} delegates", n=name),
            each,
            "ns",
        )
    per = {name: ran.of(name).median / turns[name] for name in cases}
    dearest = max(per, key=lambda name: per[name])
    cheapest = min(per, key=lambda name: per[name])
    spread = ran.ratio(dearest, cheapest).times(turns[cheapest] / turns[dearest])
    about = Sentence(
        "dearest over cheapest turn ({dearest} against {cheapest} delegates)",
        dearest=dearest, cheapest=cheapest,
    )  # fmt: skip
    yield Figure("size.flat", about, spread, Sentence("times"), at_most=1.5)
