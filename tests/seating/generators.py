"""Synthetic rosters and planted instances for the tests of the seating search."""

from __future__ import annotations

import numpy as np

from gfmd_sim.seating.search import SeatingProblem, default_table_sizes
from gfmd_sim.seating.search.templates import template
from gfmd_sim.streams import Decision, Streams

SHARES = {
    "group": {"states": 0.4, "civil_society": 0.28, "private_sector": 0.18, "local": 0.14},
    "region": {"africa": 0.28, "asia": 0.26, "europe": 0.22, "latin": 0.16, "north": 0.08},
    "gender": {"w": 0.52, "m": 0.48},
    "language": {"en": 0.5, "both": 0.3, "fr": 0.2},
}


def uniforms(seed: int, n: int, columns: int, what: int = 0) -> np.ndarray:
    """Uniforms of the project's own streams, shape (n, columns)."""
    people = np.arange(n, dtype=np.uint32)
    return Streams(seed, what).uniform(Decision.SEAT_SEARCH, people, columns, sitting=9)


def shuffled(seed: int, n: int, what: int = 0) -> np.ndarray:
    """A random order of n."""
    return np.argsort(uniforms(seed, n, 1, what)[:, 0])


def roster(n: int, seed: int) -> dict[str, list[str]]:
    """Attributes of n delegates, with shares as at the Forum."""
    out: dict[str, list[str]] = {}
    for column, (name, shares) in enumerate(SHARES.items()):
        cuts = np.round(np.cumsum(list(shares.values())) * n).astype(int)
        place = np.searchsorted(cuts, np.arange(n), side="right").clip(0, len(shares) - 1)
        values = np.array(list(shares))[place]
        out[name] = values[shuffled(seed, n, 10 + column)].tolist()
    return out


def problem(n: int, seed: int = 0, sittings: int = 6, size: int = 8, **rest) -> SeatingProblem:
    """A request for n delegates at tables of at most ``size``."""
    sizes = default_table_sizes(n, 2, size)
    ids = tuple(f"d{i:04d}" for i in range(n))
    return SeatingProblem(ids, roster(n, seed), (sizes,) * sittings, **rest)


def planted(q: int, size: int, seed: int, sittings: int = 6) -> tuple[SeatingProblem, np.ndarray]:
    """A request whose attributes fit a hidden plan without excess and without repeats.

    The hidden plan is a zero-repeat template on shuffled delegates; each attribute gives the rows of
    the template a value each, so every table holds the same mix. Returns request and hidden plan.
    """
    hidden = template((size,) * q, sittings)
    assert hidden is not None
    n = q * size
    order = shuffled(seed, n, 1)
    plan = np.empty_like(hidden)
    plan[:, order] = hidden
    row = np.empty(n, dtype=int)
    row[order] = np.repeat(np.arange(size), q)
    attributes = {}
    for column, (name, shares) in enumerate(SHARES.items()):
        values = list(shares)
        by_row = (uniforms(seed, size, 1, 20 + column)[:, 0] * len(values)).astype(int)
        attributes[name] = [values[by_row[k]] for k in row]
    ids = tuple(f"p{i:03d}" for i in range(n))
    return SeatingProblem(ids, attributes, ((size,) * q,) * sittings), plan


def delegations_and_groups(n: int, seed: int, longest: int = 3) -> SeatingProblem:
    """150 delegations never two at a table, and 100 groups of two or three (``longest``) kept together.

    One group in four is of three, unless there are fewer than 225 delegates; with 200 everybody is in a pair.
    """
    order = shuffled(seed, n, 5).tolist()
    delegations = tuple(tuple(order[k::150]) for k in range(150))
    lengths = [longest if k % 4 == 0 and n >= 225 else 2 for k in range(100)]
    begins = [3 * k if n >= 300 else sum(lengths[:k]) for k in range(100)]
    groups = tuple(tuple(order[b : b + k]) for b, k in zip(begins, lengths, strict=True))
    return problem(n, seed, apart=delegations, together=groups)
