"""The public page of a certificate: from what was issued and its state on the register alone."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competency.certificates.models import Certificate, CertificateQuerySet
from competency.certificates.rules import CODE_LENGTH, tidy_code
from competency.certificates.seal import seal_svg
from competency.sharing.models import Agreement, ShareLink
from competency.sharing.services import agreed, listed_as
from competency.web import files, transcripts
from competency.web.access import open_to_all, opens_to
from competency.web.http import unindexed
from competency.web.limits import at_most
from competency.web.paging import page_of
from competency.web.standing import PILOT, VALID, checked_standing, standing_of
from competency.web.telling import details_of, signature_of

VISITS = 60  # a minute, from one place: far more than a person needs, far less than a search
SEARCHES = 20


@opens_to(open_to_all)
@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and go to the page of a code however it was typed."""
    typed = tidy_code(request.GET.get("code", ""))
    if typed:
        return redirect("certificate", code=typed[: CODE_LENGTH * 2])
    return unindexed(render(request, "competency/certificates/check.html"))


@opens_to(open_to_all)
@at_most(VISITS, "register")
@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The document and whether it holds; for a code we never issued, no document at all."""
    tidy = tidy_code(code)
    if tidy and tidy != code:
        return redirect("certificate", code=tidy)
    row = _register().filter(code=tidy).first()
    if row is None:
        context = {"code": code}
        page = "competency/certificates/unknown.html"
        return unindexed(render(request, page, context, status=404))
    context = _context(row, timezone.now(), whole=Agreement.DETAILS in agreed(row))
    return unindexed(render(request, "competency/certificates/certificate.html", context))


@opens_to(open_to_all)
@at_most(VISITS, "register")
@never_cache
@require_safe
def certificate_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The credential or its PDF, where the holder agreed to show them to everybody."""
    row = _register().filter(code=code).first()
    if row is None or Agreement.DETAILS not in agreed(row):
        raise Http404
    return files.file_of(request, row, kind)


@opens_to(open_to_all)
@at_most(VISITS, "register")
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A certificate by the link that its holder handed out; once withdrawn, a word about that."""
    link = ShareLink.objects.filter(token=token).select_related("transcript__identity").first()
    if link is None or link.withdrawn_at is not None:
        status = 404 if link is None else 410
        context = {"withdrawn": link is not None}
        page = "competency/certificates/no_link.html"
        return unindexed(render(request, page, context, status=status))
    if link.transcript is not None:
        return transcripts.shared(request, link.transcript, token)
    row = _register().get(share_links=link)
    context = _context(row, timezone.now(), whole=True) | {"token": token}
    return unindexed(render(request, "competency/certificates/certificate.html", context))


@opens_to(open_to_all)
@at_most(VISITS, "register")
@never_cache
@require_safe
def shared_file(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """The credential or its PDF, by a link that stands."""
    link = ShareLink.objects.open().filter(token=token).select_related("transcript").first()
    if link is None or (link.transcript is not None and kind != "json"):
        raise Http404
    if link.transcript is not None:
        return files.transcript_file(link.transcript)
    return files.file_of(request, _register().get(share_links=link), kind)


@opens_to(open_to_all)
@at_most(SEARCHES, "registry")
@never_cache
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Certificates of holders who agreed to be found, by their whole name or number."""
    asked = request.GET.get("q", "").strip()[:200]
    now = timezone.now()
    page = page_of(request, listed_as(asked))
    found = [(row, standing_of(row, now)) for row in page]
    context = {"asked": asked, "page": page, "found": found}
    return unindexed(render(request, "competency/certificates/registry.html", context))


def _register() -> CertificateQuerySet:
    rows = Certificate.objects.on_register().with_changed_at()
    return rows.select_related("program__issuer")


def _context(row: Certificate, now: datetime, *, whole: bool) -> dict[str, Any]:
    words = row.words
    standing, checked = checked_standing(row, now)
    return {
        "certificate": row,
        "words": words,
        "issued_at": row.issued_at,
        "valid_until": row.valid_until,
        "standing": standing,
        "now": now,
        "seal": seal_svg(row.code) if standing.code in (VALID, PILOT) else "",
        "contact": row.program.issuer.email,
        "details": details_of(words) if whole else None,
        "signature": signature_of(row, checked) if checked else None,
    }
