"""Each state is a URL; what a stranger writes into one does no harm."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import THEMES, Address


@given(st.text(max_size=200))
def test_any_text_is_an_address(text: str) -> None:
    address = Address.of(text)
    assert address.theme in THEMES
    assert Address.of(str(address)) == address or address.page == ""
    assert str(address).startswith("/")
    assert address.whole("n", 3, 2, 5) in range(2, 6)


def test_switching_language_and_theme_keeps_the_rest() -> None:
    address = Address.of("/en/compare?rule1=caucus&go=1")
    assert str(address.in_language("fr")) == "/fr/compare?rule1=caucus&go=1"
    assert str(address.with_(theme="dark")) == "/en/compare?rule1=caucus&go=1&theme=dark"
    assert address.to_page("why") == "/en/why"


def test_numbers_are_held_within_limits() -> None:
    address = Address.of("/en/x?a=99&b=nan&c=word")
    assert address.whole("a", 1, 0, 5) == 5
    assert address.number("b", 0.5, 0, 1) == 0.5
    assert address.whole("c", 2, 0, 5) == 2
