"""Designs to compare, the factors they vary, and the samplers that choose among them.

A design is a scenario with levers set. A plan is the list of runs of a sweep: which design, in
which world (uncertainties set, shared by all designs), with which replicate (luck).
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from gfmd_sim.errors import UserError, nearest
from gfmd_sim.experiments.simulator import JSON, canonical, canonical_text
from gfmd_sim.streams import Decision, Streams

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*\Z")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_LABEL_LIMIT = 120


@dataclass(frozen=True)
class Design:
    """A scenario with levers set, one of those compared.

    Attributes
    ----------
    label
        What tables and plots call it.
    levers
        Parameter path -> value, in canonical form (see ``simulator.canonical``); empty for the
        scenario as it stands.
    """

    label: str
    levers: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        levers = canonical(self.levers)
        assert isinstance(levers, dict)
        for path in levers:
            check_path(path)
        object.__setattr__(self, "levers", levers)

    def __hash__(self) -> int:
        return hash((self.label, canonical_text(self.levers)))


@dataclass(frozen=True)
class Choice:
    """A factor with listed values (``seating.rule=random,balanced``)."""

    path: str
    values: tuple[JSON, ...]

    def __post_init__(self) -> None:
        check_path(self.path)
        object.__setattr__(self, "values", tuple(canonical(v) for v in self.values))
        texts = [canonical_text(v) for v in self.values]
        twice = [t for t in texts if texts.count(t) > 1]
        if not texts or twice:
            raise UserError(
                "a value is given twice" if twice else "no value is given",
                key=self.path,
                given=twice[0] if twice else None,
                remedy="name each value once",
            )

    def at(self, u: float) -> JSON:
        """The value at ``u`` in [0, 1], each with the same share of the interval."""
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]


@dataclass(frozen=True)
class Range:
    """A factor with limits (``opinion.table_pull=0.07:0.28``), both included.

    ``integer`` draws whole numbers; ``log`` spreads the draws evenly over orders of magnitude.
    """

    path: str
    low: float
    high: float
    integer: bool = False
    log: bool = False

    def __post_init__(self) -> None:
        check_path(self.path)
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UserError(
                "not a range",
                key=self.path,
                given=f"{self.low:g}:{self.high:g}",
                allowed="lo:hi with lo less than hi",
            )
        if self.log and self.low <= 0:
            raise UserError(
                "a logarithmic range must be above 0", key=self.path, given=f"{self.low:g}"
            )
        if self.integer and not (float(self.low).is_integer() and float(self.high).is_integer()):
            raise UserError(
                "this parameter takes whole numbers",
                key=self.path,
                given=f"{self.low:g}:{self.high:g}",
            )

    def at(self, u: float) -> JSON:
        """The value at ``u`` in [0, 1]."""
        # a whole number owns the half unit on each side, so that the limits are drawn as often
        low, high = (self.low - 0.5, self.high + 0.5) if self.integer else (self.low, self.high)
        if self.log:
            value = math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
        else:
            value = low + u * (high - low)
        if self.integer:
            value = math.floor(value + 0.5)
        return canonical(min(max(value, self.low), self.high))

    def levels(self, n: int) -> tuple[JSON, ...]:
        """``n`` values from ``low`` to ``high``, evenly spaced, for a grid."""
        if n < 2:
            raise UserError("a grid needs at least 2 levels of a range", key=self.path, given=n)
        space = np.geomspace if self.log else np.linspace
        values = [float(v) for v in space(self.low, self.high, n)]
        if self.integer:
            values = [float(round(v)) for v in values]
        # 0.1 + 2 * 0.1 would make a label of 17 digits and another hash than 0.3
        return tuple(dict.fromkeys(canonical(float(f"{v:.12g}")) for v in values))


Factor: TypeAlias = Choice | Range


def check_path(path: str) -> str:
    """``path`` itself if it can be a parameter's path.

    Raises
    ------
    UserError
        If it cannot.
    """
    if not _PATH.match(path):
        raise UserError(
            "not a parameter's path", given=path, allowed="room.parameter, as in seating.rule"
        )
    return path


def parse_value(text: str) -> JSON:
    """A value as typed on a command line: JSON where it is JSON, else the text itself.

    >>> parse_value("6"), parse_value(".5"), parse_value("[5, 8]"), parse_value("NO")
    (6, 0.5, [5, 8], 'NO')
    """
    text = text.strip()
    if _NUMBER.match(text):
        return canonical(float(text)) if not text.lstrip("+-").isdigit() else int(text)
    try:
        return canonical(json.loads(text))
    except (ValueError, UserError):
        return text


def parse_setting(text: str) -> tuple[str, JSON]:
    """``--set path=value``.

    >>> parse_setting("seating.rule=caucus")
    ('seating.rule', 'caucus')
    """
    path, sign, value = text.partition("=")
    if not sign or not value.strip():
        raise UserError(
            "a setting has no value", given=text, allowed="path=value, as in seating.rule=caucus"
        )
    return check_path(path.strip()), parse_value(value)


def parse_vary(text: str, integers: Container[str] = ()) -> Factor:
    """``--vary path=a,b,c``, ``path=lo:hi``, ``path=lo:hi:log`` or ``path=lo:hi:step``.

    ``integers`` names the paths whose ranges are of whole numbers.

    >>> parse_vary("seating.rule=random,balanced").values
    ('random', 'balanced')
    >>> parse_vary("opinion.table_pull=0.07:0.28").high
    0.28
    >>> parse_vary("seating.n=5:8:1").values
    (5, 6, 7, 8)
    """
    path, sign, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not sign or not value:
        raise UserError(
            "nothing to vary",
            given=text,
            allowed="path=value,value,... or path=lo:hi, as in seating.rule=random,balanced",
        )
    check_path(path)
    parts = [p.strip() for p in value.split(":")]
    if len(parts) in (2, 3) and all(_NUMBER.match(p) for p in parts[:2]):
        low, high = float(parts[0]), float(parts[1])
        if len(parts) == 2 or parts[2] == "log":
            return Range(path, low, high, integer=path in integers, log=len(parts) == 3)
        if _NUMBER.match(parts[2]) and float(parts[2]) > 0 and low < high:
            n = math.floor((high - low) / float(parts[2]) + 1e-9) + 1
            if n > 10_000:
                raise UserError("too many steps in a range", key=path, given=n, allowed="10,000")
            steps = (low + i * float(parts[2]) for i in range(n))
            return Choice(path, tuple(canonical(float(f"{v:.12g}")) for v in steps))
        raise UserError(
            "not a range", key=path, given=value, allowed="lo:hi, lo:hi:log or lo:hi:step"
        )
    return Choice(path, tuple(parse_value(v) for v in _split(value)))


def _split(text: str) -> list[str]:
    """``text`` at its commas, except those inside brackets, braces or double quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"' and text[i - 1 : i] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (c in "[{") - (c in "]}")
            if c == "," and depth == 0:
                parts.append(text[start:i])
                start = i + 1
    parts.append(text[start:])
    return [p for p in parts if p.strip()]


