"""Frames a second of the Room in headless chromium, and how long pause, step and scrub take.

``python tests/benchmarks/dashboard/bench_room.py [address]`` starts a dashboard, or asks the one at
``address``. Rooms of more delegates than the scenario has are its people copied in the browser.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 6
COPIES = """
async ([n, url]) => {
  const d = await (await fetch(url)).json(), m = d.people.id.length;
  const all = [...Array(n).keys()];
  for (const key of ["id", "name", "group", "region", "turns"]) d.people[key] = all.map((i) => d.people[key][i % m]);
  d.support = d.support.map((row) => all.flatMap((i) => row.slice((i % m) * d.n_solutions, (i % m + 1) * d.n_solutions)));
  const copies = Math.ceil(n / m);
  const spread = (list, make) => [...Array(copies).keys()].flatMap((c) => list.map((x) => make(x, c * m)));
  for (const s of d.scenes) {
    if (s.tables) {
      s.tables = spread(s.tables, (t, by) => t.map((i) => i + by).filter((i) => i < n));
      s.turns = spread(s.turns, (t) => t); s.endorsed = spread(s.endorsed, (e) => e);
    }
    if (s.learners) s.learners = spread(s.learners, ([i, k], by) => [i + by, k]);
  }
  const root = document.querySelector(".room");
  window.copy?.close();
  window.copy = gfmd_room(root, d, {}, {t: 0}, "en");
  await new Promise((r) => setTimeout(r, 400));
}
"""
PLAY = """
async (seconds) => {
  const g = document.querySelector(".room").gfmd;
  g.seek(0); g.play(true);
  await new Promise((r) => setTimeout(r, 500));
  const before = g.frames(), start = performance.now();
  await new Promise((r) => setTimeout(r, 1000 * seconds));
  return (g.frames() - before) / (performance.now() - start) * 1000;
}
"""
REACT = """
async () => {
  const g = document.querySelector(".room").gfmd, painted = () => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
  const out = {};
  for (const [name, act] of [["pause", () => g.play(false)], ["step", () => g.step(1)], ["scrub", (k) => g.seek(g.length() * (k * 37 % 100) / 100)]]) {
    const times = [];
    for (let k = 0; k < 15; k++) {
      if (name === "pause") { g.play(true); await painted(); }
      const start = performance.now(); act(k); await painted(); times.push(performance.now() - start);
    }
    out[name] = times.sort((a, b) => a - b)[7].toFixed(1) + " ms, slowest " + times[14].toFixed(1);
  }
  return out;
}
"""


def measure(origin: str) -> None:
    """Print the figures for 120, 320 and 1,000 delegates."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{origin}/en/room?t=0&still=1")
        page.wait_for_selector(".room[data-state=ready]", timeout=60_000)
        wire = page.evaluate(
            "[...performance.getEntriesByType('resource'), performance.getEntriesByType('navigation')[0]]"
            ".reduce((sum, e) => sum + e.transferSize, 0)"
        )
        print(f"on the wire: {wire / 1e6:.2f} MB")
        playback = f"{origin}/api/playback?scenario=gfmd-2024-25&roundtable=1&seed=1&language=en"
        for n in (120, 320, 1000):
            page.evaluate(COPIES, [n, playback])
            frames = page.evaluate(PLAY, SECONDS)
            print(f"{n} delegates: {frames:.1f} frames/s", json.dumps(page.evaluate(REACT)))
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
