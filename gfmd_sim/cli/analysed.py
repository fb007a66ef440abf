"""A sweep's analysis, from the folder alone, and as files."""

from __future__ import annotations

from pathlib import Path

from gfmd_sim.cli.options import REPORT
from gfmd_sim.errors import Sentence, StoreError, refusal
from gfmd_sim.experiments.analysis import Analysis, analyse
from gfmd_sim.experiments.archive import simulator_of
from gfmd_sim.experiments.compare import HEADLINE
from gfmd_sim.experiments.files import why_not_written
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.sweep import SEARCH
from gfmd_sim.experiments.tables import write_tables
from gfmd_sim.results import MANIFEST
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import parameter_at
from gfmd_sim.scenario.schema import Scenario


def analysed(folder: Path, measures: list[str] | None, seed: int) -> tuple[Scenario, Analysis]:
    """The scenario of a sweep, and what its runs say.

    Raises
    ------
    StoreError
        If it was a search, whose answer is in its own files.
    """
    store = Store.open(folder)
    if store.manifest.get("kind") == SEARCH["kind"]:
        raise _is_a_search(folder)
    scenario = simulator_of(store).scenario
    plan = store.plan()
    paths = {p for d in plan.designs for p in d.levers}
    found = analyse(
        plan,
        store.plan_frame(),
        dict(scenario.smallest_effects.model_dump()),
        measures=tuple(dict.fromkeys([*HEADLINE, *(measures or [])])),
        held_by={p: parameter_at(p).holder for p in paths},
        seed=seed,
    )
    return scenario, found


def _is_a_search(folder: Path) -> StoreError:
    """What a search found is in its own files; its runs are no sample of anything."""
    found = folder / "recommendation.txt"
    if not found.exists():
        return StoreError(
            "this folder holds a search that has not ended", file=folder,
            remedy="give the line that began it again: it goes on",
        )  # fmt: skip
    choice = folder / "choice.csv"
    return StoreError(
        "this folder holds a search for the best designs", file=folder,
        remedy=Sentence(
            "read {one} and {other}",
            one=found, other=choice if choice.exists() else folder / "front.csv",
        ),
    )  # fmt: skip


def lines_of(found: Analysis, language: Language) -> list[str]:
    """What was found, a line each, the main points first."""
    from gfmd_sim.reports.findings import findings
    from gfmd_sim.reports.sensitivity import sensitivity

    section = sensitivity(found, language)
    lines = [*section.lines, *section.regions]
    if found.comparison is None:
        return [section.headline, *lines]
    said = findings(found.comparison, language)
    return [
        said.headline,
        said.deck,
        said.decision,
        *said.matters,
        *said.does_not,
        *said.cannot_tell,
        *lines,
    ]


def check_place(folder: Path) -> None:
    """Refuse a folder that an analysis cannot be written to.

    Raises
    ------
    StoreError
        If it cannot be written, or holds a result.
    """
    if (folder / MANIFEST).exists():
        raise StoreError(
            "this folder holds a result", file=folder, remedy="name another folder with --out"
        )
    if refusal := why_not_written(folder):
        raise StoreError(
            "the tables cannot be written", file=folder, given=refusal,
            remedy="name another folder with --out",
        )  # fmt: skip


def write_analysis(
    folder: Path,
    found: Analysis,
    scenario: Scenario,
    language: Language,
    seed: int,
    *,
    report: str = REPORT,
) -> list[Path]:
    """Each table as Parquet and CSV, the sentences as text, and all of it as a file ``report``.

    Raises
    ------
    StoreError
        If the folder cannot be written, or holds a result.
    """
    from gfmd_sim.reports.sensitivity import sensitivity_report

    check_place(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = write_tables(folder, found.tables)
        text = "\n".join(lines_of(found, language))
        (folder / "analysis.txt").write_text(text + "\n", encoding="utf-8")
        files.append(folder / "analysis.txt")
        page = sensitivity_report(found, scenario, language, seed=seed)
        (folder / report).write_text(page, encoding="utf-8")
        files.append(folder / report)
    except OSError as error:
        raise StoreError(
            "the tables cannot be written", file=folder, given=refusal(error),
            remedy="name another folder with --out",
        ) from error  # fmt: skip
    return files
