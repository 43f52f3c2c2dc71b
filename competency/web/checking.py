"""Check a file that a stranger hands in: the signed JSON, or the PDF that carries it.

What is shown comes from the check and from the register, never from the words in the file alone.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from competency.certificates.models import Certificate
from competency.certificates.published import check
from competency.credentials.findings import Outcome, Verdict, Verification
from competency.renderings import reading
from competency.reports import manifests
from competency.web.access import open_to_all, opens_to
from competency.web.http import unindexed
from competency.web.limits import at_most
from competency.web.standing import REPORT, Standing, standing_of

LARGEST = 4_000_000  # bytes: our PDFs have a tenth of it
CHECKS = 20  # a minute, from one place
MOST_SHOWN = 12  # findings of a long transcript
REFUSED = "refused"


@dataclass
class Told:
    """What the page says of a file."""

    standing: Standing
    lines: list[tuple[bool | None, str]] = field(default_factory=list)
    certificate: Certificate | None = None


# Nothing changes here and nobody is signed in, so there is nothing to forge; and a file that is
# too large must be refused before anybody reads it, which looking for a token would do.
@csrf_exempt
@opens_to(open_to_all)
@at_most(CHECKS, "files")
@never_cache
@require_POST
def check_file(request: HttpRequest) -> HttpResponse:
    """The verdict on a file, and each thing that was looked at, in plain words."""
    if _length(request) > LARGEST:
        return unindexed(render(request, "competency/certificates/too_large.html", status=413))
    given = request.FILES.get("file")
    content = given.read() if given is not None else b""
    if not content:
        asked = {"problem": _("Choose the file to check: a PDF or a JSON file.")}
        page = "competency/certificates/check.html"
        return unindexed(render(request, page, asked, status=422))
    told = verdict_on(content, request.FILES.get("report"))
    context = {"told": told, "standing": told.standing, "now": timezone.now()}
    return unindexed(render(request, "competency/certificates/checked.html", context))


def _length(request: HttpRequest) -> int:
    stated = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(stated) if stated.isdecimal() else LARGEST + 1


def verdict_on(content: bytes, report: Any = None) -> Told:
    """Check the bytes of a file. Never raises, whatever they are.

    `report` is the file that a manifest speaks of, where one is handed in with it.
    """
    if manifests.looks_like_one(content):
        return _of_report(manifests.check(content, report))
    if not reading.is_pdf(content):
        return _told(check(content))
    ours = reading.known(content)
    inside = reading.embedded(content)
    if inside is None:
        words = _("This PDF carries no signed credential, so there is nothing to check.")
        return Told(Standing(REFUSED), [(False, words)])
    told = _told(check(inside))
    if ours is None:
        told.standing = Standing(REFUSED)
        words = _("This PDF is not as we sealed it: it was changed, or never came from us.")
    else:
        words = _("This PDF is byte for byte the one that we sealed.")
    told.lines.insert(0, (ours is not None, words))
    return told


def _of_report(found: manifests.Checked) -> Told:
    lines: list[tuple[bool | None, str]] = list(found.lines)
    if found.holds and found.manifest is not None:
        file = found.manifest["file"]
        facts = {"name": file["name"], "sha256": file["sha256"]}
        words = _("It speaks of %(name)s, whose SHA-256 is %(sha256)s.") % facts
        lines.append((True, words))
    return Told(Standing(REPORT if found.holds else REFUSED), lines)


def _told(found: Verification) -> Told:
    lines = [(_mark(one.outcome), one.words) for one in found.findings[:MOST_SHOWN]]
    certificate = _on_register(found.document)
    return Told(_standing(found, certificate), lines, certificate)


def _mark(outcome: Outcome) -> bool | None:
    return None if outcome == Outcome.UNKNOWN else outcome == Outcome.PASSED


def _on_register(document: dict[str, Any] | None) -> Certificate | None:
    """The certificate of the credential with this address; what is shown of it is public."""
    try:
        key = UUID(str((document or {}).get("id", "")).rpartition("/")[2])
    except ValueError:
        return None
    return Certificate.objects.with_changed_at().filter(credentials=key).first()


def _standing(found: Verification, certificate: Certificate | None) -> Standing:
    """What the register says where the signature holds; a forgery stays one."""
    if found.verdict in (Verdict.REFUSED, Verdict.UNCHECKED, Verdict.NOT_YET):
        return Standing(found.verdict.value)
    if certificate is None:
        return Standing(found.verdict.value)
    now = standing_of(certificate, found.at)
    if found.verdict == Verdict.REVOKED and now.code in ("valid", "pilot"):
        return Standing("replaced")  # the certificate stands, with a newer credential
    return now
