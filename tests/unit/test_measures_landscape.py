"""Landscape energy: oracle O14 and what goes with it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.landscape import descend, energy, frustration, move_gains

N = 7
LIKING = arrays(np.float64, (N, N), elements=st.integers(-4, 4)).map(lambda a: a + a.T)
BLOCS = arrays(np.int64, N, elements=st.integers(0, 2))
SIZES = arrays(np.float64, N, elements=st.integers(1, 5))


def moved(blocs: np.ndarray, who: int, where: int) -> np.ndarray:
    after = blocs.copy()
    after[who] = where
    return after


def test_by_hand() -> None:
    liking = [[0, 2, -1], [2, 0, -3], [-1, -3, 0]]
    sizes = [1, 2, 3]
    together, foes_apart = [0, 0, 0], [0, 0, 1]
    assert energy(liking, together, sizes) == 0.0
    assert frustration(liking, foes_apart, sizes).tolist() == [-3, -9, -7]
    assert energy(liking, foes_apart, sizes) == 2 * (-3 - 18)
    # frustration counts those in other blocs: foes apart give negative frustration, which is good
    assert energy(liking, [0, 1, 1], sizes) == 2 * (4 - 3)


@settings(deadline=None)
@given(LIKING, BLOCS, SIZES)
def test_o14_energy_falls_at_every_improving_single_move(
    liking: np.ndarray, blocs: np.ndarray, sizes: np.ndarray
) -> None:
    before = energy(liking, blocs, sizes)
    mine = frustration(liking, blocs, sizes)
    gains = move_gains(liking, blocs, sizes, n_blocs=4)
    for who in range(N):
        for where in range(4):
            after = moved(blocs, who, where)
            change = energy(liking, after, sizes) - before
            relief = frustration(liking, after, sizes)[who] - mine[who]
            assert change == gains[who, where] == 2 * sizes[who] * relief
            assert (change < 0) == (relief < 0)


def test_o14_needs_mutual_liking() -> None:
    """Negative control: whoever flees one who chases him pleases himself, and the sum stays.

    Such a pair never settles, so that a one-sided propensity is refused.
    """
    chase = np.array([[0.0, 1.0], [-1.0, 0.0]])
    apart = np.array([[0, 1], [1, 0]])
    assert ((chase * apart).sum(axis=1) != 0).all() and (chase * apart).sum() == 0
    with pytest.raises(ValueError, match="symmetric"):
        move_gains(chase, [0, 1])


@settings(deadline=None)
@given(LIKING, BLOCS, SIZES)
def test_descent_ends_where_nobody_gains_by_moving_alone(
    liking: np.ndarray, blocs: np.ndarray, sizes: np.ndarray
) -> None:
    end, energies = descend(liking, blocs, sizes, n_blocs=3)
    assert (np.diff(energies) < 0).all()
    assert energies[0] == energy(liking, blocs, sizes)
    assert energies[-1] == energy(liking, end, sizes)
    assert move_gains(liking, end, sizes, n_blocs=3).min() >= 0
    assert descend(liking, end, sizes, n_blocs=3)[1] == energies[-1:]


@settings(deadline=None)
@given(LIKING, BLOCS, st.permutations(range(3)), st.integers(1, 9))
def test_names_of_blocs_do_not_matter_and_scale_goes_through(
    liking: np.ndarray, blocs: np.ndarray, names: list[int], scale: int
) -> None:
    renamed = np.array(["abc"[names[b]] for b in blocs])
    assert energy(liking, renamed) == energy(liking, blocs)
    assert energy(scale * liking, blocs) == scale * energy(liking, blocs)
    own = liking + 5 * np.eye(N)  # what one thinks of oneself does not count
    assert energy(own, blocs) == energy(liking, blocs)


def test_two_camps_are_found_from_anywhere() -> None:
    camp = np.arange(10) % 2
    liking = np.where(camp[:, None] == camp, 1.0, -1.0)
    end, _ = descend(liking, np.zeros(10, int), n_blocs=2)
    assert ((end == end[0]) == (camp == camp[0])).all()


def test_rounding_is_forgiven_and_nonsense_is_not() -> None:
    liking = np.array([[0, 1 / 3], [1 / 3 + 1e-16, 0]])
    assert energy(liking, [0, 1]) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="shapes"):
        energy(np.zeros((2, 2)), [0, 1, 1])
    with pytest.raises(ValueError, match="codes"):
        move_gains(np.zeros((2, 2)), ["a", "b"])
    with pytest.raises(ValueError, match="of 1"):
        move_gains(np.zeros((2, 2)), [0, 1], n_blocs=1)
