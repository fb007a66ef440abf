"""What makes the two commands work on a fresh machine: the lock, run.py, the packaging."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import run

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    return canonical(re.match(r"[A-Za-z0-9._-]+", requirement)[0])  # type: ignore[index]


def locked() -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ;.*)? \\$", LOCK, re.MULTILINE)
    return {canonical(name): version for name, version in pins}


def test_the_lock_has_hashes_and_no_host() -> None:
    pins = [line for line in LOCK.splitlines() if line and not line.startswith(" ")]
    assert len(pins) > 50
    assert all("==" in line and line.endswith("\\") for line in pins)
    hashes = [line for line in LOCK.splitlines() if line.startswith(" ")]
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)
    assert "://" not in LOCK and "index" not in LOCK.replace("python-index", "")


def test_the_lock_covers_what_the_project_names() -> None:
    wanted = (
        PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["test"]
    )
    missing = [w for w in wanted if name_of(w) not in locked()]
    assert not missing
    assert locked()["mesa"] == "3.3.1"


def test_run_looks_for_every_package() -> None:
    modules = {"ruamel-yaml": "ruamel.yaml", "salib": "SALib"}
    wanted = {name_of(d) for d in PROJECT["project"]["dependencies"]}
    assert {modules.get(n, n.replace("-", "_")) for n in wanted} == set(run.NEEDED.split())
    assert run.missing_here() == []
    assert run.count_packages() == len(re.findall(r"^\S+==", LOCK, re.MULTILINE))


def test_run_misses_what_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "NEEDED", "numpy no_such_module no_such.package")
    assert run.missing_here() == ["no_such_module", "no_such.package"]


def run_bare(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """run.py with a Python that has no packages: isolated from site-packages."""
    return subprocess.run(
        [sys.executable, "-S", "-E", str(cwd / "run.py"), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={"PATH": os.environ.get("PATH", ""), **environment},
    )


def test_run_alone_needs_nothing() -> None:
    done = run_bare(cwd=ROOT)
    assert done.returncode == 0 and "run.py demo" in done.stdout
    for line, says in (
        (["--help"], "Commands:"),
        (["--lang=es"], "run.py demo --lang es"),
        (["--lang", "es", "--help"], "ORDEN [ARGS]"),
    ):
        done = run_bare(*line, cwd=ROOT)
        assert done.returncode == 0 and says in done.stdout


def test_an_environment_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "theirs"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    before = sorted(p for p in home.rglob("*"))
    done = subprocess.run(
        [str(python), str(ROOT / "run.py"), "demo"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "nothing was installed" in done.stderr
    assert "-m pip install --require-hashes -r" in done.stderr
    assert sorted(p for p in home.rglob("*")) == before


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(SystemExit) as stopped:
        run.main()
    assert stopped.value.code == 2
    assert "needs Python 3.11 or newer; this is 3.8.10" in capsys.readouterr().err


def test_a_foreign_venv_folder_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "precious").write_text("x")
    for name, value in (("VENV", folder), ("STAMP", folder / "s"), ("MAKING", folder / "m")):
        monkeypatch.setattr(run, name, str(value))
    with pytest.raises(SystemExit) as stopped:
        run.make_environment()
    assert stopped.value.code == 2 and "was not made by run.py" in capsys.readouterr().err
    assert [p.name for p in folder.iterdir()] == ["precious"]


def test_the_environment_is_redone_when_the_lock_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".venv"
    monkeypatch.setattr(run, "VENV", str(folder))
    python = Path(run.venv_python())
    python.parent.mkdir(parents=True)
    python.write_text("")
    monkeypatch.setattr(run, "STAMP", str(folder / "stamp"))
    monkeypatch.setattr(run, "MAKING", str(folder / "making"))
    (folder / "stamp").write_text(run.lock_hash())
    assert run.environment_is_ready()
    (folder / "making").write_text("1")  # stopped half-way
    assert not run.environment_is_ready()
    (folder / "making").unlink()
    (folder / "stamp").write_text("of another lock")
    assert not run.environment_is_ready()


def test_the_wheel_holds_the_scenarios() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert all((ROOT / package / "__init__.py").is_file() for package in wheel["packages"])
    assert wheel["force-include"] == {"scenarios": "gfmd_sim/_scenarios"}
    source = (ROOT / "gfmd_sim" / "scenario" / "files.py").read_text(encoding="utf-8")
    assert '"_scenarios"' in source  # where an installed package looks for them


def test_versions_agree() -> None:
    import gfmd_sim

    version = PROJECT["project"]["version"]
    assert gfmd_sim.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_python_of_venv_imports_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".venv"
    monkeypatch.setattr(run, "VENV", str(folder))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    code = "from importlib.util import find_spec; print(find_spec('gfmd_sim'))"
    ask = [run.venv_python(), "-c", code]
    told = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "None"
    run.make_importable()
    told = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert str(Path(run.ROOT) / "gfmd_sim") in told
