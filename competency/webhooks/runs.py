"""Deliver one event: claimed by one worker, sent outside of any transaction, written down."""

import random
import time
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from competency.accounts.vault import unseal_for
from competency.audit.services import record
from competency.audit.transitions import move
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import people_who_may
from competency.programs.roles import Permission
from competency.webhooks import rules, sending
from competency.webhooks.models import Delivery, Endpoint, Stopped, Try
from competency.webhooks.states import WAITING, DeliveryState

PURPOSE = b"credence webhook secrets 1"
LEASE = timedelta(seconds=120)  # longer than a request can take
PATIENCE = timedelta(days=5)  # of nothing but failures, until an endpoint is switched off
GONE = 410


def run(delivery_id: UUID) -> bool:
    """Try a delivery once, if it is due and nobody else is at it. True when this call did."""
    delivery = claim(delivery_id)
    if delivery is None:
        return False
    answer = _send(delivery)
    _finish(delivery.pk, delivery.tries, answer)
    return True


def claim(delivery_id: UUID) -> Delivery | None:
    """Take a due delivery: of two who ask at once, one gets it. A worker that dies leaves it due
    again when the lease is over."""
    now = timezone.now()
    rows = Delivery.objects.filter(pk=delivery_id, state__in=WAITING, next_at__lte=now)
    found = rows.select_related("endpoint").first()
    if found is None or found.endpoint.stopped:
        return None
    # Conditions on its own columns alone: they are looked at again under the row's lock.
    if not rows.update(tries=F("tries") + 1, next_at=now + LEASE):
        return None
    found.refresh_from_db(fields=["tries", "next_at"])
    return found


def secrets_of(endpoint: Endpoint, now: datetime) -> list[bytes]:
    """The secret in force; for a day after a rotation, the one before it as well."""
    sealed = [endpoint.sealed_secret]
    until, previous = endpoint.previous_until, endpoint.sealed_previous
    if until is not None and previous is not None and until > now:
        sealed.append(previous)
    return [unseal_for(PURPOSE, each, endpoint.pk)[0] for each in sealed]


def _send(delivery: Delivery) -> sending.Answer:
    endpoint = delivery.endpoint
    body = rules.body(
        delivery.event,
        delivery.occurred_at,
        subject=str(delivery.subject_id),
        program=str(endpoint.program_id),
    )
    try:
        keys = secrets_of(endpoint, timezone.now())
    except InvalidTag:
        return sending.Answer("", error="The secret does not open under SEALING_KEY.")
    headers = rules.headers(keys, delivery.message_id, int(time.time()), body)
    return sending.post(endpoint.url, body, headers)


@transaction.atomic
def _finish(delivery_id: UUID, number: int, answer: sending.Answer) -> None:
    endpoint = Endpoint.objects.select_for_update(of=("self",), no_key=True).get(
        deliveries=delivery_id
    )
    delivery = Delivery.objects.select_for_update(of=("self",), no_key=True).get(pk=delivery_id)
    delivery.endpoint = endpoint
    Try.objects.get_or_create(
        delivery=delivery,
        number=number,
        defaults={
            "request_head": answer.request_head,
            "status": answer.status,
            "response_head": answer.response_head,
            "error": answer.error,
            "milliseconds": answer.milliseconds,
        },
    )
    if delivery.tries != number or delivery.state not in WAITING:
        return  # a lease that ran out: somebody else has it by now
    _settle(delivery, answer)
    _note_health(endpoint, answer)


def _settle(delivery: Delivery, answer: sending.Answer) -> None:
    tried = delivery.tries - delivery.tries_before
    if answer.taken:
        move(delivery, DeliveryState.DELIVERED, by=None, changes={"next_at": None})
    elif tried >= rules.MOST_TRIES or answer.status == GONE:
        move(delivery, DeliveryState.GIVEN_UP, by=None, changes={"next_at": None})
    else:
        again = timezone.now() + rules.pause(tried, random.random())  # noqa: S311  (spread)
        if delivery.state == DeliveryState.FAILED:
            Delivery.objects.filter(pk=delivery.pk).update(next_at=again)
        else:
            move(delivery, DeliveryState.FAILED, by=None, changes={"next_at": again})


def _note_health(endpoint: Endpoint, answer: sending.Answer) -> None:
    now = timezone.now()
    if answer.taken:
        Endpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(
            failing_since=None
        )
        return
    since = endpoint.failing_since or now
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)
    if endpoint.stopped:
        return
    if answer.status == GONE:
        _stop(endpoint, Stopped.GONE, now)
    elif now - since >= PATIENCE:
        _stop(endpoint, Stopped.FAILING, now)


def _stop(endpoint: Endpoint, because: Stopped, now: datetime) -> None:
    """Nothing is sent there until a person switches it on again; whoever runs the program hears."""
    Endpoint.objects.filter(pk=endpoint.pk).update(stopped=because, stopped_at=now)
    record("webhook.stopped", endpoint, by=None, because=because)
    directors = people_who_may(Permission.PROGRAM_RUN, endpoint.program_id)
    notify(Kind.WEBHOOK_STOPPED, endpoint.pk, directors, occasion=f"{now:%Y-%m-%d}")
