"""A certificate's files: the signed credential, and its PDF once a worker has made it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from competency.certificates.models import Certificate, Credential, Transcript
from competency.renderings.models import Paper, Rendering
from competency.renderings.services import ask_for
from competency.web.http import unindexed

AGAIN_SECONDS = 2


def file_of(request: HttpRequest, certificate: Certificate, kind: str) -> HttpResponse:
    """`kind` is “json” or “pdf”. 404 where no credential is in force."""
    credential = certificate.credentials.current().first()
    if credential is None:
        raise Http404
    if kind == "json":
        return as_json(credential)
    return as_pdf(request, credential, certificate)


def as_json(credential: Credential) -> HttpResponse:
    """The signed bytes, as they are."""
    content = bytes(credential.document)
    return unindexed(_download(content, "application/vc+ld+json", "credential.json"))


def transcript_file(transcript: Transcript) -> HttpResponse:
    """The signed bytes of a transcript; 404 for one whose holder was erased."""
    if transcript.document is None:
        raise Http404
    content = bytes(transcript.document)
    return unindexed(_download(content, "application/vc+ld+json", "transcript.json"))


def as_pdf(request: HttpRequest, credential: Credential, certificate: Certificate) -> HttpResponse:
    """The sealed PDF; a page that looks again while it is being made, or says what it lacks."""
    paper = request.GET.get("paper", settings.CERTIFICATE_PAPER)
    if paper not in Paper.values:
        raise Http404
    rendering = ask_for(credential, paper)
    if rendering.document is not None:
        name = f"{certificate.number}.pdf"
        return unindexed(_download(bytes(rendering.document), "application/pdf", name))
    return unindexed(_not_yet(request, rendering))


def _not_yet(request: HttpRequest, rendering: Rendering) -> HttpResponse:
    context = {"rendering": rendering}
    page = "competency/certificates/pdf_waits.html"
    response = render(request, page, context, status=503 if rendering.held_for else 202)
    if not rendering.held_for:
        response["Refresh"] = str(AGAIN_SECONDS)
    return response


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
