"""The user's cache folder: what can be made again, kept because making it takes time."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path


def cache_home() -> Path:
    """Where this user's programs keep such things.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) if base else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base) if base else Path.home() / ".cache"


def remembered(kind: str, of: str) -> str | None:
    """The text kept for ``of``, or None; whoever reads it checks it as he would the original."""
    try:
        return _place(kind, of).read_text(encoding="utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError):
        return None


def remember(kind: str, of: str, text: str) -> None:
    """Keep ``text`` for ``of``; if the folder cannot be written, do nothing.

    Another process sees the whole of it or nothing.
    """
    try:
        place = _place(kind, of)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place.parent, suffix=".new", delete=False
        ) as out:
            out.write(text)
        os.replace(out.name, place)
    except (OSError, RuntimeError):
        pass


def _place(kind: str, of: str) -> Path:
    name = hashlib.sha256(of.encode()).hexdigest()[:24]
    return cache_home() / "gfmd-sim" / kind / f"{name}.json"
