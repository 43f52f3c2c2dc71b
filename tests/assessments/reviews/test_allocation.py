"""Who sits in which seat."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.calibration.models import Licence
from assessments.calibration.services import suspend_licence
from assessments.reviews import allocation
from assessments.reviews.models import Review
from competency.audit.models import AuditEvent
from competency.programs import services as programs
from competency.programs.roles import Role
from tests import factories
from tests.factories import reviews_of, submission_of, trainee_of


@pytest.fixture
def submission(handed_in_attempt):
    return submission_of(handed_in_attempt)


def eligible(submission):
    return {person.pk for person in allocation.eligible_reviewers(submission)}


def keys(people):
    return {person.pk for person in people}


def test_licensed_supervisors_of_the_program_are_eligible(submission, campus):
    assert eligible(submission) == keys(campus.supervisors)


def test_a_supervisor_without_a_licence_is_not_eligible(submission, campus):
    one = factories.supervisor(campus, licensed=False)
    assert one.pk not in eligible(submission)
    factories.license_reviewer(campus, one)
    assert one.pk in eligible(submission)


def test_a_licence_for_another_rubric_counts_for_nothing(submission, campus):
    other = factories.published_rubric(
        campus.program,
        campus.author,
        factories.contents.rubric_content(code="OTHER"),
        framework=campus.framework,
    )
    Licence.objects.filter(reviewer=campus.supervisors[0]).update(rubric_version=other)
    assert eligible(submission) == keys(campus.supervisors[1:])


@pytest.mark.parametrize(
    ("change", "moment"),
    [("lapses_at", timedelta(seconds=-1)), ("granted_at", timedelta(hours=1))],
)
def test_a_licence_counts_from_its_grant_until_it_lapses(change, moment, submission, campus):
    Licence.objects.filter(reviewer=campus.supervisors[0]).update(
        **{"granted_at": timezone.now() - timedelta(days=9)} | {change: timezone.now() + moment}
    )
    assert eligible(submission) == keys(campus.supervisors[1:])


def test_a_suspended_licence_counts_for_nothing(submission, campus):
    licence = Licence.objects.get(reviewer=campus.supervisors[0])
    suspend_licence(campus.program, licence, by=campus.director, reason="Drift.")
    assert eligible(submission) == keys(campus.supervisors[1:])


def test_whoever_left_the_program_or_closed_the_account_is_not_eligible(
    submission, campus, time_machine
):
    left, closed, stays = campus.supervisors
    programs.end_role(left.memberships.get(), by=campus.director, reason="Left.")
    closed.is_active = False
    closed.save()
    assert eligible(submission) == {left.pk, stays.pk}
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert eligible(submission) == {stays.pk}


def test_a_licensed_supervisor_of_another_program_is_a_stranger(submission, campus):
    other = factories.program()
    stranger = factories.member(other, Role.SUPERVISOR)
    Licence.objects.filter(reviewer=campus.supervisors[0]).update(reviewer=stranger)
    assert stranger.pk not in eligible(submission)


def test_own_supervisor_declared_conflict_and_self_are_never_drawn(campus):
    own, declared, self_ = campus.supervisors
    enrolment = factories.enrolment(campus.cohort, self_)
    attempt = factories.handed_in(campus, enrolment)
    programs.place(enrolment, own, by=campus.director)
    programs.declare_conflict(campus.program, declared, self_, reason="Cousins.", by=declared)
    submission = submission_of(attempt)
    assert eligible(submission) == set()
    fair = factories.supervisor(campus)
    for _ in range(5):
        assert allocation.draw(submission, 9) == [fair]


def test_whoever_had_a_hand_in_a_submission_is_not_drawn_again(attempt_under_review, campus):
    submission = submission_of(attempt_under_review)
    first, second = reviews_of(attempt_under_review)
    (third,) = keys(campus.supervisors) - {first.reviewer_id, second.reviewer_id}
    assert eligible(submission) == {third}


def test_work_is_spread_evenly(campus):
    for _ in range(4):
        allocation.fill_seats(submission_of(factories.handed_in(campus)), 2)
    drawn = Review.objects.filter(reviewer__in=campus.supervisors, state="assigned")
    loads = Counter(drawn.values_list("reviewer_id", flat=True))
    assert max(loads.values()) - min(loads.values()) <= 1


def test_finished_reviews_are_no_load(campus):
    attempt = factories.reviewed(campus)
    fresh = submission_of(factories.handed_in(campus))
    done = {review.reviewer_id for review in reviews_of(attempt)}
    assert len(done) == 2
    assert {person.pk for person in allocation.draw(fresh, 3)} == keys(campus.supervisors)


def test_the_lot_falls_differently_for_different_submissions(campus):
    for _ in range(5):
        factories.supervisor(campus)
    pairs = set()
    for _ in range(12):
        submission = submission_of(
            factories.handed_in(campus, answers={"decide": {"choice": "stay"}})
        )
        pairs.add(tuple(person.pk for person in allocation.draw(submission, 2)))
    assert len(pairs) > 1


def test_seats_are_filled_once_each_with_a_name_that_tells_nothing(submission, campus):
    before = timezone.now()
    assert allocation.fill_seats(submission, 2) == 0
    assert allocation.fill_seats(submission, 2) == 0
    first, second = submission.reviews.order_by("seat")
    assert (first.seat, second.seat, first.round) == (1, 2, 1)
    assert first.reviewer != second.reviewer
    assert first.pseudonym != second.pseudonym
    assert trainee_of(submission.attempt).name not in first.pseudonym
    assert first.leased_until >= before + allocation.LEASE
    assigned = AuditEvent.objects.filter(action="review.assigned", subject_id=first.pk).get()
    assert assigned.actor_id is None
    assert assigned.detail == {"reviewer": str(first.reviewer_id), "seat": 1}


def test_seats_that_nobody_can_take_are_counted(submission, campus):
    assert allocation.fill_seats(submission, 5) == 2
    assert submission.reviews.count() == 3


def test_a_seat_given_up_is_drawn_again_for_somebody_else(attempt_under_review, campus):
    submission = submission_of(attempt_under_review)
    review = reviews_of(attempt_under_review)[0]
    Review.objects.filter(pk=review.pk).update(state="lapsed")
    assert allocation.fill_seats(submission, 2) == 0
    again = submission.reviews.get(seat=review.seat, state="assigned")
    assert again.reviewer_id != review.reviewer_id
    assert submission.reviews.count() == 3
