"""``bundle``: everything in one folder, packages included, for a machine without network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from gfmd_sim.cli.asked import spoken
from gfmd_sim.cli.options import Lang
from gfmd_sim.cli.progress import bar
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.files import why_not_written

ROOT = Path(__file__).parents[2]
PARTS = ("gfmd_sim", "dashboard", "scenarios", "run.py", "pyproject.toml", "requirements.lock",
         "LICENSE")  # fmt: skip
WHEELS = "wheels"
FETCHING = Sentence("fetching the packages of requirements.lock")
START = {
    "start.sh": '#!/bin/sh\ncd "$(dirname "$0")" && exec python3 start.py "$@"\n',
    "start.bat": '@cd /d "%~dp0"\r\n@py start.py %*\r\n',
}


def bundle(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, say on a stick.")],
    lang: Lang = "en",
) -> None:
    """A folder, packages included, that starts on a machine without network."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            "this folder holds something already", given=str(folder), remedy="name a new one"
        )
    if not (ROOT / "requirements.lock").exists() or not (ROOT / "dashboard").is_dir():
        raise UserError(
            "a bundle is made of the project's folder", remedy="python3 run.py bundle DIR, there"
        )
    if refusal := why_not_written(folder):
        raise UserError(
            "this folder cannot be written", file=folder, given=refusal, remedy="name another one"
        )
    half = folder.with_name(folder.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    try:
        make_bundle(half)
        if folder.exists():
            folder.rmdir()
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
    told = Sentence(
        "{folder}: {size} MB. There: python3 start.py (or start.sh, start.bat); README.md says more",
        folder=folder, size=f"{size:.0f}",
    )  # fmt: skip
    print(spoken(told))


def make_bundle(folder: Path) -> None:
    """Fill a folder: the project, its packages as wheels, and what starts them."""
    folder.mkdir(parents=True)
    (folder / ".gitignore").write_text(
        "*\n", encoding="ascii"
    )  # made within a checkout, it is no part
    for name in PARTS:
        there = ROOT / name
        if there.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(there, folder / name, ignore=ignored)
        else:
            shutil.copy2(there, folder / name)
    for source, name in (("bundle_start.py", "start.py"), ("bundle_readme.md", "README.md")):
        shutil.copy2(Path(__file__).with_name(source), folder / name)
    (folder / "made-for.txt").write_text(made_for() + "\n", encoding="ascii")
    for name, text in START.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        (folder / name).chmod(0o755)
    download(folder / WHEELS, locked(packages_needed()))


def made_for() -> str:
    """Python, system and machine that a bundle made here is for."""
    import platform

    return "{}.{}-{}-{}".format(*sys.version_info[:2], sys.platform, platform.machine())


def packages_needed() -> set[str]:
    """The packages that run the simulator, without those that test it: normalised names."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, set[str]] = {}  # package -> its extras that were looked at; "" is the package

    def add(line: str, extra: str) -> None:
        needed = Requirement(line)
        if needed.marker is not None and not needed.marker.evaluate({"extra": extra}):
            return
        name = canonicalize_name(needed.name)
        known = found.setdefault(name, set())
        new = ({""} | needed.extras) - known
        known |= new
        for part in new:
            for further in metadata.requires(name) or []:
                add(further, part)

    with (ROOT / "pyproject.toml").open("rb") as project:
        for line in tomllib.load(project)["project"]["dependencies"]:
            add(line, "")
    return set(found)


def locked(names: set[str]) -> str:
    """What requirements.lock says of these packages."""
    from packaging.utils import canonicalize_name

    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^\S.*(?:\n .*)*", re.sub(r"^#.*\n", "", text, flags=re.M), re.M)
    kept = [e for e in entries if canonicalize_name(e.partition("==")[0]) in names]
    return "\n".join(kept) + "\n"


def download(folder: Path, requirements: str) -> None:
    """Packages as wheels, each checked by its hash in ``requirements``."""
    folder.mkdir()
    listed = folder / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    n_packages, begun = requirements.count("=="), 0
    with (
        bar(FETCHING) as advance,
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(
            fetching(listed, folder), stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as pip,
    ):
        advance(0, n_packages, 0.0)
        assert pip.stdout is not None
        for line in pip.stdout:
            if line.startswith("Collecting "):  # one line a package, when its turn comes
                advance(begun, n_packages, 0.0)
                begun += 1
        pip.wait()
        advance(n_packages, n_packages, 0.0)
        complaints.seek(0)
        last = complaints.read().strip().splitlines()[-3:]
    listed.unlink()
    if pip.returncode:
        raise UserError(
            "the packages could not be fetched", given=" / ".join(last),
            remedy="check the connection and the free disk space, then run it again",
        )  # fmt: skip


def fetching(listed: Path, folder: Path) -> list[str]:
    """The command that fetches what is ``listed``."""
    return [sys.executable, "-m", "pip", "wheel", "--require-hashes", "--no-deps",
            "--disable-pip-version-check", "-r", str(listed), "--wheel-dir", str(folder)]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(bundle)
