"""Frames a second of the Room in headless chromium, scene by scene, how long pause, step and scrub take,
and when a page is usable that the browser has never seen.

``python -m tests.benchmarks.dashboard.bench_room [address]`` starts a dashboard, or asks the one at
``address``; under two minutes. The Forums of 320 and 1,000 delegates are simulated, not copied. Scenes
are measured in rounds, so that whatever else the machine does falls on all of them; medians of the
rounds are shown, and below them what the page's own thread spends on a frame: what is left of a
frame's time goes into chromium's software drawing, which a machine with a graphics card spares.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.language import words
from dashboard.tasks.room import playback_task
from dashboard.views.room import WORDS

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DELEGATES = (320, 1000)
SCENES = ("open", "sitting", "plenary", "note", "home", "ballot", "partners")
ROUNDS, SECONDS, LOADS = 3, 2, 5
# A page is usable once what it is for is on the screen and the browser has painted it.
COLD = {"workshop?step=2&shown=1": "#headline", "room?t=0&still=1": ".room[data-state=ready]"}
WATCH = """
window.usable = new Promise((tell) => new MutationObserver((_, o) => {
  if (!document.querySelector("html[data-ready] %s")) return;
  o.disconnect();
  requestAnimationFrame(() => setTimeout(() => tell(performance.now())));
}).observe(document, {subtree: true, childList: true, attributes: true}));
"""
SHOW = """
async ([told, says]) => {
  window.other?.close();
  window.other = gfmd_room(document.querySelector(".room"), told, says, {t: 0}, "en");
  await new Promise((r) => setTimeout(r, 400));
}
"""
# From a scene's first moment, walking included; the last of its kind, when most is to be drawn.
PLAY = """
async ([kind, seconds]) => {
  const g = document.querySelector(".room").gfmd, frame = () => new Promise((r) => requestAnimationFrame(r));
  const scene = g.view.stage.scenes.findLast((s) => s.kind === kind);
  if (!scene) return null;
  const end = Math.min(scene.start + scene.length, g.length()) - 0.1;
  g.seek(scene.start); await frame(); g.play(true); await frame();
  const before = g.frames(), busy = g.busy(), from = performance.now();
  while (g.time() < end && performance.now() - from < 1000 * seconds) await frame();
  const n = g.frames() - before, took = performance.now() - from, spent = g.busy() - busy;
  g.play(false);
  return [n / took * 1000, spent / n];
}
"""
REACT = """
async () => {
  const g = document.querySelector(".room").gfmd, out = {pause: [], step: [], scrub: []};
  const painted = () => new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
  for (let k = 0; k < 40; k++) {
    g.seek(g.length() * (k * 37 % 100) / 100); g.play(true); await painted(); await painted();
    for (const [name, act] of [["pause", () => g.play(false)], ["step", () => g.step(1)], ["scrub", () => g.seek(g.length() * (k * 61 % 100) / 100)]]) {
      const start = performance.now();
      act(); await painted();
      out[name].push(performance.now() - start);
    }
  }
  return out;
}
"""


def told(delegates: int) -> dict[str, Any]:
    """A run of so many delegates."""
    values = {
        "scenario": "gfmd-2024-25",
        "levers": {"population.n_delegates": delegates},
        "seed": 1,
        "replicate": 0,
        "roundtable": 1,
        "language": "en",
    }
    found: dict[str, Any] = json.loads(b"".join(playback_task(values, lambda *_: None)))
    return found


def wire(page: Page) -> float:
    """Megabytes on the wire since the page was asked for."""
    return float(
        page.evaluate(
            "[...performance.getEntriesByType('resource'), performance.getEntriesByType('navigation')[0]]"
            ".reduce((sum, e) => sum + e.transferSize, 0) / 1e6"
        )
    )


def cold_loads(browser: Browser, origin: str) -> None:
    """Print how long the trainer's two pages take a browser that has never seen them."""
    for name, usable in COLD.items():
        took, weight = [], 0.0
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 720})
            context.add_init_script(WATCH % usable)
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{origin}/en/{name}")
            took.append(page.evaluate("window.usable") / 1000)
            weight = wire(page)
            context.close()
        print(
            f"{name.partition('?')[0]}: usable after {statistics.median(took):.2f} s cold "
            f"({min(took):.2f} to {max(took):.2f}, {LOADS} loads), {weight:.2f} MB on the wire"
        )


def row(name: str, values: dict[str, list[float]]) -> str:
    """A line of medians by scene."""
    cells = (f"{statistics.median(v):9.1f}" if v else f"{'-':>9}" for v in values.values())
    return f"{name:>16}  " + "".join(cells)


def measure(origin: str) -> None:
    """Print the figures."""
    says = words("en").table(WORDS)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        page.goto(f"{origin}/en/room?t=0&still=1")
        page.wait_for_selector(
            ".room[data-state=ready]"
        )  # the run is made; later ones are answered
        page.goto(f"{origin}/en/workshop?step=2&shown=1")
        page.wait_for_selector("#headline")
        cold_loads(browser, origin)
        page.goto(f"{origin}/en/room?t=0&still=1")
        page.wait_for_selector(".room[data-state=ready]")
        print(f"{'':>16}  " + "".join(f"{s:>9}" for s in SCENES))
        for n in DELEGATES:
            page.evaluate(SHOW, [told(n), says])
            rates: dict[str, list[float]] = {s: [] for s in SCENES}
            spent: dict[str, list[float]] = {s: [] for s in SCENES}
            for _ in range(ROUNDS):
                for scene in SCENES:
                    found = page.evaluate(PLAY, [scene, SECONDS])
                    if found is not None:
                        rates[scene].append(found[0])
                        spent[scene].append(found[1])
            print(row(f"{n} frames/s", rates))
            print(row("own ms a frame", spent), flush=True)
            for name, ms in page.evaluate(REACT).items():
                print(
                    f"{'':>18}{name}: {statistics.median(ms):.0f} ms "
                    f"(95 of 100 within {sorted(ms)[int(0.95 * len(ms))]:.0f}, slowest {max(ms):.0f})",
                    flush=True,
                )
        browser.close()


def main() -> None:
    """Measure a dashboard that runs, or one started for it."""
    if len(sys.argv) > 1:
        measure(sys.argv[1].rstrip("/"))
        return
    start = "from dashboard.app import serve; serve(port=0)"
    process = subprocess.Popen([sys.executable, "-uc", start], stdout=subprocess.PIPE, text=True)
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())  # type: ignore[union-attr]
        assert found
        measure(found[0])
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
