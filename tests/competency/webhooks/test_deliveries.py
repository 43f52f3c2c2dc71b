"""An event is put on its way once, tried until it is taken or given up, and can be sent again."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.certificates import services as certificates
from competency.certificates.models import Certificate
from competency.certificates.reminding import due, remind
from competency.foundation.errors import InvalidInput, NotAllowed, TransitionRefused
from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from competency.programs.roles import Role
from competency.webhooks import rules, runs, services
from competency.webhooks.models import Delivery, Endpoint, Event, Stopped
from competency.webhooks.states import DeliveryState
from competency.webhooks.tasks import sweep
from tests import factories
from tests.competency.webhooks.receiver import receiving
from tests.competency.webhooks.test_rules import verified

ALL = Event.values


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiving() as opened:
        yield opened


@pytest.fixture
def run(db):
    return factories.program_with(Role.DIRECTOR)


@pytest.fixture
def endpoint(run, receiver):
    program, director = run
    made, secret = services.make_endpoint(program, receiver.url, ALL, by=director)
    made.told = secret
    return made


def announced(endpoint, event=Event.CERTIFICATE_ISSUED, **more):
    services.announce(event, more.pop("subject", uuid4()), endpoint.program_id, **more)
    return Delivery.objects.filter(endpoint=endpoint).latest("created_at")


def later(delivery):
    """Its pause is over."""
    Delivery.objects.filter(pk=delivery.pk).exclude(next_at=None).update(next_at=timezone.now())


def tried(delivery, times=1):
    for _ in range(times):
        later(delivery)
        assert runs.run(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def test_what_is_sent_is_signed_and_names_the_event(endpoint, receiver):
    delivery = tried(announced(endpoint))
    assert delivery.state == DeliveryState.DELIVERED
    ((headers, body),) = receiver.taken
    assert verified(endpoint.told, headers, body)
    assert headers["webhook-id"] == delivery.message_id
    assert json.loads(body) == {
        "type": "certificate.issued",
        "timestamp": delivery.occurred_at.isoformat(timespec="microseconds"),
        "data": {"id": str(delivery.subject_id), "program": str(endpoint.program_id)},
    }
    made = delivery.tries_made.get()
    assert (made.number, made.status, made.error) == (1, 200, "")
    assert "webhook-signature" in made.request_head
    assert not runs.run(delivery.pk)


def test_the_secret_rests_sealed_and_is_told_once(endpoint):
    kept = bytes(Endpoint.objects.get(pk=endpoint.pk).sealed_secret)
    assert endpoint.told.startswith("whsec_")
    assert runs.secrets_of(endpoint, timezone.now())[0] not in kept
    assert endpoint.told not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_after_a_rotation_both_secrets_sign_for_a_day(run, endpoint, receiver, time_machine):
    _program, director = run
    new = services.rotate_secret(endpoint, by=director)
    tried(announced(endpoint))
    headers, body = receiver.taken[-1]
    assert verified(endpoint.told, headers, body)
    assert verified(new, headers, body)
    time_machine.move_to(timezone.now() + services.OVERLAP + timedelta(minutes=1))
    tried(announced(endpoint))
    headers, body = receiver.taken[-1]
    assert (verified(endpoint.told, headers, body), verified(new, headers, body)) == (False, True)


def test_one_event_is_never_two_rows(endpoint):
    subject = uuid4()
    for _ in range(2):
        announced(endpoint, subject=subject)
    announced(endpoint, subject=subject, occasion="round 2")
    assert Delivery.objects.filter(subject_id=subject).count() == 2
    row = Delivery.objects.filter(subject_id=subject)[0]
    row.pk = uuid4()
    with pytest.raises(IntegrityError, match="delivery_once"), transaction.atomic():
        row.save(force_insert=True)


def test_only_who_chose_an_event_is_told_and_only_of_its_own_program(run, endpoint, receiver):
    program, director = run
    few, _ = services.make_endpoint(program, receiver.url, ["report.ready"], by=director)
    foreign, theirs = factories.program_with(Role.DIRECTOR)
    away, _ = services.make_endpoint(foreign, receiver.url, ALL, by=theirs)
    announced(endpoint)
    assert endpoint.deliveries.count() == 1
    assert not few.deliveries.exists()
    assert not away.deliveries.exists()


def test_what_fails_is_tried_again_later_and_given_up_at_last(endpoint, receiver):
    receiver.status = 503
    delivery = announced(endpoint)
    before = timezone.now()
    assert tried(delivery).state == DeliveryState.FAILED
    pause = delivery.next_at - before
    assert rules.pause(1, 0.0) <= pause <= rules.pause(1, 1.0) + timedelta(minutes=1)
    assert not runs.run(delivery.pk)
    assert tried(delivery, rules.MOST_TRIES - 1).state == DeliveryState.GIVEN_UP
    assert (delivery.tries, delivery.next_at) == (rules.MOST_TRIES, None)
    assert not runs.run(delivery.pk)


def test_what_was_given_up_or_delivered_is_sent_again_under_the_same_id(run, endpoint, receiver):
    _program, director = run
    receiver.status = 500
    delivery = tried(announced(endpoint), rules.MOST_TRIES)
    receiver.status = 204
    services.replay(delivery, by=director)
    assert tried(delivery).state == DeliveryState.DELIVERED
    services.replay(delivery, by=director)
    with pytest.raises(TransitionRefused):
        services.replay(delivery, by=director)
    tried(delivery)
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    assert delivery.tries_made.count() == rules.MOST_TRIES + 2


def test_who_is_gone_is_asked_no_more(run, endpoint, receiver):
    receiver.status = 410
    assert tried(announced(endpoint)).state == DeliveryState.GIVEN_UP
    endpoint.refresh_from_db()
    assert endpoint.stopped == Stopped.GONE
    services.announce(Event.REPORT_READY, uuid4(), endpoint.program_id)
    assert endpoint.deliveries.count() == 1


def test_days_of_failures_switch_it_off_and_a_director_hears_of_it(run, endpoint, receiver):
    _program, director = run
    receiver.status = 500
    delivery = tried(announced(endpoint))
    long_ago = timezone.now() - runs.PATIENCE
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=long_ago)
    tried(delivery)
    endpoint.refresh_from_db()
    assert endpoint.stopped == Stopped.FAILING
    told = Notification.objects.get(kind=Kind.WEBHOOK_STOPPED)
    assert (told.person, told.subject_id) == (director, endpoint.pk)
    later(delivery)
    assert not runs.run(delivery.pk)
    given = {"url": endpoint.url, "events": endpoint.events, "note": ""}
    services.change_endpoint(endpoint, **given, in_use=True, by=director)
    receiver.status = 200
    assert tried(delivery).state == DeliveryState.DELIVERED
    endpoint.refresh_from_db()
    assert (endpoint.stopped, endpoint.failing_since) == ("", None)


def test_a_lease_that_ran_out_settles_nothing_for_whoever_took_over(endpoint, receiver):
    delivery = announced(endpoint)
    first = runs.claim(delivery.pk)
    later(delivery)  # the first worker is thought dead
    second = runs.claim(delivery.pk)
    receiver.status = 500
    runs._finish(delivery.pk, first.tries, runs._send(first))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.DUE, second.tries)
    receiver.status = 200
    runs._finish(delivery.pk, second.tries, runs._send(second))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    assert delivery.tries_made.count() == 2


def test_a_lost_message_is_made_good_by_the_sweep(endpoint, receiver, eager_tasks):
    delivery = announced(endpoint)
    sweep()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    sweep()
    assert len(receiver.taken) == 1


def test_an_act_that_is_undone_tells_nobody(endpoint):
    with transaction.atomic():
        services.announce(Event.CERTIFICATE_REVOKED, uuid4(), endpoint.program_id)
        transaction.set_rollback(True)
    assert not endpoint.deliveries.exists()


def test_the_acts_of_a_program_are_announced(campus, receiver):
    hook, _ = services.make_endpoint(campus.program, receiver.url, ALL, by=campus.director)
    certificate = factories.issued(campus)
    Certificate.objects.filter(pk=certificate.pk).update(
        valid_until=certificate.valid_until + timedelta(days=1)
    )
    certificates.revoke(factories.issued(campus), by=campus.certifier, reason="By mistake.")
    told = set(hook.deliveries.values_list("event", "subject_id"))
    submission = factories.submission_of(factories.attempt_of(certificate.decision))
    assert {
        (Event.SUBMISSION_MARKED, submission.pk),
        (Event.DECISION_RATIFIED, certificate.decision_id),
        (Event.CERTIFICATE_ISSUED, certificate.pk),
    } <= told
    assert hook.deliveries.filter(event=Event.CERTIFICATE_REVOKED).count() == 1


def test_an_end_in_sight_is_announced_once_at_each_step(campus, receiver, time_machine):
    certificate = factories.issued(campus)
    hook, _ = services.make_endpoint(campus.program, receiver.url, ALL, by=campus.director)
    time_machine.move_to(certificate.valid_until - timedelta(days=80))
    for _ in range(2):
        for row in due(90):
            remind(row, 90)
    assert hook.deliveries.get(event=Event.CERTIFICATE_EXPIRING).subject_id == certificate.pk


@pytest.mark.parametrize(
    ("url", "events", "field"),
    [
        ("https://10.0.0.1/", ALL, "url"),
        ("https://a.example/", [], "events"),
        ("https://a.example/", ["gossip"], "events"),
    ],
)
def test_an_endpoint_that_cannot_be_names_the_field(run, url, events, field):
    program, director = run
    with pytest.raises(InvalidInput) as refused:
        services.make_endpoint(program, url, events, by=director)
    assert refused.value.field == field


def test_only_who_runs_the_program_has_a_hand_in_it(run, endpoint, receiver):
    _, foreign = factories.program_with(Role.DIRECTOR)
    auditor = factories.member(run[0], Role.AUDITOR)
    delivery = tried(announced(endpoint))
    for person in (foreign, auditor):
        with pytest.raises(NotAllowed):
            services.make_endpoint(run[0], receiver.url, ALL, by=person)
        with pytest.raises(NotAllowed):
            services.rotate_secret(endpoint, by=person)
        with pytest.raises(NotAllowed):
            services.replay(delivery, by=person)


def test_what_is_changed_while_it_is_off_leaves_it_off_since_when_it_was(run, endpoint):
    off = {"url": endpoint.url, "events": ALL, "in_use": False, "by": run[1]}
    services.change_endpoint(endpoint, note="Moving house.", **off)
    since = endpoint.stopped_at
    assert endpoint.stopped == Stopped.PERSON
    services.change_endpoint(endpoint, note="Still moving.", **off)
    assert (endpoint.note, endpoint.stopped) == ("Still moving.", Stopped.PERSON)
    assert endpoint.stopped_at == since


@pytest.mark.parametrize("secrets", [1, 2])
def test_secrets_follow_the_sealing_key(secrets, run, endpoint, settings):
    if secrets == 2:
        services.rotate_secret(endpoint, by=run[1])
    staff = factories.superuser()
    old, told = settings.SEALING_KEY, runs.secrets_of(endpoint, timezone.now())
    settings.SEALING_KEY = "b" * 43 + "="
    settings.SEALING_KEY_FALLBACKS = [old]
    assert services.seal_secrets_anew(by=staff) == 1
    assert services.seal_secrets_anew(by=staff) == 0
    settings.SEALING_KEY_FALLBACKS = []
    endpoint.refresh_from_db()
    assert runs.secrets_of(endpoint, timezone.now()) == told
    assert len(told) == secrets
    with pytest.raises(NotAllowed):
        services.seal_secrets_anew(by=run[1])
