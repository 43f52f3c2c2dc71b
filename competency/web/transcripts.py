"""A holder's transcript: signed on demand, looked at, taken along, shared by a link."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competency.certificates import addresses
from competency.certificates.models import Certificate, Transcript
from competency.certificates.published import check
from competency.certificates.transcripts import sign_transcript
from competency.foundation.errors import DomainError
from competency.sharing import services as sharing
from competency.web import files
from competency.web.access import opens_to, signed_in
from competency.web.forms import NoteForm
from competency.web.http import UserRequest, show_in, unindexed
from competency.web.standing import PILOT, VALID, standing_of


@opens_to(signed_in)
@require_POST
def sign(request: UserRequest, pk: UUID) -> HttpResponse:
    """The transcript of whoever issued this certificate to its holder."""
    own = Certificate.objects.of_holder(request.user)
    first = get_object_or_404(own, pk=pk).credentials.select_related("achievement__identity")
    credential = first.first()
    if credential is None:
        raise DomainError(_("There is no certificate in force to put into a transcript."))
    made = sign_transcript(credential.achievement.identity, by=request.user)
    return redirect("own-transcript", pk=made.pk)


@opens_to(signed_in)
@never_cache
@require_safe
def transcript(request: UserRequest, pk: UUID) -> HttpResponse:
    """What is in it, its file, and the links to it."""
    return _page(request, _own(request, pk), NoteForm())


@opens_to(signed_in)
@require_POST
def make_link(request: UserRequest, pk: UUID) -> HttpResponse:
    """A new link to hand out."""
    found, form = _own(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        sharing.share_transcript(found, by=request.user, **form.cleaned_data)
    except DomainError as error:
        return _page(request, found, form, status=show_in(form, error))
    return redirect("own-transcript", pk=found.pk)


@opens_to(signed_in)
@never_cache
@require_safe
def document(request: UserRequest, pk: UUID) -> HttpResponse:
    """The signed bytes, at the address that the transcript names, for its holder alone."""
    return files.transcript_file(_own(request, pk))


def shared(request: HttpRequest, found: Transcript, token: str) -> HttpResponse:
    """A transcript by a link to it, with what the register says of each certificate in it."""
    now = timezone.now()
    context = _context(found, now) | {"token": token, "now": now}
    stands = all(standing.code in (VALID, PILOT) for _row, standing in context["inside"])
    context["holds"] = stands and check(bytes(found.document or b"")).valid
    return unindexed(render(request, "competency/certificates/transcript.html", context))


def _own(request: UserRequest, pk: UUID) -> Transcript:
    """An erased one has no holder who could sign in."""
    own = request.user.transcripts.filter(document__isnull=False)
    return get_object_or_404(own.select_related("identity__issuer"), pk=pk)


def _page(
    request: UserRequest, found: Transcript, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    context = _context(found, timezone.now()) | {
        "linking": form,
        "links": found.share_links.filter(withdrawn_at=None).order_by("-created_at"),
        "site": settings.SITE_URL,
        "address": addresses.transcript_url(found.pk),
    }
    return render(request, "competency/held/transcript.html", context, status=status)


def _context(found: Transcript, now: datetime) -> dict[str, Any]:
    own = Certificate.objects.of_holder(found.holder_id).with_changed_at()
    rows = own.filter(credentials__in=found.credentials.all()).order_by("issued_at", "pk")
    standings = [(row, standing_of(row, now)) for row in rows]
    return {"transcript": found, "inside": standings}
