"""A dashboard of its own on a free port of 127.0.0.1, and a page that forgives nothing.

The ``page`` fixture fails a test at the end if the console said an error, a script threw, a request
went elsewhere or the content-security policy was violated. ``axe`` scans what is seen. Where there is
no chromium, ``tests/conftest.py`` skips aloud, and fails on CI.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LANGUAGES = ("en", "fr", "es")
THEMES = ("light", "dark", "projector")
COMPILE = """
from gfmd_sim.compiled import is_complete
from gfmd_sim.cli.compiling import compile_once
is_complete() or compile_once(lambda *news: None)
"""
START = "from dashboard.app import serve; serve(port=0, is_pseudo=True)"
# Everything inside the page: what the policy forbids becomes an error that the fixture hears.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) =>
  console.error("CSP violation: " + e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile));
"""


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A small projector, in English."""
    return {"viewport": {"width": 1280, "height": 720}, "locale": "en-GB"}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The dashboard in a process of its own: ``http://127.0.0.1:port``, pseudo-locale included."""
    subprocess.run([sys.executable, "-c", COMPILE], cwd=ROOT, check=True)  # no page waits for it
    process = subprocess.Popen(
        [sys.executable, "-c", START], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, f"the dashboard did not start: {line!r}"
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Watch:
    """What went wrong on a page so far. ``forgive`` names what a test provokes on purpose."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.problems: list[str] = []
        self._forgiven: list[str] = []

    def forgive(self, pattern: str) -> None:
        """Problems that match are expected."""
        self._forgiven.append(pattern)

    def tell(self, problem: str) -> None:
        self.problems.append(problem)

    def request(self, url: str) -> None:
        if not url.startswith((self.origin + "/", "data:", "blob:", "file:", "about:")):
            self.tell(f"request to elsewhere: {url}")

    @property
    def left(self) -> list[str]:
        """Problems that nobody expected."""
        return [p for p in self.problems if not any(re.search(f, p) for f in self._forgiven)]


@pytest.fixture
def watch(server: str) -> Watch:
    """The watch over the page of this test."""
    return Watch(server)


@pytest.fixture
def page(context: Any, watch: Watch) -> Iterator[Any]:
    """A page on the dashboard; at the end nothing may have gone wrong on it."""
    context.add_init_script(TELL_VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda m: watch.tell(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: watch.tell(f"page error: {error}"))
    context.on("request", lambda request: watch.request(request.url))
    yield page
    if not page.is_closed():
        page.wait_for_timeout(50)  # let the last messages arrive
    assert not watch.left, "\n".join(watch.left)


@pytest.fixture
def show(page: Any, server: str) -> Callable[..., Any]:
    """``show("en/compare?theme=dark")``: opens it and waits until the page is drawn."""

    def _show(path: str, *, ready: bool = True) -> Any:
        page.goto(f"{server}/{path.lstrip('/')}")
        if ready:
            page.wait_for_selector("html[data-ready] #main h1, html[data-ready] #main h2")
        return page

    return _show


@pytest.fixture
def axe(page: Any) -> Callable[..., None]:
    """``axe()``: no violation on what is seen, and no rule that crashed (a false zero)."""
    source = (HERE / "axe" / "axe.min.js").read_text(encoding="utf-8")

    def _scan(options: dict[str, Any] | None = None) -> None:
        page.evaluate(source + "; 0")
        found = page.evaluate(
            "async (options) => { const r = await axe.run(document, options);"
            " return {violations: r.violations, incomplete: r.incomplete}; }",
            {"resultTypes": ["violations", "incomplete"], **(options or {})},
        )
        said = [
            f"{v['id']}: {v['help']} at {node['target']}\n    {node['html'][:200]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]
        said += [f"rule crashed: {i['id']}" for i in found["incomplete"] if crashed(i)]
        assert not said, "\n".join(said)

    return _scan


@pytest.fixture(scope="session")
def is_crashed() -> Callable[[dict[str, Any]], bool]:
    """What ``axe`` takes for a crashed rule."""
    return crashed


def crashed(result: dict[str, Any]) -> bool:
    """Whether a rule ended in an error: axe files it under "incomplete"."""
    if result.get("error"):
        return True
    checks = (c for node in result["nodes"] for way in ("any", "all", "none") for c in node[way])
    return any(c["id"] == "error-occurred" for c in checks)
