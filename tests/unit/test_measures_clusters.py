"""Opinion clusters on a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.clusters import cluster_labels, cluster_sizes, n_clusters

OPINIONS = arrays(np.float64, (11, 2), elements=st.floats(0, 1, width=32))


def test_by_hand() -> None:
    x = [0.9, 0.1, 0.5, 0.12, 0.52, 0.14]
    assert cluster_labels(x, 0.05).tolist() == [2, 0, 1, 0, 1, 0]
    assert cluster_sizes(x, 0.05).tolist() == [3, 2, 1]
    assert [n_clusters(x, 0.05, share).item() for share in (0, 1 / 3, 0.5, 0.6)] == [3, 2, 1, 0]
    assert n_clusters(x, 0.4).item() == 1


def test_a_chain_is_one_cluster_and_the_gap_itself_does_not_part() -> None:
    assert n_clusters(np.arange(20.0), 1.0).item() == 1
    assert n_clusters(np.arange(20.0), 0.999).item() == 20


@settings(deadline=None)
@given(OPINIONS, st.floats(0.01, 0.5), st.floats(0, 0.6))
def test_counts_agree_with_the_labels(x: np.ndarray, gap: float, share: float) -> None:
    labels = cluster_labels(x, gap)
    for m in range(2):
        sizes = np.bincount(labels[:, m])
        assert sizes.tolist() == cluster_sizes(x[:, m], gap).tolist()
        assert sizes.sum() == 11 and (sizes > 0).all()
        assert n_clusters(x, gap)[m] == len(sizes)
        assert n_clusters(x, gap, share)[m] == (sizes >= share * 11 - 1e-9).sum()
        for one in range(11):  # a cluster is closed: whoever is near is in it
            near = np.abs(x[:, m] - x[one, m]) <= gap
            assert (labels[near, m] == labels[one, m]).all()


@settings(deadline=None)
@given(OPINIONS)
def test_a_wider_gap_never_makes_more(x: np.ndarray) -> None:
    counts = [n_clusters(x, gap) for gap in (0.02, 0.1, 0.3)]
    assert (np.diff(counts, axis=0) <= 0).all()


def test_sizes_take_one_solution() -> None:
    with pytest.raises(ValueError, match="one solution"):
        cluster_sizes(np.zeros((3, 2)), 0.1)
