"""Tables end no line where a line may not end."""

from __future__ import annotations

import pytest
from rich.table import Table

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.language import divided, told

CLAIM = divided([told("limite", "une", "fr"), "deux mots", "trois"], "fr")


@pytest.mark.parametrize("width", range(11, 40))
def test_no_line_begins_with_what_french_has_a_space_before(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table(box=None)
    table.add_column(CLAIM)
    table.add_row(CLAIM)
    console = console_for_tables(width)
    console.print(CLAIM)
    console.print(table)
    said = capsys.readouterr().out
    assert not [line for line in said.splitlines() if line.strip(" ")[:1] in (":", ";")]
    assert said.count("limite\N{NO-BREAK SPACE}:") == 3
    assert said.count("\N{NARROW NO-BREAK SPACE};") == 6
