"""The roster: a list of delegates, one a row, read from CSV or XLSX.

Only the column ``group`` is required. Ids, labels and names are kept as written (trimmed); a country
code such as NO stays a word. Names come from strangers: whoever writes them into HTML or a
spreadsheet escapes them there.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gfmd_sim.errors import RosterError, Sentence, UserError, cut_short, nearest, shorten
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.scenario.group_names import ADVISED, SHOWN, meant
from gfmd_sim.scenario.tabular import Row, find_row, read_table
from gfmd_sim.streams import MAX_SITTING

MADE_UP_ID = "delegate-{:03d}"
"""The id of a delegate where the list has none at all, from the place in it."""
MAX_DELEGATES = 20_000
MAX_TABLE = 10_000
MAX_CONSULTATION = 30
STATUS_LIMITS = (-10.0, 10.0)  # as population.groups.status

# Folded header names, the column's own name first. Where a file has both a column's own name and a
# synonym, the synonym is a further column.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "group": ("groupe", "grupo", "stakeholder_group", "stakeholder", "partie_prenante"),
    "id": ("delegate_id", "identifiant", "identificador"),
    "name": ("nom", "nombre", "full_name", "nom_complet", "nombre_completo"),
    "organisation": ("organization", "organizacion", "organisme", "organismo"),
    "country": ("pays", "pais"),
    "region": (),
    "role": ("rol",),
    "languages": ("language", "langue", "langues", "idioma", "idiomas", "lengua", "lenguas"),
    "gender": ("sex", "sexe", "sexo", "genre", "genero"),
    "status": ("statut", "estatus"),
    "susceptibility": ("susceptibilite", "susceptibilidad"),
    "resources": ("resource", "ressource", "ressources", "recurso", "recursos"),
    "keep_with": ("keep_together", "garder_avec", "avec", "mantener_con", "juntos"),
    "keep_apart": ("separer", "separe", "separar", "separados"),
    "fixed_table": ("table_fixe", "mesa_fija"),
    "present": ("presence", "presente", "presencia", "attendance"),
    "consultations": ("consultation", "consulta", "consultas"),
}
_SYNONYMS = {synonym: name for name, synonyms in _COLUMNS.items() for synonym in synonyms}
_SUPPORT = re.compile(
    r"(?:support|soutien|apoyo)\s*:\s*(\d{1,3})\s*/\s*([a-z][a-z0-9_]{0,31})", re.IGNORECASE
)
_SUPPORT_LIKE = re.compile(r"(?:support|soutien|apoyo)\s*:.*", re.IGNORECASE)
_TEXT = ("name", "organisation", "country", "region", "role", "gender")
_LISTS = ("languages", "resources", "keep_with", "keep_apart")
_RESOURCE_NAMES = {r: r for r in RESOURCES} | {
    "jobs_and_skills": "jobs_skills",
    "knowledge_and_lived_experience": "knowledge",
}
# What spreadsheets write where a formula failed: #REF!, #N/A, #¡VALOR!, #NOM?, ...
_FORMULA_FAILED = re.compile(r"#[¡¿]?[A-Z][A-Z_]*(?:[!?]|/0!|/[AD])")
_YES = frozenset({"yes", "y", "oui", "o", "si", "s", "true", "vrai", "verdadero", "1"})
_NO = frozenset({"no", "n", "non", "false", "faux", "falso", "0"})


OWN = {
    "host": ("host", "hote", "anfitrion", "facilitator", "facilitateur", "facilitador"),
    "fixed_sittings": ("fixed_sittings", "seances_fixes", "sesiones_fijas"),
    "needs": (
        "needs", "besoins", "necesidades", "accessibility", "accessibilite", "accesibilidad",
    ),
    "roundtables": (
        "roundtables", "roundtable", "tables_rondes", "table_ronde", "mesas_redondas",
        "mesa_redonda",
    ),
}  # fmt: skip
"""Further columns that say something, and their names: of seating, and who is at which roundtable."""
MAX_ROUNDTABLE = 255
HOST_YES = frozenset({"yes", "y", "oui", "o", "si", "s", "true", "vrai", "verdadero", "x", "1"})
HOST_NO = frozenset({"", "no", "n", "non", "false", "faux", "falso", "0"})
E = TypeVar("E", bound=UserError)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One delegate as the list has him; None or empty where it says nothing.

    ``line``: where he stands in the file. ``languages``: two-letter codes. ``status``: standing as a
    speaker (Gumbel scale). ``susceptibility``: 0 never moves, 1 fully open. ``resources``: what he
    can pledge. ``support``: (roundtable, solution id) -> 0 to 1. ``keep_with``, ``keep_apart``:
    labels; delegates who share one always, or never, sit together. ``fixed_table``: counted from 1.
    ``present``: True, False, or the sittings (from 1) attended. ``consultations``: those attended
    (from 1); empty: all. ``extra``: any further column, by its folded name.
    """

    id: str
    group: str
    line: int
    name: str | None = None
    organisation: str | None = None
    country: str | None = None
    region: str | None = None
    role: str | None = None
    languages: tuple[str, ...] = ()
    gender: str | None = None
    status: float | None = None
    susceptibility: float | None = None
    resources: tuple[str, ...] = ()
    support: dict[tuple[int, str], float] = field(default_factory=dict)
    keep_with: tuple[str, ...] = ()
    keep_apart: tuple[str, ...] = ()
    fixed_table: int | None = None
    present: bool | tuple[int, ...] = True
    consultations: tuple[int, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    def is_present(self, sitting: int, consultation: int) -> bool:
        """Whether the delegate attends ``sitting`` of a consultation; both counted from 1, sittings
        through all consultations."""
        if self.consultations and consultation not in self.consultations:
            return False
        return self.present if isinstance(self.present, bool) else sitting in self.present

    @property
    def roundtables(self) -> tuple[int, ...]:
        """The roundtables attended, as the list says; empty: it says nothing."""
        key = next((name for name in OWN["roundtables"] if name in self.extra), "")
        return numbers_in(self.extra.get(key, ""), MAX_ROUNDTABLE) or ()

    def attribute(self, name: str) -> str:
        """The value of a text column by name, as balancing needs it; empty where there is none."""
        if name in self.extra:
            return self.extra[name]
        if name in ("id", "group", *_TEXT):
            return getattr(self, name) or ""
        if name in _LISTS:
            return "|".join(getattr(self, name))
        return ""


def column_named(word: str, columns: Collection[str]) -> str | None:
    """The column that a word names, in any of the three languages; None if it is not there.

    >>> column_named("Grupo", ["id", "group"]), column_named("colour", ["id", "group"])
    ('group', None)
    """
    name = fold(word)
    return next((c for c in (word, name, _SYNONYMS.get(name)) if c in columns), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """A delegate list: its entries in the file's order, the columns found, and the file.

    ``columns`` are the columns' own names in the file's order, further columns by their folded name,
    support as ``support:ROUNDTABLE/SOLUTION``. ``group_spellings``: how the list writes each group,
    the usual way first.
    """

    entries: tuple[RosterEntry, ...]
    columns: tuple[str, ...]
    path: Path
    group_spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)


def fold(text: str) -> str:
    """A name as it is compared: no case, no accents, spaces and hyphens as underscores.

    >>> fold(" Société-civile "), fold("Civil society")
    ('societe_civile', 'civil_society')
    """
    # decomposed twice: styled letters turn into capitals, and small letters into marked ones
    small = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not 0x300 <= ord(c) < 0x370)
    words = "".join(
        c if c.isalnum() or unicodedata.category(c).startswith("M") else " "
        for c in unicodedata.normalize("NFC", bare)
    )
    return "_".join(words.split())


