"""What Typer, and Pydantic behind it, say of a line that cannot be read, as sentences.

They say it in English with the details filled in; here are the forms, so that it can be said in the
reader's language. What has no form here stays as they say it.
"""

from __future__ import annotations

import re
from typing import Any

from gfmd_sim.errors import Sentence

_FORMS = (
    Sentence("No such option: {name}"),
    Sentence("No such option: {name} (Possible options: {near})"),
    Sentence("No such command '{name}'."),
    Sentence("No such command '{name}'. Did you mean {near}?"),
    Sentence("Missing argument '{argument}'."),
    Sentence("Missing option '{name}'."),
    Sentence("Got unexpected extra argument(s) ({words})"),
    Sentence("Option '{name}' requires an argument."),
    Sentence("Option '{name}' does not take a value."),
    Sentence("Invalid value for '{name}': {why}"),
    Sentence("Input should be a valid integer, unable to parse string as an integer"),
    Sentence("Input should be a valid number, unable to parse string as a number"),
    Sentence("Input should be greater than or equal to {least}"),
    Sentence("Input should be less than or equal to {most}"),
    Sentence("Value error, '{given}' is not one of {allowed}."),
)


def as_sentence(text: str) -> Sentence:
    """The sentence that a message is."""
    return _formed(text) or Sentence.joined("", [text])


def _formed(text: str) -> Sentence | None:
    for form in reversed(_FORMS):  # the longer of two that begin alike
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(form))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            fields: dict[str, Any] = {k: _part(k, v) for k, v in found.groupdict().items()}
            return Sentence(form, **fields)
    return None


def _part(name: str, text: str) -> str | float:
    """What fills a field: why a value is wrong and an argument's name are said in the language too."""
    if name == "why":
        return as_sentence(text)
    if name in ("near", "allowed") and text.startswith("'"):
        words = text.strip("'").split("', '")
        return Sentence.joined(", ", [Sentence("'{word}'", word=w) for w in words])
    if name in ("least", "most") and "." in text:
        return float(text)
    return Sentence(text) if name == "argument" else text