def cross(factors: Sequence[Choice], fixed: Mapping[str, JSON] | None = None) -> list[Design]:
    """Every combination of the factors' values, the last factor changing fastest.

    ``fixed`` levers are set in all of them and do not show in the labels.
    """
    _check_distinct(factors)
    rows = itertools.product(*(f.values for f in factors))
    return designs([dict(zip((f.path for f in factors), row, strict=True)) for row in rows], fixed)


def designs(
    rows: Iterable[Mapping[str, JSON]], fixed: Mapping[str, JSON] | None = None
) -> list[Design]:
    """A design for each distinct row of levers, labelled by what differs between them."""
    settings = list({canonical_text(row): dict(row) for row in rows}.values())
    names = _short_names([path for row in settings for path in row])
    varied = {
        path
        for path in names
        if len({canonical_text(row[path]) if path in row else "" for row in settings}) > 1
    } or set(names)
    out, seen = [], set()
    for i, row in enumerate(settings):
        shown = {path: row[path] for path in row if path in varied}
        label = _label(shown, names, alone=len(varied) == 1) or "as it stands"
        if label in seen:
            label = f"{label} #{i}"
        seen.add(label)
        out.append(Design(label, {**(fixed or {}), **row}))
    return out


def _label(row: Mapping[str, JSON], names: Mapping[str, str], *, alone: bool) -> str:
    def text(value: JSON) -> str:
        if isinstance(value, float):
            return f"{value:.4g}"
        return value if isinstance(value, str) else canonical_text(value)

    if alone:
        whole = ", ".join(text(v) for v in row.values())
    else:
        whole = ", ".join(f"{names[path]}={text(v)}" for path, v in row.items())
    return whole if len(whole) <= _LABEL_LIMIT else whole[: _LABEL_LIMIT - 1] + "…"


