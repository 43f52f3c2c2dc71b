"""Where everybody is, and whom it waits for; asking after it, once a day; reminders."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results, start_attempt, void_attempt
from assessments.sittings import reminders
from assessments.sittings.following import Standing, counts, with_standing
from assessments.sittings.models import Place
from assessments.sittings.nudges import ASKED, nudge
from assessments.sittings.services import extend_sitting
from assessments.workflow import services as workflow
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.notifications.models import Notification
from competency.notifications.services import choose_channels
from tests import factories

DAY = timedelta(days=1)
S = Standing


@pytest.fixture
def sitting(campus):
    factories.enrolment(campus.cohort)
    return factories.opened_sitting(campus)


@pytest.fixture
def attempt(sitting):
    return Attempt.objects.select_related("enrolment__trainee").get(place__sitting=sitting)


def standing(sitting):
    return with_standing(Place.objects.filter(sitting=sitting)).get().standing


def sit(attempt):
    start_attempt(attempt, by=attempt.enrolment.trainee)
    factories.answer(attempt)
    workflow.hand_in(attempt, by=attempt.enrolment.trainee)


def judge(attempt, *levels):
    for review, level in zip(factories.reviews_of(attempt), levels, strict=True):
        factories.give(review, level)
    factories.run_workflow(attempt)


def test_an_attempt_is_followed_from_the_first_day_to_its_release(campus, sitting, attempt):
    seen = [standing(sitting)]
    start_attempt(attempt, by=attempt.enrolment.trainee)
    seen.append(standing(sitting))
    factories.answer(attempt)
    workflow.hand_in(attempt, by=attempt.enrolment.trainee)
    seen.append(standing(sitting))
    factories.run_workflow(attempt)
    seen.append(standing(sitting))
    judge(attempt, 2, 4)
    seen.append(standing(sitting))
    factories.settle(factories.adjudication_of(attempt), 4)
    factories.run_workflow(attempt)
    seen.append(standing(sitting))
    decision = Decision.objects.get(attempt_id=attempt.pk)
    referral = {"referral": "panel"} if decision.outcome == "refer" else {}
    workflow.ratify(decision, by=campus.certifier, **referral)
    factories.run_workflow(attempt)
    seen.append(standing(sitting))
    assert seen[:6] == [S.NOT_STARTED, S.IN_PROGRESS, S.WORKFLOW, S.REVIEWERS, S.ADJUDICATOR,
                        S.CERTIFIER]  # fmt: skip
    assert seen[6] in (S.RELEASE, S.JUDGES, S.NO_REVIEWER)


def test_what_is_decided_waits_for_its_release(campus, sitting, attempt):
    sit(attempt)
    factories.run_workflow(attempt)
    judge(attempt, 4, 4)
    workflow.ratify(Decision.objects.get(attempt_id=attempt.pk), by=campus.certifier)
    factories.run_workflow(attempt)
    assert standing(sitting) == S.RELEASE
    release_results(attempt, by=campus.director)
    assert standing(sitting) == S.RELEASED


@pytest.mark.django_db
def test_nobody_eligible_waits_for_the_director():
    campus = factories.campus(supervisors=1)
    factories.enrolment(campus.cohort)
    sitting = factories.opened_sitting(campus)
    attempt = Attempt.objects.get(place__sitting=sitting)
    sit(attempt)
    factories.run_workflow(attempt)
    assert standing(sitting) == S.NO_REVIEWER
    with pytest.raises(InvalidInput, match="Nobody can be reminded"):
        nudge(sitting, S.NO_REVIEWER, by=campus.director)


def test_who_is_out_is_told_as_such(campus, sitting, attempt):
    again = factories.opened_sitting(campus, enrolment=factories.enrolment(campus.cohort))
    assert counts(again.places.all()) == {"not_started": 1}
    factories.enrolment(campus.cohort)
    third = factories.opened_sitting(campus)
    assert counts(third.places.all()) == {"not_started": 1, "left_out": 2}
    void_attempt(attempt, by=campus.director, reason="Wrong person.")
    assert counts(sitting.places.all()) == {"void": 1}


def told(kind):
    return set(Notification.objects.filter(kind=kind).values_list("person", flat=True))


def test_whoever_has_not_started_is_asked_once_a_day(campus, sitting, attempt, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    assert nudge(sitting, S.NOT_STARTED, by=campus.director) == 1
    assert told("attempt.nudged") == {attempt.enrolment.trainee_id}
    with pytest.raises(DomainError, match="reminded today already"):
        nudge(sitting, S.NOT_STARTED, by=campus.director)
    time_machine.move_to(now + DAY, tick=False)
    assert nudge(sitting, S.NOT_STARTED, by=campus.director, place=sitting.places.get()) == 1
    events = AuditEvent.objects.filter(action="sitting.nudged").order_by("id")
    assert [event.detail["attempt"] for event in events] == ["", str(attempt.pk)]


def test_reviewers_are_asked_after_their_desk_not_after_a_response(campus, sitting, attempt):
    sit(attempt)
    factories.run_workflow(attempt)
    assert nudge(sitting, S.REVIEWERS, by=campus.director) == 2
    rows = Notification.objects.filter(kind="desk.nudged")
    assert {row.person_id for row in rows} == {
        review.reviewer_id for review in factories.reviews_of(attempt)
    }
    assert {row.subject_id for row in rows} == {campus.program.pk}


def test_certifiers_are_asked_after_proposals(campus, sitting, attempt):
    sit(attempt)
    factories.run_workflow(attempt)
    judge(attempt, 4, 4)
    assert nudge(sitting, S.CERTIFIER, by=campus.director) == 1
    assert told("decisions.nudged") == {campus.certifier.pk}


def test_nobody_is_reminded_of_what_they_cannot_begin_yet(campus):
    factories.enrolment(campus.cohort)
    ahead = {"opens_at": timezone.now() + DAY, "closes_at": timezone.now() + 2 * DAY}
    with pytest.raises(DomainError) as refused:
        nudge(factories.opened_sitting(campus, **ahead), S.NOT_STARTED, by=campus.director)
    assert refused.value.code == "not_open"
    assert not told("attempt.nudged")


def test_nobody_is_asked_where_nobody_is(campus, sitting):
    for standing in set(ASKED) - {S.NOT_STARTED, S.CERTIFIER}:
        with pytest.raises(DomainError) as refused:
            nudge(sitting, standing, by=campus.director)
        assert refused.value.code == "nobody"
    with pytest.raises(NotAllowed):
        nudge(sitting, S.NOT_STARTED, by=campus.certifier)


def test_reminded_on_the_day_before_it_opens_and_again_before_it_closes(campus, time_machine):
    factories.enrolment(campus.cohort)
    start = timezone.now()
    opens_at = start + 3 * DAY
    sitting = factories.opened_sitting(campus, opens_at=opens_at, closes_at=opens_at + 7 * DAY)
    for days, opening, closing in ((0, 0, 0), (2.5, 1, 0), (2.6, 0, 0), (8, 0, 0), (9.5, 0, 1)):
        time_machine.move_to(start + days * DAY, tick=False)
        assert (reminders.before_opening(), reminders.before_closing()) == (opening, closing)
    extend_sitting(sitting, closes_at=opens_at + 9 * DAY, reason="Snow.", by=campus.director)
    assert reminders.before_closing() == 0
    time_machine.move_to(opens_at + 8.5 * DAY, tick=False)
    assert (reminders.before_closing(), reminders.before_closing()) == (1, 0)
    rows = Notification.objects.filter(kind="attempt.closes")
    assert rows.count() == 2


def test_whoever_began_or_does_not_want_to_hear_of_it_is_not_reminded(
    campus, sitting, attempt, time_machine
):
    trainee = attempt.enrolment.trainee
    both = [("attempt.closes", "page"), ("attempt.closes", "mail")]
    choose_channels(both, by=trainee)
    time_machine.move_to(sitting.closes_at - timedelta(hours=2), tick=False)
    assert reminders.before_closing() == 0
    choose_channels([], by=trainee)
    start_attempt(attempt, by=trainee)
    assert reminders.before_closing() == 0


def test_a_short_window_is_half_over_before_anybody_is_reminded(campus, time_machine):
    factories.enrolment(campus.cohort)
    now = timezone.now()
    factories.opened_sitting(campus, opens_at=now, closes_at=now + timedelta(hours=4))
    assert reminders.before_closing() == 0
    time_machine.move_to(now + timedelta(hours=2), tick=False)
    assert reminders.before_closing() == 1
