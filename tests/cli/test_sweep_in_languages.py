"""What ``sweep`` answers is in the language of its line; in English as it always was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gfmd_sim.cli.asked import speaking
from gfmd_sim.cli.swept import Swept, say_size, say_swept
from gfmd_sim.experiments.forum_sweep import _BY_REPLICATE, Drawn
from gfmd_sim.locale.kept import TRANSLATED

BLOCK = "each block of runs"
DRAWN = [
    Drawn("fixed", 0, (), ()),
    Drawn("ranges", 0, (), ()),
    Drawn("posterior", 1, ("a",), (), _BY_REPLICATE),
    Drawn("posterior", 1234, ("a", "b"), ("c",), _BY_REPLICATE),
    Drawn("ranges", 1, (), ("c",), BLOCK),
    Drawn("ranges", 3, (), ("c", "d"), BLOCK),
]
ENGLISH = [
    "nothing is drawn but luck: the world is as the scenario has it",
    "nothing is drawn besides but luck: all that the world decides is varied or set",
    "drawn besides: 1 plausible world, one for every 2 replicates, the same for all settings: "
    "1 parameters from the fit to data; one world shows nothing of how much they matter: "
    "more --replicates do",
    "drawn besides: 1,234 plausible worlds, one for every 2 replicates, the same for all settings: "
    "2 parameters from the fit to data, 1 from their plausible ranges",
    "drawn besides: 1 plausible world, one for each block of runs: 1 from their plausible ranges; "
    "one world shows nothing of how much they matter: more --samples do",
    "drawn besides: 3 plausible worlds, one for each block of runs: 2 from their plausible ranges",
]


def size(drawn: Drawn, seconds: float, n_bytes: float, n: int) -> dict[str, Any]:
    return {
        "n_runs": 12_345, "n_settings": 5, "n_stored": n, "n_todo": 4000, "n_measures": 63,
        "seconds_a_run": 1.2345, "seconds": seconds, "bytes": n_bytes, "workers": n, "n_failed": n,
        "drawn": drawn.as_dict(),
    }  # fmt: skip


def lines(language: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """All that can be answered."""
    sizes = [(3.0, 1e3), (300.0, 2.5e6), (9000.0, 2.5e9), (1e9, 2.5e12), (1.0, 5.0), (150.0, 2e6)]
    with speaking(["sweep", "x", "--lang", language]):
        for k, (drawn, (seconds, n_bytes)) in enumerate(zip(DRAWN, sizes, strict=True)):
            n = 1 + 2 * (k % 2)
            part = (2, 3000)
            drawn = Drawn(**drawn.as_dict())  # type: ignore[arg-type]
            say_size(size(drawn, seconds, n_bytes, n), "x", part, is_json=False)
            for of in ((1, 1), part):
                found = Swept(5000, n, n, {"why": n}, drawn)
                say_swept(found, Path("out"), of, is_json=False, is_quiet=False)
    return capsys.readouterr().out.splitlines()


def test_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    said = lines("en", capsys)
    assert said[17:33] == [
        "12,345 runs: 5 settings of x",
        "3 of them are stored already",
        "4,000 in part 2 of 3000",
        ENGLISH[1],
        "about 5.0 minutes on 3 processes (1234 ms a run, 63 measures)",
        "about 2.5 MB on disk, twice that while it is put together",
        "3 of the runs tried for this estimate failed",
        *(failed := ["3 of 5,000 runs failed (column failure); most often:", "  3: why"]),
        "besides, the folder keeps 3 runs of another plan (analyse leaves them out)",
        ENGLISH[1],
        "out",
        *failed,
        "part 2 of 3000 is done; 3 runs of the whole are missing",
        ENGLISH[1],
    ]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_line_is_left_in_english(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    english, said = lines("en", capsys), lines(language, capsys)
    same = {a for a, b in zip(english, said, strict=True) if a == b}
    assert same <= {"out", "  1: why", "  3: why"}


def test_what_is_drawn_in_english() -> None:
    assert [str(drawn.sentence()) for drawn in DRAWN] == ENGLISH


def test_numbers_and_units_as_the_language_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    french, spanish = lines("fr", capsys), lines("es", capsys)
    assert "simulations\u00a0: 12\u202f345\u202f; réglages de x\u00a0: 5" in french
    assert "environ 2,5\u00a0Go sur le disque, le double pendant l’assemblage" in french
    assert (
        "cerca de 5,0\u00a0minutos con 3 procesos (1.234\u00a0ms por simulación, 63 medidas)"
        in spanish
    )
    assert "la parte 2 de 3.000 está hecha; falta 1 simulación del conjunto" in spanish
