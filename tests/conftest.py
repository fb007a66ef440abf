"""What all tests share: kernels compiled once, hypothesis without a clock, a browser looked for aloud."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
import xdist
from hypothesis import settings

settings.register_profile("gfmd", deadline=None)
if "CI" not in os.environ:  # there, hypothesis's own profile for CI holds
    settings.load_profile("gfmd")

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_NO_BROWSER = "there is no chromium (on Debian: apt install chromium)"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile on every core before there are workers: each would compile all that it needs.

    Not where tests run in this process (``-n 0``): one test waits for no kernel but its own.
    """
    if not xdist.is_xdist_controller(session) or session.config.option.collectonly:
        return
    from gfmd_sim.cli.compiling import LARGE, MODEL, SEARCH, compile_parts
    from gfmd_sim.compiled import is_complete

    if missing := [part for part in (MODEL, LARGE, SEARCH) if not is_complete(part)]:
        terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        terminal.write_line("compiling model and search (once on this machine)")
        compile_parts(lambda *news: None, *missing)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped aloud; on CI they fail."""
    if CHROMIUM is None and "CI" not in os.environ:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=_NO_BROWSER))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many browser tests were skipped, whatever the verbosity."""
    skipped = [
        r for r in terminalreporter.stats.get("skipped", []) if _NO_BROWSER in str(r.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(f"SKIPPED: {len(skipped)} browser tests; {_NO_BROWSER}")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Pages have no address in common. The plugin's own is a method, which pytest 10 refuses."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the system's chromium and downloads none."""
    if CHROMIUM is None:
        pytest.fail(_NO_BROWSER)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": _FLAGS}
