"""Each state of each page is a URL: ``/en/compare?scenario=four-groups&rule=random&rule=caucus``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from dashboard.language import LANGUAGES, PSEUDO

THEMES = ("light", "dark", "projector")
MAX_LENGTH = 4000


@dataclass(frozen=True)
class Address:
    """Language, page and what the page is asked to show."""

    language: str
    page: str
    query: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(cls, url: str, default_language: str = "en") -> Address:
        """From a path with its query; what is not understood is left out."""
        parts = urlsplit(url[:MAX_LENGTH])
        steps = [s for s in parts.path.split("/") if s]
        language = steps[0] if steps else ""
        if language not in LANGUAGES and language != PSEUDO:
            language, steps = default_language, ["", *steps]
        query = tuple(parse_qsl(parts.query, max_num_fields=100))
        return cls(language, steps[1] if len(steps) > 1 else "", query)

    def get(self, key: str, default: str = "") -> str:
        """The last value of a key."""
        return dict(self.query).get(key, default)

    def all(self, key: str) -> list[str]:
        """All values of a key, in their order."""
        return [v for k, v in self.query if k == key]

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number, held within limits."""
        try:
            return min(max(int(self.get(key, str(default))), low), high)
        except ValueError:
            return default

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number, held within limits."""
        try:
            value = float(self.get(key, str(default)))
        except ValueError:
            return default
        return min(max(value, low), high) if value == value else default

    def with_(self, page: str | None = None, **values: object) -> Address:
        """Another address: keys set anew, or taken away with None."""
        kept = tuple((k, v) for k, v in self.query if k not in values)
        new = tuple((k, str(v)) for k, v in values.items() if v is not None)
        return replace(self, page=self.page if page is None else page, query=kept + new)

    def only(self, *keys: str) -> Address:
        """The same with these keys alone."""
        return replace(self, query=tuple((k, v) for k, v in self.query if k in keys))

    def in_language(self, language: str) -> Address:
        """The same in another language."""
        return replace(self, language=language)

    @property
    def engine_language(self) -> str:
        """The language of the page for the browser: a pseudo-language is English."""
        return self.language if self.language in LANGUAGES else "en"

    @property
    def theme(self) -> str:
        """light, dark or projector."""
        theme = self.get("theme", THEMES[0])
        return theme if theme in THEMES else THEMES[0]

    def __str__(self) -> str:
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"/{self.language}/{self.page}{query}"

    @property
    def parameters(self) -> str:
        """The query alone."""
        return urlencode(self.query)

    def to_page(self, page: str, keep: tuple[str, ...] = ("theme", "scenario", "roster")) -> str:
        """The address of another page in the same language and theme."""
        return str(replace(self.only(*keep), page=page))


def form_values(values: Mapping[str, str | list[str]]) -> str:
    """The query of a form."""
    return urlencode(list(values.items()), doseq=True)
