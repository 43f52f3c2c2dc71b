"""Each lifecycle is one table: `move()` and the database follow it, and nothing else does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.harm.models import HarmFlag
from assessments.instruments.models import Assessment
from assessments.reviews.models import Review
from assessments.sittings.models import Sitting
from assessments.vignettes.models import Key, VignetteVersion
from competency.appeals.models import Appeal
from competency.audit import transitions
from competency.audit.models import AuditEvent
from competency.audit.transitions import move
from competency.certificates.models import Certificate
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.decisions.models import Decision, StandardVersion
from competency.foundation.errors import TransitionRefused
from competency.foundation.models import Stateful
from competency.foundation.states import Owner, pairs
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.hours.models import HoursEntry
from competency.programs.models import Cohort, Enrolment
from competency.reports.models import Report
from competency.rosters.models import Roster
from competency.webhooks.models import Delivery
from tests import factories
from tests.refusals import again, change, frozen

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)
HASH = "0" * 64
_serial = count(10)


@dataclass(frozen=True)
class Life:
    """How to come by a row in any state: a row like it, what is unique, what a state asks for."""

    like: Callable[[Any], Stateful]
    unique: Callable[[Any], Mapping[str, Any]]
    asks: Callable[[str, Any], Mapping[str, Any]]


def version(like):
    return Life(like, lambda r: {"number": next(_serial)}, asks_of_version)


def asks_of_version(state, rows):
    if state == "draft":
        return {"content_hash": "", "published_at": None, "published_by": None}
    return {"content_hash": HASH, "published_at": NOW, "published_by": rows.person}


def asks_of_attempt(state, rows):
    started = state in ("in_progress", "handed_in", "marked", "decided")
    done = state in ("handed_in", "marked", "decided")
    return {
        "started_at": NOW if started else None,
        "due_at": LATER if started else None,
        "handed_in_at": NOW if done else None,
        "void_reason": "Ill." if state == "void" else "",
    }


def asks_of_submission(state, rows):
    if state == "drafting":
        return {"received_at": None, "content_hash": ""}
    return {"received_at": NOW, "content_hash": HASH}


def asks_of_review(state, rows):
    return {
        "completed_at": NOW if state == "completed" else None,
        "recused_reason": "A friend." if state == "recused" else "",
    }


def asks_of_flag(state, rows):
    return {"settled_at": None if state == "raised" else NOW}


def asks_of_decision(state, rows):
    if state == "proposed":
        return {"settled_at": None, "settled_by": None, "settled_reason": ""}
    return {"settled_at": NOW, "settled_by": rows.person, "settled_reason": "Seen."}


def asks_of_certificate(state, rows):
    if state == "awarded":
        empty = {"issued_at": None, "valid_until": None, "particulars": None}
        return empty | {"particulars_hash": ""}
    issued = {"issued_at": NOW, "valid_until": LATER, "particulars": {}}
    return issued | {"particulars_hash": HASH}


def asks_of_key(state, rows):
    return {
        "sealed": b"x" if state == "active" else None,
        "retired_at": NOW if state == "retired" else None,
        "compromised_at": NOW if state == "compromised" else None,
    }


def asks_of_report(state, rows):
    whole = {"rows": 0, "size": 0, "sha256": HASH, "manifest": b"{}", "finished_at": NOW}
    return {
        **(whole if state in ("ready", "expired") else {}),
        "problem": "Too long." if state == "failed" else "",
    }


def asks_of_delivery(state, rows):
    return {"next_at": NOW if state in ("due", "failed") else None}


def an_issuer(rows):
    """Each has one active key."""
    serial = next(_serial)
    issuer = again(rows.campus.program.issuer, name=f"Issuer {serial}")
    identity = IssuerIdentity.objects.create(issuer=issuer, path=f"issuer-{serial}")
    return {"identity": identity, "public_key": f"z6Mk{serial}"}


def asks_of_appeal(state, rows):
    decided = state in ("granted", "denied")
    return {
        "decider": rows.person if decided or state == "under_review" else None,
        "decided_at": NOW if decided else None,
        "reason": "It stands." if decided else "",
    }


def asks_of_sitting(state, rows):
    cancelled = state == "cancelled"
    return {
        "cancelled_by": rows.person if cancelled else None,
        "cancelled_reason": "Snow." if cancelled else "",
    }


def asks_of_place(state, rows):
    over = state in ("withdrawn", "transferred")
    return {"ended_on": NOW.date() if over else None, "sealed_reason": b"x" if over else None}


def asks_of_hours(state, rows):
    waits = state == "submitted"
    return {
        "settled_by": None if waits else rows.person,
        "settled_at": None if waits else NOW,
        "settled_reason": "" if waits else "Seen.",
    }


def asks_of_roster(state, rows):
    if state == "checked":
        return {"rows": [], "settled_at": None, "settled_by": None}
    by = None if state == "expired" else rows.person
    return {"rows": None, "settled_at": NOW, "settled_by": by}


def new_attempt(rows):
    return again(rows.attempt, number=next(_serial))


def new_submission(rows):
    return again(rows.submission, attempt=new_attempt(rows))


def new_decision(rows):
    return again(rows.decision, attempt_id=uuid4())


def register(rows):
    serial = next(_serial)
    return {"decision": new_decision(rows), "number": f"N-{serial}", "code": f"C-{serial}"}


LIVES = {
    FrameworkVersion: version(lambda r: r.campus.framework),
    RubricVersion: version(lambda r: r.campus.rubric),
    ScopeProfileVersion: version(lambda r: r.campus.profile),
    StandardVersion: version(lambda r: r.campus.standard),
    VignetteVersion: version(lambda r: r.campus.vignette),
    Key: version(lambda r: r.campus.key),
    Assessment: version(lambda r: r.campus.assessment),
    Cohort: Life(
        lambda r: r.campus.cohort,
        lambda r: {"name": f"Cohort no. {next(_serial)}"},
        lambda state, r: {},
    ),
    Enrolment: Life(
        lambda r: r.attempt.enrolment,
        lambda r: {"cohort": factories.cohort(r.campus.program)},
        asks_of_place,
    ),
    HoursEntry: Life(
        lambda r: HoursEntry(
            enrolment=r.attempt.enrolment,
            trainee=r.attempt.enrolment.trainee,
            kind="practicum",
            hours=5,
            on=NOW.date(),
            submitted_by=r.attempt.enrolment.trainee,
        ),
        lambda r: {},
        asks_of_hours,
    ),
    Roster: Life(
        lambda r: Roster(
            program=r.campus.program,
            uploaded_by=r.person,
            file_name="r.csv",
            kind="csv",
            expires_at=LATER,
        ),
        lambda r: {},
        asks_of_roster,
    ),
    Attempt: Life(lambda r: r.attempt, lambda r: {"number": next(_serial)}, asks_of_attempt),
    Sitting: Life(lambda r: r.sitting, lambda r: {"idempotency_key": uuid4()}, asks_of_sitting),
    Submission: Life(
        lambda r: r.submission, lambda r: {"attempt": new_attempt(r)}, asks_of_submission
    ),
    Review: Life(lambda r: r.review, lambda r: {"submission": new_submission(r)}, asks_of_review),
    HarmFlag: Life(lambda r: r.flag, lambda r: {"round": next(_serial)}, asks_of_flag),
    Decision: Life(lambda r: r.decision, lambda r: {"attempt_id": uuid4()}, asks_of_decision),
    Appeal: Life(lambda r: r.appeal, lambda r: {"decision": new_decision(r)}, asks_of_appeal),
    Certificate: Life(lambda r: r.certificate, register, asks_of_certificate),
    Report: Life(lambda r: r.report, lambda r: {}, asks_of_report),
    IssuerKey: Life(lambda r: r.key, an_issuer, asks_of_key),
    Delivery: Life(lambda r: r.delivery, lambda r: {"subject_id": uuid4()}, asks_of_delivery),
}


@pytest.fixture(scope="module")
def shared_rows(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        attempt = factories.assigned(shared_campus)
        submission = factories.submission_of(attempt)
        certificate = factories.issued(shared_campus)
        waiting = factories.enrolment(shared_campus.cohort)
        return SimpleNamespace(
            campus=shared_campus,
            person=shared_campus.director,
            attempt=attempt,
            submission=submission,
            sitting=factories.opened_sitting(shared_campus, enrolment=waiting),
            review=Review(
                submission=submission,
                reviewer=shared_campus.supervisors[0],
                seat=1,
                pseudonym="BBB-BBB",
                leased_until=LATER,
            ),
            flag=HarmFlag(
                submission=submission, criterion=shared_campus.rubric.criteria.get(code="C1")
            ),
            decision=certificate.decision,
            appeal=Appeal(decision=certificate.decision, sealed_grounds=b"x", lodged_at=NOW),
            certificate=certificate,
            key=certificate.credentials.get().key,
            report=Report(
                program=shared_campus.program,
                asked_by=shared_campus.director,
                contents="credentials",
                format="csv",
                created_at=NOW,
                as_of=NOW,
            ),
            delivery=factories.delivery(
                factories.webhook(shared_campus.program, shared_campus.director)
            ),
        )


@pytest.fixture
def rows(shared_rows, db):
    return shared_rows


def in_state(model, state, rows):
    life = LIVES[model]
    made = again(life.like(rows), state=state, **life.unique(rows), **life.asks(state, rows))
    made.refresh_from_db()
    return made


def asked_by(model, target, rows):
    """What the target state asks for and the row does not have yet."""
    return LIVES[model].asks(target, rows)


STATEFUL = [model for model in apps.get_models() if issubclass(model, Stateful)]


def param(model, origin, target):
    return pytest.param(model, origin, target, id=f"{model._meta.model_name}-{origin}-{target}")


ALLOWED = [param(model, *pair) for model in STATEFUL for pair in pairs(model.transitions)]
REFUSED = [
    param(model, str(origin), str(target))
    for model in STATEFUL
    for origin in model.transitions
    for target in model.transitions
    if target not in model.transitions[origin]
]
allowed_pairs = pytest.mark.parametrize(("model", "origin", "target"), ALLOWED)
refused_pairs = pytest.mark.parametrize(("model", "origin", "target"), REFUSED)


def test_every_lifecycle_is_lived_here():
    assert set(LIVES) == set(STATEFUL)


@allowed_pairs
def test_an_allowed_step_is_taken_by_its_owner_and_by_nobody_else(model, origin, target, rows):
    owners = model.transitions[origin][target]
    actors = {rows.person: owners != {Owner.WORKFLOW}, None: Owner.WORKFLOW in owners}
    for actor, may in actors.items():
        subject = in_state(model, origin, rows)
        events = AuditEvent.objects.filter(subject_id=subject.pk)
        changes = asked_by(model, target, rows)
        if may:
            move(subject, target, by=actor, changes=changes)
            event = events.get()
            assert event.action == f"{model._meta.model_name}.{target}"
            assert event.actor_id == (actor.pk if actor else None)
            assert event.detail["origin"] == origin
            subject.refresh_from_db()
            assert subject.state == target
        else:
            with pytest.raises(TransitionRefused, match="is not for"):
                move(subject, target, by=actor, changes=changes)
            assert not events.exists()
            assert subject.state == origin


@refused_pairs
def test_a_step_outside_the_table_is_refused_whoever_asks(model, origin, target, rows):
    subject = in_state(model, origin, rows)
    for actor in (None, rows.person):
        with pytest.raises(TransitionRefused, match=f"cannot become {target}"):
            move(subject, target, by=actor, changes=asked_by(model, target, rows))
    assert not AuditEvent.objects.filter(subject_id=subject.pk).exists()


@refused_pairs
def test_a_step_outside_the_table_is_refused_by_the_database(model, origin, target, rows):
    subject = in_state(model, origin, rows)
    if origin == target:
        assert change(subject, state=target) == 1
    else:
        with frozen("the state cannot change like this|this row is frozen"):
            change(subject, state=target, **asked_by(model, target, rows))


@allowed_pairs
def test_an_allowed_step_can_be_taken_in_the_database(model, origin, target, rows):
    subject = in_state(model, origin, rows)
    assert change(subject, state=target, **asked_by(model, target, rows)) == 1


@pytest.mark.parametrize("model", STATEFUL)
def test_every_state_is_in_the_table_and_every_step_has_an_owner(model):
    states = {str(value) for value, _ in model._meta.get_field("state").choices}
    assert {str(origin) for origin in model.transitions} == states
    for targets in model.transitions.values():
        assert {str(target) for target in targets} <= states
        assert all(owners and owners <= set(Owner) for owners in targets.values())


@pytest.mark.parametrize("model", STATEFUL)
def test_every_state_can_be_reached_from_the_first(model):
    first = str(model._meta.get_field("state").default)
    reached, waiting = set(), [first]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [str(target) for target in model.transitions[state]]
    assert reached == {str(origin) for origin in model.transitions}


# --- move() ---


@pytest.fixture
def attempt(rows):
    return in_state(Attempt, "assigned", rows)


def test_of_two_who_hold_the_same_row_the_second_is_refused(attempt, rows):
    rival = Attempt.objects.get(pk=attempt.pk)
    move(rival, "void", by=rows.person, changes={"void_reason": "Ill."})
    with pytest.raises(TransitionRefused, match="no longer assigned: somebody was quicker"):
        move(attempt, "lapsed", by=None)
    assert attempt.state == "assigned"
    attempt.refresh_from_db()
    assert attempt.state == "void"
    assert AuditEvent.objects.filter(subject_id=attempt.pk).count() == 1


def test_changes_are_written_with_the_state_and_set_on_the_row(attempt, rows):
    changes = {"started_at": NOW, "due_at": LATER}
    move(attempt, "in_progress", by=rows.person, changes=changes, reason="At last.", room="B")
    assert (attempt.state, attempt.started_at, attempt.due_at) == ("in_progress", NOW, LATER)
    event = AuditEvent.objects.get(subject_id=attempt.pk)
    assert (event.reason, event.detail) == ("At last.", {"origin": "assigned", "room": "B"})
    assert event.program_id == rows.campus.program.pk


def test_when_the_state_cannot_be_written_no_trail_is_left(attempt, rows):
    with pytest.raises(IntegrityError, match="attempt_started"), transaction.atomic():
        move(attempt, "in_progress", by=rows.person)
    attempt.refresh_from_db()
    assert attempt.state == "assigned"
    assert not AuditEvent.objects.filter(subject_id=attempt.pk).exists()


def test_when_the_trail_cannot_be_written_the_state_is_not_changed(attempt, monkeypatch):
    def record_badly(action, subject, **detail):
        AuditEvent.objects.create(action="", subject_id=subject.pk)

    monkeypatch.setattr(transitions, "record", record_badly)
    # Within somebody's transaction the move is undone with the whole of it, or to a savepoint.
    with pytest.raises(IntegrityError, match="audit_names_the_action"), transaction.atomic():
        move(attempt, "lapsed", by=None)
    assert Attempt.objects.get(pk=attempt.pk).state == "assigned"
    assert not AuditEvent.objects.filter(subject_id=attempt.pk).exists()


def test_when_what_follows_fails_state_and_trail_vanish_together(attempt):
    def lapse_and_then_fail():
        with transaction.atomic():
            move(attempt, "lapsed", by=None)
            assert AuditEvent.objects.filter(subject_id=attempt.pk).count() == 1
            change(attempt, allowed_seconds=1)

    with pytest.raises(IntegrityError, match="attempt_has_some_time"):
        lapse_and_then_fail()
    assert Attempt.objects.get(pk=attempt.pk).state == "assigned"
    assert not AuditEvent.objects.filter(subject_id=attempt.pk).exists()
