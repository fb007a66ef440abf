"""Fifty sessions at once on loopback: ``python tests/benchmarks/dashboard/load.py``.

Starts a dashboard of its own, lets 50 threads open a page and move the sliders 10 times each, then
starts 20 identical jobs at once. Prints medians and 95th percentiles; ends what it started.
"""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[3]
SESSIONS, MOVES, THINK = 50, 10, 1.0  # seconds between two moves of one session
START = "from dashboard.app import serve; serve(port=0)"


def ask(port: int, path: str, body: dict[str, object] | None = None) -> tuple[float, bytes]:
    """Seconds and answer of one request; raises if it is not 200, 202 or 204."""
    started = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    line.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
    answer = line.getresponse()
    text = answer.read()
    line.close()
    assert answer.status in (200, 202, 204), (answer.status, path, text[:200])
    return time.perf_counter() - started, text


def page(href: str, asker: str = "") -> dict[str, object]:
    """The callback that draws a page."""
    return {
        "output": "root.children",
        "outputs": {"id": "root", "property": "children"},
        "inputs": [{"id": "location", "property": "href", "value": href}],
        "state": [{"id": "location", "property": "asker", "value": asker}],
        "changedPropIds": ["location.href"],
    }


def slide(mix: int, size: int, host: int, asker: str) -> dict[str, object]:
    """The callback of the sliders."""
    at = {"mix.value": mix, "size.value": size, "host.value": host, "refine.version": 0}
    known = {"location.href": "/en/workshop?step=2", "location.asker": asker}

    def props(values: dict[str, Any]) -> list[dict[str, Any]]:
        return [dict(zip(("id", "property"), k.split("."), strict=True), value=v)
                for k, v in values.items()]  # fmt: skip

    return {
        "output": "..reveal.children...refine.job..",
        "outputs": [{"id": "reveal", "property": "children"}, {"id": "refine", "property": "job"}],
        "inputs": props(at),
        "state": props(known),
        "changedPropIds": ["mix.value"],
    }


def playback(port: int) -> tuple[float, bytes]:
    """Seconds until the answer of one job is there, as a browser asks for it, and the answer."""
    started = time.perf_counter()
    while True:
        text = ask(port, "/api/playback?seed=9&scenario=four-groups")[1]
        if b'"is_over"' not in text[:400]:
            return time.perf_counter() - started, text
        time.sleep(0.1)


def session(port: int, number: int) -> list[float]:
    """One trainer: a page, then some moves."""
    rng, asker = np.random.Generator(np.random.PCG64(number)), uuid.uuid4().hex
    time.sleep(float(rng.uniform(0, THINK)))
    times = [ask(port, "/_dash-update-component", page("/en/workshop?step=2", asker))[0]]
    for _ in range(MOVES):
        time.sleep(float(rng.uniform(0.5, 1.5)) * THINK)
        at = rng.integers(0, (4, 3, 3)).tolist()
        times.append(ask(port, "/_dash-update-component", slide(*at, asker))[0])
    return times


def told(name: str, seconds: list[float]) -> None:
    ms = 1000 * np.array(seconds)
    print(
        f"{name:34} n={len(ms):4}  median {np.median(ms):6.0f} ms  p95 {np.quantile(ms, 0.95):6.0f} ms"
    )


def main() -> None:
    """Run it."""
    launched = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-u", "-c", START], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        found = re.search(r":(\d+)/", server.stdout.readline())
        assert found
        port = int(found[1])
        first = ask(port, "/en/workshop")[0]
        print(
            f"first answer {time.perf_counter() - launched:.2f} s after start ({1000 * first:.0f} ms)"
        )
        while b"_dash-config" not in ask(port, "/en/workshop")[1]:
            time.sleep(0.05)
        print(f"pages there {time.perf_counter() - launched:.2f} s after start")
        ask(port, "/_dash-update-component", page("/en/workshop"))  # starts the rehearsal
        time.sleep(45)  # a trainer's welcome: all answers are rehearsed meanwhile
        told("slider, one session", [ask(port, "/_dash-update-component", slide(k % 4, k % 3, 0, "one"))[0]
                                     for k in range(40)])  # fmt: skip
        with ThreadPoolExecutor(SESSIONS) as pool:
            all_ = [
                t for times in pool.map(lambda n: session(port, n), range(SESSIONS)) for t in times
            ]
        told(f"callbacks, {SESSIONS} sessions at once", all_)
        with ThreadPoolExecutor(20) as pool:
            same = list(pool.map(lambda _: playback(port), range(20)))
        told("20 identical jobs at once", [t for t, _ in same])
        print(f"answers: {len(same)}, different ones: {len({text for _, text in same})}")
        memory = Path(f"/proc/{server.pid}/status")
        if memory.exists():
            print(re.search(r"VmRSS.*", memory.read_text())[0])  # type: ignore[index]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


if __name__ == "__main__":
    main()
