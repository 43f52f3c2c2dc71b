"""A director fills a seat by hand, or gives it to somebody else, and says why."""

import pytest

from assessments.workflow import seats
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import Campus

WHY = "The first is on leave."


@pytest.fixture
def submission(campus: Campus):
    """One vignette with both its seats drawn; the third supervisor is free."""
    return factories.submission_of(factories.under_review(campus))


@pytest.fixture
def free(campus: Campus, submission):
    drawn = {review.reviewer_id for review in submission.reviews.all()}
    return next(person for person in campus.supervisors if person.pk not in drawn)


@pytest.fixture
def waiting(campus: Campus):
    """One whose second seat is empty for want of anybody licensed."""
    small = factories.campus(supervisors=1)
    return small, factories.submission_of(factories.under_review(small))


def seat_of(submission, seat=1):
    return submission.reviews.get(seat=seat, state="assigned")


def test_a_seat_goes_to_somebody_else_and_the_first_is_out(campus, submission, free):
    first = seat_of(submission)

    review = seats.reassign(first, free, reason=WHY, by=campus.director)

    first.refresh_from_db()
    assert first.state == "lapsed"
    assert (review.reviewer, review.seat, review.state) == (free, first.seat, "assigned")
    assert review.pseudonym != first.pseudonym
    event = AuditEvent.objects.get(action="review.assigned", subject_id=review.pk)
    assert (event.actor_id, event.reason) == (campus.director.pk, WHY)


def test_an_empty_seat_goes_to_whom_the_director_names(waiting):
    small, submission = waiting
    assert submission.state == "awaiting"
    person = factories.member(small.program, Role.SUPERVISOR)
    factories.license_reviewer(small, person)

    review = seats.seat_by_hand(submission, person, reason="Qualified today.", by=small.director)

    assert (review.reviewer, review.seat) == (person, 2)
    factories.run_workflow(submission.attempt)
    submission.refresh_from_db()
    assert submission.state == "under_review"


def test_everyone_is_listed_with_what_keeps_them_from_it(campus, submission, free):
    trainee = factories.trainee_of(submission.attempt)
    unlicensed = factories.member(campus.program, Role.SUPERVISOR)
    bars = {row.person: row.bars for row in seats.standings(submission)}

    assert bars[free] == ()
    assert bars[unlicensed] == (seats.UNLICENSED,)
    assert bars[seat_of(submission).reviewer] == ("already had a hand in this submission",)

    declare_conflict(campus.program, free, trainee, reason="Kin.", by=free)
    free.is_active = False
    free.save(update_fields=["is_active"])
    rows = seats.standings(submission)
    assert {row.person: row.bars for row in rows}[free] == (
        "the account is closed",
        "a tie to the trainee",
    )
    assert not any(row.eligible for row in rows)


class TestRefusals:
    def test_nobody_sits_who_is_not_eligible(self, campus, submission):
        first, second = submission.reviews.order_by("seat")
        with pytest.raises(InvalidInput, match="already had a hand in this") as refused:
            seats.reassign(first, second.reviewer, reason=WHY, by=campus.director)
        assert refused.value.field == "reviewer"
        with pytest.raises(InvalidInput, match="no reviewer of this program"):
            seats.reassign(first, campus.author, reason=WHY, by=campus.director)
        first.refresh_from_db()
        assert first.state == "assigned"

    def test_it_is_a_directors_act_with_a_reason(self, campus, submission, free):
        with pytest.raises(NotAllowed):
            seats.reassign(seat_of(submission), free, reason=WHY, by=free)
        with pytest.raises(InvalidInput, match="Say why this person sits here"):
            seats.reassign(seat_of(submission), free, reason=" ", by=campus.director)

    def test_a_director_with_a_tie_does_not_choose_the_judges(self, campus, submission, free):
        trainee = factories.trainee_of(submission.attempt)
        declare_conflict(
            campus.program, campus.director, trainee, reason="Kin.", by=campus.director
        )
        with pytest.raises(NotAllowed, match="another director chooses"):
            seats.reassign(seat_of(submission), free, reason=WHY, by=campus.director)

    def test_a_full_bench_has_no_empty_seat(self, campus, submission, free):
        with pytest.raises(DomainError, match="Every seat is taken"):
            seats.seat_by_hand(submission, free, reason=WHY, by=campus.director)

    def test_what_is_judged_is_not_given_away(self, campus, submission, free):
        review = seat_of(submission)
        factories.give(review, 3)
        with pytest.raises(DomainError, match="not open any more"):
            seats.reassign(review, free, reason=WHY, by=campus.director)

    def test_what_is_marked_needs_nobody(self, campus, free):
        attempt = factories.reviewed(campus, 3, 3)
        submission = factories.submission_of(attempt)
        with pytest.raises(DomainError, match="Nobody is needed here now"):
            seats.seat_by_hand(submission, free, reason=WHY, by=campus.director)
