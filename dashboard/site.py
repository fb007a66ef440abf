"""The pages there are. A page joins with one entry here; everything else finds it by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.language import N_
from dashboard.memory import MEMORY
from dashboard.pages import compare, room, solutions, why, workshop
from dashboard.settings import Visit
from dashboard.views import first_start
from dashboard.views.solutions import solutions_view

Parts = list[Any]


@dataclass(frozen=True)
class SitePage:
    """A page: its name in the URL, its title, what it shows, and how it shows a job's news.

    ``results`` is given the visit, the job's id and its latest answer.
    """

    name: str
    title: str
    draw: Callable[[Visit], Parts]
    results: Callable[[Visit, str, Any], Parts] | None = None


def _solutions_results(visit: Visit, job: str, answer: Any) -> Parts:
    key = ("solutions", visit.words.code, visit.address.get("roundtable"), job)
    parts: Parts = MEMORY.get(
        key, answer, lambda: solutions_view(answer, visit.address, visit.words, visit.own)
    )
    return parts


PAGES: tuple[SitePage, ...] = (
    SitePage("room", N_("Room"), lambda v: [first_start(v.jobs, v.words), *room.draw(v)]),
    SitePage("compare", N_("Compare"), compare.draw, compare.results),
    SitePage(
        "solutions",
        N_("Solutions and partnerships"),
        solutions.draw,
        _solutions_results,
    ),
    SitePage("workshop", N_("Workshop"), workshop.draw, workshop.results),
    SitePage("why", N_("Why believe it"), why.draw, why.results),
)
BY_NAME = {page.name: page for page in PAGES}
