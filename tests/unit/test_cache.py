"""The user's cache folder, and the machine code in it: lost, unwritable or shared, nothing breaks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gfmd_sim import cache, pairs
from gfmd_sim.cli import compiling
from gfmd_sim.cli.progress import checked, compile_first

ROOT = Path(__file__).parents[2]
FORMS = "import gfmd_sim.streams as s, numpy as np; print(s.Streams(1).uniform(1, np.arange(3, dtype='u4')))"


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", code], env=env | environment, cwd=ROOT, text=True,
        capture_output=True, check=True,
    )  # fmt: skip


def test_what_is_remembered_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cache, "cache_home", lambda: tmp_path)
    assert cache.remembered("agenda", "one") is None
    cache.remember("agenda", "one", "text é")
    assert cache.remembered("agenda", "one") == "text é"
    assert cache.remembered("agenda", "two") is None
    assert not list(tmp_path.rglob("*.new"))


def test_a_folder_that_is_a_file_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setattr(cache, "cache_home", lambda: file)
    cache.remember("agenda", "one", "text")
    assert cache.remembered("agenda", "one") is None


def test_a_spoilt_memory_is_read_anew(tmp_path: Path) -> None:
    code = "from gfmd_sim.scenario.files import *; print(len(load_agenda(load_scenario('four-groups'))))"
    home = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    assert run_python(code, **home).stdout == "1\n"
    (kept,) = tmp_path.rglob("agenda/*.json")
    kept.write_text('{"number": "seven"}')
    assert run_python(code, **home).stdout == "1\n"


def test_machine_code_is_shared_by_processes_and_needs_no_home(tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    env = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    both = [
        subprocess.Popen([sys.executable, "-c", FORMS], env=env | home, cwd=ROOT, text=True,
                         stdout=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    said = {p.communicate()[0] for p in both}
    assert len(said) == 1 and all(p.returncode == 0 for p in both)
    assert list(tmp_path.rglob("*.nbi"))
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    lost = {k: str(nowhere) for k in home}
    assert run_python(FORMS, **lost).stdout in said


def test_many_delegates_need_more_than_the_first_run_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = {""}
    monkeypatch.setattr("gfmd_sim.compiled.is_complete", lambda part="": part in done)
    monkeypatch.setattr(compiling, "compile_large", lambda advance: done.add(compiling.LARGE))
    compile_first(checked, is_quiet=True, n_delegates=pairs.MOST_IN_FULL)
    assert done == {""}
    compile_first(checked, is_quiet=True, n_delegates=pairs.MOST_IN_FULL + 1)
    assert done == {"", compiling.LARGE}


def test_what_many_delegates_need_is_compiled_on_a_small_forum() -> None:
    small = compiling._small_forum(most_in_full=0)
    assert isinstance(small.pairs, pairs.MetPairs)
    assert isinstance(compiling._small_forum().pairs, pairs.AllPairs)


@pytest.mark.slow
def test_the_first_run_says_that_it_compiles_and_the_next_does_not(tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    code = "from gfmd_sim.cli import main; main(['simulate', 'four-groups'])"
    first, second = run_python(code, **home), run_python(code, **home)
    assert re.search(r"compiling the model \(once on this machine\): (\d+)/\1\b", first.stderr)
    assert "compiling" not in second.stderr
    assert first.stdout == second.stdout
