"""Documents describe what is: generated parts, links, commands and examples are held to the code."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.main import get_command

from gfmd_sim.cli.app import app_with
from gfmd_sim.cli.overview import COMMANDS

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "scenarios" / "README.md"])


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_up_to_date(generate: ModuleType) -> None:
    for name in generate.FILES:
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert "<!-- generated:" in text
        assert generate.generated(text) == text, "run: python docs/generate.py"


def test_a_stale_part_is_noticed(generate: ModuleType) -> None:
    """Negative control."""
    stale = "<!-- generated: schedule -->\nold\n<!-- end -->"
    assert generate.generated(stale) != stale


def test_odd_has_the_seven_headings() -> None:
    text = (ROOT / "docs" / "ODD.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d\. .*)$", text, re.M) == [
        "1. Purpose and patterns",
        "2. Entities, state variables and scales",
        "3. Process overview and scheduling",
        "4. Design concepts",
        "5. Initialization",
        "6. Input data",
        "7. Submodels",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_s_commands_exist() -> None:
    lines = re.findall(r"^python3 run\.py (.+)$", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert "demo" in lines and "test" in lines and len(lines) > 6
    for line in lines:
        command: Any = get_command(app_with(COMMANDS))
        words = line.split()
        while words and hasattr(command, "commands"):
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        known = {name for p in command.params for name in p.opts}
        assert {w for w in words if w.startswith("--")} <= known, line


def test_the_picture_is_small() -> None:
    assert (ROOT / "docs" / "images" / "report.png").stat().st_size < 300_000


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_prints_what_its_out_file_says(example: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(example)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    expected = example.with_suffix(".out").read_text(encoding="utf-8")
    assert ran.stdout == expected, f"python {example} > {example.with_suffix('.out')}"
