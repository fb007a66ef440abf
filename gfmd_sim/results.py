"""A result folder: tables as Parquet, notes as Markdown, and a manifest written last.

The manifest lists every file with its SHA-256. It is written after everything else, so a folder
without one is no result, and a folder whose files do not match it is reported as damaged. Tables
hold no clock times and nothing about the host: equal runs are equal files of values.
"""

from __future__ import annotations

import hashlib
import html
import json
import logging
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gfmd_sim.errors import Sentence, StoreError, did_you_mean, nearest, refusal
from gfmd_sim.experiments.files import why_not_written

if TYPE_CHECKING:
    import plotly.graph_objects as go

MANIFEST = "manifest.json"
MARK = "gfmd_sim"  # a key of every manifest of ours; its value is the version that wrote it
FORMAT = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Results:
    """A result folder that was read, or what is about to become one.

    Attributes
    ----------
    kind
        ``simulate``, ``compare`` or ``demo``.
    about
        What made it: scenario, seed, replicates, designs, versions.
    tables
        File name without ending -> frame; ``runs`` is always there.
    texts
        Relative path -> text (notes, the report, a seating plan as CSV).
    """

    kind: str
    about: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    texts: Mapping[str, str]
    path: Path | None = None

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run."""
        return self.tables["runs"]

    def __repr__(self) -> str:
        scenario = self.about.get("scenario")
        name = scenario.get("name") if isinstance(scenario, Mapping) else None
        n, tables = len(self.runs), ", ".join(self.tables)
        return f"<Results of {self.kind} {name}: {n} runs; tables {tables}>"

    def _repr_html_(self) -> str:
        """For notebooks: what it is, and the headline measures' means."""
        from gfmd_sim.reports.words import MEASURES

        shown = self.runs[[m for m in MEASURES if m in self.runs]].describe().loc[["mean", "std"]]
        return f"<p>{html.escape(repr(self))}</p>{shown.to_html()}"

    def plot(self) -> go.Figure:
        """The course of a simulation as a Plotly figure; see :func:`gfmd_sim.plots.course_figure`."""
        from gfmd_sim.plots import course_figure

        return course_figure(self)