def _short_names(paths: Iterable[str]) -> dict[str, str]:
    """Each path's last word, or the whole path where two would share it."""
    distinct = list(dict.fromkeys(paths))
    last = [p.rsplit(".", 1)[-1] for p in distinct]
    return {
        p: (name if last.count(name) == 1 else p) for p, name in zip(distinct, last, strict=True)
    }


def _check_distinct(factors: Sequence[Factor]) -> None:
    paths = [f.path for f in factors]
    for path in paths:
        if paths.count(path) > 1:
            raise UserError(
                "a parameter is varied twice", key=path, remedy="name it in one --vary only"
            )


SAMPLERS = ("grid", "list", "zip", "lhs", "sobol", "morris")


@dataclass(frozen=True)
class Plan:
    """The runs of a sweep.

    Run ``i`` sets ``designs[design[i]].levers``, and ``worlds[world[i]]`` on top, and uses the
    luck of ``replicate[i]``.

    Attributes
    ----------
    designs, worlds
        What is set: levers, and uncertainties (one empty world where none are drawn).
    design, world, replicate
        Shape (n_runs,).
    sampler, factors
        How the designs were chosen; for ``sobol`` and ``morris`` the analysis needs the order.
    unit
        The points in the unit cube, shape (n_points, n_factors + 1) with luck as the last column,
        for ``sobol`` and ``morris``; else None.
    """

    designs: tuple[Design, ...]
    design: IntArray
    replicate: IntArray
    worlds: tuple[Mapping[str, JSON], ...] = ({},)
    world: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    sampler: str = "list"
    factors: tuple[Factor, ...] = ()
    unit: FloatArray | None = None

    def __post_init__(self) -> None:
        if not len(self.world):
            object.__setattr__(self, "world", np.zeros(len(self.design), np.int64))
        clash = {p for w in self.worlds for p in w} & {p for d in self.designs for p in d.levers}
        if clash:
            raise UserError(
                "a parameter is both a lever of the designs and drawn as an uncertainty",
                key=min(clash),
                remedy="set it in one of the two",
            )
        labels = [d.label for d in self.designs]
        if len(set(labels)) != len(labels):
            twice = next(x for x in labels if labels.count(x) > 1)
            raise UserError("two designs have the same name", given=twice)

    def __len__(self) -> int:
        return len(self.design)

    def levers(self, i: int) -> dict[str, JSON]:
        """What run ``i`` sets."""
        return {**self.designs[self.design[i]].levers, **self.worlds[self.world[i]]}


def crossed(
    designs: Sequence[Design],
    replicates: int | Sequence[int],
    worlds: Sequence[Mapping[str, JSON]] = (),
    per_world: int = 1,
) -> Plan:
    """Each design with each replicate; replicate ``r`` lives in world ``r // per_world``.

    ``replicates`` is a number, or the indices themselves. All designs of a replicate come
    together, so that a sweep stopped half-way is a fair comparison on fewer replicates.
    """
    index = np.asarray(range(replicates) if isinstance(replicates, int) else replicates, np.int64)
    if not len(index) or not len(designs):
        raise UserError("nothing to run", given=f"{len(designs)} designs, {len(index)} replicates")
    if worlds and index.max() >= len(worlds) * per_world:
        raise UserError(
            "not enough worlds for these replicates",
            given=f"{len(worlds)} worlds, {per_world} replicates each",
            allowed=f"at least {-(-(int(index.max()) + 1) // per_world)} worlds",
        )
    design = np.tile(np.arange(len(designs), dtype=np.int64), len(index))
    replicate = np.repeat(index, len(designs))
    world = replicate // per_world if worlds else np.zeros_like(replicate)
    drawn = tuple(dict(canonical(w)) for w in worlds) if worlds else ({},)  # type: ignore[arg-type]
    return Plan(tuple(designs), design, replicate, drawn, world)


