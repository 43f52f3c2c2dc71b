"""A holder is told before a certificate expires: once at each step, and anew after a renewal."""

from datetime import timedelta

import time_machine

from competency.certificates import services as register
from competency.certificates import tasks
from competency.certificates.models import Certificate
from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from tests.factories import Campus


def told(certificate: Certificate, days_before: int) -> int:
    """How often the holder was told, after two sweeps so many days before the end."""
    certificate.refresh_from_db()
    assert certificate.valid_until is not None
    with time_machine.travel(certificate.valid_until - timedelta(days=days_before), tick=False):
        tasks.remind()
        tasks.remind()
    return Notification.objects.filter(
        kind=Kind.CERTIFICATE_EXPIRES, person=certificate.holder
    ).count()


def test_once_at_each_step(certificate: Certificate) -> None:
    assert told(certificate, 100) == 0
    assert told(certificate, 89) == 1
    assert told(certificate, 29) == 2
    assert told(certificate, 6) == 3
    assert told(certificate, -1) == 3


def test_a_renewed_certificate_has_another_end(certificate: Certificate, campus: Campus) -> None:
    assert told(certificate, 89) == 1
    assert certificate.valid_until is not None
    with time_machine.travel(certificate.valid_until - timedelta(days=80), tick=False):
        register.renew(certificate, by=campus.certifier, reason="Practice shown.")
    assert told(certificate, 89) == 2


def test_nobody_is_told_of_what_does_not_hold(certificate: Certificate, campus: Campus) -> None:
    register.suspend(certificate, by=campus.certifier, reason="A complaint.")
    assert told(certificate, 10) == 0
