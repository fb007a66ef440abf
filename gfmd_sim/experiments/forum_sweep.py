"""A sweep of the Forum: factors checked against the scenario, plausible worlds, a folder of runs."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.archive import archive
from gfmd_sim.experiments.design import Design, Plan, crossed
from gfmd_sim.experiments.factors import Choice, Factor, Range
from gfmd_sim.experiments.files import Pause
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.order import Listed
from gfmd_sim.experiments.samplers import sample
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.sweep import sweep as run_plan
from gfmd_sim.experiments.typed import parse_vary
from gfmd_sim.experiments.uncertainty import is_fitted, plausible_worlds, uncertainties
from gfmd_sim.experiments.worlds import Draw, DrawnWorlds, draw_worlds, paths_of
from gfmd_sim.scenario.describe import parameter_at
from gfmd_sim.scenario.files import load_scenario, with_levers
from gfmd_sim.scenario.schema import Scenario

Uncertainties = Literal["fixed", "ranges", "posterior"]
"""Worlds as the scenario has them, drawn from plausible ranges, or from the fit to data."""
DEFAULT: Uncertainties = "posterior"

EVERY_UNCERTAINTY = "uncertainties"
PER_WORLD = 2  # two runs in each plausible world tell luck from uncertainty

Vary = Mapping[str, Sequence[JSON] | str] | Sequence[str | Factor | Design]


def sweep(
    scenario: Scenario | str = "gfmd-2024-25",
    vary: Vary = (),
    *,
    out: str | Path,
    sampler: str = "grid",
    samples: int = 5,
    replicates: int = 1,
    seed: int = 0,
    levers: Mapping[str, JSON] = MappingProxyType({}),
    uncertainties: Uncertainties = DEFAULT,
    executor: Literal["local", "dask"] = "local",
    workers: int | None = None,
    scheduler: str | None = None,
    part: tuple[int, int] = (1, 1),
    retry_failed: bool = False,
    progress: Advance | None = None,
    compacting: Advance | None = None,
    on_pause: Pause | None = None,
) -> Store:
    """Run a scenario over many settings into a result folder; run again, it goes on.

    Parameters
    ----------
    vary
        Parameter path -> values, or a range as text (``{"opinion.table_pull": "0.07:0.28"}``); or
        a list of texts as on the command line (a path alone means its plausible range,
        ``uncertainties`` all of them), of factors, or of designs.
    out
        The result folder.
    sampler, samples, replicates
        See ``experiments.design.sample``.
    uncertainties
        ``posterior``: a plausible world for every ``PER_WORLD`` replicates, the same for all
        designs, in which the fitted parameters come together from their fit to data and the
        others from their ranges; ``ranges``: every parameter from its own range; ``fixed``: the
        world as the scenario has it. In ``morris`` and ``sobol`` every block has a world. What is
        varied, or set by ``levers``, is never drawn.
    executor, workers, scheduler
        ``local``: processes of our own (0: this one). ``dask``: the cluster at ``scheduler``, or
        one that is started here. Results do not depend on any of them.
    part
        (K, N): only the K-th of N parts, for several hosts with one shared folder; afterwards a
        call without ``part`` puts them together.
    retry_failed
        Run again what failed before.

    Returns
    -------
    The store: ``.frame()`` is one row a run, ``.plan_frame()`` the same in the plan's order.
    """
    settled = (
        with_levers(scenario, levers)
        if isinstance(scenario, Scenario)
        else load_scenario(scenario, levers)
    )
    simulator = ForumSimulator.of(settled)
    plan = plan_of(
        settled, vary, sampler=sampler, samples=samples, replicates=replicates, seed=seed,
        uncertainties=uncertainties, held=levers,
    )  # fmt: skip
    check_plan(simulator, plan)
    told = drawn_in(plan, uncertainties)
    folder = Path(out).expanduser()
    keep = functools.cache(lambda: archive(simulator, folder, seed))

    def tell(done: int, total: int, left: float) -> None:
        keep()
        if progress is not None:
            progress(done, total, left)

    with contextlib.ExitStack() as stack:
        crew = None
        if executor == "dask":
            from gfmd_sim.experiments.dask_crew import DaskCrew

            crew = stack.enter_context(
                DaskCrew(simulator, seed, address=scheduler, workers=workers)
            )
        elif scheduler is not None:
            raise UserError(
                "a scheduler's address is for Dask", key="--scheduler", given=scheduler,
                remedy="add --executor dask",
            )  # fmt: skip
        store = run_plan(
            simulator, plan, folder, seed=seed, workers=workers, part=part, crew=crew,
            retry_failed=retry_failed, progress=tell, compacting=compacting,
            on_pause=on_pause,
            about={"kind": "sweep", "scenario": settled.name, "drawn": told.as_dict()},
        )  # fmt: skip
    keep()
    return store


def plan_of(
    scenario: Scenario,
    vary: Vary,
    *,
    sampler: str = "grid",
    samples: int = 5,
    replicates: int = 1,
    seed: int = 0,
    uncertainties: Uncertainties = DEFAULT,
    held: Collection[str] = (),
) -> Plan:
    """The runs of a sweep, as :func:`sweep` describes them; what is ``held`` is not drawn."""
    factors, listed = varied(scenario, vary)
    if listed and factors:
        raise UserError("a sweep varies factors or lists designs, not both", key="--vary")
    plan = (
        crossed(listed, replicates)
        if listed
        else sample(factors, sampler, samples, replicates=replicates, seed=seed)
    )
    return with_worlds(
        plan, scenario, replicates, kind=uncertainties, per_world=PER_WORLD, seed=seed, held=held
    )


def varied(scenario: Scenario, vary: Vary) -> tuple[list[Factor], list[Design]]:
    """The factors and the designs meant by ``vary``."""
    factors: list[Factor] = []
    listed: list[Design] = []
    if isinstance(vary, Mapping):
        for path, values in vary.items():
            factors += (
                factors_of([f"{path}={values}"], scenario)
                if isinstance(values, str)
                else [Choice(path, tuple(values))]
            )
    else:
        factors += [v for v in vary if not isinstance(v, str | Design)]
        factors += factors_of([v for v in vary if isinstance(v, str)], scenario)
        listed += [v for v in vary if isinstance(v, Design)]
    return factors, listed


def factors_of(texts: Sequence[str], scenario: Scenario) -> list[Factor]:
    """``--vary`` as typed: ``PATH=...``, ``PATH`` alone for its plausible range, or
    ``uncertainties`` for all of them.

    Raises
    ------
    UserError
        For an unknown parameter, or one that has no plausible range and was given none.
    """
    known = {r.path: r for r in uncertainties(scenario)}
    found: list[Factor] = []
    for text in texts:
        path = text.partition("=")[0].strip()
        if text.strip() == EVERY_UNCERTAINTY:
            named = {f.path for f in found} | {t.partition("=")[0].strip() for t in texts}
            found.extend(r for r in known.values() if r.path not in named)
            continue
        p = parameter_at(path)
        if "=" in text:
            found.append(parse_vary(text, {path} if p.is_integer else ()))
        elif path in known:
            found.append(known[path])
        elif p.plausible is not None and p.is_number:
            low, high = p.plausible
            found.append(Range(path, float(low), float(high), integer=p.is_integer))
        elif p.choices:
            found.append(Choice(path, p.choices))
        else:
            raise UserError(
                "this parameter has no plausible range of its own",
                key=path,
                given=text,
                allowed=Sentence("{path}=value,value,... or {path}=low:high", path=path),
            )
    return found


def integer_paths(paths: Sequence[str]) -> set[str]:
    """Those of the parameters that take whole numbers."""
    return {path for path in paths if parameter_at(path).is_integer}


def check_plan(simulator: ForumSimulator, plan: Plan) -> None:
    """Try every value of every factor once, before anything is paid for.

    Combinations that do not fit are rows with a reason; a value that never fits is an error here.
    """
    base = dict(plan.designs[0].levers) if plan.designs else {}
    world = dict(plan.worlds[0])
    if not plan.factors:
        for design in plan.designs[:64]:
            simulator.setup({**world, **design.levers})
        return
    check_factors(simulator, plan.factors, {**world, **base})


def check_factors(
    simulator: ForumSimulator, factors: Sequence[Factor], base: Mapping[str, JSON] | None = None
) -> None:
    """Raise a UserError for a value of a factor that does not fit with ``base``."""
    for f in factors:
        values = f.values if isinstance(f, Choice) else (f.low, f.high)
        for value in values:
            simulator.setup({**(base or {}), f.path: value})


def with_worlds(
    plan: Plan,
    scenario: Scenario,
    replicates: int,
    *,
    kind: Uncertainties,
    per_world: int,
    seed: int,
    held: Collection[str] = (),
) -> Plan:
    """The same designs in plausible worlds, ``per_world`` replicates in each.

    In ``morris`` and ``sobol`` each block has a world of its own, which all of its points share:
    their differences stay those of the factors, and are averaged over the worlds.
    """
    if kind == "fixed":
        return plan
    # a block has two lucks
    n = -(-replicates // per_world) if plan.unit is None else int(plan.replicate[-1]) // 2 + 1
    worlds = draw(scenario, plan.designs, n, kind=kind, seed=seed, held=held)
    if not worlds.paths:
        return plan
    if plan.unit is None:
        again = crossed(plan.designs, replicates, worlds, per_world)
    else:
        order = Listed(plan.design, plan.replicate // 2, plan.replicate)
        again = replace(plan, worlds=worlds, order=order)
    return replace(again, sampler=plan.sampler, factors=plan.factors)


def draw(
    scenario: Scenario,
    designs: Sequence[Design],
    n: int,
    *,
    kind: Uncertainties,
    seed: int,
    held: Collection[str] = (),
) -> DrawnWorlds:
    """``n`` plausible worlds; what a design sets itself is left to it, and what is ``held``.

    ``posterior`` takes the fitted parameters from one draw of the fit together (they trade off) and
    the others from their ranges.
    """
    taken = {path for d in designs for path in d.levers} | set(held)
    if kind == "posterior":
        return plausible_worlds(scenario, taken, n, seed)
    ranges: list[Factor] = [r for r in uncertainties(scenario) if r.path not in taken]
    return draw_worlds(ranges, n, seed)


_BY_REPLICATE = f"every {PER_WORLD} replicates, the same for all settings"


@dataclass(frozen=True)
class Drawn:
    """What a plan draws besides what it varies.

    Attributes
    ----------
    uncertainties, n_worlds
        How, and how many worlds (0 where nothing is drawn).
    from_fit, from_ranges
        The parameters, by path.
    a_world_for
        What shares a world.
    """

    uncertainties: Uncertainties
    n_worlds: int
    from_fit: tuple[str, ...]
    from_ranges: tuple[str, ...]
    a_world_for: str = ""

    def as_dict(self) -> dict[str, JSON]:
        """For manifests and ``--json``."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def sentence(self) -> Sentence:
        """In words."""
        if not self.n_worlds and self.uncertainties == "fixed":
            return Sentence("nothing is drawn but luck: the world is as the scenario has it")
        if not self.n_worlds:
            return Sentence(
                "nothing is drawn besides but luck: all that the world decides is varied or set"
            )
        if self.a_world_for == _BY_REPLICATE:
            return Sentence.counted(
                "drawn besides: {n} plausible world, one for every {each} replicates, the same for all "
                "settings: {parameters}; one world shows nothing of how much they matter: more "
                "--replicates do",
                "drawn besides: {n} plausible worlds, one for every {each} replicates, the same for all "
                "settings: {parameters}",
                self.n_worlds,
                each=PER_WORLD,
                parameters=self._parameters(),
            )
        return Sentence.counted(
            "drawn besides: {n} plausible world, one for each block of runs: {parameters}; one world "
            "shows nothing of how much they matter: more --samples do",
            "drawn besides: {n} plausible worlds, one for each block of runs: {parameters}",
            self.n_worlds,
            parameters=self._parameters(),
        )

    def _parameters(self) -> Sentence:
        """How many are drawn, and from what."""
        fitted, others = len(self.from_fit), len(self.from_ranges)
        if not fitted:
            return Sentence.counted(
                "{n} from their plausible ranges", "{n} from their plausible ranges", others
            )
        if not others:
            return Sentence.counted(
                "{n} parameters from the fit to data",
                "{n} parameters from the fit to data",
                fitted,
            )
        return Sentence.counted(
            "{n} parameters from the fit to data, {others} from their plausible ranges",
            "{n} parameters from the fit to data, {others} from their plausible ranges",
            fitted,
            others=others,
        )


def drawn_in(plan: Plan, kind: Uncertainties) -> Drawn:
    """What a plan draws."""
    paths = paths_of(plan.worlds)
    fitted = [p for p in paths if kind == "posterior" and is_fitted(p)]
    return Drawn(
        kind,
        len(plan.worlds) if paths else 0,
        tuple(fitted),
        tuple(p for p in paths if p not in fitted),
        _BY_REPLICATE if plan.unit is None else "each block of runs",
    )


def worlds_beside(
    scenario: Scenario, factors: Sequence[Factor], seed: int, held: Collection[str] = ()
) -> Draw:
    """n -> n plausible worlds of what the factors leave alone, and what is not ``held``."""
    return _worlds_without(scenario, {f.path for f in factors} | set(held), seed)


def worlds_beside_designs(
    scenario: Scenario, designs: Sequence[Design], seed: int, held: Collection[str] = ()
) -> Draw:
    """n -> n plausible worlds of what the designs leave alone, and what is not ``held``."""
    taken = {path for d in designs for path in d.levers} | set(held)
    return _worlds_without(scenario, taken, seed)


def _worlds_without(scenario: Scenario, taken: Collection[str], seed: int) -> Draw:
    return lambda n: plausible_worlds(scenario, taken, n, seed)
