"""Does the evidence meet the Standard, given its error? Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

COMPETENT, NOT_YET, REFER = "competent", "not_yet", "refer"
MINIMUM_FAILS_AT = 0.05
MINIMUM_REFERS_AT = 0.50


@dataclass(frozen=True)
class Measured:
    """A level (1–4) and its standard error (≥ 0, in levels)."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Thresholds:
    """What a Standard asks: the cut (1–4), the keyed cut (0–1), minima by competency code."""

    cut: float
    keyed_cut: float
    competent_at: float = 0.95
    not_yet_at: float = 0.05
    minima: Mapping[str, float] = field(default_factory=dict)
    has_components: bool = True


@dataclass(frozen=True)
class Findings:
    """What an attempt showed. `keyed` is None where the form has no keyed item."""

    composite: Measured
    competencies: Mapping[str, Measured]
    keyed: float | None
    vignettes_complete: bool
    reviews_sufficient: bool
    harm_confirmed: bool
    panel: tuple[str, ...] = ()  # outcomes of the fresh people a referral ended with


@dataclass(frozen=True)
class Gate:
    """One rule of the Standard and how it was met, in words for a certifier."""

    code: str
    passed: bool
    words: str


@dataclass(frozen=True)
class Proposal:
    outcome: str
    reasons: tuple[str, ...]
    probability: float | None
    gates: tuple[Gate, ...]


def probability_at_least(cut: float, measured: Measured) -> float:
    """Probability that the true level reaches `cut`, normal error, no pull to the cohort.

    Regressing to the cohort's mean is left out on purpose: nobody is judged by their peers.
    An error of 0 makes it certain.

    >>> probability_at_least(2.8, Measured(2.8, 0.2))
    0.5
    >>> probability_at_least(2.8, Measured(3.0, 0.0))
    1.0
    """
    if measured.standard_error < 0:
        raise ValueError("a standard error is never negative")
    if measured.standard_error == 0:
        return 1.0 if measured.value >= cut else 0.0
    return NormalDist().cdf((measured.value - cut) / measured.standard_error)


def propose(findings: Findings, thresholds: Thresholds) -> Proposal:
    """Propose an outcome, with every rule and how it was met.

    Confirmed harm decides alone, whatever the scores. Without a pinned G-study nothing else is
    decided: the error would be a guess.
    """
    probability = probability_at_least(thresholds.cut, findings.composite)
    minima = _minima(findings, thresholds)
    gates = _gates(findings, thresholds, probability, minima)
    if findings.harm_confirmed:
        return Proposal(NOT_YET, ("harm_confirmed",), probability, gates)
    if findings.panel:
        return Proposal(*_panel(findings.panel), probability, gates)
    outcome, reasons = _weigh(findings, thresholds, probability, minima)
    return Proposal(outcome, reasons, probability, gates)


