"""The few components that Dash's HTML set lacks: native, small, without a build step.

Their other half is ``assets/components.js``. Forms write the URL; the URL writes the page.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dash.development.base_component import Component


class _Own(Component):
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    _namespace = "gfmd_dashboard"
    _valid_wildcard_attributes: ClassVar[list[str]] = ["data-", "aria-"]
    available_wildcard_properties: ClassVar[list[str]] = ["data-", "aria-"]
    _type = ""
    _prop_names: ClassVar[list[str]] = []

    def __init__(self, **properties: Any) -> None:
        self.available_properties = self._prop_names
        super().__init__(**properties)


class Location(_Own):
    """Where the browser is: ``href`` (path and query), ``asker`` (which window it is).

    Follows links within the dashboard.
    """

    _type = "Location"
    _prop_names: ClassVar[list[str]] = ["id", "href", "asker"]


class Page(_Own):
    """A page: sets the window's title and theme, and takes the focus when one comes from another."""

    _type = "Page"
    _prop_names: ClassVar[list[str]] = ["id", "children", "title", "theme", "lang", "name"]


class Results(_Own):
    """What is drawn anew as results come in; keeps what is open, scrolled to and in focus."""

    _type = "Results"
    _prop_names: ClassVar[list[str]] = ["id", "children"]


class Form(_Own):
    """A form whose values become the query of ``action``; with ``live`` at every change."""

    _type = "Form"
    _prop_names: ClassVar[list[str]] = ["id", "children", "action", "live", "keep", "className"]


class Choice(_Own):
    """A list to choose one from: ``options`` are {value, label}."""

    _type = "Choice"
    _prop_names: ClassVar[list[str]] = [
        "id", "name", "label", "value", "options", "hint", "className", "is_group"
    ]  # fmt: skip


class Field(_Own):
    """A native input of any ``kind`` (number, text, checkbox, radio)."""

    _type = "Field"
    _prop_names: ClassVar[list[str]] = [
        "id", "name", "label", "value", "kind", "min", "max", "step", "hint", "checked", "className",
    ]  # fmt: skip


class Slider(_Own):
    """A big slider over named stops: ``value`` is the place, 0 for the first."""

    _type = "Slider"
    _prop_names: ClassVar[list[str]] = ["id", "label", "value", "stops", "name"]


class Picture(_Own):
    """An SVG made by the server; ``markup`` comes from our own figures, with all text escaped.

    ``source``: where to fetch it from instead. ``still``: small enough never to scroll, and so nothing that the keyboard stops at.
    """

    _type = "Picture"
    _prop_names: ClassVar[list[str]] = ["id", "markup", "source", "className", "still"]


class Poll(_Own):
    """Asks after a job; ``version`` counts up at each news, ``state`` is that of the job.

    Without ``words`` it shows nothing. ``passing``: it shows itself only while there is compiling;
    ``compiles``: there is, though the job has not said so yet.
    """

    _type = "Poll"
    _prop_names: ClassVar[list[str]] = [
        "id",
        "job",
        "version",
        "state",
        "words",
        "passing",
        "compiles",
    ]


class Room(_Own):
    """The Room: draws a playback (``assets/room/``)."""

    _type = "Room"
    _prop_names: ClassVar[list[str]] = ["id", "source", "words", "at", "language"]


class Hands(_Own):
    """A show of hands: counts beside each answer, kept in the URL."""

    _type = "Hands"
    _prop_names: ClassVar[list[str]] = ["id", "answers", "counts", "words"]


class Upload(_Own):
    """A file to send; ``most`` bytes are checked before it is sent. Sets ``roster`` in the URL."""

    _type = "Upload"
    _prop_names: ClassVar[list[str]] = ["id", "words", "most", "language"]


class Table(_Own):
    """A table in one piece: a component a cell takes a browser seconds.

    A cell is a text or {text, small, badge}; columns from ``first`` on are numbers.
    """

    _type = "Table"
    _prop_names: ClassVar[list[str]] = ["id", "header", "rows", "first", "label"]


class Save(_Own):
    """Saves what is seen as one file that needs no server (``assets/save.js``)."""

    _type = "Save"
    _prop_names: ClassVar[list[str]] = ["id", "name", "words"]


class Presenter(_Own):
    """Full screen, and keys that follow ``data-next`` and ``data-back`` (``assets/presenter.js``)."""

    _type = "Presenter"
    _prop_names: ClassVar[list[str]] = ["id", "words"]


class Press(_Own):
    """A button for what the browser does by itself: ``does`` is print or save."""

    _type = "Press"
    _prop_names: ClassVar[list[str]] = ["id", "label", "does", "className"]
