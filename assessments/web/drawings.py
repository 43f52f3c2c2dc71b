"""Bars, stacks, intervals and time lines: numbers for templates that draw them.

Coordinates are text, so that no locale puts a comma into one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.figures.levels import Month
from assessments.web import charts

BAR = 240.0  # how wide a full bar is drawn; the table cell scales it
LEFT, RIGHT, TOP, FOOT = 30.0, 10.0, 12.0, 30.0


@dataclass(frozen=True)
class Bar:
    length: str
    low: str = ""
    high: str = ""


def bar(value: float, most: float, interval: tuple[float, float] | None = None) -> Bar:
    """A bar in proportion to the greatest of its figure, perhaps with the ends of an interval.

    >>> bar(1, 4)
    Bar(length='60.0', low='', high='')
    >>> bar(0, 0).length
    '0.0'
    """
    if interval is None:
        return Bar(_along(value, most))
    return Bar(_along(value, most), *(_along(min(end, most), most) for end in interval))


def _along(value: float, most: float) -> str:
    return f"{BAR * value / most if most else 0.0:.1f}"


@dataclass(frozen=True)
class Part:
    """A stretch of a stacked bar, of one heat class."""

    heat: int
    start: str
    length: str


def stack(counts: Sequence[int]) -> list[Part]:
    """One bar of full width, cut in proportion to the counts of the heat classes.

    >>> [part.length for part in stack([0, 1, 3])]
    ['60.0', '180.0']
    """
    total, start, parts = sum(counts), 0.0, []
    for place, count in enumerate(counts):
        if count:
            length = BAR * count / total
            parts.append(Part(place + 1, f"{start:.1f}", f"{length:.1f}"))
            start += length
    return parts


def on_unit(value: float) -> str:
    """A place on a line from 0 to 1; what lies below stands at its beginning.

    >>> on_unit(0.5), on_unit(-0.2)
    ('120.0', '0.0')
    """
    return f"{BAR * max(0.0, min(1.0, value)):.1f}"


@dataclass(frozen=True)
class Point:
    x: str
    y: str
    low: str
    high: str
    month: Month


@dataclass(frozen=True)
class Course:
    """Mean composites by month, on levels 1 to 4, at one width."""

    width: int
    height: int
    left: str
    right: str
    floor: str
    points: Sequence[Point]
    line: str
    ticks: Sequence[tuple[str, int]]
    cut: str
    labels: Sequence[Point]


def course(months: Sequence[Month], cut: float | None, width: int, height: int = 200) -> Course:
    """Months at equal distance; as many labels as there is room for."""
    span = width - LEFT - RIGHT
    points = []
    for place, month in enumerate(months):
        x = LEFT + span * (place + 0.5) / len(months)
        low, high = month.interval or (month.mean, month.mean)
        at, under, over = (_up(level, height) for level in (month.mean, low, high))
        points.append(Point(f"{x:.1f}", at, under, over, month))
    every = -(-len(points) * 64 // width) if points else 1
    return Course(
        width,
        height,
        f"{LEFT:.1f}",
        f"{width - RIGHT:.1f}",
        f"{height - FOOT:.1f}",
        points,
        "M" + "L".join(f"{point.x} {point.y}" for point in points) if points else "",
        [(_up(level, height), level) for level in range(1, 5)],
        "" if cut is None else _up(cut, height),
        points[:: max(every, 1)],
    )


def _up(level: float, height: float) -> str:
    level = max(charts.LOW, min(charts.HIGH, level))
    share = (level - charts.LOW) / (charts.HIGH - charts.LOW)
    return f"{height - FOOT - share * (height - TOP - FOOT):.1f}"


@dataclass(frozen=True)
class Axis:
    """A stretch of time laid on a line of one width."""

    start: datetime
    end: datetime
    width: float
    left: float = LEFT

    def at(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return self.left + max(0.0, min(1.0, share)) * (self.width - self.left - RIGHT)

    def place(self, moment: datetime) -> str:
        return f"{self.at(moment):.1f}"


def level_place(level: float, height: float) -> str:
    return _up(level, height)


def greatest(values: Iterable[Any]) -> float:
    return float(max(values, default=0))
