"""Levels, composites and their standard errors, from ratings. Pure.

A simple error for the time being, behind `measure`: the part that the reviewers' own
differences show, joined by what one trainee's few vignettes cannot show and a G-study must.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

PRIOR_WEIGHT = 8.0  # pinned rater variance counts like so many observed differences


@dataclass(frozen=True)
class Components:
    """Variance components of a G-study, squared levels, for one composite score.

    `trainee` is the wanted variance; the others are error (Brennan 2001, ch. 4).
    """

    trainee: float
    vignette: float
    reviewer: float
    trainee_vignette: float
    trainee_reviewer: float
    residual: float

    @property
    def per_vignette(self) -> float:
        return self.vignette + self.trainee_vignette

    @property
    def per_scoring(self) -> float:
        return self.reviewer + self.trainee_reviewer + self.residual


@dataclass(frozen=True)
class Judged:
    """One submission's levels: criterion code → the level of each judgement that stands."""

    levels: Mapping[str, Sequence[int]]
    weights: Mapping[str, float]

    def composites(self) -> list[float]:
        """Each judgement's weighted mean; a settled criterion stands in every one of them."""
        seats = max(len(levels) for levels in self.levels.values())
        total = sum(self.weights[code] for code in self.levels)
        return [
            sum(self.weights[code] * _of_seat(levels, seat) for code, levels in self.levels.items())
            / total
            for seat in range(seats)
        ]


def _of_seat(levels: Sequence[int], seat: int) -> int:
    return levels[seat] if seat < len(levels) else levels[-1]


@dataclass(frozen=True)
class Measure:
    """A level (1–4), its standard error (levels) and the number of ratings behind it."""

    value: float
    standard_error: float
    ratings: int


def difference_variance(scores: Sequence[float]) -> float:
    """Unbiased variance of a few scorings of the same work (n − 1); 0 for a single one.

    >>> difference_variance([3.0, 4.0])
    0.5
    """
    if len(scores) < 2:
        return 0.0
    mean = sum(scores) / len(scores)
    return sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)


def rater_variance(observed: Sequence[float], components: Components | None) -> float:
    """Variance of one scoring, from the reviewers' differences, steadied by the pinned value.

    `observed` holds one variance per submission. Two reviewers who happen to agree do not make
    a certain judgement: the pinned component weighs like `PRIOR_WEIGHT` further observations.
    """
    total, count = sum(observed), float(len(observed))
    if components is not None:
        total += PRIOR_WEIGHT * components.per_scoring
        count += PRIOR_WEIGHT
    return total / count if count else 0.0


def measure(submissions: Sequence[Judged], components: Components | None) -> Measure:
    """The composite of an attempt: the mean over vignettes of each one's mean scoring.

    SE² = σ²(vignette) / n_v + σ²(scoring) / n_scorings, an absolute error (Brennan 2001): the
    vignettes drawn and the reviewers drawn both count. Without components the first term is
    unknown and left out, which is why the Standard then decides nothing.
    """
    if not submissions:
        raise ValueError("there is nothing to measure")
    scorings = [submission.composites() for submission in submissions]
    value = sum(sum(scores) / len(scores) for scores in scorings) / len(scorings)
    per_scoring = rater_variance([difference_variance(scores) for scores in scorings], components)
    n_vignettes, n_scorings = len(scorings), sum(len(scores) for scores in scorings)
    per_vignette = components.per_vignette if components else 0.0
    error = sqrt(per_vignette / n_vignettes + per_scoring / n_scorings)
    ratings = sum(len(levels) for s in submissions for levels in s.levels.values())
    return Measure(value, error, ratings)


def measure_criterion(
    code: str, submissions: Sequence[Judged], components: Components | None
) -> Measure | None:
    """The level of one criterion over the vignettes that show it; None where none does."""
    showing = [
        Judged({code: submission.levels[code]}, {code: 1.0})
        for submission in submissions
        if code in submission.levels
    ]
    return measure(showing, components) if showing else None
