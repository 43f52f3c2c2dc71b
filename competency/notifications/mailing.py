"""Mail one notification. It says that something waits and where: no name, no kind, no result."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.notifications.models import Notification


@transaction.atomic
def mail(notification_id: UUID) -> bool:
    """Send what was not sent yet; True when this call did. A rival that is at it is left alone.

    The message's id is the row's, so that even a copy sent by a worker that died before it could
    write so down is known for a copy.
    """
    rows = Notification.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("person").to_mail().filter(pk=notification_id).first()
    if row is None:
        return False
    EmailMessage(
        _("Something waits for you on Credence"),
        _words(row),
        to=[row.person.email],
        headers={"Message-ID": f"<{row.pk}@notifications.credence>"},
    ).send()
    Notification.objects.filter(pk=row.pk).update(mailed_at=timezone.now())
    return True


def _words(row: Notification) -> str:
    there = settings.SITE_URL + reverse("notification", args=[row.pk])
    choices = settings.SITE_URL + reverse("notification-choices")
    return "\n\n".join(
        [
            _("Something waits for you:"),
            there,
            _("Which of these reach you, you choose here:"),
            choices,
        ]
    )
