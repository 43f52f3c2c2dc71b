"""Tell people that something waits for them; note what they have seen, and what they want."""

from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import InvalidInput
from competency.foundation.transactions import joined
from competency.notifications.kinds import Channel, Kind
from competency.notifications.models import Muted, Notification
from competency.notifications.tasks import mail_notification


def notify(kind: Kind, subject_id: UUID, people: Iterable[UUID], *, occasion: str = "") -> None:
    """Tell each of these people once of one thing, as `notify_each` does."""
    notify_each(kind, [(subject_id, person) for person in people], occasion=occasion)


@joined()
def notify_each(kind: Kind, told: Iterable[tuple[UUID, UUID]], *, occasion: str = "") -> None:
    """Tell people of what waits for them: pairs of a subject and a person, each pair once.

    By the ways they left open; mail follows on commit. Part of the act that caused it: undone
    with it, and told again by no repeat of it.
    """
    wanted = list(dict.fromkeys(told))
    people = {person for _, person in wanted}
    off = set(
        Muted.objects.filter(kind=kind, person__in=people).values_list("person_id", "channel")
    )
    rows = [
        Notification(
            person_id=person,
            kind=kind,
            subject_id=subject_id,
            occasion=occasion,
            shown=(person, Channel.PAGE.value) not in off,
            mail=(person, Channel.MAIL.value) not in off,
        )
        for subject_id, person in wanted
    ]
    rows = [row for row in rows if row.shown or row.mail]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.mail:  # of a row that was there already, the task finds nothing
            transaction.on_commit(partial(mail_notification.delay, str(row.pk)), robust=True)


def mark_read(notifications: Iterable[Notification], *, by: User) -> int:
    """Note that `by` has seen these; how many were new to them."""
    own = Notification.objects.unread().visible_to(by)
    keys = [notification.pk for notification in notifications]
    return int(own.filter(pk__in=keys).update(read_at=timezone.now()))


def mark_all_read(*, by: User) -> int:
    return int(Notification.objects.unread().visible_to(by).update(read_at=timezone.now()))


@transaction.atomic
def choose_channels(off: Collection[tuple[str, str]], *, by: User) -> None:
    """Turn exactly these pairs of kind and channel off, and every other on.

    Raises InvalidInput for a kind or a channel that does not exist.
    """
    for kind, channel in off:
        if kind not in Kind.values or channel not in Channel.values:
            raise InvalidInput({"muted": f"“{kind}” by “{channel}” cannot be turned off."})
    held = {(row.kind, row.channel): row for row in Muted.objects.filter(person=by)}
    wanted = set(off)
    if wanted == held.keys():
        return
    gone = [row.pk for pair, row in held.items() if pair not in wanted]
    Muted.objects.filter(pk__in=gone).delete()
    Muted.objects.bulk_create(
        Muted(person=by, kind=kind, channel=channel) for kind, channel in wanted - held.keys()
    )
    record("notifications.chosen", by, by=by, off=sorted(f"{k} {c}" for k, c in wanted))
