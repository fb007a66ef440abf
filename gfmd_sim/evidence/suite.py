"""Everything that ``run.py evidence`` runs, in the order in which a sceptic would ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence
from gfmd_sim.evidence import emulations, near_null, patterns, theory
from gfmd_sim.evidence.calibrate import FITTED
from gfmd_sim.evidence.check import Check
from gfmd_sim.evidence.data import targets
from gfmd_sim.language import N_

Part = Callable[[], list[Check]]


def posterior_predictive(replicates: int = 60) -> list[Check]:
    """Whether each number observed lies where the fitted model says one such weekend would fall."""
    found = emulations.predict("a1r", replicates)
    about = {p.statistic: Sentence(p.about) for p in patterns.weekend_patterns()}
    return [
        Check(
            f"fit.a1r.{name}",
            Sentence(
                "{quantity}: observed, within what the posterior predicts", quantity=about[name]
            ),
            found[name].mean,
            found[name].low,
            found[name].high,
            targets()[key].value,
            targets()[key].source_key,
        )
        for name, key in FITTED.items()
    ]


PARTS: tuple[Part, ...] = (
    *theory.CHECKS,
    patterns.weekend,
    patterns.exposure,
    patterns.floor,
    patterns.mentions,
    patterns.forum_patterns,
    posterior_predictive,
    patterns.controls,
    patterns.null_verdict,
)


def run_evidence(tell: Advance | None = None) -> list[Check]:
    """All checks. ``tell`` is called with (parts done, parts in all, seconds left).

    A part that breaks is a failed check that says so; the others go on.
    """
    import time

    started = time.monotonic()
    checks: list[Check] = []
    for done, part in enumerate(PARTS):
        if tell is not None:
            spent = time.monotonic() - started
            tell(done, len(PARTS), spent / done * (len(PARTS) - done) if done else 0.0)
        try:
            checks += part()
        except Exception as error:  # noqa: BLE001 - one broken part must not hide the others
            name = getattr(part, "__name__", "part")
            about = Sentence("could not be run: {error}", error=f"{type(error).__name__}: {error}")
            checks.append(Check(f"broken.{name}", about, None, 0.0, 0.0, float("nan"), ""))
    if tell is not None:
        tell(len(PARTS), len(PARTS), 0.0)
    return checks


def run_pattern(name: str, replicates: int | None = None) -> dict[str, Any]:
    """One emulation's statistics with intervals, as plain data.

    ``{"pattern", "scenario", "source", "replicates", "interval", "statistics": {statistic: {mean,
    low, high, at_defaults, definition}}, "also": {...}}``: ``statistics`` has those that the
    emulation is about, ``also`` what else was measured; for ``near-null`` also ``verdicts``.

    Raises
    ------
    UserError
        If there is no such emulation.
    """
    if name == "near-null":
        return _near_null(replicates or 60)
    chosen = emulations.emulation(name)
    found = emulations.predict(name, replicates)
    told = {key: asdict(value) for key, value in found.items()}
    return {
        "pattern": name,
        "scenario": f"scenarios/{chosen.file}.yaml",
        "source": chosen.source,
        "replicates": replicates or chosen.replicates,
        "interval": chosen.interval,
        "statistics": {
            key: {**told[key], "definition": text} for key, text in chosen.named.items()
        },
        "also": {key: value for key, value in told.items() if key not in chosen.named},
    }


def _near_null(replicates: int) -> dict[str, Any]:
    found = near_null.verdicts(replicates)
    return {
        "pattern": "near-null",
        "scenario": "scenarios/emulations/near-null.yaml",
        "source": near_null.SOURCE,
        "replicates": replicates,
        "interval": N_("95%, of the mean difference, over the three compositions at once"),
        "statistics": {
            f"{v.measure}.{v.rule}": {
                "mean": v.difference,
                "low": v.low,
                "high": v.high,
                "at_defaults": v.difference,
                "definition": near_null.DEFINITIONS[v.rule],
            }
            for v in found
        },
        "also": {},
        "verdicts": [asdict(v) for v in found],
    }
