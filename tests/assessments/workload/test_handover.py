"""A whole desk goes to others: each review by the rules of a single move, in one act."""

import pytest
from django.test import Client

from assessments.reviews.models import Review
from assessments.workload.handover import hand_over_desk
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import Campus

WHY = "On leave until May."


@pytest.fixture
def away(campus: Campus):
    """A reviewer who sits in each of two responses; the third supervisor is free."""
    attempts = [factories.under_review(campus) for _ in range(2)]
    person = factories.reviews_of(attempts[0])[0].reviewer
    for attempt in attempts:
        submission = factories.submission_of(attempt)
        if not submission.reviews.filter(reviewer=person).exists():
            submission.reviews.filter(seat=1).update(reviewer=person)
    return person


def held(person):
    return Review.objects.filter(reviewer=person, state__in=["assigned", "in_progress"])


def free_of(campus, review):
    """Everybody who has no hand in the response of this review."""
    taken = set(review.submission.reviews.values_list("reviewer_id", flat=True))
    return [person for person in campus.supervisors if person.pk not in taken]


def test_every_open_review_goes_to_somebody_eligible(campus, away):
    before = list(held(away))
    assert len(before) == 2
    eligible = {review.submission_id: free_of(campus, review) for review in before}
    done = hand_over_desk(campus.program, away, reason=WHY, by=campus.director)
    assert not held(away).exists()
    assert (len(done.moved), list(done.left)) == (2, [])
    for review in done.moved:
        assert review.reviewer in eligible[review.submission_id]
        moved = AuditEvent.objects.get(action="review.assigned", subject_id=review.pk)
        assert (moved.actor_id, moved.reason) == (campus.director.pk, WHY)
    old = {review.pseudonym for review in before}
    assert not old & {review.pseudonym for review in done.moved}
    act = AuditEvent.objects.get(action="desk.handed_over")
    assert (act.subject_id, act.program_id, act.reason) == (away.pk, campus.program.pk, WHY)
    assert act.detail == {"moved": [str(row.pk) for row in done.moved], "left": []}


def test_what_finds_nobody_stays_and_is_told(campus, away):
    first, second = held(away).order_by("pk")
    for person in free_of(campus, first):
        trainee = first.submission.attempt.enrolment.trainee
        declare_conflict(campus.program, person, trainee, reason="Kin.", by=campus.director)
    done = hand_over_desk(campus.program, away, reason=WHY, by=campus.director)
    assert [row.submission for row in done.moved] == [second.submission]
    assert [(one.review, one.why) for one in done.left] == [(first, "Nobody else is eligible.")]
    assert held(away).get() == first


def test_a_director_with_a_tie_to_a_trainee_moves_the_rest(campus, away):
    first, _second = held(away).order_by("pk")
    trainee = first.submission.attempt.enrolment.trainee
    declare_conflict(campus.program, campus.director, trainee, reason="Kin.", by=campus.director)
    done = hand_over_desk(campus.program, away, reason=WHY, by=campus.director)
    assert len(done.moved) == 1
    assert [one.review for one in done.left] == [first]
    assert "another director chooses" in done.left[0].why


def test_it_asks_for_a_reason_the_right_and_something_to_move(campus, away):
    with pytest.raises(InvalidInput) as refused:
        hand_over_desk(campus.program, away, reason=" ", by=campus.director)
    assert set(refused.value.problems) == {"reason"}
    for by in (campus.certifier, factories.member(factories.program(), Role.DIRECTOR)):
        with pytest.raises(NotAllowed):
            hand_over_desk(campus.program, away, reason=WHY, by=by)
    with pytest.raises(DomainError, match="Nothing is open"):
        hand_over_desk(campus.program, campus.author, reason=WHY, by=campus.director)


def test_on_the_page_of_the_workload(campus, away):
    client = Client()
    client.force_login(campus.director)
    there = f"program={campus.program.pk}&reviewer={away.pk}"
    assert "has open to others" in client.get(f"/workload?{there}").text
    act = f"/workload/hand-over?{there}"
    unsaid = client.post(act)
    assert (unsaid.status_code, "Say why the desk" in unsaid.text) == (422, True)
    assert "2 reviews went to others." in client.post(act, {"reason": WHY}, follow=True).text
    assert client.post("/workload/hand-over", {"reason": WHY}).status_code == 404
    again = client.post(act, {"reason": WHY}, follow=True)
    assert "Nothing is open on this desk." in again.text


def test_through_the_interface(campus, away):
    client = Client()
    client.force_login(campus.director)
    address = f"/api/v1/programs/{campus.program.pk}/workload/hand-over/"
    given = {"reviewer": str(away.pk), "reason": WHY}
    told = client.post(address, given, content_type="application/json").json()
    assert (len(told["moved"]), told["left"]) == (2, [])
    stranger = given | {"reviewer": str(campus.certifier.pk)}
    answer = client.post(address, stranger, content_type="application/json")
    assert answer.status_code == 404
