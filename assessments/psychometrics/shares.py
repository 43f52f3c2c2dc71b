"""Shares and means with their intervals. Pure."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959964


@dataclass(frozen=True)
class Share:
    """`count` of `total`, with the 95% interval of the share behind it; 0 to 1 without any."""

    count: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        return self.count / self.total if self.total else None


def share(count: int, total: int) -> Share:
    """A share with Wilson's interval, which holds for few cases and near 0 and 1.

    Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212.

    >>> found = share(12, 15)
    >>> round(found.low, 2), round(found.high, 2)
    (0.55, 0.93)
    """
    if not total:
        return Share(count, total, 0.0, 1.0)
    p, z2 = count / total, Z95**2
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 / (1 + z2 / total) * sqrt(p * (1 - p) / total + z2 / (4 * total**2))
    return Share(count, total, max(0.0, round(middle - half, 6)), min(1.0, middle + half))


def mean_interval(mean: float, deviation: float | None, count: int) -> tuple[float, float] | None:
    """The 95% interval of a mean of `count` values with this sample deviation; None below 3.

    >>> mean_interval(3.0, 0.5, 100)
    (2.902, 3.098)
    """
    if count < 3 or deviation is None:
        return None
    half = Z95 * deviation / sqrt(count)
    return round(mean - half, 4), round(mean + half, 4)