def prepare_output(path: str | Path) -> Path:
    """The folder for new results: absent, empty, or one of our own result folders.

    Raises
    ------
    StoreError
        If it holds something else, is no folder, or cannot be written; nothing is changed then.
    """
    folder = Path(path).expanduser()
    if folder.exists() and not folder.is_dir():
        raise StoreError(
            "the output is a file, not a folder",
            file=folder,
            remedy="name another folder with --out",
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise StoreError(
            "the output folder holds something else",
            file=folder,
            given=", ".join(sorted(p.name for p in folder.iterdir())[:5]),
            allowed="a new folder, an empty one, or a result folder of gfmd-sim",
            remedy="name another folder with --out",
        )
    if (folder / MANIFEST).is_file():
        _manifest(folder)
    if refusal := why_not_written(folder):
        raise StoreError(
            "the output folder cannot be written",
            file=folder,
            given=refusal,
            remedy="name a folder you may write to with --out",
        )
    return folder


def write_results(folder: str | Path, results: Results) -> Path:
    """Write a result folder; an earlier result of the same runs there is replaced as a whole.

    Other runs are never lost: their folder is kept beside, as ``NAME.1``, and a warning is logged.
    Everything is written beside the folder first and moved into place at the end.

    Raises
    ------
    StoreError
        If the folder holds something else or cannot be written.
    """
    target = prepare_output(folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise StoreError(
            "the output folder cannot be written", file=target, given=refusal(error)
        ) from None
    try:
        staging.chmod(0o755)
        for name, table in results.tables.items():
            table.to_parquet(staging / f"{name}.parquet", index=False, compression="zstd")
        for name, text in results.texts.items():
            place = staging / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        manifest = {
            "format": FORMAT,
            MARK: _own_version(),
            "kind": results.kind,
            **dict(results.about),
            "versions": versions(),
            "files": {
                p.relative_to(staging).as_posix(): _sha256(p)
                for p in sorted(staging.rglob("*"))
                if p.is_file()
            },
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        (staging / MANIFEST).write_text(text + "\n", encoding="utf-8")
        _replace(staging, target, is_same=_same_runs(target, manifest))
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise StoreError(
            "the results could not be written",
            file=target,
            given=refusal(error),
            remedy="free some space or name another folder with --out",
        ) from None
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return target


def _same_runs(target: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the result that is there, if any, is of the same runs."""
    if not (target / MANIFEST).is_file():
        return True
    runs = "runs.parquet"
    try:
        return bool(_manifest(target)["files"][runs] == manifest["files"].get(runs))
    except (StoreError, KeyError, TypeError):
        return False


def _replace(staging: Path, target: Path, *, is_same: bool) -> None:
    """Put the finished folder in its place, and another result that is there beside it."""
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    if target.exists() and not is_same:
        beside = next(
            p for k in count(1) if not (p := target.with_name(f"{target.name}.{k}")).exists()
        )
        os.replace(target, beside)
        log.warning("%s held another result: it is kept as %s", target, beside)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
        os.replace(target, old / "old")
        os.replace(staging, target)
        shutil.rmtree(old)
    else:
        os.replace(staging, target)


def read_results(folder: str | Path) -> Results:
    """Read a result folder, every file checked against the manifest.

    Raises
    ------
    StoreError
        If it is none, or was made by a newer version, or a file is missing, changed or unreadable.
    """
    from gfmd_sim.parquet import read_parquet  # pyarrow, for those who read

    folder = Path(folder)
    manifest = _manifest(folder)
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise StoreError("the manifest lists no files", file=folder / MANIFEST)
    tables, texts = {}, {}
    for name, digest in files.items():
        place = _inside(folder, str(name))
        if not place.is_file():
            raise StoreError("a file of the result is missing", file=place)
        if _sha256(place) != digest:
            raise StoreError(
                "a file of the result was changed or damaged since it was written",
                file=place,
                remedy="run the command that made it again (see manifest.json)",
            )
        if place.suffix == ".parquet":
            table = read_parquet(place).to_pandas(use_threads=False)
            tables[place.relative_to(folder).with_suffix("").as_posix()] = table
        elif place.suffix in (".md", ".csv", ".html", ".yaml"):
            texts[str(name)] = place.read_text(encoding="utf-8")
    if "runs" not in tables:
        raise StoreError("the result has no runs.parquet", file=folder)
    about = {k: v for k, v in manifest.items() if k not in ("files", "format", MARK, "kind")}
    return Results(str(manifest.get("kind")), about, tables, texts, folder)


def is_single_result(folder: Path) -> bool:
    """Whether simulate, compare or demo wrote it: their manifest lists its files itself."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and MARK in content and "files" in content


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder; a manifest from elsewhere may not point outside of it."""
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise StoreError("the manifest names a file outside its folder", file=folder, given=name)
    return place


def _manifest(folder: Path) -> dict[str, Any]:
    place = folder / MANIFEST
    if not folder.is_dir():
        near = nearest(folder.name, [p.name for p in folder.parent.glob("*") if p.is_dir()])
        raise StoreError(
            "there is no such result folder",
            file=folder,
            remedy=did_you_mean(near, "check the path"),
        )
    if not place.is_file():
        raise StoreError(
            "this is no result folder: it has no manifest.json",
            file=folder,
            remedy="name a folder that demo, simulate or compare has written",
        )
    try:
        if place.stat().st_size > 20_000_000:
            raise ValueError(Sentence("too large"))
        manifest = json.loads(place.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or MARK not in manifest:
            raise ValueError(Sentence("not written by gfmd-sim"))
    except (ValueError, OSError, RecursionError) as error:
        why = _why(error)
        raise StoreError("the manifest cannot be read", file=place, given=why) from None
    if manifest.get("format", 0) > FORMAT:
        raise StoreError(
            "the result was written by a newer version of gfmd-sim",
            file=place,
            given=manifest.get("format"),
            allowed=Sentence("up to {n}", n=FORMAT),
            remedy="update gfmd-sim",
        )
    return manifest


def _why(error: ValueError | OSError | RecursionError) -> str:
    if isinstance(error, OSError):
        return refusal(error)
    own = error.args[0] if error.args else None
    return own if isinstance(own, Sentence) else Sentence("not JSON")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from importlib.metadata import version

    from gfmd_sim.experiments.forum_simulator import model_version

    found = {name: version(name) for name in ("mesa", "numpy", "numba", "pandas", "scipy")}
    return {
        "model": model_version(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **found,
    }


def _own_version() -> str:
    from gfmd_sim import __version__

    return __version__
