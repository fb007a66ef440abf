"""Drawing in SVG: a canvas, scales, marks. Everything written on it is escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from gfmd_sim.reports.look import INK, LINE, PAPER, SOFT

_UNIT = {  # shapes of about the same area as a circle of radius 1
    "square": [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)],
    "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
    "triangle": [(0, -1.3), (1.2, 0.9), (-1.2, 0.9)],
    "triangle_down": [(0, 1.3), (1.2, -0.9), (-1.2, -0.9)],
    "bar": [(-1.4, -0.55), (1.4, -0.55), (1.4, 0.55), (-1.4, 0.55)],
    "cross": [
        (-0.45, -1.2), (0.45, -1.2), (0.45, -0.45), (1.2, -0.45), (1.2, 0.45), (0.45, 0.45),
        (0.45, 1.2), (-0.45, 1.2), (-0.45, 0.45), (-1.2, 0.45), (-1.2, -0.45), (-0.45, -0.45),
    ],
    "pentagon": [
        (1.15 * math.sin(k * 2 * math.pi / 5), -1.15 * math.cos(k * 2 * math.pi / 5))
        for k in range(5)
    ],
    "hexagon": [
        (1.1 * math.sin(k * math.pi / 3), -1.1 * math.cos(k * math.pi / 3)) for k in range(6)
    ],
    "star": [
        ((1.45, 0.65)[k % 2] * math.sin(k * math.pi / 5),
         -(1.45, 0.65)[k % 2] * math.cos(k * math.pi / 5))
        for k in range(10)
    ],
}  # fmt: skip

GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Scale:
    """Values from ``low`` to ``high`` on pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values inside the scale."""
        return ticks(self.low, self.high, about)


def step_of(low: float, high: float, about: int) -> float:
    """The round step (1, 2 or 5 times a power of ten) that gives about so many ticks."""
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return min((m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999), default=10 * power)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values between ``low`` and ``high``."""
    step = step_of(low, high, about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 10) + 0.0 for k in range(first, last + 1)]


def scale_over(
    values: Iterable[float], start: float, end: float, *, pad: float = 0.04, least: float = 1e-6
) -> Scale:
    """A scale that holds all finite values with a little room, and is never of no width."""
    known = [float(v) for v in values if math.isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = max((high - low) * pad, (least - (high - low)) / 2, abs(high) * 1e-9)
    return Scale(low - room, high + room, start, end)


def decimals(step: float) -> int:
    """Decimals that a step of an axis needs."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """An SVG picture in the making, in pixels of its own; it grows to any width of the page."""

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width, self.height, self.label = width, height, label
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" '
            f'height="{_n(max(height, 0))}" fill="{fill}"/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, width: float = 1,
        dash: str = "", cap: str = "butt",
    ) -> None:  # fmt: skip
        """A straight line."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' stroke-linecap="{cap}"' if cap != "butt" else ""
        self._parts.append(
            f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" stroke="{colour}" '
            f'stroke-width="{_n(width)}" fill="none"{extra}/>'
        )

    def polyline(
        self, points: Sequence[tuple[float, float]], colour: str, width: float = 2
    ) -> None:
        """A line through points."""
        path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(
            f'<path d="{path}" stroke="{colour}" stroke-width="{_n(width)}" fill="none" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f'<path d="{path}Z" fill="{fill}"/>')

    def dots(self, points: Iterable[tuple[float, float]], colour: str, size: float = 3.4) -> None:
        """Many small dots in one path."""
        path = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in points)
        if path:
            self._parts.append(
                f'<path d="{path}" stroke="{colour}" stroke-width="{_n(size)}" '
                'stroke-linecap="round" fill="none"/>'
            )

    def mark(
        self, shape: str, x: float, y: float, size: float, fill: str, *, stroke: str = INK,
        width: float = 1.2, tip: str = "",
    ) -> None:  # fmt: skip
        """An outlined shape; ``tip`` is what a pointer resting on it shows."""
        look = f'fill="{fill}" stroke="{stroke}" stroke-width="{_n(width)}"'
        title = f"<title>{escape(tip)}</title>" if tip else ""
        if shape == "circle":
            body = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" {look}>{title}</circle>'
        else:
            points = " ".join(f"{_n(x + a * size)},{_n(y + b * size)}" for a, b in _UNIT[shape])
            body = f'<polygon points="{points}" stroke-linejoin="round" {look}>{title}</polygon>'
        self._parts.append(body)

    def text(
        self, x: float, y: float, words: object, *, size: float = 14, colour: str = INK,
        anchor: str = "start", weight: int = 400, halo: bool = False,
    ) -> None:  # fmt: skip
        """Words; ``y`` is the base line."""
        extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
        extra += f' font-weight="{weight}"' if weight != 400 else ""
        if halo:
            extra += f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"'
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{extra}>'
            f"{escape(words)}</text>"
        )

    def axis(
        self, scale: Scale, y: float, labels: Sequence[tuple[float, str]], top: float | None = None
    ) -> None:
        """A horizontal axis at ``y`` with labelled ticks; from ``top`` on, faint grid lines."""
        for value, label in labels:
            x = scale(value)
            if top is not None:
                self.line(x, top, x, y, LINE, 1)
            self.text(x, y + 18, label, size=12.5, colour=SOFT, anchor="middle")

    def markup(self) -> Markup:
        """The picture."""
        return Markup(
            f'<svg viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" '
            f'aria-label="{escape(self.label)}" xmlns="http://www.w3.org/2000/svg">'
            + "".join(self._parts)
            + "</svg>"
        )


def text_width(words: str, size: float) -> float:
    """About how wide words are, in pixels (the face's mean advance)."""
    return 0.5 * size * len(words)
