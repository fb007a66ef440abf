"""The first start on a machine: one worker compiles the model, the others wait and tell how far it is."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dashboard.tasks.progress import Progress, Values

LOOK = 0.25  # seconds between looks at how far the other is
Compile = Callable[[Progress], None]


def compile_task(values: Values, progress: Progress) -> Iterator[dict[str, bool]]:
    """Nothing to find: the work is done before it (``work.serve``)."""
    yield {"is_compiled": True}


def compile_first(progress: Progress) -> None:
    """See that the model is compiled, by this process or another; at once if it is."""
    from gfmd_sim.compiled import FOLDER, is_complete

    if not is_complete():
        from gfmd_sim.cli.compiling import compile_once

        once_for_all(FOLDER, is_complete, compile_once, progress)


def once_for_all(
    folder: Path, is_complete: Callable[[], bool], compile_: Compile, progress: Progress
) -> None:
    """Compile, unless another process does: then wait for it, and take over should it die."""
    from gfmd_sim.experiments.files import FolderLock

    lock, news = FolderLock(folder / "compiling"), folder / "compiling.json"

    def tell(done: int, total: int, left: float) -> None:
        lock.touch()
        with contextlib.suppress(OSError):
            news.write_text(json.dumps([done, total, left]), encoding="utf-8")
        progress(done, total, left)

    if not is_complete():
        progress(0, 0, 0.0)  # the first step is the longest: say at once what is going on
    while not is_complete():
        if lock.acquire():
            try:
                if not is_complete():
                    compile_(tell)
            finally:
                news.unlink(missing_ok=True)
                lock.release()
            return
        with contextlib.suppress(OSError, ValueError):  # not there yet, or half written
            progress(*json.loads(news.read_text(encoding="utf-8")))
        time.sleep(LOOK)
