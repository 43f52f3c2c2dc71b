"""What a reviewer hands over: ratings with evidence, harm observed. Checked, not yet stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID

from assessments.attempts.answers import Given, answers_given
from assessments.attempts.models import Submission
from assessments.reviews.rules import passage_problem
from assessments.vignettes.models import VignetteVersion
from competency.foundation.errors import InvalidInput, noting
from competency.foundation.text import is_blank, require_words
from competency.frameworks.kept import of_published
from competency.frameworks.models import Criterion, Indicator
from competency.frameworks.rules import repeated

MUST_CITE = (1, 4)


@dataclass(frozen=True)
class CitedRange:
    """A range of code points in one answer."""

    item: str
    start: int
    end: int


@dataclass(frozen=True)
class RatingGiven:
    """A level (1–4) on one criterion, with its rationale and the words that earned it."""

    criterion: str
    level: int
    rationale: str
    citations: Sequence[CitedRange] = ()


@dataclass(frozen=True)
class HarmGiven:
    """A harm indicator ticked, with the words that show it."""

    indicator: str
    note: str
    citation: CitedRange


@dataclass(frozen=True)
class CheckedPassage:
    """A passage ready to be stored: of an answer, or of a late one that counts."""

    answer_id: UUID | None
    late_answer_id: UUID | None
    start: int
    end: int
    text_hash: str


@dataclass
class Checked:
    """Everything resolved to rows; `problems` maps each faulty field to what is wrong."""

    ratings: list[tuple[Criterion, RatingGiven, list[CheckedPassage]]] = field(default_factory=list)
    harms: list[tuple[Indicator, HarmGiven, CheckedPassage]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def mapped_criteria(submission: Submission) -> list[Criterion]:
    """The criteria that judge this submission's free items, in the rubric's order."""
    return list(_criteria_of(submission.vignette_version))


@of_published
def _criteria_of(version: VignetteVersion) -> Sequence[Criterion]:
    rows = Criterion.objects.filter(mappings__item__stage__version=version)
    return tuple(rows.select_related("competency").distinct().order_by("position"))


def check_judgement(
    submission: Submission, ratings: Sequence[RatingGiven], harms: Sequence[HarmGiven]
) -> Checked:
    """Resolve and check a whole judgement. Raises InvalidInput naming every faulty field."""
    checked = Checked()
    answers = {given.item.code: given for given in answers_given(submission)}
    criteria = {criterion.code: criterion for criterion in mapped_criteria(submission)}
    _check_coverage(checked, ratings, criteria)
    for rating in ratings:
        if rating.criterion in criteria:
            _check_rating(checked, rating, criteria[rating.criterion], answers)
    indicators = _harm_indicators(criteria) if harms else {}
    for harm in harms:
        _check_harm(checked, harm, indicators, answers)
    for code in repeated(harm.indicator for harm in harms):
        checked.problems[f"harms.{code}"] = f"Tick {code} once, with its clearest passage."
    if checked.problems:
        raise InvalidInput(checked.problems)
    return checked


def _check_coverage(
    checked: Checked, ratings: Sequence[RatingGiven], criteria: Mapping[str, Criterion]
) -> None:
    given = [rating.criterion for rating in ratings]
    for code in criteria:
        if given.count(code) != 1:
            checked.problems[f"ratings.{code}"] = (
                f"Criterion {code} needs exactly one rating; it has {given.count(code)}."
            )
    for code in given:
        if code not in criteria:
            checked.problems[f"ratings.{code}"] = f"This vignette is not judged on {code}."


def _check_rating(
    checked: Checked,
    rating: RatingGiven,
    criterion: Criterion,
    answers: Mapping[str, Given],
) -> None:
    at = f"ratings.{rating.criterion}"
    if type(rating.level) is not int or not 1 <= rating.level <= 4:
        checked.problems[f"{at}.level"] = f"The level of {criterion} must be 1, 2, 3 or 4."
    ask = f"Say briefly why {criterion} is at this level."
    with noting(checked.problems):
        rating = replace(rating, rationale=require_words(f"{at}.rationale", rating.rationale, ask))
    has_words = not all(is_blank(given.text) for given in answers.values())
    if rating.level in MUST_CITE and not rating.citations and has_words:
        checked.problems[f"{at}.citations"] = (
            f"Cite the trainee’s own words: level {rating.level} on {criterion} asks for evidence."
        )
    passages = [
        passage
        for cited in rating.citations
        if (passage := _passage(checked, f"{at}.citations", cited, answers))
    ]
    checked.ratings.append((criterion, rating, passages))


def _check_harm(
    checked: Checked,
    harm: HarmGiven,
    indicators: Mapping[str, Indicator],
    answers: Mapping[str, Given],
) -> None:
    at = f"harms.{harm.indicator}"
    indicator = indicators.get(harm.indicator)
    if indicator is None:
        checked.problems[at] = f"“{harm.indicator}” is not a harm indicator of this vignette."
        return
    with noting(checked.problems):
        harm = replace(harm, note=require_words(f"{at}.note", harm.note, "Say what harm you see."))
    if passage := _passage(checked, f"{at}.citation", harm.citation, answers):
        checked.harms.append((indicator, harm, passage))


def _harm_indicators(criteria: Mapping[str, Criterion]) -> dict[str, Indicator]:
    judged = [criterion.competency_id for criterion in criteria.values()]
    rows = Indicator.objects.filter(competency__in=judged, kind=Indicator.Kind.HARM)
    return {row.code: row for row in rows}


def _passage(
    checked: Checked, at: str, cited: CitedRange, answers: Mapping[str, Given]
) -> CheckedPassage | None:
    given = answers.get(cited.item)
    if given is None or given.item.rules.keyed:
        checked.problems[at] = f"“{cited.item}” is not a written answer of this submission."
        return None
    if problem := passage_problem(given.text, cited.start, cited.end):
        checked.problems[at] = problem
        return None
    words = given.text[cited.start : cited.end]
    hashed = sha256(words.encode()).hexdigest()
    return CheckedPassage(given.answer_id, given.late_id, cited.start, cited.end, hashed)
