"""Time and memory against the number of turns, both axes logarithmic, as PNG."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Points = Sequence[tuple[float, float, bool]]
    """Turns, value, and whether it was measured."""

_SCALE = 2
"""Drawn this much larger, then made smaller: Pillow's lines have no smooth edges."""
_WIDTH, _HEIGHT = 560, 470
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 60
_COLOURS = ("#0072b2", "#000000", "#e69f00", "#009e73", "#cc79a7", "#d55e00")
"""Okabe and Ito's, which people with any sight for colours can tell apart."""


class _Panel:
    """One diagram."""

    def __init__(self, draw: ImageDraw.ImageDraw, left: int, series: Mapping[str, Points]) -> None:
        self.draw = draw
        self.left = left
        xs = [x for points in series.values() for x, _, _ in points]
        ys = [y for points in series.values() for _, y, _ in points]
        self.x = (math.log10(min(xs)) - 0.1, math.log10(max(xs)) + 0.1)
        self.y = (math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)) + 0.01))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a value is drawn."""
        across = (math.log10(x) - self.x[0]) / (self.x[1] - self.x[0])
        up = (math.log10(y) - self.y[0]) / (self.y[1] - self.y[0])
        return (
            _SCALE * (self.left + _LEFT + across * (_WIDTH - _LEFT - _RIGHT)),
            _SCALE * (_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)),
        )

    def frame(self, title: str, sizes: Sequence[float]) -> None:
        """Draw the axes."""
        low, high = 10.0 ** self.y[0], 10.0 ** self.y[1]
        first, last = 10.0 ** self.x[0], 10.0 ** self.x[1]
        for power in range(int(self.y[0]), int(self.y[1]) + 1):
            for part in range(1, 10):
                value = part * 10.0**power
                if value <= high:
                    colour = "#999999" if part == 1 else "#eeeeee"
                    self.draw.line([self.at(first, value), self.at(last, value)], colour, _SCALE // 2)
            x, y = self.at(first, 10.0**power)
            self._text((x - 6 * _SCALE, y), f"{10.0**power:g}", "rm")
        for size in sizes:
            self.draw.line([self.at(size, low), self.at(size, high)], "#999999", _SCALE // 2)
            x, y = self.at(size, low)
            self._text((x, y + 6 * _SCALE), f"{size:g}", "mt")
        x, y = self.at(10.0 ** (sum(self.x) / 2), low)
        self._text((x, y + 28 * _SCALE), "turns", "mt")
        self._text((self.at(first, low)[0], 12 * _SCALE), title, "lt", 15)

    def curve(self, points: Points, colour: str) -> None:
        """Draw what was measured as dots with a line, what is foretold as rings."""
        places = [self.at(x, y) for x, y, _ in sorted(points)]
        self.draw.line(places, colour, 2 * _SCALE)
        radius = 4 * _SCALE
        for (x, y), (_, _, measured) in zip(places, sorted(points), strict=True):
            box = (x - radius, y - radius, x + radius, y + radius)
            self.draw.ellipse(box, colour if measured else "#ffffff", colour, 2 * _SCALE)

    def _text(self, place: tuple[float, float], text: str, anchor: str, size: int = 12) -> None:
        self.draw.text(place, text, "#222222", ImageFont.load_default(size * _SCALE), anchor)


def draw_plot(path: Path, panels: Mapping[str, Mapping[str, Points]]) -> None:
    """Draw diagrams side by side, with one legend below.

    Args:
        path: The target.
        panels: By title, curves by name.
    """
    names = list(dict.fromkeys(name for series in panels.values() for name in series))
    size = (_SCALE * _WIDTH * len(panels), _SCALE * (_HEIGHT + 24 * math.ceil(len(names) / 2) + 12))
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for index, (title, series) in enumerate(panels.items()):
        panel = _Panel(draw, index * _WIDTH, series)
        panel.frame(title, sorted({x for points in series.values() for x, _, _ in points}))
        for name, points in series.items():
            panel.curve(points, _COLOURS[names.index(name) % len(_COLOURS)])
    for index, name in enumerate(names):
        x = _SCALE * (_LEFT + index % 2 * size[0] // (2 * _SCALE))
        y = _SCALE * (_HEIGHT + 24 * (index // 2))
        colour = _COLOURS[index % len(_COLOURS)]
        draw.line([(x, y), (x + 24 * _SCALE, y)], colour, 3 * _SCALE)
        draw.text((x + 32 * _SCALE, y), name, "#222222", ImageFont.load_default(13 * _SCALE), "lm")
    image.resize((size[0] * 2 // 3, size[1] * 2 // 3), Image.Resampling.LANCZOS).save(path, optimize=True)


if __name__ == "__main__":
    draw_plot(Path(sys.argv[1]), json.load(sys.stdin))
