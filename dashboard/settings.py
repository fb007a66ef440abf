"""What the dashboard opens with, and what a page is drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.address import Address
from dashboard.jobs import Jobs
from dashboard.language import Words
from dashboard.uploads import Uploads


@dataclass(frozen=True)
class Settings:
    """What the dashboard opens with."""

    scenario: str = "gfmd-2024-25"
    store: str | None = None
    language: str = "en"
    is_pseudo: bool = False  # also /qps/..., the stretched language, for tests


@dataclass(frozen=True)
class Visit:
    """Somebody looks at a page: the address, its words, and what there is to work with."""

    address: Address
    words: Words
    settings: Settings
    jobs: Jobs
    uploads: Uploads
    asker: str = ""  # one window of a browser, so that it waits for its last question only

    @property
    def own(self) -> str:
        """The scenario that the command line names."""
        return self.settings.scenario
