"""The statistics of two survey waves: against loops, planted effects, and permuted tables."""

from __future__ import annotations

import numpy as np
import pytest

from gfmd_sim.evidence.table_effects import table_effects
from gfmd_sim.measures.spread import icc1
from gfmd_sim.streams import Decision, Streams


def _luck(seed: int, n: int, m: int) -> np.ndarray:
    """Standard normals, shape (n, m)."""
    return Streams(seed).normal(Decision.CALIBRATION, np.arange(n, dtype=np.uint32), m)


def _planted(seed: int, table_sd: float = 0.05, peer: float = 0.2) -> tuple[np.ndarray, ...]:
    """40 tables of 12, 60 items: own slope .5, a peer slope, a table effect, residual sd .2."""
    tables = np.repeat(np.arange(40), 12)
    x = 0.5 + 0.3 * _luck(seed, 480, 60)
    sums = np.array([x[tables == t].sum(axis=0) for t in range(40)])[tables]
    peers = (sums - x) / 11
    effect = table_sd * _luck(seed + 1, 40, 60)[tables]
    y = 0.3 + 0.5 * x + peer * peers + effect + 0.2 * _luck(seed + 2, 480, 60)
    return x, y, tables, np.arange(480) % 3


def test_planted_effects_are_found() -> None:
    """Fixed seed; margins are 4 standard errors of 28,800 answers at 40 x 60 table effects."""
    found = table_effects(*_planted(1))
    assert found["own_slope"] == pytest.approx(0.5, abs=0.02)
    assert found["peer_slope"] == pytest.approx(0.2, abs=0.08)
    assert found["table_sd"] == pytest.approx(0.05, abs=0.006)
    assert found["residual_sd"] == pytest.approx(0.2, abs=0.004)
    assert found["icc_before"] == pytest.approx(0.0, abs=0.01)
    assert found["within_ratio"] == pytest.approx((0.25 * 0.09 + 0.04) / 0.09, abs=0.03)


def test_permuted_tables_have_no_effect() -> None:
    """Negative control: the same answers, other tables."""
    x, y, tables, blocs = _planted(2, table_sd=0.08, peer=0.5)
    luck = Streams(5).uniform(Decision.PERMUTATION, np.arange(480, dtype=np.uint32))[:, 0]
    found = table_effects(x, y, tables[np.argsort(luck)], blocs)
    assert abs(found["peer_slope"]) < 0.12
    assert found["table_sd"] < 0.02
    assert abs(found["icc_after"]) < 0.01
    assert table_effects(x, y, tables, blocs)["table_sd"] > 0.06


def test_against_least_squares_and_loops() -> None:
    x, y, tables, blocs = _planted(3)
    x, y = x[:, :4], y[:, :4]
    found = table_effects(x, y, tables, blocs)
    rows, outcome = [], []
    for m in range(4):
        peers = np.array([
            np.mean([x[j, m] for j in range(480) if tables[j] == tables[i] and j != i])
            for i in range(480)
        ])  # fmt: skip
        rows.append(np.column_stack([x[:, m] - x[:, m].mean(), peers - peers.mean()]))
        outcome.append(y[:, m] - y[:, m].mean())
    slopes, *_ = np.linalg.lstsq(np.concatenate(rows), np.concatenate(outcome), rcond=None)
    assert found["own_slope"] == pytest.approx(slopes[0], abs=1e-10)
    assert found["peer_slope"] == pytest.approx(slopes[1], abs=1e-10)
    assert found["icc_after"] == pytest.approx(float(icc1(y, tables).mean()), abs=1e-12)
    before = x[blocs == 0].mean(axis=0) - x[blocs == 1].mean(axis=0)
    after = y[blocs == 0].mean(axis=0) - y[blocs == 1].mean(axis=0)
    assert found["gap_ratio"] == pytest.approx(
        float((after * np.sign(before)).sum() / np.abs(before).sum())
    )
    assert found["change"] == pytest.approx(float(np.abs(x - y).mean()))


def test_noise_alone_is_no_movement() -> None:
    """Same support, two noisy answers: own slope below 1, but the gap between blocs stays."""
    support = np.repeat([0.3, 0.7], 240)[:, None] + 0.1 * _luck(9, 480, 60)
    tables, blocs = np.arange(480) % 40, np.repeat([0, 1], 240)
    x, y = support + 0.2 * _luck(10, 480, 60), support + 0.2 * _luck(11, 480, 60)
    found = table_effects(x, y, tables, blocs)
    assert found["own_slope"] < 0.65
    assert found["gap_ratio"] == pytest.approx(1.0, abs=0.03)
    assert found["within_ratio"] == pytest.approx(1.0, abs=0.03)