def draw_worlds(factors: Sequence[Factor], n: int, seed: int = 0) -> list[dict[str, JSON]]:
    """``n`` plausible worlds: uncertainties drawn from their ranges, the same for all designs.

    World ``i`` does not depend on ``n``, so that more can be added later.
    """
    _check_distinct(factors)
    return [
        {f.path: f.at(float(u)) for f, u in zip(factors, row, strict=True)}
        for row in _uniforms(n, len(factors), seed)
    ]


def _uniforms(n: int, d: int, seed: int, sitting: int = 0) -> FloatArray:
    """Uniforms of ``n`` points in ``d`` dimensions, shape (n, d); a point does not depend on n."""
    key = np.arange(n, dtype=np.uint32)
    return Streams(seed).uniform(Decision.SAMPLING, key, max(d, 1), sitting=sitting)[:, :d]


def sample(
    factors: Sequence[Factor],
    sampler: Literal["grid", "list", "zip", "lhs", "sobol", "morris"] | str,
    n: int,
    *,
    replicates: int = 1,
    seed: int = 0,
    fixed: Mapping[str, JSON] | None = None,
) -> Plan:
    """The plan of a sweep over ``factors``.

    Parameters
    ----------
    sampler
        ``grid``: every combination, ``n`` levels of each range. ``list`` and ``zip``: the first
        values of all factors together, then the second, and so on. ``lhs``: ``n`` points of a
        Latin hypercube. ``sobol``: ``n`` blocks of Saltelli's scheme (n a power of 2; a block is
        n_factors + 3 points). ``morris``: ``n`` trajectories of n_factors + 2 points.
    replicates
        Runs of each design for ``grid``, ``list``, ``zip`` and ``lhs``. In ``sobol`` and
        ``morris`` luck is a factor of its own, and the number of blocks is what is raised.

    Sources
    -------
    Saltelli et al. 2010, Comput. Phys. Commun. 181:259; Morris 1991, Technometrics 33:161; luck as
    a factor: one replicate per block, changed in the block's luck point only.
    """
    _check_distinct(factors)
    if not factors:
        raise UserError("nothing to vary", remedy="name at least one --vary")
    if n < 1:
        raise UserError("the number of samples must be at least 1", given=n)
    if replicates > 1 and sampler in ("sobol", "morris"):
        raise UserError(
            f"{sampler} takes no replicates: luck is one of its factors",
            given=replicates,
            remedy="raise --samples instead",
        )
    if sampler == "grid":
        levels = [f if isinstance(f, Choice) else Choice(f.path, f.levels(n)) for f in factors]
        return _named(crossed(cross(levels, fixed), replicates), "grid", factors)
    if sampler in ("list", "zip"):
        return _named(crossed(zipped(factors, fixed), replicates), sampler, factors)
    if sampler == "lhs":
        rows = _rows(factors, latin_hypercube(n, len(factors), seed))
        return _named(crossed(designs(rows, fixed), replicates), "lhs", factors)
    if sampler == "sobol":
        return _by_points(factors, *_saltelli(len(factors), n, seed), fixed, "sobol")
    if sampler == "morris":
        return _by_points(factors, *_trajectories(len(factors), n, seed), fixed, "morris")
    raise UserError(
        "unknown sampler",
        given=sampler,
        allowed=", ".join(SAMPLERS),
        remedy=f"did you mean {near}?" if (near := nearest(str(sampler), SAMPLERS)) else None,
    )


def zipped(factors: Sequence[Factor], fixed: Mapping[str, JSON] | None = None) -> list[Design]:
    """The factors' values side by side: a row of a table of designs each."""
    lengths = {}
    for f in factors:
        if isinstance(f, Range):
            raise UserError(
                "a range has no list of values", key=f.path, remedy="give lo:hi:step or a,b,c"
            )
        lengths[f.path] = len(f.values)
    if len(set(lengths.values())) > 1:
        raise UserError(
            "the lists are not equally long",
            given=", ".join(f"{p}: {k}" for p, k in lengths.items()),
        )
    columns = [f.values for f in factors if isinstance(f, Choice)]
    rows = [
        dict(zip((f.path for f in factors), row, strict=True)) for row in zip(*columns, strict=True)
    ]
    return designs(rows, fixed)


