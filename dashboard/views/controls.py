"""Forms: they write the URL, the URL writes the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.address import Address
from dashboard.components import Choice, Form

Part = Any


def choice(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Choice:
    """A list to choose one from."""
    return Choice(
        id=f"choice-{name}",
        name=name,
        label=label,
        value=value,
        options=[{"value": v, "label": t} for v, t in options],
    )


def form(address: Address, parts: Sequence[Part], *, live: bool = False, name: str = "") -> Form:
    """A form whose values become the page's URL; theme and delegate list are kept."""
    return Form(
        id=name or "form",
        action=f"/{address.language}/{address.page}",
        keep=str(address.only("theme", "roster")).partition("?")[2],
        live=live,
        className="bar",
        children=list(parts),
    )
