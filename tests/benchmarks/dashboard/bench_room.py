"""Frames a second of the Room in headless chromium, scene by scene, and how long pause, step and scrub take.

``python -m tests.benchmarks.dashboard.bench_room [address]`` starts a dashboard, or asks the one at
``address``. The Forums of 320 and 1,000 delegates are simulated, not copied. Scenes are measured in
rounds, so that whatever else the machine does falls on all of them; medians of the rounds are shown.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

from dashboard.language import words
from dashboard.pages.room import WORDS
from dashboard.tasks.room import playback_task

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DELEGATES = (120, 320, 1000)
SCENES = ("open", "sitting", "plenary", "note", "home", "ballot", "partners")
ROUNDS, SECONDS = 3, 4
SHOW = """
async ([told, says]) => {
  window.other?.close();
  window.other = gfmd_room(document.querySelector(".room"), told, says, {t: 0}, "en");
  await new Promise((r) => setTimeout(r, 400));
}
"""
# From a scene's first moment, walking included, to its end; the last of its kind, when most is to be drawn.
PLAY = """
async ([kind, seconds]) => {
  const g = document.querySelector(".room").gfmd, frame = () => new Promise((r) => requestAnimationFrame(r));
  let start = -1;
  for (let t = 0, was = ""; t <= g.length(); t += 0.05) { g.seek(t); if (g.scene() === kind && was !== kind) start = t; was = g.scene(); }
  if (start < 0) return null;
  g.seek(start); await frame(); g.play(true); await frame();
  const before = g.frames(), from = performance.now();
  while (g.scene() === kind && performance.now() - from < 1000 * seconds && g.time() < g.length() - 0.1) await frame();
  const rate = (g.frames() - before) / (performance.now() - from) * 1000;
  g.play(false);
  return rate;
}
"""
REACT = """
async () => {
  const g = document.querySelector(".room").gfmd, out = {pause: [], step: [], scrub: []};
  const painted = () => new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
  for (let k = 0; k < 25; k++) {
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


def measure(origin: str) -> None:
    """Print the figures."""
    says = words("en").table(WORDS)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        for name in ("workshop?step=2&shown=1", "room?t=0&still=1"):
            cold = browser.new_page()
            cold.set_default_timeout(120_000)
            cold.goto(f"{origin}/en/{name}")
            cold.wait_for_selector("#headline" if "workshop" in name else ".room[data-state=ready]")
            print(f"{name.partition('?')[0]} on the wire, first load: {wire(cold):.2f} MB")
            cold.close()
        page.goto(f"{origin}/en/room?t=0&still=1")
        page.wait_for_selector(".room[data-state=ready]")
        print(f"{'delegates':>9}  " + "".join(f"{s:>9}" for s in SCENES), "  frames/s")
        for n in DELEGATES:
            page.evaluate(SHOW, [told(n), says])
            rates: dict[str, list[float]] = {s: [] for s in SCENES}
            for _ in range(ROUNDS):
                for scene in SCENES:
                    rate = page.evaluate(PLAY, [scene, SECONDS])
                    if rate is not None:
                        rates[scene].append(rate)
            row = "".join(
                f"{statistics.median(r):9.1f}" if r else f"{'-':>9}" for r in rates.values()
            )
            took = {
                name: f"{statistics.median(ms):.0f} ms (slowest of {len(ms)}: {max(ms):.0f})"
                for name, ms in page.evaluate(REACT).items()
            }
            print(f"{n:9}  {row}   ", json.dumps(took), flush=True)
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
