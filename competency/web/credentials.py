"""What verifiers fetch: DID documents, status lists, credentials, achievements. Open to all."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from competency.certificates import published
from competency.certificates.composing import LEVELS
from competency.web.access import open_to_all, opens_to
from competency.web.http import same_for_everybody

LD_JSON = "application/ld+json"
DID_JSON = "application/did+ld+json"
PROBLEM_JSON = "application/problem+json"
A_MINUTE, FIVE_MINUTES, A_DAY = 60, 300, 86_400


@opens_to(open_to_all)
@same_for_everybody
@conditional_page
@require_safe
def did_document(request: HttpRequest, path: str) -> HttpResponse:
    """An issuer's keys."""
    return _machine_readable(published.did_document_at(path), DID_JSON, seconds=FIVE_MINUTES)


@opens_to(open_to_all)
@same_for_everybody
@conditional_page
@require_safe
def status_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Kept for a minute: a revocation shows well within the time that the list declares."""
    return _machine_readable(published.status_list_at(pk), LD_JSON, seconds=A_MINUTE)


@opens_to(open_to_all)
@same_for_everybody
@conditional_page
@require_safe
def credential(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The signed bytes, at the address that only the credential itself names; once its holder was
    erased, a word about that."""
    if published.was_erased(pk):
        response = _machine_readable(_gone(), PROBLEM_JSON, seconds=A_MINUTE)
        response.status_code = 410
    else:
        response = _machine_readable(published.credential_at(pk), LD_JSON, seconds=A_MINUTE)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@opens_to(open_to_all)
@same_for_everybody
@conditional_page
@require_safe
def achievement_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a certificate is for, for machines."""
    row = published.achievement_at(pk)
    found = published.achievement_document(row) if row else None
    return _machine_readable(found, LD_JSON, seconds=A_DAY)


@opens_to(open_to_all)
@require_safe
def achievement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a certificate is for: criteria, competencies and levels in the words of the day."""
    row = published.achievement_at(pk)
    if row is None:
        raise Http404
    context = {"achievement": row, "content": row.content, "level_names": LEVELS}
    return render(request, "competency/certificates/achievement.html", context)


def _gone() -> dict[str, Any]:
    return {
        "title": _("Not public any more"),
        "status": 410,
        "detail": _(
            "The data of the holder were erased, and the credential is not shown here any more. "
            "Whoever has a copy can still check it: the status list and the register remain."
        ),
        "check": settings.SITE_URL + reverse("certificate-check"),
    }


def _machine_readable(
    found: bytes | dict[str, Any] | None, content_type: str, *, seconds: int
) -> HttpResponse:
    """For programs of anybody, on any site: no login, no redirect, no cookie."""
    if found is None:
        raise Http404
    content = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
    response = HttpResponse(content, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
