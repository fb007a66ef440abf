"""What a ``sweep`` line asks for, from options, a sweep file, or a file with options on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gfmd_sim.errors import ScenarioError, UserError
from gfmd_sim.experiments.design import Design, designs
from gfmd_sim.experiments.estimate import estimate
from gfmd_sim.experiments.factors import Factor
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.forum_sweep import (
    Uncertainties,
    check_factors,
    check_plan,
    drawn_in,
    plan_of,
    varied,
)
from gfmd_sim.experiments.parts import store_id
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.samplers import DRAWN, check_sampling
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.sweep_file import read_sweep
from gfmd_sim.experiments.typed import parse_setting
from gfmd_sim.experiments.writer import check_folder
from gfmd_sim.scenario.describe import parameters
from gfmd_sim.scenario.files import SHIPPED, find_scenario, load_scenario
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.scenario.yaml_text import parse, read_text


@dataclass(frozen=True)
class Given:
    """The options, None where nothing was said."""

    scenario: str
    vary: list[str] | None
    sets: list[str] | None
    sampler: str | None
    samples: int | None
    replicates: int | None
    seed: int | None
    roster: Path | None


@dataclass(frozen=True)
class Request:
    """What is to be run; ``levers`` are set in ``scenario`` already, and are not drawn."""

    scenario: Scenario
    levers: Mapping[str, JSON]
    vary: Sequence[str | Factor | Design]
    sampler: str
    samples: int
    replicates: int
    seed: int


def request_of(given: Given) -> Request:
    """Options over the file, the file over the defaults.

    Raises
    ------
    UserError
        With file, line and remedy where a file is wrong.
    """
    sets: dict[str, Any] = dict(parse_setting(text) for text in given.sets or [])
    if given.roster is not None:
        sets["population.roster"] = str(given.roster)
    path = sweep_file(given.scenario)
    if path is None:
        settled = load_scenario(given.scenario, sets)  # first: a slip in the file is the likelier
        if not given.vary:
            raise UserError(
                "nothing to vary",
                remedy="add --vary PARAMETER=low:high or name a sweep file",
                key="--vary",
            )
        return Request(
            settled, sets, given.vary, given.sampler or "grid", given.samples or 5,
            given.replicates or 1, given.seed or 0,
        )  # fmt: skip
    integers = {p.path for p in parameters() if p.is_integer}
    file = read_sweep(path, integers)
    sets = {**file.fixed, **sets}
    settled = load_scenario(find_scenario(file.scenario, path.parent), sets)
    vary: list[str | Factor | Design] = list(designs(file.rows)) if file.rows else []
    named = {text.partition("=")[0].strip() for text in given.vary or []}
    if not file.rows:
        vary += [f for f in file.factors if f.path not in named]
        vary += [path for path in file.alone if path not in named]
    vary += given.vary or []
    return Request(
        settled,
        sets,
        vary,
        given.sampler or file.sampler,
        given.samples or file.samples,
        given.replicates or file.replicates,
        file.seed if given.seed is None else given.seed,
    )


def sweep_file(name: str) -> Path | None:
    """The sweep file of that name (here, or a shipped one); None where it names a scenario."""
    for folder in (Path(), SHIPPED / "sweeps"):
        for suffix in ("", ".yaml", ".yml"):
            path = folder / f"{name}{suffix}"
            try:
                there = path.is_file()
            except (OSError, ValueError):
                continue
            if there and (folder == SHIPPED / "sweeps" or _is_sweep(path)):
                return path
    return None


def _is_sweep(path: Path) -> bool:
    """A sweep names a scenario; a scenario does not."""
    try:
        return "scenario" in parse(read_text(path), path).data
    except ScenarioError:
        return False


def check(request: Request, out: Path | None) -> None:
    """Raise a UserError for what could not be swept; nothing is drawn, run, written or
    compiled."""
    simulator = ForumSimulator.of(request.scenario)
    simulator.setup({})
    if out is not None:
        check_folder(out, store_id(simulator.identity, request.seed))
    factors, listed = varied(request.scenario, request.vary)
    check_factors(simulator, factors)
    if request.sampler in DRAWN and not listed:
        check_sampling(factors, request.sampler, request.samples, request.replicates)
        return
    plan = plan_of(
        request.scenario, request.vary, sampler=request.sampler, samples=request.samples,
        replicates=request.replicates, seed=request.seed, uncertainties="fixed",
    )  # fmt: skip
    check_plan(simulator, plan)


def size_of(
    request: Request,
    uncertainties: Uncertainties,
    out: Path | None,
    part: tuple[int, int],
    workers: int | None,
) -> dict[str, Any]:
    """What a sweep would take, from a few timed runs; nothing is written."""
    simulator = ForumSimulator.of(request.scenario)
    plan = plan_of(
        request.scenario, request.vary, sampler=request.sampler, samples=request.samples,
        replicates=request.replicates, seed=request.seed, uncertainties=uncertainties,
        held=request.levers,
    )  # fmt: skip
    check_plan(simulator, plan)
    runs = Runs(plan)
    k, n = part
    start, stop = len(runs) * (k - 1) // n, len(runs) * k // n
    stored = 0
    todo = int(runs.is_first[start:stop].sum())
    if out is not None:
        check_folder(out, store_id(simulator.identity, request.seed))
        if (out / "manifest.json").exists():
            done = Store.open(out).done(runs)
            stored, todo = int(done.sum()), todo - int(done[start:stop].sum())
    told = estimate(simulator, plan, seed=request.seed, workers=workers)
    share = todo / runs.n_distinct
    return {
        "n_runs": runs.n_distinct,
        "n_settings": told.n_designs,
        "n_stored": stored,
        "n_todo": todo,
        "n_measures": told.n_measures,
        "seconds_a_run": told.seconds_a_run,
        "seconds": told.seconds * share,
        "bytes": told.bytes,
        "workers": told.workers,
        "n_failed": told.n_failed,
        "drawn": drawn_in(plan, uncertainties).as_dict(),
    }
