"""A first plan: fixed seats, then together groups where they harm balance least, then everybody else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.excess import forced_excess, holders
from gfmd_sim.seating.search.problem import Plan
from gfmd_sim.streams import Decision, Streams


def luck(seed: int, n: int, sittings: int, attempt: int) -> NDArray[np.float64]:
    """Uniforms, shape (n, n_sittings)."""
    people = np.arange(n, dtype=np.uint32)
    return Streams(seed, attempt).uniform(Decision.SEAT_SEARCH, people, sittings, sitting=2)


def first_plan(a: Arrays, seed: int, attempt: int = 0) -> Plan | None:
    """A plan with the right table sizes, together groups whole; None if the groups do not fit.

    Keep-apart, languages and balance are left to the search.
    """
    sittings, n = a.present.shape
    order = luck(seed, n, sittings, attempt)
    plan = np.full((sittings, n), -1, dtype=np.int16)
    for r in range(sittings):
        room = a.size[r].astype(np.int64).copy()
        for i in np.flatnonzero(a.fixed[r] >= 0):
            plan[r, i] = a.fixed[r, i]
            room[a.fixed[r, i]] -= 1
        if (room < 0).any():
            return None
        blocks = [int(b) for b in np.unique(a.block[r][a.block[r] >= 0])]
        blocks = [b for b in blocks if plan[r, a.member[b][a.member[b] >= 0]].max() < 0]
        turn = {b: order[int(a.member[b, 0]), r] for b in blocks}
        held = np.array([holders(a, np.flatnonzero(plan[r] == t)) for t in range(len(room))])
        for b in sorted(blocks, key=lambda b: (-int(a.length[r, b]), turn[b])):
            people = np.array([i for i in a.member[b] if i >= 0 and a.present[r, i]])
            fits = (room >= len(people)) & a.allowed[people].all(axis=0)
            rivals = plan[r][(a.kind[people] == 1).any(axis=0)]
            fits[rivals[rivals >= 0]] = False
            if not fits.any():
                return None
            # Where it costs balance least, and of those where most room is.
            more = holders(a, people)
            seated = a.size[r] - room
            harm = forced_excess(a, r, held + more, seated + len(people))
            harm -= forced_excess(a, r, held, seated)
            fits &= harm == harm[fits].min()
            t = int(np.argmax(np.where(fits, room, -1)))
            plan[r, people] = t
            room[t] -= len(people)
            held[t] += more
        left = np.flatnonzero(a.present[r] & (plan[r] < 0))
        left = left[np.argsort(order[left, r])]
        choosy = ~a.allowed[left].all(axis=1)
        for i in left[choosy]:
            t = int(np.argmax(np.where(a.allowed[i] & (room > 0), room, -1)))
            if room[t] <= 0:
                return None
            plan[r, i] = t
            room[t] -= 1
        left = left[~choosy]
        # Dealt out in order of profile, the attributes taking turns at coming first.
        n_attributes = a.value.shape[1]
        keys = [order[left, r]] + [
            a.value[left, (r + x) % n_attributes] for x in range(n_attributes)
        ]
        left = left[np.lexsort(keys)]
        seats = np.repeat(np.arange(len(room)), room)
        level = np.concatenate([np.arange(k) for k in room]) if len(seats) else seats
        plan[r, left] = seats[np.argsort(level, kind="stable")]
    return plan
