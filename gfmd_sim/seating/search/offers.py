"""An exchange among those who fit that costs no more than so much: what Metropolis would accept.

At the temperatures that matter ninety-nine of a hundred exchanges are refused. So the lot is drawn
first, and then a seat is given all its chances at once: whoever moves pays what he meets again at
the new table less what he did at the old, and a ring that costs at most so much can be begun at some
member so that every partial sum does too (the gain criterion of Lin and Kernighan 1973, Oper. Res.
21:498). Hardly any beginning passes, so most of a neighbourhood is gone through in no time. Rings are
the cyclic exchanges of Thompson and Orlin 1989, "The theory of cyclic transfers", MIT OR 200-89.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.compiled import inlined
from gfmd_sim.seating.search.fits import Fits, lowest_bit, pair_fits
from gfmd_sim.seating.search.state import State

NOBODY = -1
_ONE = np.uint64(1)
_ALL = ~np.uint64(0)


@inlined
def ring_offer(s: State, f: Fits, r: int, a: int, start: int, most: int) -> tuple[int, int, int]:
    """The first swap or ring of three from ``a`` on that costs at most ``most``.

    Returns who gives him a seat (-1: there is none), the third (-1: a swap) and the change of cost. Who might
    give the seat is gone through from ``start`` on, going round.
    """
    ta = s.place[r, a]
    n_words = f.takers.shape[2]
    early = ~(_ALL << np.uint64(start & 63))
    w = start >> 6
    for lap in range(n_words + 1):
        word = f.seats[r, a, w]
        if lap == 0:
            word &= ~early
        elif lap == n_words:
            word &= early
        while word:
            b = 64 * w + int(lowest_bit(word))
            word &= word - _ONE
            tb = s.place[r, b]
            first = int(f.bill[r, tb, a]) - f.toll[r, a, b] - f.bill[r, ta, a]
            if first > most:
                continue
            if f.takers[r, a, w] >> np.uint64(b & 63) & _ONE:
                change = first + f.bill[r, ta, b] - f.toll[r, a, b] - f.bill[r, tb, b]
                if change <= most:
                    return b, NOBODY, change
            for v in range(n_words):
                # b takes the seat of c, and c that of a.
                thirds = f.seats[r, b, v] & f.takers[r, a, v]
                while thirds:
                    c = 64 * v + int(lowest_bit(thirds))
                    thirds &= thirds - _ONE
                    tc = s.place[r, c]
                    second = first + f.bill[r, tc, b] - f.toll[r, b, c] - f.bill[r, tb, b]
                    if second > most:
                        continue
                    change = second + f.bill[r, ta, c] - f.toll[r, c, a] - f.bill[r, tc, c]
                    if change <= most:
                        return b, c, change
        w = w + 1 if w + 1 < n_words else 0
    return NOBODY, NOBODY, 0


@inlined
def pair_offer(
    s: State, f: Fits, r: int, a: int, tb: int, start: int, most: int, dearest: int
) -> tuple[int, int, int, int]:
    """The first two for two with table ``tb`` that costs at most ``most``: ``a`` is no worse off by more.

    Returns the two who come (-1: there are none), who goes with ``a``, and the change of cost. Where
    no swap fits, a second one between the same tables may make up for it. No toll is above ``dearest``.
    """
    ta = s.place[r, a]
    if int(f.bill[r, tb, a]) - f.bill[r, ta, a] - 2 * dearest > most:
        return NOBODY, NOBODY, NOBODY, 0
    k = int(s.size[r, tb])
    at = start % k
    for _ in range(k):
        at = at + 1 if at + 1 < k else 0
        b = s.member[r, tb, at]
        if not s.free[r, b] or s.block[r, b] >= 0:
            continue
        for other in range(at):
            d = s.member[r, tb, other]
            mine = int(f.bill[r, tb, a]) - f.bill[r, ta, a] - f.toll[r, a, b] - f.toll[r, a, d]
            if mine > most or not s.free[r, d] or s.block[r, d] >= 0:
                continue
            three = mine - f.toll[r, a, b] - f.toll[r, a, d] + 2 * int(f.toll[r, b, d])
            three += int(f.bill[r, ta, b]) - f.bill[r, tb, b] + f.bill[r, ta, d] - f.bill[r, tb, d]
            for z in range(s.size[r, ta]):
                c = s.member[r, ta, z]
                change = three + f.bill[r, tb, c] - f.bill[r, ta, c]
                change += 2 * (int(f.toll[r, a, c]) - f.toll[r, b, c] - f.toll[r, c, d])
                if change > most or c == a or not s.free[r, c] or s.block[r, c] >= 0:
                    continue
                if pair_fits(s, f, r, a, c, b, d):
                    return b, d, c, change
    return NOBODY, NOBODY, NOBODY, 0
