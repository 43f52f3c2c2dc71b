"""Take up, recuse from and complete reviews; settle their disagreements."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from assessments.attempts.answers import answers_given
from assessments.reviews import services
from assessments.reviews.judgements import CitedRange, HarmGiven, RatingGiven
from assessments.reviews.models import Citation, HarmObservation, Rating, Review, Settlement
from competency.audit.models import AuditEvent
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.programs import services as programs
from tests import factories
from tests.factories import adjudication_of, count_rows, ratings, reviews_of, submission_of

WRITTEN = (Rating, Citation, HarmObservation, AuditEvent)
CITED = CitedRange("first-words", 0, 5)


@pytest.fixture
def review(attempt_under_review):
    return reviews_of(attempt_under_review)[0]


def record(review, given=None, **options):
    given = ratings(review.submission) if given is None else given
    services.record_ratings(review, ratings=given, by=review.reviewer, **options)


def rated(**changes):
    """Three ratings at level 3, with changes to those named."""
    whole = {code: RatingGiven(code, 3, "It shows.") for code in ("C1", "C3", "D1")}
    return [one for one in (whole | changes).values() if one is not None]


def problems(review, given, **options):
    before = count_rows(*WRITTEN)
    with pytest.raises(InvalidInput) as refused:
        record(review, given, **options)
    assert count_rows(*WRITTEN) == before
    assert Review.objects.get(pk=review.pk).state == "assigned"
    return refused.value.problems


# --- Completing ---


def test_a_review_is_completed_with_a_rating_for_every_criterion(review):
    record(review, rated(C1=RatingGiven("C1", 4, "It adapts.", [CITED])), summary="Good.")
    assert review.state == "completed"
    assert review.started_at <= review.completed_at
    assert review.summary == "Good."
    levels = {row.criterion.code: row.level for row in review.ratings.all()}
    assert levels == {"C1": 4, "C3": 3, "D1": 3}
    actions = AuditEvent.objects.filter(subject_id=review.pk).values_list("action", flat=True)
    assert set(actions) == {"review.assigned", "review.in_progress", "review.completed"}


def test_evidence_is_a_range_of_code_points_with_the_hash_of_the_words(review):
    record(review, rated(C1=RatingGiven("C1", 4, "It adapts.", [CITED])))
    citation = Citation.objects.get(rating__review=review)
    (given,) = [g for g in answers_given(review.submission) if g.item.code == "first-words"]
    words = given.text[citation.start : citation.end]
    assert words == "I say"
    assert citation.text_hash == sha256(words.encode()).hexdigest()
    assert citation.answer_id == given.answer_id


def test_harm_is_ticked_with_words_and_evidence(review):
    harm = HarmGiven("C3.H1", "The client is left.", CITED)
    record(review, harms=[harm])
    row = HarmObservation.objects.get(review=review)
    assert (row.indicator.code, row.note, row.start, row.end) == (
        "C3.H1",
        "The client is left.",
        0,
        5,
    )


def test_a_review_is_given_once(review):
    record(review)
    before = count_rows(*WRITTEN)
    with pytest.raises(DomainError, match="cannot be given twice") as refused:
        record(review)
    assert refused.value.code == "completed"
    assert count_rows(*WRITTEN) == before


@pytest.mark.parametrize("end", ["recused", "lapsed"])
def test_a_seat_that_was_given_up_cannot_be_filled_by_its_old_holder(end, review):
    if end == "recused":
        services.recuse(review, reason="A friend.", by=review.reviewer)
    else:
        services.lapse(review)
    with pytest.raises(DomainError, match="no longer yours") as refused:
        record(review)
    assert refused.value.code == "not_open"
    assert not review.ratings.exists()


def test_nobody_completes_the_review_of_another(review, attempt_under_review, campus):
    _, other = reviews_of(attempt_under_review)
    for stranger in (other.reviewer, campus.director, factories.trainee_of(attempt_under_review)):
        with pytest.raises(NotAllowed, match="somebody else's"):
            services.record_ratings(review, ratings=rated(), by=stranger)


def test_whoever_lost_the_supervisors_role_judges_no_more(review, campus, time_machine):
    membership = review.reviewer.memberships.get()
    programs.end_role(membership, by=campus.director, reason="Left.")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        record(review)


# --- What is refused ---


@pytest.mark.parametrize("level", [0, 5, -1, 2.5, "3", None, True])
def test_a_level_runs_from_one_to_four(level, review):
    found = problems(review, rated(C1=RatingGiven("C1", level, "It shows.", [CITED])))
    assert found == {"ratings.C1.level": "The level of C1 Criterion C1 must be 1, 2, 3 or 4."}


def test_a_criterion_left_out_is_named(review):
    found = problems(review, rated(D1=None))
    assert found == {"ratings.D1": "Criterion D1 needs exactly one rating; it has 0."}


def test_a_criterion_rated_twice_is_named(review):
    twice = [*rated(), RatingGiven("C1", 2, "Again.")]
    assert problems(review, twice) == {
        "ratings.C1": "Criterion C1 needs exactly one rating; it has 2."
    }


def test_a_criterion_that_does_not_judge_this_vignette_is_named(review):
    found = problems(review, rated(Z9=RatingGiven("Z9", 3, "It shows.")))
    assert found == {"ratings.Z9": "This vignette is not judged on Z9."}


@pytest.mark.parametrize("level", [1, 4])
def test_the_lowest_and_the_highest_level_cite_the_trainees_own_words(level, review):
    found = problems(review, rated(C1=RatingGiven("C1", level, "It shows.")))
    assert list(found) == ["ratings.C1.citations"]
    assert "Cite the trainee’s own words" in found["ratings.C1.citations"]


@pytest.mark.parametrize("level", [2, 3])
def test_the_middle_levels_need_no_citation(level, review):
    record(review, rated(C1=RatingGiven("C1", level, "It shows.")))
    assert review.state == "completed"


def test_where_nothing_was_written_nothing_can_be_cited(campus):
    blank = {"decide": {"choice": "stay"}}
    attempt = factories.under_review(campus, answers=blank)
    review = reviews_of(attempt)[0]
    record(review, rated(C1=RatingGiven("C1", 1, "Nothing was written.")))
    assert review.state == "completed"


@pytest.mark.parametrize("rationale", ["", " \n\t "])
def test_every_level_has_a_rationale(rationale, review):
    found = problems(review, rated(C1=RatingGiven("C1", 3, rationale)))
    assert list(found) == ["ratings.C1.rationale"]


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[0m", "\ud800", "x" * 200_001])
def test_a_rationale_that_cannot_be_stored_is_refused_in_words(text, review):
    found = problems(review, rated(C1=RatingGiven("C1", 3, text)))
    assert list(found) == ["ratings.C1.rationale"]
    assert found["ratings.C1.rationale"].startswith("This text ")


def test_a_summary_that_cannot_be_stored_is_refused_in_words(review):
    found = problems(review, rated(), summary="a\x00b")
    assert list(found) == ["summary"]


@pytest.mark.parametrize(
    ("cited", "words"),
    [
        (CitedRange("first-words", 0, 999), "is not within the answer"),
        (CitedRange("first-words", -1, 3), "is not within the answer"),
        (CitedRange("first-words", 3, 3), "is not within the answer"),
        (CitedRange("first-words", 1, 2), "has no words"),
        (CitedRange("actions", 0, 1), "is not a written answer"),
        (CitedRange("poem", 0, 1), "is not a written answer"),
        (CitedRange("come-back", 0, 1), "is not a written answer"),
    ],
)
def test_a_citation_of_nothing_is_refused(cited, words, review):
    found = problems(review, rated(C1=RatingGiven("C1", 4, "It shows.", [cited])))
    assert words in found["ratings.C1.citations"]


@pytest.mark.parametrize(
    ("harm", "field", "words"),
    [
        (HarmGiven("Z9.H1", "Harm.", CITED), "harms.Z9.H1", "is not a harm indicator"),
        (HarmGiven("C1.1", "Harm.", CITED), "harms.C1.1", "is not a harm indicator"),
        (HarmGiven("C3.H1", " ", CITED), "harms.C3.H1.note", "Say what harm you see"),
        (HarmGiven("C3.H1", "a\x00", CITED), "harms.C3.H1.note", "cannot be stored"),
        (
            HarmGiven("C3.H1", "Harm.", CitedRange("first-words", 0, 999)),
            "harms.C3.H1.citation",
            "is not within the answer",
        ),
    ],
)
def test_harm_without_words_or_evidence_is_refused(harm, field, words, review):
    found = problems(review, rated(), harms=[harm])
    assert words in found[field]


def test_a_harm_indicator_is_ticked_once(review):
    harm = HarmGiven("C3.H1", "Harm.", CITED)
    found = problems(review, rated(), harms=[harm, harm])
    assert list(found) == ["harms.C3.H1"]


def test_every_fault_is_named_at_once(review):
    given = [RatingGiven("C1", 9, "", [CITED]), RatingGiven("Z9", 3, "It shows.")]
    found = problems(review, given, harms=[HarmGiven("Z9.H1", "Harm.", CITED)])
    assert set(found) == {
        "ratings.C1.level",
        "ratings.C1.rationale",
        "ratings.C3",
        "ratings.D1",
        "ratings.Z9",
        "harms.Z9.H1",
    }


# --- Recusing and lapsing ---


def test_stepping_back_needs_a_reason_that_is_kept(review):
    for reason in ("", "  "):
        with pytest.raises(InvalidInput, match="Say why you step back") as refused:
            services.recuse(review, reason=reason, by=review.reviewer)
        assert refused.value.field == "reason"
    services.recuse(review, reason="I know the case.", by=review.reviewer)
    review.refresh_from_db()
    assert (review.state, review.recused_reason) == ("recused", "I know the case.")


def test_a_completed_review_is_neither_recused_nor_lapsed(review):
    record(review)
    with pytest.raises(TransitionRefused):
        services.recuse(review, reason="Regret.", by=review.reviewer)
    with pytest.raises(TransitionRefused):
        services.lapse(review)


def test_a_director_takes_a_seat_back_and_says_why(review, campus):
    with pytest.raises(NotAllowed):
        services.end_lease(review, reason="Slow.", by=review.reviewer)
    with pytest.raises(InvalidInput):
        services.end_lease(review, reason=" ", by=campus.director)
    services.end_lease(review, reason="On leave.", by=campus.director)
    review.refresh_from_db()
    assert review.leased_until <= timezone.now()


def test_a_seat_that_is_no_longer_open_is_not_taken_back(review, campus):
    record(review)
    with pytest.raises(DomainError, match="This review is not open any more"):
        services.end_lease(review, reason="On leave.", by=campus.director)


# --- Adjudication ---


@pytest.fixture
def adjudication(campus):
    """C1 is disputed: level 1 against 3."""
    return adjudication_of(factories.reviewed(campus, 3, {"C1": 1}))


def settle(adjudication, given, by=None):
    services.settle(adjudication, given, by=by or adjudication.adjudicator)


def test_an_adjudicator_settles_what_is_disputed_and_nothing_else(adjudication):
    assert [c.code for c in adjudication.disputed.all()] == ["C1"]
    settle(adjudication, {"C1": (2, "Half of it shows.")})
    assert adjudication.completed_at is not None
    row = adjudication.settlements.get()
    assert (row.criterion.code, row.level, row.reason) == ("C1", 2, "Half of it shows.")
    assert AuditEvent.objects.get(action="adjudication.settled").actor_id == (
        adjudication.adjudicator_id
    )


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "C1", "Settle C1 as well."),
        ({"C1": (3, "Yes."), "D1": (3, "Yes.")}, "D1", "D1 is not disputed."),
        ({"C1": (0, "Yes.")}, "C1", "must be 1, 2, 3 or 4"),
        ({"C1": (5, "Yes.")}, "C1", "must be 1, 2, 3 or 4"),
        ({"C1": (2.0, "Yes.")}, "C1", "must be 1, 2, 3 or 4"),
        ({"C1": (True, "Yes.")}, "C1", "must be 1, 2, 3 or 4"),
        ({"C1": (3, " ")}, "C1", "Give a reason for C1."),
        ({"C1": (3, "a\x00")}, "C1", "cannot be stored"),
    ],
)
def test_a_settlement_that_makes_no_sense_is_refused_by_criterion(
    given, field, words, adjudication
):
    with pytest.raises(InvalidInput, match=words) as refused:
        settle(adjudication, given)
    assert refused.value.field == field
    assert not Settlement.objects.filter(adjudication=adjudication).exists()
    adjudication.refresh_from_db()
    assert adjudication.completed_at is None


def test_a_dispute_is_settled_once(adjudication):
    settle(adjudication, {"C1": (2, "Half.")})
    with pytest.raises(DomainError, match="settled already") as refused:
        settle(adjudication, {"C1": (4, "All of it.")})
    assert refused.value.code == "completed"
    assert adjudication.settlements.get().level == 2


def test_nobody_settles_for_another(adjudication, campus):
    reviewer = adjudication.submission.reviews.first().reviewer
    for stranger in (reviewer, campus.director, campus.certifier):
        with pytest.raises(NotAllowed, match="somebody else's"):
            settle(adjudication, {"C1": (2, "Half.")}, by=stranger)


def test_an_adjudication_is_opened_once_per_round(adjudication):
    submission = submission_of(adjudication.submission.attempt)
    again = services.open_adjudication(submission, list(adjudication.disputed.all()))
    assert again == adjudication
    assert submission.adjudications.count() == 1
