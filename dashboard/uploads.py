"""Delegate lists that organisers upload: kept beside the server until it ends, named by a token.

A list holds personal data: it is written to a folder of our own that nobody else may read, is named
by its content, never by what the sender called it, and is gone with the server.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.language import N_

if TYPE_CHECKING:
    from gfmd_sim.errors import Sentence

MAX_UPLOAD = 1_500_000  # bytes; 20,000 delegates with names are about 1.2 MB
KEPT = 50
ENDINGS = (".csv", ".xlsx")
GONE = N_(
    "The delegate list is no longer here: it is forgotten when the server ends. Choose it once more."
)


@dataclass(frozen=True)
class Upload:
    """A list that was read without complaint."""

    token: str
    path: Path
    n_delegates: int
    name: str  # as the sender calls it: shown, never a path
    doubts: tuple[Sentence, ...] = ()  # what its owner should look at


class Uploads:
    """The lists uploaded so far, the oldest forgotten first."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Upload] = OrderedDict()

    def add(self, name: str, content: bytes, groups: Collection[str] | None = None) -> Upload:
        """Read a list and keep it; with ``groups``, if it has no others than these.

        Raises
        ------
        UserError
            If it is too large, of another kind, or cannot be read as a roster.
        """
        from gfmd_sim.errors import Sentence, UserError
        from gfmd_sim.scenario.namesakes import namesakes
        from gfmd_sim.scenario.roster import read_roster

        ending = Path(name).suffix.lower()
        if ending not in ENDINGS:
            raise UserError(
                "a delegate list is a table", given=ending or Sentence("a file without ending"),
                allowed="CSV or XLSX", remedy="save the list as CSV or XLSX",
            )  # fmt: skip
        if len(content) > MAX_UPLOAD:
            raise UserError(
                "this file is too large", given=Sentence("{n} bytes", n=len(content)),
                allowed=Sentence("at most {n} bytes", n=MAX_UPLOAD),
                remedy="leave out columns that the simulator does not read",
            )  # fmt: skip
        called = Path(name.replace("\\", "/")).name[:80]
        token = hashlib.sha256(ending.encode() + content).hexdigest()[:16]
        with self._lock:
            known = self._known.get(token)
            path = self._place() / f"{token}{ending}"
            path.write_bytes(content)
            try:
                roster = read_roster(path, groups=groups)
            except UserError as error:
                if known is None:
                    path.unlink()
                raise error.at(called, error.line) from None
            if known is not None:
                self._known.move_to_end(token)
                return known
            found = Upload(token, path, len(roster), called, tuple(namesakes(roster)))
            self._known[token] = found
            while len(self._known) > KEPT:
                _, old = self._known.popitem(last=False)
                old.path.unlink(missing_ok=True)
        return found

    def get(self, token: str) -> Upload | None:
        """The list of a token, if it is still here."""
        with self._lock:
            return self._known.get(token)

    def named(self, text: str) -> str:
        """A message with each list called as its owner does, not by our path."""
        with self._lock:
            for upload in self._known.values():
                text = text.replace(str(upload.path), upload.name)
        return text

    def close(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._known.clear()
            if self._folder is not None:
                with contextlib.suppress(OSError):
                    shutil.rmtree(self._folder)
                self._folder = None

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="gfmd-sim-"))
        return self._folder
