"""Make PDFs in the background: ahead of time for every new credential, at once when asked for."""

import time
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings

from competency.certificates.models import Credential
from competency.certificates.states import CertificateState
from competency.foundation.retrying import RETRY
from competency.parking.services import watched
from competency.renderings import making
from competency.renderings.models import Rendering

AHEAD_AT_MOST = 500
AHEAD_SECONDS = 20.0  # then the next sweep goes on, so that none waits long behind it


@shared_task(bind=True, **RETRY)
def render(self: Task, rendering_id: str) -> None:
    with watched(self, "rendering", UUID(rendering_id)) as go:
        if go:
            making.make(UUID(rendering_id))


@shared_task(bind=True)
def sweep(self: Task) -> None:
    """Ask for the PDF of each credential that has none, and make what waits, oldest first."""
    bare = Credential.objects.current().filter(
        certificate__state=CertificateState.ISSUED, renderings=None
    )
    keys = list(bare.order_by("signed_at").values_list("pk", flat=True)[:AHEAD_AT_MOST])
    paper = settings.CERTIFICATE_PAPER
    asked = [Rendering(credential_id=pk, paper=paper) for pk in keys]
    Rendering.objects.bulk_create(asked, ignore_conflicts=True)
    began = time.monotonic()
    waiting = Rendering.objects.waiting().order_by("created_at")
    for pk in list(waiting.values_list("pk", flat=True)[:AHEAD_AT_MOST]):
        if time.monotonic() - began > AHEAD_SECONDS:
            return
        with watched(self, "rendering", pk) as go:
            if go:
                making.make(pk)
