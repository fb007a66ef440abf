"""Why believe it: checks in plain words of the reader's language, numbers as it writes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from dashboard.language import words
from dashboard.views.checks import KINDS, about, source
from dashboard.views.evidence import evidence_view
from gfmd_sim.evidence import patterns, suite


def check(id_: str, *, passed: bool = True) -> dict[str, Any]:
    return {"id": id_, "about": "for statisticians", "expected": 0.798, "low": 0.74, "high": None,
            "found": 0.7832, "passed": passed, "source": "A1R"}  # fmt: skip


def test_a_check_is_said_in_plain_words() -> None:
    said = words("fr")
    assert about("theory.hidden_profile_2_of_5", "", said).startswith("Un fait que 2 sur 5")
    assert about("pattern.chat-3.unanimous", "", said).startswith("Échanges à 3")
    both = {about(f"{kind}.a1r.gap_ratio", "", said) for kind in ("pattern", "fit")}
    assert len(both) == 1 and "mixtes" in both.pop()
    assert about("broken.floor", "could not be run", said) == "could not be run"
    assert source("BECKER17, NAVAJAS", said) == "Becker et al. 2017\u202f; Navajas et al. 2018"
    assert source("negative control", said) == "contrôle négatif"


@pytest.mark.slow
def test_every_check_there_is_has_plain_words_and_a_kind() -> None:
    for part in suite.PARTS:
        for found in part():
            assert found.id.partition(".")[0] in KINDS
            assert about(found.id, "?", words("en")) != "?", found.id


def test_the_patterns_of_the_fit_have_plain_words() -> None:
    """As above, without running anything."""
    ids = [f"pattern.{p.emulation}.{p.statistic}" for p in patterns.weekend_patterns()]
    ids += [f"control.{name}" for name in patterns.VARIANTS]
    assert not [i for i in ids if about(i, "?", words("es")) == "?"]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    parts = evidence_view([check("pattern.a1r.gap_ratio")], words("fr"))
    said = unquote(str(parts[1].children))
    assert '"0,798","0,74",,"0,7832",réussit' in said


def test_what_fails_is_open() -> None:
    parts = evidence_view([check("pattern.a1r.gap_ratio"), check("fit.a1r.gap_ratio")], words("en"))
    assert parts[0].children == "2 of 2 checks pass"
    assert [p.open for p in parts[1:]] == [False, False]
    parts = evidence_view([check("pattern.a1r.gap_ratio", passed=False)], words("en"))
    assert parts[0].children == "0 of 1 check passes" and parts[1].open
