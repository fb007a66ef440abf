"""``seat repair``: on the day some are missing; the plan is mended with the fewest moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.seat_answers import document_json, print_kept, print_repair
from gfmd_sim.cli.seat_day import check_names, find, open_plan
from gfmd_sim.cli.seat_files import check_outputs, contents, write_all
from gfmd_sim.cli.seat_options import ids_of
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument
from gfmd_sim.seating.judge import judged
from gfmd_sim.seating.search import SeatingProblem, repair


@dataclass(frozen=True)
class Day:
    """Who is missing, and when; the words of the options of the same names.

    ``sitting`` or ``consultation``: the one about to begin, from 1; neither: the first.
    """

    absent: Sequence[str]
    late: Sequence[str]
    misses: Sequence[str]
    sitting: int | None
    consultation: int | None

    def begins(self, problem: SeatingProblem) -> int:
        """The sitting about to begin, from 0.

        Raises
        ------
        UserError
            If it is not there, or named twice, or consultations are not known.
        """
        each = problem.consultations
        if not each and (self.misses or self.consultation is not None):
            raise UserError(
                "the plan does not say which sittings a consultation has",
                key="--misses" if self.misses else "--consultation",
                remedy="use --sitting, --late and --absent; seat plan --consultations makes plans that say it",
            )  # fmt: skip
        if self.consultation is None:
            sitting, most = self.sitting or 1, problem.n_sittings
            if sitting > most:
                raise UserError(
                    "there is no such sitting", key="--sitting", given=sitting,
                    allowed=Sentence("1 to {most}", most=most),
                )  # fmt: skip
            return sitting - 1
        if self.sitting is not None:
            raise UserError(
                "a sitting and a consultation at once", key="--consultation", given=self.consultation,
                remedy="leave one of --sitting and --consultation out",
            )  # fmt: skip
        if self.consultation > len(each):
            raise UserError(
                "there is no such consultation", key="--consultation", given=self.consultation,
                allowed=Sentence("1 to {most}", most=len(each)),
            )  # fmt: skip
        return sum(each[: self.consultation - 1])

    def missing(self, room: PlannedRoom, document: SeatingDocument) -> dict[str, list[int]]:
        """The places of those missing, by option.

        Raises
        ------
        UserError
            If nobody is, or somebody is named under two options.
        """
        words = {"--absent": self.absent, "--late": self.late, "--misses": self.misses}
        found = {
            key: [find(room, document, w, key) for text in texts for w in ids_of(text)]
            for key, texts in words.items()
        }
        named: dict[int, str] = {}
        for key, people in found.items():
            for i in people:
                if named.setdefault(i, key) != key:
                    raise UserError(
                        Sentence("named under {one} and {other} at once", one=named[i], other=key),
                        key=key, given=room.problem.name(i), remedy="name him once",
                    )  # fmt: skip
        if not named:
            raise UserError(
                "nobody is missing", key="--absent",
                allowed="--absent ID,ID, --late ID,ID or --misses ID,ID",
                remedy="name who does not come",
            )  # fmt: skip
        return found


def run_repair(
    path: Path, day: Day, smallest: int | None, outs: Sequence[Path], kit: Path | None,
    roster: Path | None, constraints: Path | None, roundtable: int | None, lang: Language, *,
    names: bool, is_json: bool, is_quiet: bool,
) -> None:  # fmt: skip
    """Mend a plan on the day; who, moves from where to where, and what is lost."""
    check_outputs(outs, (roster, constraints), ".xlsx, .csv, .json")
    check_outputs([] if kit is None else [kit], (path, roster, *outs), ".html, .htm", "--kit")
    document = open_plan(path, roster, constraints, roundtable=roundtable).document
    check_names(document, path, roster, names)
    room = document.room(roundtable)
    begins = day.begins(room.problem)
    absent, late, misses = day.missing(room, document).values()
    found = repair(room.problem, room.plan, absent, late, begins, smallest, misses)
    columns = {c: list(v) for c, v in room.columns.items()}
    mended = judged(found.problem, found.plan, room.roundtable, columns)
    whole = document.with_room(mended)
    files = {p: contents(whole, p, lang, names=names) for p in outs}
    if kit is not None:
        from gfmd_sim.reports.seating_kit import seating_kit

        files[kit] = seating_kit(whole, lang, names=names).encode()
    kept = write_all(files)
    if is_json:
        p = room.problem
        moves = [
            {"id": p.ids[m.delegate], "sitting": m.sitting + 1, "from": m.old + 1, "to": m.new + 1}
            for m in found.moves
        ]
        said = document_json(whole, list(files), names=names)
        said["kept"] = {str(old): str(beside) for old, beside in kept.items()}
        print_json(
            {
                "moves": moves,
                "without_host": [{"sitting": r + 1, "table": t + 1} for r, t in found.hostless],
                "excess_change": found.excess_change,
                "encounters_lost": found.encounters_lost,
                **said,
            }
        )
        return
    print_repair(found, room, mended, lang)
    for file in files if not is_quiet else ():
        print(file)
    print_kept(kept, lang)
