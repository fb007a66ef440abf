"""Visits without a browser, and a queue whose workers end with the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dashboard.callbacks import visit_of
from dashboard.jobs import Jobs
from dashboard.settings import Settings, Visit
from dashboard.uploads import Uploads

Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def jobs() -> Iterator[Jobs]:
    queue = Jobs({"quick": 1, "runs": 1, "long": 1, "idle": 1})
    yield queue
    queue.close()


@pytest.fixture
def uploads() -> Iterator[Uploads]:
    kept = Uploads()
    yield kept
    kept.close()


@pytest.fixture
def visit(jobs: Jobs, uploads: Uploads) -> Visitor:
    """``visit("/fr/why?theme=dark")``."""

    def _visit(href: str, scenario: str = "four-groups") -> Visit:
        return visit_of(href, Settings(scenario=scenario, is_pseudo=True), jobs, uploads)

    return _visit
