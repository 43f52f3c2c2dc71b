"""Remind holders before a certificate expires: once at each step before each end."""

from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, ExtractYear
from django.utils import timezone

from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from competency.notifications.services import notify
from competency.webhooks.models import Event
from competency.webhooks.services import announce

STEPS = (90, 30, 7)  # days before the end


def due(days: int) -> QuerySet[Certificate]:
    """Certificates that expire within so many days and whose holder was not told at this step."""
    now = timezone.now()
    ending = Certificate.objects.annotate(occasion=_occasion(days))
    told = Notification.objects.filter(
        kind=Kind.CERTIFICATE_EXPIRES, subject_id=OuterRef("pk"), occasion=OuterRef("occasion")
    )
    return ending.filter(
        ~Exists(told),
        state=CertificateState.ISSUED,
        valid_until__gt=now,
        valid_until__lte=now + timedelta(days=days),
        issued_at__lt=F("valid_until") - timedelta(days=days),
    )


def _occasion(days: int) -> Concat:
    """One for each end and step: a renewed certificate has another end."""
    year = Cast(ExtractYear("valid_until"), CharField())
    return Concat(year, Value(f", {days} days"), output_field=CharField())


@transaction.atomic
def remind(certificate: Certificate, days: int) -> None:
    """Tell the holder; repeats do nothing. `certificate` comes from `due`."""
    occasion = certificate.occasion  # type: ignore[attr-defined]
    notify(Kind.CERTIFICATE_EXPIRES, certificate.pk, [certificate.holder_id], occasion=occasion)
    program = certificate.program_id
    announce(Event.CERTIFICATE_EXPIRING, certificate.pk, program, occasion=occasion)