def latin_hypercube(n: int, d: int, seed: int = 0) -> FloatArray:
    """``n`` points, one in each of ``n`` strata of every axis (McKay et al. 1979), shape (n, d)."""
    order = np.argsort(_uniforms(n, d, seed, sitting=1), axis=0)
    return (order + _uniforms(n, d, seed, sitting=2)) / n


def _saltelli(d: int, n: int, seed: int) -> tuple[FloatArray, IntArray]:
    """Points A, AB_1 .. AB_d, AB_luck, B of each block, shape (n (d + 3), d), and replicates."""
    if n & (n - 1):
        raise UserError(
            "sobol takes a power of 2 as the number of samples",
            given=n,
            allowed=f"{2 ** int(math.log2(n))} or {2 ** (int(math.log2(n)) + 1)}",
        )
    base = qmc.Sobol(2 * d, scramble=True, rng=_library_seed(seed)).random(n)
    a, b = base[:, :d], base[:, d:]
    points = np.repeat(a[:, None, :], d + 3, axis=1)
    for i in range(d):
        points[:, 1 + i, i] = b[:, i]
    points[:, d + 2, :] = b
    replicate = np.repeat(2 * np.arange(n, dtype=np.int64)[:, None], d + 3, axis=1)
    replicate[:, d + 1 :] += 1
    return points.reshape(-1, d), replicate.reshape(-1)


def _trajectories(d: int, n: int, seed: int, levels: int = 4) -> tuple[FloatArray, IntArray]:
    """``n`` trajectories of Morris over d factors and luck, shape (n (d + 2), d), and replicates.

    Each step changes one factor by two thirds of its range (delta = levels / (2 (levels - 1)));
    one step changes the luck.
    """
    delta = levels / (2 * (levels - 1))
    u = _uniforms(n, 3 * (d + 1), seed, sitting=3)
    points = np.empty((n, d + 2, d))
    replicate = np.empty((n, d + 2), dtype=np.int64)
    for t in range(n):
        start, up, order = u[t, :d], u[t, d + 1 : 2 * d + 1], np.argsort(u[t, 2 * d + 2 :])
        x = np.floor(start * levels / 2) / (levels - 1)  # low enough to take a step up
        sign = np.where(up < 0.5, 1.0, -1.0)
        x = np.where(sign > 0, x, x + delta)
        luck = 2 * t
        points[t, 0], replicate[t, 0] = x, luck
        for step, i in enumerate(order, start=1):
            if i == d:
                luck += 1
            else:
                x = x.copy()
                x[i] += sign[i] * delta
            points[t, step], replicate[t, step] = x, luck
    return np.clip(points.reshape(-1, d), 0.0, 1.0), replicate.reshape(-1)


def _library_seed(seed: int) -> int:
    """A seed for a library's own generator, drawn from ours."""
    u = Streams(seed).uniform(Decision.SAMPLING, np.zeros(1, np.uint32), sitting=4)
    return int(u[0, 0] * 2**32)


def _rows(factors: Sequence[Factor], points: FloatArray) -> list[dict[str, JSON]]:
    return [
        {f.path: f.at(float(u)) for f, u in zip(factors, point, strict=True)} for point in points
    ]


def _named(plan: Plan, sampler: str, factors: Sequence[Factor]) -> Plan:
    return Plan(
        plan.designs, plan.design, plan.replicate, plan.worlds, plan.world, sampler, tuple(factors)
    )


def _by_points(
    factors: Sequence[Factor],
    points: FloatArray,
    replicate: IntArray,
    fixed: Mapping[str, JSON] | None,
    sampler: str,
) -> Plan:
    """A plan with a run for each point; points with the same levers share a design."""
    rows = _rows(factors, points)
    place: dict[str, int] = {}
    distinct: list[dict[str, JSON]] = []
    index = np.empty(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        text = canonical_text(row)
        if text not in place:
            place[text] = len(distinct)
            distinct.append(row)
        index[i] = place[text]
    width = len(str(len(distinct)))
    named = tuple(
        Design(f"{sampler}-{i:0{width}d}", {**(fixed or {}), **row})
        for i, row in enumerate(distinct)
    )
    unit = np.column_stack([points, replicate % 2])
    return Plan(named, index, replicate, sampler=sampler, factors=tuple(factors), unit=unit)
