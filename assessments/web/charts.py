"""Where marks stand on the level scale, 1 to 4: numbers for templates that draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

LOW, HIGH = 1.0, 4.0
Z95 = 1.959964
CURVE_STEPS = 96
EDGE = 10.0  # room for half a label at either end
BASE = 96.0  # where the curve stands
TALL = 78.0


@dataclass(frozen=True)
class Interval:
    """A level with its 95% interval, as places on a line 240 wide."""

    start: str
    end: str
    at: str
    below: bool
    low: float
    high: float


def interval(value: float, error: float, cut: float, width: float = 240) -> Interval:
    """`below` holds when even the upper end lies under the cut: one bad day is not a verdict."""
    low, high = max(LOW, value - Z95 * error), min(HIGH, value + Z95 * error)
    return Interval(
        start=_place(low, width),
        end=_place(high, width),
        at=_place(value, width),
        below=value + Z95 * error < cut,
        low=low,
        high=high,
    )


def cut_at(cut: float, width: float = 240) -> str:
    return _place(cut, width)


@dataclass(frozen=True)
class Curve:
    """Where the true level probably lies, cut in two by the Standard."""

    width: int
    line: str
    met: str
    unmet: str
    cut: str
    peak: str
    ticks: Sequence[tuple[str, int]]


def curve(value: float, error: float, cut: float, width: int) -> Curve:
    """The normal error around a composite, as three paths over a scale of this width."""
    levels = [LOW + (HIGH - LOW) * step / CURVE_STEPS for step in range(CURVE_STEPS + 1)]
    levels = sorted({*levels, cut, value})
    heights = {level: _height(level, value, error) for level in levels}
    unmet = [level for level in levels if level <= cut]
    met = [level for level in levels if level >= cut]
    return Curve(
        width=width,
        line=_path(levels, heights, width),
        met=_area(met, heights, width),
        unmet=_area(unmet, heights, width),
        cut=_place(cut, width),
        peak=_place(value, width),
        ticks=[(_place(level, width), level) for level in range(1, 5)],
    )


def _x(level: float, width: float) -> float:
    return EDGE + (level - LOW) / (HIGH - LOW) * (width - 2 * EDGE)


def _place(level: float, width: float) -> str:
    """As text, so that no locale puts a comma into a coordinate."""
    return f"{_x(level, width):.1f}"


def _height(level: float, value: float, error: float) -> float:
    if error <= 0:
        return TALL if level == value else 0.0
    return TALL * exp(-(((level - value) / error) ** 2) / 2)


def _path(levels: Sequence[float], heights: dict[float, float], width: float) -> str:
    points = (f"{_x(level, width):.1f} {BASE - heights[level]:.1f}" for level in levels)
    return "M" + "L".join(points)


def _area(levels: Sequence[float], heights: dict[float, float], width: float) -> str:
    first, last = _x(levels[0], width), _x(levels[-1], width)
    return f"{_path(levels, heights, width)}L{last:.1f} {BASE:.1f}L{first:.1f} {BASE:.1f}Z"
