"""How far a score could be relied upon if vignettes and reviewers were drawn anew. Pure."""

from dataclasses import dataclass
from math import sqrt

from assessments.psychometrics.composite import Components


@dataclass(frozen=True)
class Dependability:
    """For a design of so many vignettes, each scored by so many reviewers: the index of
    dependability (phi, 0 to 1) and the absolute standard error, in levels."""

    vignettes: int
    reviewers: int
    phi: float | None
    standard_error: float


def dependability(components: Components, vignettes: int, reviewers: int) -> Dependability:
    """Phi = trainee variance / (trainee variance + absolute error variance), as a decision study
    of reviewers who differ from vignette to vignette. None where nothing varies.

    Brennan, R. L. (2001). Generalizability Theory. Springer, ch. 1 and 4; the error is the one
    that `measure` gives each composite.

    >>> found = dependability(Components(0.30, 0.02, 0.03, 0.10, 0.02, 0.15), 6, 2)
    >>> round(found.phi, 3), round(found.standard_error, 3)
    (0.891, 0.191)
    """
    error = components.per_vignette / vignettes + components.per_scoring / (vignettes * reviewers)
    total = components.trainee + error
    return Dependability(
        vignettes, reviewers, components.trainee / total if total > 0 else None, sqrt(error)
    )
