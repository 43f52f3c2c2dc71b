"""Mail one invitation."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competency.invitations.links import token_of
from competency.invitations.models import Invitation


@transaction.atomic
def mail(invitation_id: UUID) -> bool:
    """Send what was not sent yet; True when this call did. A rival that is at it is left alone."""
    rows = Invitation.objects.standing().select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=invitation_id, mailed_at=None).select_related("program").first()
    if row is None:
        return False
    EmailMessage(
        _("An invitation to %(program)s") % {"program": row.program.name},
        _words(row),
        to=[row.email],
        headers={"Message-ID": f"<{row.pk}@invitations.credence>"},
    ).send()
    Invitation.objects.filter(pk=row.pk).update(mailed_at=timezone.now())
    return True


def _words(row: Invitation) -> str:
    link = settings.SITE_URL + reverse("invitation", args=[token_of(row.pk)])
    asked = _("%(name)s invites you to %(program)s on Credence. Open this link to accept:")
    until = _("It works once, until %(day)s. If you expect no invitation, do nothing.")
    return "\n\n".join(
        [
            asked % {"name": row.invited_by.name, "program": row.program.name},
            link,
            until % {"day": date_format(row.expires_at, "j F Y")},
        ]
    )
