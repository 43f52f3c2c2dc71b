"""Many certificates in one run: each once, in spite of failures, stops and deaths."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.batches import runs, services, tasks
from competency.batches.models import IssuingRun
from competency.certificates import issuing
from competency.certificates.models import Certificate, Credential
from competency.foundation.errors import DomainError, NotAllowed
from tests.competency.batches.crowd import crowd

MANY = 200


def progress(run):
    found = IssuingRun.objects.with_progress().get(pk=run.pk)
    return found.issued, found.failed, found.finished_at is not None


def test_200_are_issued_once_each_and_one_that_fails_stops_no_other(campus):
    *_, bad = crowd(campus, MANY, spoiled=True)
    run = services.start_run(campus.program, by=campus.certifier)
    assert (run.total, progress(run)) == (MANY, (0, 0, False))
    assert runs.issue_batch(run.pk)
    assert sum(progress(run)) == runs.BATCH

    services.stop_run(run, by=campus.certifier)
    assert not runs.issue_batch(run.pk)
    services.resume_run(run, by=campus.certifier)
    while runs.issue_batch(run.pk):
        pass

    assert progress(run) == (MANY - 1, 1, True)
    failed = run.items.exclude(error="").get()
    assert failed.certificate_id == bad.pk
    assert "rubric of this dossier" in failed.error
    assert Certificate.objects.get(pk=bad.pk).state == "awarded"
    per_certificate = Credential.objects.values("certificate").annotate(count=Count("pk"))
    assert {row["count"] for row in per_certificate} == {1}
    indexes = Credential.objects.values_list("status_index", flat=True)
    assert len(set(indexes)) == len(indexes) == MANY - 1
    acts = AuditEvent.objects.filter(action="certificate.issued").values("subject_id")
    assert acts.distinct().count() == acts.count() == MANY - 1


@pytest.fixture
def few(campus):
    crowd(campus, 3)
    return services.start_run(campus.program, by=campus.certifier)


def test_a_batch_that_dies_in_the_middle_leaves_nothing_half_done(few, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(item):
        issuing.issue(item.certificate_id)
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(runs, "_issued", dies)
        with pytest.raises(Killed):
            runs.issue_batch(few.pk)
    assert progress(few) == (0, 0, False)
    assert not Credential.objects.exists()
    tasks.issue_batch.run(str(few.pk))
    assert progress(few) == (3, 0, True)


def test_what_another_worker_has_issued_meanwhile_is_not_issued_again(few):
    issuing.issue(few.items.all()[0].certificate_id)
    runs.issue_batch(few.pk)
    assert progress(few) == (3, 0, True)
    assert Credential.objects.count() == 3


def test_a_run_that_fell_asleep_is_taken_up_by_the_sweep(few, time_machine, monkeypatch):
    taken_up = []
    monkeypatch.setattr(tasks.issue_batch, "delay", taken_up.append)
    tasks.sweep()
    assert taken_up == []
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    tasks.sweep()
    assert taken_up == [str(few.pk)]


def test_a_program_has_one_run_at_a_time_and_only_where_something_waits(campus, few):
    with pytest.raises(DomainError, match="open already"):
        services.start_run(campus.program, by=campus.certifier)
    runs.issue_batch(few.pk)
    with pytest.raises(DomainError, match="Nothing waits"):
        services.start_run(campus.program, by=campus.certifier)
    for act in (services.stop_run, services.resume_run):
        with pytest.raises(DomainError, match="finished"):
            act(few, by=campus.certifier)


def test_a_run_is_stopped_and_resumed_once_and_by_certifiers_alone(campus, few):
    for act in (services.stop_run, services.resume_run):
        with pytest.raises(NotAllowed):
            act(few, by=campus.director)
    with pytest.raises(DomainError, match="going already"):
        services.resume_run(few, by=campus.certifier)
    services.stop_run(few, by=campus.certifier)
    with pytest.raises(DomainError, match="stopped already"):
        services.stop_run(few, by=campus.certifier)
    with pytest.raises(NotAllowed):
        services.start_run(campus.program, by=campus.director)
