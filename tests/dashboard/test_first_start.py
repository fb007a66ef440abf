"""The first start on a machine: one process compiles, the others wait, and all say how far it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dashboard.tasks.compiling import once_for_all
from dashboard.tasks.progress import Progress


def test_one_compiles_the_others_wait_and_all_tell_of_it(tmp_path: Path) -> None:
    done, told = threading.Event(), [threading.Event() for _ in range(3)]
    compiled: list[int] = []

    def work(k: int) -> None:
        def compile_(progress: Progress) -> None:
            compiled.append(k)
            progress(1, 4, 2.0)
            assert all(t.wait(30) for t in told)  # until everybody has heard of it
            done.set()

        def heard(n: int, total: int, left: float) -> None:
            assert (n, total, left) in ((0, 0, 0.0), (1, 4, 2.0))
            if n:
                told[k].set()

        once_for_all(tmp_path, done.is_set, compile_, heard)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert len(compiled) == 1 and done.is_set()
    assert list(tmp_path.iterdir()) == []


def test_another_takes_over_where_compiling_failed(tmp_path: Path) -> None:
    def breaks(progress: Progress) -> None:
        progress(1, 4, 2.0)
        raise MemoryError

    def nothing(*news: float) -> None:
        pass

    done = threading.Event()
    with pytest.raises(MemoryError):
        once_for_all(tmp_path, done.is_set, breaks, nothing)
    assert not done.is_set()
    once_for_all(tmp_path, done.is_set, lambda progress: done.set(), nothing)
    assert done.is_set()
