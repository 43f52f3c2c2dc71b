"""Who sees whose review, and when."""

import pytest

from assessments.attempts import services as attempts
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Adjudication, Review
from competency.programs.roles import Role
from tests import factories
from tests.factories import attempt_of, reviews_of, trainee_of


def seen(person, attempt):
    rows = Review.objects.visible_to(person).filter(submission__attempt=attempt)
    return set(rows)


@pytest.fixture
def decided(campus):
    """A decided attempt, its two reviews, and somebody in every role."""
    attempt = attempt_of(factories.ratified(campus))
    return attempt, *reviews_of(attempt)


def test_reviewers_are_blind_to_each_other_until_results_are_released(decided, campus):
    attempt, mine, theirs = decided
    assert seen(mine.reviewer, attempt) == {mine}
    attempts.release_results(attempt, by=campus.director)
    assert seen(mine.reviewer, attempt) == {mine, theirs}


def test_directors_and_auditors_see_reviews_only_after_release(decided, campus):
    attempt, *reviews = decided
    auditor = factories.member(campus.program, Role.AUDITOR)
    for person in (campus.director, auditor):
        assert seen(person, attempt) == set()
    attempts.release_results(attempt, by=campus.director)
    for person in (campus.director, auditor):
        assert seen(person, attempt) == set(reviews)


def test_nobody_else_sees_reviews_even_after_release(decided, campus):
    attempt, mine, theirs = decided
    attempts.release_results(attempt, by=campus.director)
    _, stranger = factories.program_with(Role.DIRECTOR)
    (third,) = {one.pk for one in campus.supervisors} - {mine.reviewer_id, theirs.reviewer_id}
    others = [
        stranger,
        campus.author,
        campus.certifier,
        trainee_of(attempt),
        *[one for one in campus.supervisors if one.pk == third],
        factories.superuser(),
    ]
    for person in others:
        assert seen(person, attempt) == set(), person


def test_a_review_in_progress_is_its_reviewers_alone(attempt_under_review, campus):
    mine, theirs = reviews_of(attempt_under_review)
    assert seen(mine.reviewer, attempt_under_review) == {mine}
    assert set(Review.objects.open_for(mine.reviewer)) >= {mine}
    assert theirs not in Review.objects.open_for(mine.reviewer)


@pytest.mark.parametrize("end", ["recused", "lapsed"])
def test_a_seat_given_up_is_no_longer_its_holders(end, attempt_under_review):
    mine, _ = reviews_of(attempt_under_review)
    Review.objects.filter(pk=mine.pk).update(
        state=end, recused_reason="A friend." if end == "recused" else ""
    )
    assert mine not in Review.objects.assigned_to(mine.reviewer)
    assert mine not in Review.objects.open_for(mine.reviewer)
    assert seen(mine.reviewer, attempt_under_review) == set()


def test_adjudications_and_readings_are_open_for_those_who_were_asked(campus):
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    adjudication = factories.adjudication_of(attempt)
    assert list(Adjudication.objects.open_for(adjudication.adjudicator)) == [adjudication]
    for review in reviews_of(attempt):
        assert not Adjudication.objects.open_for(review.reviewer).exists()
        assert not HarmJudgement.objects.open_for(review.reviewer).exists()
    factories.settle(adjudication)
    assert not Adjudication.objects.open_for(adjudication.adjudicator).exists()