def _panel(outcomes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What fresh people settle: *competent* only when all say so; doubt protects clients."""
    if set(outcomes) == {COMPETENT}:
        return COMPETENT, ("panel_agreed",)
    agreed = len(set(outcomes)) == 1
    return NOT_YET, ("panel_agreed" if agreed else "panel_divided",)


def _minima(findings: Findings, thresholds: Thresholds) -> dict[str, float | None]:
    """Probability of reaching each minimum; None where the competency was not measured."""
    return {
        code: (
            probability_at_least(level, findings.competencies[code])
            if code in findings.competencies
            else None
        )
        for code, level in thresholds.minima.items()
    }


def _weigh(
    findings: Findings,
    thresholds: Thresholds,
    probability: float,
    minima: Mapping[str, float | None],
) -> tuple[str, tuple[str, ...]]:
    insufficient = _insufficient(findings, thresholds, minima)
    if insufficient:
        return REFER, ("insufficient_evidence", *insufficient)
    failed = [code for code, p in minima.items() if p is not None and p <= MINIMUM_FAILS_AT]
    if failed:
        return NOT_YET, tuple(f"minimum_failed:{code}" for code in failed)
    if probability <= thresholds.not_yet_at:
        return NOT_YET, ("composite_below_cut",)
    doubtful = [
        f"minimum_doubtful:{code}"
        for code, p in minima.items()
        if p is not None and p <= MINIMUM_REFERS_AT
    ]
    if probability < thresholds.competent_at:
        doubtful.append("composite_near_cut")
    if findings.keyed is not None and findings.keyed < thresholds.keyed_cut:
        doubtful.append("keyed_below_cut")
    return (REFER, tuple(doubtful)) if doubtful else (COMPETENT, ("all_rules_met",))


def _insufficient(
    findings: Findings, thresholds: Thresholds, minima: Mapping[str, float | None]
) -> Sequence[str]:
    missing = []
    if not findings.vignettes_complete:
        missing.append("vignettes_incomplete")
    if not findings.reviews_sufficient:
        missing.append("reviews_missing")
    if not thresholds.has_components:
        missing.append("no_generalizability_study")
    missing += [f"minimum_not_measured:{code}" for code, p in minima.items() if p is None]
    return missing


def _gates(
    findings: Findings,
    thresholds: Thresholds,
    probability: float,
    minima: Mapping[str, float | None],
) -> tuple[Gate, ...]:
    composite = findings.composite
    gates = [
        _gate("vignettes", findings.vignettes_complete, VIGNETTES),
        _gate("reviews", findings.reviews_sufficient, REVIEWS),
        _gate("harm", not findings.harm_confirmed, HARM),
        _gate("generalizability", thresholds.has_components, GENERALIZABILITY),
    ]
    if findings.keyed is not None:
        words = f"Keyed section {findings.keyed:.2f}; the cut is {thresholds.keyed_cut:.2f}."
        gates.append(Gate("keyed", findings.keyed >= thresholds.keyed_cut, words))
    for code, p in minima.items():
        words = f"{code} has a minimum of {thresholds.minima[code]:.2f}; " + (
            "it was not measured."
            if p is None
            else f"the probability of reaching it is {in_words(p)}."
        )
        gates.append(Gate(f"minimum:{code}", p is not None and p > MINIMUM_REFERS_AT, words))
    gates.append(
        Gate(
            "composite",
            probability >= thresholds.competent_at,
            f"Composite {composite.value:.2f} ± {composite.standard_error:.2f}; the probability "
            f"that the true level reaches {thresholds.cut:.2f} is {in_words(probability)}, "
            f"{thresholds.competent_at:.2f} is asked.",
        )
    )
    return tuple(gates)


# What a gate says when it is passed, and when it is not.
VIGNETTES = ("Every vignette of the form is marked.", "Not every vignette of the form is marked.")
REVIEWS = ("Each had the blind reviews required.", "Blind reviews that are required are missing.")
HARM = ("No harm flag was confirmed.", "A harm flag was confirmed by two people.")
GENERALIZABILITY = (
    "The Standard pins variance components, so the error can be stated.",
    "The Standard pins no variance components, so the error cannot be stated.",
)


def _gate(code: str, passed: bool, words: tuple[str, str]) -> Gate:
    return Gate(code, passed, words[0] if passed else words[1])


def in_words(probability: float) -> str:
    """A probability to three places that never claims a certainty it is not.

    >>> [in_words(p) for p in (0.99999, 0.5, 0.00001)]
    ['above 0.999', '0.500', 'below 0.001']
    """
    if probability > 0.9995:
        return "above 0.999"
    return "below 0.001" if probability < 0.0005 else f"{probability:.3f}"


def referral_choices(earlier_referrals: int) -> tuple[str, ...]:
    """How a referral may go on, the usual way first.

    More evidence comes first: one more blind review, or a reserve vignette. When that did not
    settle it, two fresh people do.

    >>> referral_choices(0)
    ('more_review', 'reserve')
    >>> referral_choices(1)
    ('panel',)
    """
    return ("more_review", "reserve") if earlier_referrals == 0 else ("panel",)
