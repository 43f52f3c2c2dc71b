"""Tell a program's endpoints of an event; set endpoints up, change them, send again."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.accounts.vault import seal_for, unseal_for
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import InvalidInput, NotAllowed
from competency.foundation.text import take_line
from competency.foundation.transactions import joined
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.webhooks.addresses import check_url
from competency.webhooks.models import Delivery, Endpoint, Event, Stopped
from competency.webhooks.rules import SECRET_BYTES, spelled
from competency.webhooks.runs import PURPOSE
from competency.webhooks.states import DeliveryState
from competency.webhooks.tasks import deliver

OVERLAP = timedelta(days=1)  # for which the secret before a rotation still signs


@joined()
def announce(event: Event, subject_id: UUID, program_id: UUID, *, occasion: str = "") -> None:
    """Put an event on its way to every endpoint of the program that wants it, once.

    Part of the act that caused it: undone with it, and put on its way again by no repeat of it.
    `occasion` tells events of one kind about one row apart.
    """
    wanted = Endpoint.objects.in_use().filter(program=program_id, events__contains=[event])
    now = timezone.now()
    rows = [
        Delivery(
            endpoint=endpoint,
            event=event,
            subject_id=subject_id,
            occasion=occasion,
            occurred_at=now,
            next_at=now,
        )
        for endpoint in wanted
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:  # of a row that was there already, the task finds nothing
        transaction.on_commit(partial(deliver.delay, str(row.pk)), robust=True)


@transaction.atomic
def make_endpoint(
    program: Program, url: str, events: Collection[str], *, note: str = "", by: User
) -> tuple[Endpoint, str]:
    """An endpoint and its secret, which is told this once."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    url, note = _checked(url, events, note)
    endpoint = Endpoint(program=program, url=url, events=_in_order(events), note=note, made_by=by)
    secret = secrets.token_bytes(SECRET_BYTES)
    endpoint.sealed_secret = seal_for(PURPOSE, secret, endpoint.pk)
    endpoint.save(force_insert=True)
    record("webhook.made", endpoint, by=by, url=url, events=endpoint.events)
    return endpoint, spelled(secret)


def _checked(url: str, events: Collection[str], note: str) -> tuple[str, str]:
    url = take_line("url", url, 500)
    check_url(url)
    if not events or set(events) - set(Event.values):
        raise InvalidInput({"events": _("Choose one or more of the events.")})
    return url, take_line("note", note, 120)


def _in_order(events: Collection[str]) -> list[str]:
    return [event for event in Event.values if event in events]


@transaction.atomic
def change_endpoint(
    endpoint: Endpoint, *, url: str, events: Collection[str], note: str, in_use: bool, by: User
) -> None:
    """Other events, another address, on or off. What waits is sent once it is on again."""
    locked = _locked(endpoint, by)
    locked.url, locked.note = _checked(url, events, note)
    locked.events = _in_order(events)
    if in_use and locked.stopped:
        locked.stopped, locked.stopped_at, locked.failing_since = "", None, None
    elif not in_use and not locked.stopped:
        locked.stopped, locked.stopped_at = Stopped.PERSON, timezone.now()
    locked.save()
    record("webhook.changed", locked, by=by, url=locked.url, events=locked.events, on=in_use)
    endpoint.refresh_from_db()


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: User) -> str:
    """A new secret, told this once. For a day both sign, so that the receiver can change over."""
    locked = _locked(endpoint, by)
    secret = secrets.token_bytes(SECRET_BYTES)
    locked.sealed_previous = locked.sealed_secret
    locked.previous_until = timezone.now() + OVERLAP
    locked.sealed_secret = seal_for(PURPOSE, secret, locked.pk)
    locked.save()
    record("webhook.secret_rotated", locked, by=by)
    endpoint.refresh_from_db()
    return spelled(secret)


@transaction.atomic
def replay(delivery: Delivery, *, by: User) -> None:
    """Send an event again, under the same id; the receiver knows it for the same."""
    check_permission(by, Permission.PROGRAM_RUN, delivery.program_id)
    locked = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("endpoint")
        .get(pk=delivery.pk)
    )
    again = {"next_at": timezone.now(), "tries_before": locked.tries}
    move(locked, DeliveryState.DUE, by=by, changes=again)
    transaction.on_commit(lambda: deliver.delay(str(locked.pk)), robust=True)
    delivery.refresh_from_db()


def _locked(endpoint: Endpoint, by: User) -> Endpoint:
    check_permission(by, Permission.PROGRAM_RUN, endpoint.program_id)
    return Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)


@transaction.atomic
def seal_secrets_anew(*, by: User) -> int:
    """Seal under `SEALING_KEY` what only `SEALING_KEY_FALLBACKS` open; how many that were.

    Raises InvalidTag when none of them opens a secret.
    """
    if not by.is_staff:
        raise NotAllowed(_("Only staff handle sealed secrets."))
    stale = 0
    for row in Endpoint.objects.select_for_update(no_key=True):
        opened = [unseal_for(PURPOSE, row.sealed_secret, row.pk)]
        if row.sealed_previous is not None:
            opened.append(unseal_for(PURPOSE, row.sealed_previous, row.pk))
        if all(in_force for _plain, in_force in opened):
            continue
        sealed = [seal_for(PURPOSE, plain, row.pk) for plain, _in_force in opened]
        row.sealed_secret, row.sealed_previous = sealed[0], sealed[1] if sealed[1:] else None
        row.save(update_fields=["sealed_secret", "sealed_previous"])
        record("webhook.sealed_anew", row, by=by)
        stale += 1
    return stale
