"""The fixtures themselves: they must fail where something is wrong, or they prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_the_watch_hears_errors_throws_and_requests_elsewhere(
    show: Any, watch: Any, server: str
) -> None:
    page = show("en/why")
    assert not watch.left
    page.evaluate("console.error('said aloud')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') }, 0)")
    page.evaluate("fetch('http://localhost:9/elsewhere').catch(() => 0)")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), "
                  "{textContent: 'window.inline = 1'}))")  # fmt: skip
    page.wait_for_timeout(200)
    said = "\n".join(watch.left)
    for word in ("said aloud", "thrown", "CSP violation: connect-src", "CSP violation: script-src"):
        assert word in said, said
    assert page.evaluate("window.inline") is None
    watch.request("https://elsewhere.example/x")
    assert "request to elsewhere: https://elsewhere.example/x" in watch.left
    watch.forgive(".")


def test_axe_sees_a_violation(show: Any, axe: Any) -> None:
    page = show("en/why")
    page.evaluate("document.querySelector('#main').append(new Image())")
    with pytest.raises(AssertionError, match="image-alt"):
        axe()


def test_a_crashed_rule_is_no_pass(is_crashed: Any) -> None:
    fine = {"id": "color-contrast", "nodes": [{"any": [], "all": [], "none": []}]}
    assert not is_crashed(fine)
    assert is_crashed({**fine, "error": {"message": "boom"}})
    assert is_crashed(
        {"id": "x", "nodes": [{"any": [], "all": [], "none": [{"id": "error-occurred"}]}]}
    )
