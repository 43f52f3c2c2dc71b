"""The drill: a site in the middle of its work is backed up, lost, restored, and goes on."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from assessments.attempts.models import Answer, Attempt, Submission
from assessments.attempts.states import Marking
from assessments.workflow import services as workflow
from assessments.workflow.tasks import sweep
from competency.accounts.sealing import Sealer
from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.verification import heads, verify_audit
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.foundation.hashing import content_hash
from tests import factories
from tests.operations.databases import on
from tests.refusals import frozen

pytestmark = pytest.mark.django_db(transaction=True)


def world():
    """A certificate that was issued, a sitting, a hand-in nobody scored, reviews under way."""
    campus = factories.campus()
    factories.issued(campus)
    factories.sat(campus)
    received = factories.handed_in(campus)
    reviewing = factories.under_review(campus)
    factories.give(factories.reviews_of(reviewing)[0], 4)
    seal_events()
    factories.started(campus)  # on the trail, and not sealed yet
    return received.pk, reviewing.pk, campus.certifier


def test_a_restored_site_is_whole_and_goes_on_with_its_work(
    tmp_path, empty_database, capsys, request
):
    received, reviewing, certifier = world()
    noted = heads()
    call_command("backup", tmp_path / "backup")
    request.getfixturevalue("eager_tasks")

    with on(empty_database):
        call_command("restore", tmp_path / "backup")

        assert "audit chains whole" in capsys.readouterr().out
        the_trail_is_whole(noted)
        certificates_are_what_was_issued()
        what_is_frozen_stays_frozen()
        words_can_be_read()
        the_sweep_takes_up_what_was_handed_in(received)
        reviewers_finish_and_a_certificate_follows(reviewing, certifier)
        seal_events()
        the_trail_is_whole(noted)

    assert Submission.objects.get(attempt=received).state == Marking.RECEIVED, "only the copy moved"


def the_trail_is_whole(noted):
    result = verify_audit(expect=[head.hash for head in noted])
    assert result.whole
    assert len(result.chains) == len(noted)


def certificates_are_what_was_issued():
    rows = Certificate.objects.on_register()
    assert [row.particulars_hash for row in rows] == [content_hash(row.particulars) for row in rows]
    assert len(rows) == 1
    decision = rows[0].decision
    assert content_hash(decision.dossier) == decision.dossier_hash


def what_is_frozen_stays_frozen():
    with frozen():
        AuditEvent.objects.update(reason="Because.")


def words_can_be_read():
    answer = Answer.objects.filter(submission__state=Marking.RECEIVED, words__gt=0)[0]
    sealer = Sealer(answer.submission.attempt.enrolment.trainee_id)
    assert sealer.unseal(answer.sealed_text) == factories.GOOD_WORDS


def the_sweep_takes_up_what_was_handed_in(attempt_id):
    submission = Submission.objects.get(attempt=attempt_id)
    assert submission.state == Marking.RECEIVED
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sweep()
    submission.refresh_from_db()
    assert submission.state == Marking.UNDER_REVIEW
    assert submission.reviews.count() == 2
    assert submission.scores.exists()


def reviewers_finish_and_a_certificate_follows(attempt_id, certifier):
    attempt = Attempt.objects.get(pk=attempt_id)
    [left] = [review for review in factories.reviews_of(attempt) if review.state != "completed"]
    factories.give(left, 4)
    decision = Decision.objects.get(attempt_id=attempt_id)
    assert decision.outcome == "competent"
    workflow.ratify(decision, by=certifier)
    assert decision.certificate.state == CertificateState.ISSUED


def test_a_backup_is_one_moment_while_others_write(tmp_path, empty_database):
    """Rows are counted and dumped in the same snapshot, however busy the site is."""
    campus = factories.campus()
    done, writes = threading.Event(), []

    def keep_writing():
        try:
            while not done.is_set():
                factories.enrolment(campus.cohort)
                seal_events()
                writes.append(1)
        finally:
            connection.close()

    def wait_for(number):
        while len(writes) < number and writer.is_alive():
            done.wait(0.01)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        wait_for(3)
        call_command("backup", tmp_path / "backup")
        wait_for(len(writes) + 1)
    finally:
        done.set()
        writer.join()

    with on(empty_database):
        call_command("restore", tmp_path / "backup")
        assert verify_audit().whole
        restored = AuditEvent.objects.count()
    assert restored < AuditEvent.objects.count()
