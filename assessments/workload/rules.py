"""When could the reviews be done? A range from what was observed, or an honest nothing. Pure.

Reviews that come in at a steady pace, seen n times in d days, will take T days for R more, with
(T / d) · (n / R) distributed as F with 2R and 2n degrees of freedom. Reviews come in bunches, so n
and R are divided by how much more the weeks differ than a steady pace would let them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, variance

FEWEST = 10  # reviews done, before anything is said
WEEKS = 8
Z = 1.2816  # between the 10th and the 90th percentile: four times out of five


@dataclass(frozen=True)
class Range:
    """Days from now: the last review is done between these, four times out of five."""

    soonest: float
    latest: float


def forecast(own: int, ahead: int, weeks: Sequence[int]) -> Range | None:
    """When `own` reviews are done, at the pace of the last `weeks` (reviews done in each).

    The soonest, if nothing else is done first; the latest, if everything that is `ahead` of the
    program's people is (`own` included). None where there is too little to go by.

    >>> forecast(10, 10, [3, 2])
    >>> steady = forecast(10, 10, [10, 11, 9, 10])
    >>> round(steady.soonest, 1), round(steady.latest, 1)
    (4.2, 10.6)
    >>> bunched = forecast(10, 10, [40, 0, 0, 0])
    >>> forecast(0, 12, [10, 11, 9, 10])
    Range(soonest=0.0, latest=0.0)
    """
    done, days = sum(weeks), 7 * len(weeks)
    if own <= 0:
        return Range(0.0, 0.0)
    if len(weeks) < 2 or done < FEWEST:
        return None
    bunching = max(1.0, variance(weeks) / mean(weeks))
    if done / bunching < 2:
        return None
    pace = days / done

    def quantile(reviews: int, z: float) -> float:
        return reviews * pace * _f(2 * reviews / bunching, 2 * done / bunching, z)

    return Range(quantile(own, -Z), quantile(max(own, ahead), Z))


def _f(over: float, under: float, z: float) -> float:
    """A quantile of F, by Paulson's normal approximation of its cube root.

    >>> round(_f(20, 80, 1.2816), 2), round(_f(20, 80, -1.2816), 2)
    (1.51, 0.6)
    """
    a, b = 2 / (9 * over), 2 / (9 * under)
    root = abs(z) * (b * (1 - a) ** 2 + a * (1 - b) ** 2 - z * z * a * b) ** 0.5
    ratio = ((1 - a) * (1 - b) + (root if z > 0 else -root)) / ((1 - b) ** 2 - z * z * b)
    return float(max(0.0, ratio) ** 3)
