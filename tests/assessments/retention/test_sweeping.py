"""The sweep: it takes what is over, leaves what is not, and can be killed or come twice."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from rest_framework.authtoken.models import Token

from assessments.desk.jottings import save_jotting
from assessments.desk.models import Jotting, ReviewDraft
from assessments.practice.services import practice
from assessments.retention import runs, tasks
from assessments.retention.models import RetentionSweep
from assessments.retention.rules import RULES, SWEPT, periods
from assessments.reviews.services import lapse
from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit
from competency.invitations.models import Invitation
from competency.invitations.services import invite
from competency.notifications.models import Notification
from competency.parking.models import Mishap
from competency.parking.services import release
from competency.reports.models import ReportPart
from competency.webhooks.models import Delivery
from tests import factories
from tests.refusals import change

NOW = timezone.now()
DELETED = {table for rule in SWEPT for table in rule.tables}


@pytest.fixture
def clock_out(settings):
    """Every period is long over."""
    settings.RETENTION_DAYS = dict.fromkeys(periods(), -36_500)


def old(code, days=0):
    """A moment at which the period of a rule was over so many days ago."""
    period = next(rule.period for rule in SWEPT if rule.code == code)
    return NOW - timedelta(days=period.days + days, minutes=1)


def swept():
    assert not runs.sweep()
    return RetentionSweep.objects.latest("finished_at").deleted


def test_deliveries_go_once_they_are_settled_or_their_address_is_off(campus):
    hook, off = (factories.webhook(campus.program, campus.director) for _ in range(2))
    change(off, stopped="person", stopped_at=old("deliveries"))
    over = old("deliveries")
    gone = [
        factories.delivery(hook, state="delivered", next_at=None, occurred_at=over),
        factories.delivery(hook, state="given_up", next_at=None, occurred_at=over),
        factories.delivery(off, occurred_at=over),
    ]
    kept = [
        factories.delivery(hook, state="delivered", next_at=None),
        factories.delivery(hook, occurred_at=over),
    ]
    assert swept() == {"deliveries": len(gone)}
    assert set(Delivery.objects.values_list("pk", flat=True)) == {row.pk for row in kept}


def test_notifications_go_read_or_not(campus):
    factories.assigned(campus)
    Notification.objects.update(created_at=old("notifications"))
    factories.assigned(campus)
    young = Notification.objects.filter(created_at__gt=NOW - timedelta(days=1)).count()
    assert swept()["notifications"] >= 1
    assert Notification.objects.count() == young > 0


def test_drafts_go_when_the_task_is_no_longer_theirs(campus):
    adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
    someone = campus.supervisors[0]
    save_jotting(adjudication, {"reason": ["Half"]}, revision=0, idem=uuid4(),
                 by=adjudication.adjudicator)  # fmt: skip
    open_still = Jotting.objects.get()
    left = Jotting.objects.create(
        writer=someone, task=uuid4(), sealed=b"x", idem=uuid4(), saved_at=NOW
    )
    lapsed, going = factories.reviews_of(factories.under_review(campus))
    drafts = [
        ReviewDraft.objects.create(review=review, sealed=b"x", idem=uuid4(), saved_at=NOW)
        for review in (lapsed, going)
    ]
    over = old("jottings")
    Jotting.objects.update(saved_at=over)
    ReviewDraft.objects.update(saved_at=over)
    lapse(lapsed)
    assert swept() == {"jottings": 1, "review-drafts": 1}
    assert not Jotting.objects.filter(pk=left.pk).exists()
    assert Jotting.objects.get() == open_still
    assert ReviewDraft.objects.get() == drafts[1]


def test_a_practice_case_goes(campus):
    practice(by=factories.member(campus.program, "trainee")).pk  # noqa: B018
    kept = practice(by=factories.member(campus.program, "trainee"))
    others = type(kept).objects.exclude(pk=kept.pk)
    others.update(created_at=old("practice"))
    assert swept() == {"practice": 1}
    assert type(kept).objects.get() == kept


def test_the_file_of_a_report_goes_and_its_record_stays(campus, settings):
    report = factories.made_report(campus)
    assert swept() == {}
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"REPORT_DAYS": 0}
    assert swept() == {"report-files": 1}
    report.refresh_from_db()
    assert (report.state, len(report.sha256), bool(report.manifest)) == ("expired", 64, True)
    assert not ReportPart.objects.exists()


def test_invitations_that_nobody_accepted_go(campus):
    expired, withdrawn, accepted, young = (
        invite(campus.program, f"new{number}@example.org", ["trainee"], by=campus.director)
        for number in range(4)
    )
    over = old("invitations")
    long_before = over - timedelta(days=30)
    change(expired, created_at=long_before, expires_at=over)
    change(withdrawn, withdrawn_at=over)
    change(accepted, created_at=long_before, expires_at=over, accepted_at=over,
           accepted_by=campus.author)  # fmt: skip
    assert swept() == {"invitations": 2}
    assert set(Invitation.objects.all()) == {accepted, young}


def test_released_errors_go(campus):
    stuck, released = factories.parked(), factories.parked()
    release(released, reason="Repaired.", by=factories.superuser())
    over = old("mishaps")
    change(released, parked_at=over, released_at=over)
    assert swept() == {"mishaps": 1}
    assert Mishap.objects.get() == stuck


def test_sign_ins_that_ended_leave_no_trace(db):
    person = factories.person()
    day, long_ago = timedelta(days=1), old("sessions", 1)
    for key, expires, seen in (
        ("over", long_ago, long_ago),
        ("going", NOW + day, long_ago),
    ):
        Session.objects.create(session_key=key, session_data="x", expire_date=expires)
        trace(person, key, seen)
    trace(person, "signed-out", long_ago)
    trace(person, "this-moment", NOW)
    assert swept() == {"sessions": 3}
    assert Session.objects.get().pk == "going"
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {
        "going",
        "this-moment",
    }


def trace(person, key, seen):
    row = UserSession.objects.create(
        user=person, session_key=key, ip="192.0.2.1", user_agent="x", last_seen_at=seen
    )
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=seen)


def test_tokens_that_ended_go(db, settings):
    ended, lasting = (Token.objects.create(user=factories.person()) for _ in range(2))
    days = settings.API_TOKEN_DAYS + settings.RETENTION_DAYS["TOKEN_TRACE_DAYS"]
    Token.objects.filter(pk=ended.pk).update(created=NOW - timedelta(days=days, minutes=1))
    assert swept() == {"tokens": 1}
    assert Token.objects.get() == lasting


def prints():
    """Of every table that nothing may be deleted from: how many rows, and a hash of them all."""
    found = {}
    with connection.cursor() as cursor:
        for label in {table for rule in RULES for table in rule.tables} - DELETED:
            table = apps.get_model(label)._meta.db_table
            words = "md5(string_agg(t::text, '|' ORDER BY t::text))"
            cursor.execute(f'SELECT count(*), {words} FROM "{table}" t')  # noqa: S608
            found[label] = cursor.fetchone()
    return found


# These tell of the sweep: acts, its own row, and that a report's file expired.
TELLING = {"competency.AuditEvent", "competency.Report", "assessments.RetentionSweep"}


def test_whatever_is_over_nothing_goes_that_a_record_rests_on(campus, clock_out):
    certificate = factories.issued(campus)
    factories.adjudication_of(factories.reviewed(campus, 2, 4))
    factories.made_report(campus)
    factories.delivery(factories.webhook(campus.program, campus.director))
    seal_events()
    before = prints()
    assert {"notifications", "report-files"} <= set(swept())
    after = prints()
    for label in before.keys() - TELLING:
        assert after[label] == before[label], label
    assert after["competency.Report"][0] == before["competency.Report"][0]
    assert after["competency.AuditEvent"][0] > before["competency.AuditEvent"][0]
    seal_events()
    assert verify_audit().found == 0
    certificate.refresh_from_db()
    assert certificate.state == "issued"


def test_each_batch_is_one_act_that_counts_and_names_nobody(campus, monkeypatch, clock_out):
    hook = factories.webhook(campus.program, campus.director)
    for _ in range(5):
        factories.delivery(hook, state="given_up", next_at=None)
    Notification.objects.all().delete()
    monkeypatch.setattr(runs, "BATCH", 2)
    assert swept() == {"deliveries": 5}
    told = AuditEvent.objects.filter(action="retention.swept").order_by("pk")
    assert [event.detail for event in told] == [
        {"rule": "deliveries", "rows": rows} for rows in (2, 2, 1)
    ]
    assert {(event.actor_id, event.program_id, event.reason) for event in told} == {
        (None, None, "")
    }


def test_a_sweep_that_was_killed_is_taken_up_and_a_second_finds_nothing(
    campus, monkeypatch, clock_out
):
    hook = factories.webhook(campus.program, campus.director)
    for _ in range(3):
        factories.delivery(hook, state="given_up", next_at=None)
    Notification.objects.all().delete()
    monkeypatch.setattr(runs, "BATCH", 1)
    monkeypatch.setattr(runs, "BATCHES_AT_MOST", 1)
    assert runs.sweep()  # as if killed, or at the end of what one task may do
    begun = RetentionSweep.objects.open().get()
    monkeypatch.setattr(runs, "BATCHES_AT_MOST", 40)
    assert swept() == {"deliveries": 3}
    begun.refresh_from_db()
    assert begun.finished_at
    assert swept() == {}
    assert runs.delete_batch(begun.pk, SWEPT[0]) == 0


def test_it_runs_once_a_day_however_often_it_is_asked_for(db, eager_tasks):
    for _ in range(3):
        tasks.sweep()
    first = RetentionSweep.objects.get()
    change_finished(first, NOW - timedelta(hours=21))
    tasks.sweep()
    assert RetentionSweep.objects.count() == 2


def change_finished(row, moment):
    """Past the trigger that freezes it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE assessments_retentionsweep SET created_at = %s, finished_at = %s WHERE id = %s",
            [moment, moment, row.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_dry_run_counts_and_deletes_nothing(campus, clock_out):
    factories.assigned(campus)
    waiting = Notification.objects.count()
    told = StringIO()
    call_command("sweep_retention", "--dry-run", stdout=told)
    (line,) = (line for line in told.getvalue().splitlines() if line.startswith("notifications"))
    assert line.split()[-1] == str(waiting)
    assert Notification.objects.count() == waiting
    assert not RetentionSweep.objects.exists()
    call_command("sweep_retention", stdout=told)
    assert not Notification.objects.exists()
