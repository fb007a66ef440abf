"""How soon the dashboard answers, and how soon it says that a job was stopped or died.

``python -m tests.benchmarks.dashboard.bench_answers`` (some three minutes, Linux, headless chromium)
starts dashboards of its own: the server's first answer; a slider's move until its headline is painted,
for answers rehearsed and not; a job stopped by its button; a job whose worker is killed. The page's
times end when the browser has it; the processes' when the last of that job is gone.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.dashboard.bench_room import FLAGS

STARTS, MOVES, JOBS = 7, 200, 10
# Places that are rehearsed last, each one move from the one before.
FRESH = (
    ("size", "0"),
    ("host", "2"),
    ("mix", "1"),
    ("host", "0"),
    ("size", "2"),
    ("mix", "2"),
    ("host", "2"),
    ("mix", "3"),
)
START = [sys.executable, "-u", str(Path(__file__).parents[3] / "run.py"), "dashboard"]
REHEARSED = 60.0  # seconds after which all places of the sliders are at hand
LONG = "en/compare?n=2&replicates=5000&seed={seed}&go=1"
# Move a slider as a hand does; when its answer is painted, in milliseconds.
SLIDE = """
([name, value]) => new Promise((tell) => {
  const slider = document.getElementById(name + "-input"), from = performance.now();
  new MutationObserver((_, o) => {
    o.disconnect();
    requestAnimationFrame(() => setTimeout(() => tell(performance.now() - from)));
  }).observe(document.getElementById("reveal"), {subtree: true, childList: true, characterData: true});
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, value);
  slider.dispatchEvent(new Event("input", {bubbles: true}));
})
"""
# From now on: note when the job's line says this.
WATCH = """
(state) => { window.said = new Promise((tell) => new MutationObserver((_, o) => {
  if (!document.querySelector(".poll.is-" + state)) return;
  o.disconnect();
  tell(Date.now() / 1000);
}).observe(document, {subtree: true, childList: true, attributes: true})); }
"""


def told(what: str, seconds: list[float]) -> None:
    """One line of figures."""
    ms = sorted(1000 * s for s in seconds)
    high = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
    print(
        f"{what:52} n={len(ms):3}  median {statistics.median(ms):5.0f} ms  p95 {high:5.0f} ms"
        f"  slowest {ms[-1]:5.0f} ms",
        flush=True,
    )


@contextmanager
def served() -> Iterator[tuple[str, int, float]]:
    """A dashboard: its address, its process, and how long it took to its first answer."""
    begun = time.perf_counter()
    process = subprocess.Popen(START, stdout=subprocess.PIPE, text=True)
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())  # type: ignore[union-attr]
        assert found
        with urllib.request.urlopen(found[0] + "/en/workshop") as answer:
            answer.read()
        yield found[0], process.pid, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def below(pid: int) -> list[int]:
    """All processes that this one started, directly or not."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in tasks.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *below(child)]
    return found


def ticks(pid: int) -> int:
    """Processor time of a process and of all below it."""
    total = 0
    for one in [pid, *below(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total


def busiest(server: int) -> int:
    """The worker that is at work."""
    workers = [
        int(child)
        for tasks in Path(f"/proc/{server}/task").glob("*/children")
        for child in tasks.read_text().split()
    ]
    before = {pid: ticks(pid) for pid in workers}
    time.sleep(0.5)
    return max(workers, key=lambda pid: ticks(pid) - before[pid])


def end_of(page: Page, server: int, state: str, act: Callable[[int], None]) -> tuple[float, float]:
    """Seconds from ``act`` on a job's worker until the page says so, and until its processes are gone."""
    page.wait_for_selector(".poll .count")
    worker = busiest(server)
    processes = [worker, *below(worker)]
    gone: list[float] = []

    def look() -> None:
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            time.sleep(0.002)
        gone.append(time.time())

    page.evaluate(WATCH, state)
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    begun = time.time()
    act(worker)
    said = page.evaluate("window.said") - begun
    looking.join(30)
    assert gone, "processes of an ended job are still there"
    return said, gone[0] - begun


def sliders(page: Page, origin: str) -> None:
    """Print how long a move takes: at first, and when all answers have been rehearsed."""
    opened = time.monotonic()
    page.goto(f"{origin}/en/workshop?step=2&mix=0&size=1&host=1")
    refined = ".kicker:has-text('100')"
    page.wait_for_selector(refined)
    first, second = [], []
    for name, value in FRESH:
        begun = time.perf_counter()
        first.append(page.evaluate(SLIDE, [name, value]) / 1000)
        page.wait_for_selector(refined)
        second.append(time.perf_counter() - begun)
    told("slider to headline, not all rehearsed yet", first)
    told("slider to the answer of all replicates, the same", second)
    time.sleep(max(0.0, REHEARSED - (time.monotonic() - opened)))
    moves = []
    for k in range(MOVES):
        name = ("mix", "size", "host")[k % 3]
        now = int(page.input_value(f"#{name}-input"))
        last = 3 if name == "mix" else 2
        moves.append(page.evaluate(SLIDE, [name, str((now + 1) % (last + 1))]) / 1000)
    told("slider to headline, rehearsed", moves)


def main() -> None:
    """Print the figures."""
    starts = []
    for _ in range(STARTS):
        with served() as (_, _, took):
            starts.append(took)
    told("server's first answer after its start", starts)
    with served() as (origin, server, _), sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        sliders(page, origin)
        ends: dict[str, list[tuple[float, float]]] = {"cancelled": [], "died": []}
        for k in range(JOBS):
            page.goto(f"{origin}/{LONG.format(seed=100 + 2 * k)}")
            stop = lambda _: page.evaluate("document.querySelector('.poll button').click()")  # noqa: E731
            ends["cancelled"].append(end_of(page, server, "cancelled", stop))
            page.goto(f"{origin}/{LONG.format(seed=101 + 2 * k)}")
            ends["died"].append(
                end_of(page, server, "died", lambda pid: os.kill(pid, signal.SIGKILL))
            )
        for state, name in (("cancelled", "Stop"), ("died", "kill -9 of a worker")):
            told(f"{name}: the page says so", [said for said, _ in ends[state]])
            told(f"{name}: its processes are gone", [gone for _, gone in ends[state]])
        browser.close()


if __name__ == "__main__":
    main()