def read_roster(
    path: str | Path, *, groups: Collection[str] | None = None, for_seating: bool = False
) -> Roster:
    """Read a delegate list.

    Parameters
    ----------
    path
        A CSV file (comma, semicolon or tab; UTF-8, UTF-16, Latin-1, ...) or an XLSX workbook (first
        visible sheet; formulas count as the values saved with them). One delegate a row.
    groups
        The group ids that there are. A value is matched after folding ("Civil society" is
        ``civil_society``), and by the names of ``group_names.SHOWN`` ("Société civile" is too).
        None: any value is a group, under its folded name.
    for_seating
        Whether the columns that only a seating plan reads are to be in order too.

    Raises
    ------
    RosterError
        For all that is wrong: each with file, line and column, what was given, what is allowed and
        what to do.
    """
    path = Path(path)
    faults: list[RosterError] = []
    rows = read_table(path, _names_group, faults)
    header = next(rows, None)
    if header is None:
        raise RosterError(
            "the list is empty",
            allowed="a header row with a column 'group', then one delegate a row",
            file=path,
        )
    try:
        columns = _columns(path, header, faults)
    except RosterError as error:
        below = find_row(path, _names_group) if error.key == "group" else None
        if below is None or below <= header.line:
            raise
        raise error.to_do(
            Sentence(
                "the headings seem to be in line {line}: delete the rows above it", line=str(below)
            )
        ) from None
    unnamed = [place for place, cell in enumerate(header.cells) if not cell]
    body: list[Row] = []
    for row in rows:
        body.append(row)
        if any(row.cells[place] for place in unnamed):
            faults.append(
                RosterError(
                    "a column without a name holds something",
                    given=next(row.cells[place] for place in unnamed if row.cells[place]),
                    remedy="name the column in the first row, or empty it",
                    file=path,
                    line=row.line,
                )
            )
        if len(body) > MAX_DELEGATES:
            raise RosterError(
                "the list has too many delegates",
                given=Sentence("more than {n} rows", n=MAX_DELEGATES),
                allowed=Sentence("{low} to {high}", low=1, high=MAX_DELEGATES),
                remedy="keep the delegates of one Forum",
                file=path,
                line=row.line,
            )
    if not body:
        if faults:
            raise together(faults)
        raise RosterError(
            "the list has no delegates",
            given=Sentence("a header row only"),
            allowed=Sentence("1 to {n} rows below the header", n=MAX_DELEGATES),
            file=path,
            line=header.line,
        )
    found = {name: [row.cells[place] for row in body] for place, name in columns.items()}
    lines = [row.line for row in body]
    failed = _failed_formulas(path, lines, found)
    faults += failed
    lost = {(error.key, error.line) for error in failed}  # nothing more is said of these cells

    def there(name: str) -> tuple[list[int], list[str]]:
        known = [(n, c) for n, c in zip(lines, found[name], strict=True) if (name, n) not in lost]
        return [n for n, _ in known], [c for _, c in known]

    ids = group = [""] * len(body)
    try:
        group = _groups(path, *there("group"), groups)
    except RosterError as error:
        faults.append(error)
    try:
        id_lines, id_cells = there("id") if "id" in found else (lines, None)
        ids = _ids(path, id_lines, id_cells, faults)
    except RosterError as error:
        faults.append(error)
    if failed:
        ids = group = [""] * len(body)
    entries = tuple(
        _entry(
            path, lines[i], ids[i], group[i],
            {name: "" if (name, lines[i]) in lost else c[i] for name, c in found.items()},
            faults, for_seating,
        )
        for i in range(len(body))
    )  # fmt: skip
    faults += _written_twice(path, entries, body, found)
    if faults:
        raise together(faults)
    spellings = spelled(zip(group, found["group"], strict=True))
    return Roster(entries, tuple(columns.values()), path, spellings)


