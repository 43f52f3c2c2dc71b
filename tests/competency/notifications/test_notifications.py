"""People are told that something waits: once, by the ways they left open, and of nothing else."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from assessments.attempts.services import release_results
from assessments.reviews.models import Review
from assessments.workflow.notices import warn_of_leases
from competency.accounts.models import User
from competency.appeals import services as appeals
from competency.audit.models import AuditEvent
from competency.foundation.errors import InvalidInput
from competency.notifications import mailing, tasks
from competency.notifications.kinds import CONCERNS, Channel, Kind
from competency.notifications.models import Muted, Notification
from competency.notifications.services import (
    choose_channels,
    mark_all_read,
    mark_read,
    notify,
)
from competency.parking.models import Mishap
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus, contents


def kinds_of(person: User) -> list[str]:
    return list(Notification.objects.visible_to(person).values_list("kind", flat=True))


@pytest.fixture
def ada(db: None) -> User:
    return factories.person("Ada Obi", email="ada@example.org")


def tell(person: User, **changes: Any) -> Notification:
    given = {"kind": Kind.REVIEW_ASSIGNED, "subject_id": uuid4(), "people": [person.pk]} | changes
    notify(**given)
    return Notification.objects.get(person=person, subject_id=given["subject_id"])


class TestWhoIsToldOfWhat:
    def test_a_trainee_of_an_open_assessment_and_of_results(self, campus: Campus) -> None:
        decided = factories.attempt_of(factories.ratified(campus))
        trainee = factories.trainee_of(decided)
        assert kinds_of(trainee) == [Kind.ATTEMPT_ASSIGNED]
        release_results(decided, by=campus.director)
        assert Kind.RESULTS_RELEASED in kinds_of(trainee)

    def test_a_holder_of_a_certificate(self, campus: Campus) -> None:
        assert Kind.CERTIFICATE_ISSUED in kinds_of(factories.issued(campus).holder)

    def test_a_reviewer_of_each_seat_and_of_an_adjudication(self, campus: Campus) -> None:
        adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
        assert Kind.ADJUDICATION_ASSIGNED in kinds_of(adjudication.adjudicator)
        for review in adjudication.submission.reviews.all():
            assert Kind.REVIEW_ASSIGNED in kinds_of(review.reviewer)

    def test_a_fresh_reader_of_a_passage(self, db: None) -> None:
        campus = factories.campus(supervisors=4)
        disputed = factories.under_review(campus, answers=contents.harmful_answers())
        for harmful, review in enumerate(factories.reviews_of(disputed)):
            factories.give(review, flags=bool(harmful))
        factories.run_workflow(disputed)
        told = Notification.objects.get(kind=Kind.READING_ASSIGNED)
        assert told.person in campus.supervisors

    def test_directors_where_nobody_is_eligible_once_in_a_round(self, db: None) -> None:
        lonely = factories.campus(supervisors=1)
        attempt = factories.under_review(lonely)
        factories.run_workflow(attempt)
        told = Notification.objects.filter(kind=Kind.AWAITING_REVIEWER)
        assert [row.person for row in told] == [lonely.director]
        assert told[0].subject_id == attempt.pk

    def test_certifiers_without_a_tie_of_a_proposal(self, campus: Campus) -> None:
        trainee = factories.member(campus.program, Role.CERTIFIER)
        factories.proposed(campus, trainee=trainee)
        told = Notification.objects.filter(kind=Kind.DECISION_PROPOSED)
        assert [row.person for row in told] == [campus.certifier]

    def test_a_fresh_certifier_of_an_appeal_and_the_trainee_of_its_end(
        self, campus: Campus
    ) -> None:
        fresh = factories.member(campus.program, Role.CERTIFIER)
        decision = factories.ratified(campus, 2, 2)
        attempt, trainee = factories.attempt_of(decision), decision.enrolment.trainee
        release_results(attempt, by=campus.director)
        appeal = appeals.lodge_appeal(
            decision, grounds="Stage two.", released_at=attempt.released_at, by=trainee
        )
        told = Notification.objects.filter(kind=Kind.APPEAL_LODGED)
        assert [row.person for row in told] == [fresh]
        appeals.take_up_appeal(appeal, by=fresh)
        appeals.decide_appeal(appeal, granted=False, reason="It was read.", by=fresh)
        assert Kind.APPEAL_DECIDED in kinds_of(trainee)

    def test_a_reviewer_whose_lease_ends_within_a_day_once(self, campus: Campus) -> None:
        review = factories.reviews_of(factories.under_review(campus))[0]
        assert warn_of_leases() == 0
        Review.objects.filter(pk=review.pk).update(
            leased_until=timezone.now() + timedelta(hours=20)
        )
        assert (warn_of_leases(), warn_of_leases()) == (1, 0)
        assert Kind.LEASE_ENDING in kinds_of(review.reviewer)

    def test_every_kind_concerns_a_role(self) -> None:
        assert {kind for concern in CONCERNS.values() for kind in concern} == set(Kind)


class TestOnce:
    def test_a_repeat_tells_nothing_new(self, ada: User) -> None:
        subject = uuid4()
        for _ in range(2):
            notify(Kind.REVIEW_ASSIGNED, subject, [ada.pk, ada.pk])
        assert Notification.objects.count() == 1
        notify(Kind.REVIEW_ASSIGNED, subject, [ada.pk], occasion="2")
        assert Notification.objects.count() == 2

    def test_what_is_undone_was_never_told(
        self, ada: User, eager_tasks: None, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            with transaction.atomic():
                tell(ada)
                transaction.set_rollback(True)
        assert not Notification.objects.exists()
        assert mail.outbox == []

    def test_one_message_follows_on_commit_however_often_the_task_runs(
        self, ada: User, eager_tasks: None, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            told = tell(ada)
            notify(told.kind, told.subject_id, [ada.pk])
        assert mailing.mail(told.pk) is False
        tasks.mail_notification.delay(str(told.pk))
        assert len(mail.outbox) == 1

    def test_a_message_that_could_not_be_sent_is_sent_by_a_sweep(
        self, ada: User, eager_tasks: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = tell(ada)
        Notification.objects.update(created_at=timezone.now() - timedelta(hours=1))

        def away(message: Any) -> int:
            raise OSError("no way to the mail server")

        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.EmailMessage.send", away)
            tasks.sweep()
        told.refresh_from_db()
        assert told.mailed_at is None
        assert Mishap.objects.standing().get().subject_id == told.pk
        tasks.sweep()
        tasks.sweep()
        assert len(mail.outbox) == 1
        assert not Mishap.objects.exists()

    def test_a_stale_message_and_one_to_a_closed_account_stay_unsent(
        self, ada: User, eager_tasks: None
    ) -> None:
        tell(ada)
        Notification.objects.update(created_at=timezone.now() - timedelta(days=4))
        closed = factories.person(is_active=False)
        mailing.mail(tell(closed).pk)
        tasks.sweep()
        assert mail.outbox == []


def test_a_message_says_that_something_waits_and_no_more(campus: Campus) -> None:
    decided = factories.ratified(campus)
    trainee = decided.enrolment.trainee
    told = Notification.objects.get(person=trainee, kind=Kind.ATTEMPT_ASSIGNED)
    mailing.mail(told.pk)
    message = mail.outbox[0]
    assert message.to == [trainee.email]
    assert f"/notifications/{told.pk}" in message.body
    words = message.subject + message.body
    for secret in (trainee.name, campus.program.name, "Core assessment", str(told.subject_id)):
        assert secret not in words
    assert str(told.pk) in message.extra_headers["Message-ID"]


class TestChoices:
    @pytest.mark.parametrize(
        ("off", "shown", "mailed"), [(["mail"], True, False), (["page"], False, True)]
    )
    def test_each_kind_can_be_turned_off_by_each_channel(
        self, ada: User, off: list[str], shown: bool, mailed: bool
    ) -> None:
        choose_channels([(Kind.REVIEW_ASSIGNED, channel) for channel in off], by=ada)
        told = tell(ada)
        assert (told.shown, told.mail) == (shown, mailed)
        assert tell(ada, kind=Kind.OPINION_ASKED).mail is True

    def test_who_turned_both_off_is_not_told(self, ada: User) -> None:
        choose_channels([(Kind.REVIEW_ASSIGNED, channel) for channel in Channel], by=ada)
        notify(Kind.REVIEW_ASSIGNED, uuid4(), [ada.pk])
        assert not Notification.objects.exists()

    def test_a_choice_is_on_the_record_once_and_can_be_taken_back(self, ada: User) -> None:
        for _ in range(2):
            choose_channels([(Kind.REVIEW_ASSIGNED, Channel.MAIL)], by=ada)
        choose_channels([], by=ada)
        assert not Muted.objects.exists()
        assert AuditEvent.objects.filter(action="notifications.chosen").count() == 2

    def test_what_does_not_exist_cannot_be_turned_off(self, ada: User) -> None:
        for pair in (("gossip", "mail"), (Kind.REVIEW_ASSIGNED, "pigeon")):
            with pytest.raises(InvalidInput):
                choose_channels([pair], by=ada)


def test_one_marks_ones_own_as_read(ada: User) -> None:
    mine, other = tell(ada), tell(factories.person())
    assert mark_read([mine, other], by=ada) == 1
    assert mark_read([mine], by=ada) == 0
    tell(ada)
    assert mark_all_read(by=ada) == 1
    assert Notification.objects.unread().count() == 1
