"""Files that are whole or not there, and folders that one process at a time writes to."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

from gfmd_sim.errors import Sentence, StoreError, refusal
from gfmd_sim.experiments.simulator import canonical_text

T = TypeVar("T")

LEASE_SECONDS = 120.0
"""A lock held on another host counts as dead when it was not touched for so long."""

Pause = Callable[[str, float], None]
"""Told (what is wrong and what to do, seconds waited so far) while the disk refuses."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after any crash it is there in whole, or not at all."""
    temp = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temp, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        os.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` last (a no-op where folders cannot be opened)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256(data: bytes) -> str:
    """The hex SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write ``content`` with its own checksum."""
    whole = {**content, "sha256": sha256(canonical_text(content).encode())}
    write_whole(path, (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """What :func:`write_json` wrote, or None if it is missing or not what was written."""
    try:
        content = json.loads(path.read_bytes())
        claimed = content.pop("sha256")
        return content if claimed == sha256(canonical_text(content).encode()) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None


def why_not_written(folder: Path) -> Sentence | None:
    """Why files cannot be put into a folder, which need not be there yet; None if they can."""
    place = folder.absolute()
    try:
        while not place.exists():
            place = place.parent
        if not place.is_dir():
            return Sentence("{place} is not a folder", place=str(place))
        with tempfile.TemporaryFile(dir=place):
            return None
    except OSError as error:
        return Sentence(
            "no file can be made in {place} ({why})", place=str(place), why=refusal(error)
        )


def patiently(action: Callable[[], T], folder: Path, patience: float, on_pause: Pause | None) -> T:
    """Do ``action`` again until the disk lets it; give up after ``patience`` seconds.

    A full or read-only disk is nobody's failed run: work waits, and goes on where it was.

    Raises
    ------
    StoreError
        When the patience is at its end; what was stored before is safe.
    """
    started, wait = time.monotonic(), 0.5
    while True:
        try:
            return action()
        except OSError as error:
            spent = time.monotonic() - started
            problem, remedy = _explain(error)
            if spent >= patience:
                raise StoreError(
                    problem,
                    file=folder,
                    given=refusal(error),
                    remedy=Sentence(
                        "{remedy}, then run the same command again: it goes on from here",
                        remedy=remedy,
                    ),
                ) from error
            if on_pause is not None:
                why = Sentence(
                    "{folder}: {problem}; {remedy}. Waiting; nothing is lost.",
                    folder=folder, problem=problem, remedy=remedy,
                )  # fmt: skip
                on_pause(why, spent)
            time.sleep(min(wait, max(patience - spent, 0.01)))
            wait = min(2 * wait, 30.0)


def _explain(error: OSError) -> tuple[Sentence, Sentence]:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG):
        return Sentence("the disk is full"), Sentence("make room")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Sentence("the folder cannot be written to"), Sentence("make it writable")
    return Sentence("the disk does not take what is written"), Sentence("see to the disk")


class FolderLock:
    """A lock that dies with its process: ``flock`` where there is one, and a lease beside it.

    The lease (host, process, and the file's time of change) guards shared file systems whose
    ``flock`` does not reach other hosts.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._touched = 0.0
        self.seconds_left = 0.0
        """Of another host's lease, when that is why the lock was not to be had; it may be dead."""

    def acquire(self) -> bool:
        """Take the lock if nobody holds it."""
        self.seconds_left = 0.0
        while True:
            file = open(self.path, "a+b")  # noqa: SIM115 - held until release
            if not _lock(file):
                file.close()
                return False
            try:
                same = os.fstat(file.fileno()).st_ino == os.stat(self.path).st_ino
            except FileNotFoundError:
                same = False
            if same:
                break
            file.close()  # its owner removed it between our open and our lock
        file.seek(0)
        holder = file.read()
        left = os.fstat(file.fileno()).st_mtime + LEASE_SECONDS - time.time()
        if holder and left > 0 and holder.split(b"\n")[0] != _host():
            file.close()
            self.seconds_left = left
            return False
        file.truncate(0)
        file.write(_host() + b"\n" + str(os.getpid()).encode())
        file.flush()
        self._file = file
        return True

    def acquire_patiently(self, on_pause: Pause | None) -> bool:
        """:meth:`acquire`; where another host's lease is in the way, see whether it is renewed.

        A task that is begun again on another host (a node failed, a pod was evicted) must not be
        sent away by its own former self.
        """
        waited = 0.0
        while not self.acquire():
            if not self.seconds_left or waited > LEASE_SECONDS:
                return False
            if on_pause is not None:
                why = Sentence(
                    "{folder}: {holder} may be dead; waiting to see",
                    folder=self.path.parent, holder=self.holder(),
                )  # fmt: skip
                on_pause(why, waited)
            step = min(self.seconds_left + 1, 5.0)
            time.sleep(step)
            waited += step
        return True

    def touch(self) -> None:
        """Say that the holder is alive, every few seconds at most."""
        now = time.monotonic()
        if self._file is not None and now - self._touched > 10:
            self._touched = now
            with contextlib.suppress(OSError):
                os.utime(self.path)

    def release(self) -> None:
        """Give the lock back and remove its file."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()
            self._file.close()
            self._file = None

    def holder(self) -> Sentence:
        """Who holds it, as far as its file says."""
        try:
            host, _, process = self.path.read_text(errors="replace").partition("\n")
        except OSError:
            return Sentence("another process")
        if not process:
            return Sentence("another process")
        return Sentence("process {process} on {host}", process=process, host=host)


def _host() -> bytes:
    return socket.gethostname().encode(errors="replace").replace(b"\n", b" ")


def _lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