def _written_twice(
    path: Path, entries: tuple[RosterEntry, ...], body: list[Row], found: Mapping[str, list[str]]
) -> list[RosterError]:
    """A fault for every row that repeats another, of a person with name and organisation.

    Rows with an id are two people: whoever wrote the list says so. Without an organisation two may
    share a name.
    """
    if any(found.get("id", ())):
        return []
    first: dict[tuple[str, ...], RosterEntry] = {}
    faults = []
    for entry, row in zip(entries, body, strict=True):
        if entry.name and entry.organisation:
            whole = tuple(unicodedata.normalize("NFC", cell) for cell in row.cells)
            other = first.setdefault(whole, entry)
            if other is not entry:
                faults.append(
                    RosterError(
                        Sentence(
                            "the same person is on the list twice, in line {one} and in line {other}",
                            one=str(other.line), other=str(entry.line),
                        ),
                        given=f"{entry.name}, {entry.organisation}",
                        allowed="each person in one line",
                        remedy="delete one of the lines; if they are two people, give every delegate an id (column id)",
                        file=path,
                        line=entry.line,
                        key="name",
                    )
                )  # fmt: skip
    return faults


def _names_group(cell: str) -> bool:
    return fold(cell) in ("group", *_COLUMNS["group"])


def spelled(words: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Each value's spellings, the most frequent first; ``words``: pairs of value and spelling."""
    counts: dict[str, Counter[str]] = {}
    for value, word in words:
        counts.setdefault(value, Counter())[word] += 1
    return {value: tuple(w for w, _ in found.most_common()) for value, found in counts.items()}


def _failed_formulas(
    path: Path, lines: list[int], found: Mapping[str, list[str]]
) -> list[RosterError]:
    """A fault for every cell in which a spreadsheet says that its formula failed, row by row."""
    return [
        RosterError(
            "the cell holds an error of the spreadsheet, no value",
            given=cells[i],
            remedy="mend the formula in the spreadsheet, or write the value itself",
            file=path,
            line=line,
            key=name,
        )
        for i, line in enumerate(lines)
        for name, cells in found.items()
        if _FORMULA_FAILED.fullmatch(cells[i])
    ]


def together(faults: Sequence[E]) -> E:
    """One error for all faults: the first in full, the next in a line a kind, ten at most."""
    alike: dict[tuple[str | None, str], list[E]] = {}
    for fault in faults:
        alike.setdefault((fault.key, str(fault.problem)), []).append(fault)
    first = faults[0]
    also = []
    for (key, _), found in alike.items():
        others = [e for e in found if e is not first]
        if others:
            said = dict.fromkeys(
                e.given if isinstance(e.given, Sentence) else shorten(e.given, 60)
                for e in others[:20]
            )
            given = Sentence.joined(", ", said)
            at = lines_of([e.line for e in others if e.line is not None])
            also.append(
                Sentence(
                    "{place}: {problem} ({given})",
                    place=at if key is None else Sentence("{key}, {lines}", key=key, lines=at),
                    problem=first.problem if first in found else others[0].problem,
                    given=given,
                )
            )
    return first.along_with(cut_short(also, 9))


# --- columns and rows ---------------------------------------------------------------------------


def _columns(path: Path, header: Row, faults: list[RosterError]) -> dict[int, str]:
    """Place -> name of every column that has a header; others go into ``faults``."""
    own = {fold(cell) for cell in header.cells} & _COLUMNS.keys()
    columns: dict[int, str] = {}
    for place, cell in enumerate(header.cells):
        if not cell:
            continue
        try:
            name = _column_name(path, header.line, cell, own)
        except RosterError as error:
            faults.append(error)
            continue
        if name in columns.values():
            twin = header.cells[next(p for p, n in columns.items() if n == name)]
            fault = RosterError(
                Sentence("two columns mean '{name}'", name=name),
                given=Sentence(
                    "{one} and {other}",
                    one=Sentence("'{word}'", word=shorten(twin, 60)),
                    other=Sentence("'{word}'", word=shorten(cell, 60)),
                ),
                remedy="keep one, or give the other another name",
                file=path,
                line=header.line,
                key=name,
            )
            faults.append(fault)
            continue
        columns[place] = name
    if "group" not in columns.values():
        near = nearest("group", [fold(cell) for cell in header.cells])
        missing = RosterError(
            Sentence("there is no column 'group'; the nearest is '{near}'", near=shorten(near, 60))
            if near
            else "there is no column 'group'",
            given=", ".join(shorten(cell, 40) for cell in header.cells if cell),
            allowed=Sentence(
                "a first row with the columns' names, 'group' among them (or {names})",
                names=", ".join(_COLUMNS["group"][:2]),
            ),
            remedy="name the column that says which stakeholder group a delegate belongs to 'group'",
            file=path,
            line=header.line,
            key="group",
        )
        raise together([missing, *faults])
    return columns


def _column_name(path: Path, line: int, cell: str, own: Collection[str]) -> str:
    if _SUPPORT_LIKE.fullmatch(cell):
        match = _SUPPORT.fullmatch(cell)
        if match is None or not 1 <= int(match[1]) <= 255:
            raise RosterError(
                "this support column names no roundtable and solution",
                given=cell,
                allowed="support:ROUNDTABLE/SOLUTION, such as support:2/skills_passport",
                file=path,
                line=line,
                key=shorten(cell, 40),
            )
        return f"support:{int(match[1])}/{match[2].lower()}"
    name = fold(cell)
    if not name:
        raise RosterError(
            "a column's name has no letter or digit", given=cell, file=path, line=line
        )
    synonym = _SYNONYMS.get(name)
    return synonym if synonym and synonym not in own else name


# --- groups and ids -----------------------------------------------------------------------------


def _groups(
    path: Path, lines: list[int], given: list[str], groups: Collection[str] | None
) -> list[str]:
    """The group id of every row."""
    known = None if groups is None else {fold(group): group for group in groups}
    found: list[str] = []
    unknown: dict[str, list[int]] = {}
    for line, cell in zip(lines, given, strict=True):
        name = fold(cell)
        shown = SHOWN.get(name, name)
        group = shown if known is None else known.get(name, known.get(shown, ""))
        if not group:
            unknown.setdefault(cell, []).append(line)
        found.append(group)
    if not unknown:
        return found
    allowed = None
    if known is not None:
        allowed = Sentence.joined(", ", [ADVISED.get(g, g) for g in sorted(known.values())])
    if set(unknown) == {""}:
        raise RosterError(
            Sentence("delegates without a group ({lines})", lines=lines_of(unknown[""])),
            given=Sentence("empty"),
            allowed=allowed or "any name",
            remedy="fill the column 'group' (formulas count as the value saved with them)",
            file=path,
            line=unknown[""][0],
            key="group",
        )
    raise RosterError(
        Sentence.counted(
            "unknown group: {which}",
            "unknown groups: {which}",
            len(unknown),
            which=_several([_where(name, at, known) for name, at in unknown.items()]),
        ),
        given=", ".join(unknown),
        allowed=allowed or "a name with a letter or digit",
        remedy="correct the rows, or define these groups in the scenario",
        file=path,
        line=min(at[0] for at in unknown.values()),
        key="group",
    )


def _where(name: str, at: list[int], known: Mapping[str, str] | None) -> Sentence:
    near = known and (meant(fold(name), known) or nearest(fold(name), known))
    facts = {"name": shorten(name, 60), "lines": lines_of(at)}
    if known and near:
        return Sentence(
            "'{name}' ({lines}; nearest: {near})",
            near=ADVISED.get(known[near], known[near]),
            **facts,
        )
    return Sentence("'{name}' ({lines})", **facts)


def _ids(
    path: Path, lines: list[int], given: list[str] | None, faults: list[RosterError]
) -> list[str]:
    """The id of every row; made up from the place in the list where the file has none at all."""
    if given is None or not any(given):
        return [MADE_UP_ID.format(place) for place in range(1, len(lines) + 1)]
    without = [line for line, name in zip(lines, given, strict=True) if not name]
    if without:
        fault = RosterError(
            Sentence(
                "delegates without an id, where others have one ({lines})", lines=lines_of(without)
            ),
            given=Sentence("empty"),
            allowed="an id for everybody, or for nobody (they are then made up)",
            remedy="fill the column 'id' or empty it",
            file=path,
            line=without[0],
            key="id",
        )
        faults.append(fault)
    at: dict[str, list[int]] = {}
    for line, name in zip(lines, given, strict=True):
        if name:
            at.setdefault(unicodedata.normalize("NFC", name), []).append(line)
    twice = {name: where for name, where in at.items() if len(where) > 1}
    if twice:
        raise RosterError(
            Sentence(
                "the same id more than once: {which}",
                which=_several([_where(name, where, None) for name, where in twice.items()]),
            ),
            given=", ".join(twice),
            allowed="every id once",
            remedy="give each delegate an id of his own, or empty the whole column",
            file=path,
            line=min(where[1] for where in twice.values()),
            key="id",
        )
    return [""] * len(lines) if without else list(at)


def lines_of(at: list[int], limit: int = 10) -> Sentence:
    """Lines of a file in words."""
    shown = ", ".join(map(str, at[:limit]))
    if len(at) > limit:
        return Sentence("lines {lines} and {n} more", lines=shown, n=len(at) - limit)
    return Sentence.counted("line {lines}", "lines {lines}", len(at), lines=shown)


def _several(parts: list[Sentence], limit: int = 50) -> Sentence:
    return Sentence.divided(cut_short(parts, limit))


# --- cells --------------------------------------------------------------------------------------


def _entry(
    path: Path,
    line: int,
    id_: str,
    group: str,
    cells: dict[str, str],
    faults: list[RosterError],
    for_seating: bool,
) -> RosterEntry:
    """One row; what is wrong with its cells goes into ``faults``, and they count as empty."""

    def refuse(
        key: str, problem: Sentence, allowed: Sentence, remedy: Sentence | None = None
    ) -> None:
        fault = RosterError(
            problem,
            given=cells[key],
            allowed=allowed,
            remedy=remedy
            or Sentence("correct '{key}' of this delegate, or leave it empty", key=key),
            file=path,
            line=line,
            key=key,
        )
        faults.append(fault)

    def number(key: str, low: float, high: float) -> float | None:
        value = _number(cells.get(key, ""))
        if value is not None and not low <= value <= high:
            is_none = math.isnan(value)
            refuse(
                key,
                Sentence("{key} is no number", key=key) if is_none else
                Sentence("{key} is out of range", key=key),
                Sentence("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}"),
            )  # fmt: skip
            return None
        return value

    def whole(key: str, high: int) -> int | None:
        value = number(key, 1, high)
        if value is not None and not value.is_integer():
            refuse(
                key,
                Sentence("{key} is no whole number", key=key),
                Sentence("{low} to {high}", low=1, high=high),
            )
            return None
        return None if value is None else int(value)

    def languages() -> tuple[str, ...]:
        codes = [c.casefold() for c in re.split(r"[\s|;,/]+", cells.get("languages", "")) if c]
        if any(code not in _language_codes() for code in codes):
            refuse(
                "languages",
                Sentence("a language is not known"),
                Sentence("two-letter codes (ISO 639-1) separated by | ; , or a space: en|fr|es"),
            )
            return ()
        return tuple(dict.fromkeys(codes))

    def resources() -> tuple[str, ...]:
        parts = [fold(part) for part in re.split(r"[|;,]", cells.get("resources", ""))]
        if any(part and part not in _RESOURCE_NAMES for part in parts):
            refuse(
                "resources",
                Sentence("a resource is not known"),
                Sentence("{names}; several separated by |", names=", ".join(RESOURCES)),
            )
            return ()
        return tuple(dict.fromkeys(_RESOURCE_NAMES[part] for part in parts if part))

    def labels(key: str) -> tuple[str, ...]:
        parts = (part.strip() for part in cells.get(key, "").split("|"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def present() -> bool | tuple[int, ...]:
        value = _present(cells.get("present", ""))
        if value is None:
            refuse(
                "present",
                Sentence("presence is neither yes or no nor a list of sittings"),
                Sentence("yes, no, or sittings counted from 1, such as 1-3|5"),
                Sentence(
                    "correct it (a spreadsheet that made a date of 1-3: format the column as text)"
                ),
            )
            return True
        return value

    def consultations() -> tuple[int, ...]:
        value = numbers_in(cells.get("consultations", ""), MAX_CONSULTATION)
        if value is None:
            refuse(
                "consultations",
                Sentence("the consultations attended are no list of numbers"),
                Sentence("numbers from 1, such as 1|3 or 2-3; empty: all"),
                Sentence(
                    "correct it (who comes to none has 'no' in the column present; a spreadsheet that "
                    "made a date of 2-3: format the column as text)"
                ),
            )
            return ()
        return value

    def numbers(column: str, high: int) -> None:
        key = next((name for name in OWN[column] if name in cells), column)
        if numbers_in(cells.get(key, ""), high) is None:
            refuse(
                key,
                Sentence("{name} is no list of numbers", name=column),
                Sentence("numbers from 1 to {most}, such as 1-3|5", most=high),
            )

    numbers("roundtables", MAX_ROUNDTABLE)
    if for_seating:
        numbers("fixed_sittings", MAX_SITTING)
        key = next((name for name in OWN["host"] if name in cells), "host")
        word = fold(cells.get(key, ""))
        if word not in HOST_YES | HOST_NO and not (word.isdecimal() and int(word) > 0):
            refuse(
                key,
                Sentence("a host is neither yes or no nor the number of a table"),
                Sentence("yes, no, or the number of the table"),
            )
    support = {}
    for key in cells:
        if key.startswith("support:") and (value := number(key, 0.0, 1.0)) is not None:
            roundtable, solution = key.removeprefix("support:").split("/")
            support[int(roundtable), solution] = value
    text = {key: cells.get(key) or None for key in _TEXT}
    return RosterEntry(
        id=id_,
        group=group,
        line=line,
        name=text["name"],
        organisation=text["organisation"],
        country=text["country"],
        region=text["region"],
        role=text["role"],
        languages=languages(),
        gender=text["gender"],
        status=number("status", *STATUS_LIMITS),
        susceptibility=number("susceptibility", 0.0, 1.0),
        resources=resources(),
        support=support,
        keep_with=labels("keep_with"),
        keep_apart=labels("keep_apart"),
        fixed_table=whole("fixed_table", MAX_TABLE),
        present=present(),
        consultations=consultations(),
        extra={
            key: cell
            for key, cell in cells.items()
            if key not in _COLUMNS and not key.startswith("support:")
        },
    )


def _number(cell: str) -> float | None:
    """The number in a cell, with a decimal point or comma; None if empty, NaN if there is none."""
    if not cell:
        return None
    if re.fullmatch(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?", cell):
        return float(cell.replace(",", "."))
    return math.nan


def _present(cell: str) -> bool | tuple[int, ...] | None:
    """True, False, or the sittings; None if it is none of these. ``1`` and ``0`` are yes and no."""
    if not cell:
        return True
    word = fold(cell) if cell.isalnum() else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    return numbers_in(cell, MAX_SITTING) or None


def numbers_in(cell: str, most: int) -> tuple[int, ...] | None:
    """The numbers from 1 to ``most`` in a cell such as ``1-3|5``; None if it holds anything else."""
    found: set[int] = set()
    for part in re.split(r"[|;,]", cell):
        match = re.fullmatch(r"([0-9]{1,4})(?:\s*[-\u2013]\s*([0-9]{1,4}))?", part.strip())
        if part.strip() and match is None:
            return None
        if match:
            first, last = int(match[1]), int(match[2] or match[1])
            if not 1 <= first <= last <= most:
                return None
            found.update(range(first, last + 1))
    return tuple(sorted(found))


@functools.cache
def _language_codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)
