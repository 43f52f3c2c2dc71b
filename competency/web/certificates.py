"""The public page of a certificate: from its frozen words and its state on the register alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competency.certificates.models import Certificate
from competency.certificates.rules import CODE_LENGTH, tidy_code
from competency.certificates.states import CertificateState
from competency.web.access import open_to_all, opens_to
from competency.web.seal import seal_svg

PILOT, VALID = "pilot", "valid"


@dataclass(frozen=True)
class Standing:
    """What the register says of a certificate at a moment; `since` where a person changed it."""

    code: str
    since: datetime | None = None

    @property
    def good(self) -> bool:
        return self.code == VALID


@opens_to(open_to_all)
@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go to its page however it was typed."""
    typed = tidy_code(request.GET.get("code", ""))
    if typed:
        return redirect("certificate", code=typed[: CODE_LENGTH * 2])
    return _unindexed(render(request, "competency/certificates/check.html"))


@opens_to(open_to_all)
@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The document and whether it holds; for a code we never issued, no document at all."""
    tidy = tidy_code(code)
    if tidy and tidy != code:
        return redirect("certificate", code=tidy)
    register = Certificate.objects.on_register().with_changed_at()
    row = register.select_related("program__issuer").filter(code=tidy).first()
    if row is None:
        context = {"code": code}
        page = "competency/certificates/unknown.html"
        return _unindexed(render(request, page, context, status=404))
    context = _context(row, timezone.now())
    return _unindexed(render(request, "competency/certificates/certificate.html", context))


def _context(row: Certificate, now: datetime) -> dict[str, Any]:
    words: dict[str, Any] = row.particulars or {}
    standing = standing_of(row, now)
    return {
        "certificate": row,
        "words": words,
        "issued_at": parse_datetime(words["issued_at"]),
        "valid_until": parse_datetime(words["valid_until"]),
        "standing": standing,
        "now": now,
        "seal": seal_svg(row.code) if standing.code in (VALID, PILOT) else "",
        "contact": row.program.issuer.email,
    }


def standing_of(row: Certificate, now: datetime) -> Standing:
    """Trouble first, then the date, then whether it was ever more than a pilot."""
    if row.state != CertificateState.ISSUED:
        return Standing(row.state, getattr(row, "changed_at", None))
    if row.valid_until is None or row.valid_until <= now:
        return Standing(CertificateState.EXPIRED, row.valid_until)
    return Standing(PILOT if row.pilot else VALID)


def _unindexed(response: HttpResponse) -> HttpResponse:
    """People share a certificate by its code; search engines need not."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
