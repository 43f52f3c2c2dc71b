"""Whatever a person types is cleaned where it is taken, or refused by the name of its field.

That no service is forgotten: tests/architecture/test_words.py.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.attempts import services as attempts
from assessments.attempts.answers import answers_given
from assessments.attempts.models import Answer, Attempt
from assessments.calibration.models import Licence
from assessments.calibration.services import grant_licence
from assessments.harm.models import HarmJudgement
from assessments.instruments.models import Assessment
from assessments.reviews.models import Adjudication, HarmObservation, Rating, Review, Settlement
from assessments.vignettes.models import Key, Panelist, VignetteVersion
from assessments.vignettes.panels import record_panel
from assessments.workflow import services as workflow
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.cases import services as cases
from competency.cases.models import Case, Complaint
from competency.decisions.models import Decision, StandardVersion
from competency.foundation.errors import InvalidInput
from competency.frameworks import services as frameworks
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.programs import services as programs
from competency.programs.circumstances import Accommodation, Conflict
from competency.programs.models import Enrolment, Membership, Program
from competency.programs.roles import Role
from tests import factories
from tests.factories import contents, count_rows, reviews_of, submission_of, trainee_of

Say = Callable[[str], Any]
WRITTEN = (
    *(Answer, Attempt, Licence, HarmJudgement, Assessment, Adjudication, HarmObservation, Rating),
    *(Review, Settlement, Key, Panelist, VignetteVersion, AuditEvent, Case, Complaint, Decision),
    *(StandardVersion, FrameworkVersion, RubricVersion, ScopeProfileVersion, Accommodation),
    *(Conflict, Enrolment, Membership, Program, User),
)
NEEDED: dict[str, Callable[[Any], Say]] = {}
OPTIONAL: dict[str, Callable[[Any], Say]] = {}


def takes(field: str, *, needed: bool = True) -> Callable[[Any], Any]:
    """The function makes rows on a campus and returns what says words for `field`."""

    def entered(make: Callable[[Any], Say]) -> Callable[[Any], Say]:
        (NEEDED if needed else OPTIONAL)[f"{make.__name__} {field}"] = make
        return make

    return entered


# --- Programs ---


@takes("name")
def found_program(campus: Any) -> Say:
    options = {"code": "new", "issuer": campus.program.issuer, "timezone_name": "UTC", "by": None}
    return lambda text: programs.found_program(name=text, **options)


@takes("scope")
def grant_role(campus: Any) -> Say:
    person, until = factories.person(), campus.program.created_at.date()
    options = {"starts_on": until, "ends_on": until, "by": campus.director}
    return lambda text: programs.grant_role(
        campus.program, person, Role.AUDITOR, scope=text, **options
    )


@takes("reason")
def end_role(campus: Any) -> Say:
    role = factories.membership(campus.program, Role.AUTHOR)
    return lambda text: programs.end_role(role, reason=text, by=campus.director)


@takes("trainee_number")
def enrol(campus: Any) -> Say:
    trainee = factories.person()
    return lambda text: programs.enrol(
        campus.cohort, trainee, trainee_number=text, by=campus.director
    )


@takes("reason")
def declare_conflict(campus: Any) -> Say:
    one, other = campus.supervisors[:2]
    return lambda text: programs.declare_conflict(campus.program, one, other, reason=text, by=one)


@takes("reason")
def accommodate(campus: Any) -> Say:
    place = factories.enrolment(campus.cohort)
    return lambda text: programs.accommodate(
        place, extra_percent=25, reason=text, by=campus.director
    )


@takes("grounds")
def grant_license(campus: Any) -> Say:
    reviewer = factories.supervisor(campus, licensed=False)
    return lambda text: grant_licence(
        campus.program, reviewer, campus.rubric, grounds=text, by=campus.director
    )


# --- Sitting and judging ---


@takes("identity_check", needed=False)
def start_attempt(campus: Any) -> Say:
    attempt = factories.assigned(campus)
    return lambda text: attempts.start_attempt(attempt, by=trainee_of(attempt), identity_check=text)


@takes("first-words", needed=False)
def save_answer(campus: Any) -> Say:
    attempt = factories.started(campus)
    return lambda text: attempts.save_answer(
        submission_of(attempt), "first-words", {"text": text}, by=trainee_of(attempt)
    )


@takes("reason")
def void_attempt(campus: Any) -> Say:
    attempt = factories.assigned(campus)
    return lambda text: attempts.void_attempt(attempt, reason=text, by=campus.director)


@takes("ratings.C1.rationale")
def rate(campus: Any) -> Say:
    review = reviews_of(factories.under_review(campus))[0]
    first, *others = factories.ratings(review.submission)
    assert first.criterion == "C1"
    return lambda text: workflow.complete_review(
        review, ratings=[replace(first, rationale=text), *others], by=review.reviewer
    )


@takes("harms.C3.H1.note")
def observe_harm(campus: Any) -> Say:
    review = reviews_of(factories.under_review(campus))[0]
    return lambda text: workflow.complete_review(
        review,
        ratings=factories.ratings(review.submission),
        harms=[factories.harm(review.submission, note=text)],
        by=review.reviewer,
    )


@takes("flags.decide")
def judge_options(campus: Any) -> Say:
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    review = reviews_of(attempt)[0]
    return lambda text: workflow.complete_review(
        review,
        ratings=factories.ratings(review.submission),
        flags={"decide": (True, text)},
        by=review.reviewer,
    )


@takes("C1")
def adjudicate(campus: Any) -> Say:
    adjudication = factories.adjudication_of(factories.reviewed(campus, {"C1": 1}, {"C1": 3}))
    return lambda text: workflow.adjudicate(
        adjudication, {"C1": (2, text)}, by=adjudication.adjudicator
    )


# --- Cases and complaints ---


@takes("grounds")
def open_case(campus: Any) -> Say:
    attempt = factories.started(campus)
    return lambda text: cases.open_case(
        attempt.enrolment, attempt.pk, kind="copying", grounds=text, by=campus.director
    )


@takes("complainant_name")
def complain_by_name(campus: Any) -> Say:
    said = {"subject": "A delay", "text": "Six weeks."}
    return lambda text: cases.take_complaint(campus.program, complainant_name=text, **said, by=None)


@takes("text")
def complain(campus: Any) -> Say:
    said = {"subject": "A delay", "complainant_name": "R. Okafor"}
    return lambda text: cases.take_complaint(campus.program, text=text, **said, by=None)


# --- Content ---


@takes("domains.0.competencies.0.statement", needed=False)
def draft_framework(campus: Any) -> Say:
    content = contents.framework_content(version=2)

    def say(text: str) -> object:
        content["domains"][0]["competencies"][0]["statement"] = text
        return frameworks.draft_framework(campus.program, content, by=campus.author)

    return say


@takes("statement", needed=False)
def draft_scope_profile(campus: Any) -> Say:
    return lambda text: frameworks.draft_scope_profile(
        campus.program, contents.profile_content(version=2, statement=text), by=campus.author
    )


@takes("cut_method", needed=False)
def draft_standard(campus: Any) -> Say:
    return lambda text: factories.drafted_standard(
        campus.program, campus.author, version=2, cut_method=text
    )


@takes("summary", needed=False)
def draft_vignette(campus: Any) -> Say:
    content = {"version": 2}
    return lambda text: factories.drafted_vignette(
        campus.program, campus.author, content | {"summary": text}, rubric=campus.rubric
    )


@takes("status_note", needed=False)
def draft_key(campus: Any) -> Say:
    return lambda text: factories.drafted_key(
        campus.vignette,
        campus.author,
        {"version": 2, "status_note": text},
        profile=campus.profile,
    )


@takes("what_it_says", needed=False)
def draft_assessment(campus: Any) -> Say:
    pinned = (campus.rubric, campus.profile, campus.standard, campus.vignette)
    return lambda text: factories.drafted_assessment(
        campus.program, campus.author, *pinned, version=2, what_it_says=text
    )


# --- What holds for all of them ---

EVERY = NEEDED | OPTIONAL


def field_of(name: str) -> str:
    return name.partition(" ")[2]


@pytest.mark.parametrize("name", EVERY)
def test_words_are_refused_by_the_name_of_their_field_and_nothing_is_written(name, campus):
    say = EVERY[name](campus)
    before = count_rows(*WRITTEN)
    for unstorable in ("a\x00b", "\x1b[2J", "\ud800", "a\uffffb"):
        with pytest.raises(InvalidInput, match="contains a character that cannot be") as refused:
            say(unstorable)
        assert refused.value.field == field_of(name)
    for blank in ("", " \r\n\t", "\u200b\u2060", "\u3164") if name in NEEDED else ():
        with pytest.raises(InvalidInput) as refused:
            say(blank)
        assert refused.value.field == field_of(name)
    assert count_rows(*WRITTEN) == before


def test_judgments_are_kept_clean(campus):
    rate(campus)("Grounded.\r\nNear.")
    assert Rating.objects.get(criterion__code="C1").rationale == "Grounded.\nNear."
    observe_harm(campus)("Left\ralone.")
    assert HarmObservation.objects.get().note == "Left\nalone."


def test_a_settlement_is_kept_clean(campus):
    adjudicate(campus)("Half.\r\nNot more.")
    assert Settlement.objects.get().reason == "Half.\nNot more."


def test_an_answer_is_kept_clean(campus):
    answer = save_answer(campus)("I am here.\r\nI stay.")
    assert answers_given(answer.submission)[0].text == "I am here.\nI stay."


LINES = ["found_program name", "enrol trainee_number", "complain_by_name complainant_name"]


@pytest.mark.parametrize("name", [*LINES, "grant_role scope", "start_attempt identity_check"])
def test_a_line_is_refused_when_it_does_not_fit_or_turns_words_around(name, campus):
    say = EVERY[name](campus)
    with pytest.raises(InvalidInput, match="is longer than") as refused:
        say("x" * 201)
    assert refused.value.field == field_of(name)
    with pytest.raises(InvalidInput, match=r"turns words around \(U\+202E\)"):
        say("Ada \u202eecalevoL")


def test_a_line_is_one_line(campus):
    complaint = complain_by_name(campus)("  Ruth\r\n Okafor ")
    assert complaint.complainant_name == "Ruth Okafor"


def test_an_expert_is_named_in_letters(campus):
    key = draft_key(campus)("")
    votes = {
        "actions": {"greet": 3, "wait": 4, "hurry": 2},
        "decide": {"stay": 2, "leave": -2},
        "helpful": {"voice": 0, "light": 1, "lecture": -1},
    }
    panel = [{"name": f"Expert {n}", "credentials": "PhD", "votes": votes} for n in range(10)]
    for change, field in [
        ({"name": "\u200b"}, "panelists.2.name"),
        ({"name": "a\x00"}, "panelists.1.name"),
        ({"credentials": "x" * 201}, "panelists.2.credentials"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            record_panel(key, [panel[0], panel[1] | change, *panel[2:]], by=campus.author)
        assert refused.value.field == field
    assert not key.panelists.exists()


@pytest.mark.parametrize("name", ["a\x07b", "\u2066Ada", "\u200b"])
def test_an_account_has_a_name_that_can_be_printed(name, db):
    with pytest.raises(ValidationError) as refused:
        factories.person(name)
    assert "name" in refused.value.message_dict


def test_a_name_is_kept_as_one_line(db):
    assert factories.person(" Ada\n Lovelace ").name == "Ada Lovelace"
