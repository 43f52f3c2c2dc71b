"""Certificates for those whose they are and those who keep the register: files, links, status."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.foundation.errors import DomainError
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.renderings import services as renderings
from competency.renderings.models import Rendering
from competency.sharing import services as sharing
from competency.sharing import wallets
from competency.sharing.models import Agreement, ShareLink
from competency.web import files
from competency.web.access import open_to_all, opens_to, requires, signed_in
from competency.web.forms import NameForm, NoteForm, ReasonForm
from competency.web.http import UserRequest, show_in
from competency.web.limits import at_most
from competency.web.memberships import within
from competency.web.paging import page_of
from competency.web.register import ACTS, acts_open_to

PAGE = "competency/held/certificate.html"


@opens_to(signed_in)
@require_safe
def certificates(request: UserRequest) -> HttpResponse:
    """One's own, and those of programs whose register one may see."""
    visible = Certificate.objects.visible_to(request.user)
    own = visible.of_holder(request.user).order_by("-issued_at", "pk")
    kept = within(request, visible.exclude(holder=request.user), "program")
    state = request.GET.get("state", "")
    if state in CertificateState.values:
        kept = kept.filter(state=state)
    held = (
        Rendering.objects.held()
        .visible_to(request.user)
        .exclude(credential__certificate__holder=request.user)
    )
    context = {
        "own": page_of(request, own, name="own"),
        "kept": page_of(request, kept.select_related("holder").order_by("-awarded_at", "pk")),
        "keeps": Certificate.objects.visible_to(request.user).exclude(holder=request.user).exists(),
        "states": CertificateState.choices,
        "state": state,
        "held": held.select_related("credential__certificate")[:20],
    }
    return render(request, "competency/held/certificates.html", context)


@opens_to(signed_in)
@never_cache
@require_safe
def certificate(request: UserRequest, pk: UUID) -> HttpResponse:
    """What a holder and a certifier can do with one certificate."""
    return _page(request, _found(request, pk))


@opens_to(requires(Permission.DECISION_RATIFY))
@require_POST
def change_status(request: UserRequest, pk: UUID) -> HttpResponse:
    """Suspend, lift, revoke, renew, or correct the name: each with a reason, by name."""
    found, act = _found(request, pk), request.POST.get("act", "")
    if act not in ACTS:
        return _page(request, found, status=422)
    form = (NameForm if act == "correct" else ReasonForm)(request.POST, prefix=act)
    if not form.is_valid():
        return _page(request, found, status=422, **{act: form})
    try:
        ACTS[act].run(found, by=request.user, **form.cleaned_data)
    except DomainError as error:
        return _page(request, found, status=show_in(form, error), **{act: form})
    return _done(request, found, str(ACTS[act].done))


@opens_to(signed_in)
@require_POST
def consent(request: UserRequest, pk: UUID) -> HttpResponse:
    """Give a consent or take it back."""
    found, agreement = _own(request, pk), request.POST.get("agreement", "")
    if request.POST.get("give") == "yes":
        sharing.agree(found, agreement, by=request.user)
        return _done(request, found, _("Noted. You can take it back at any time."))
    sharing.withdraw_consent(found, agreement, by=request.user)
    return _done(request, found, _("Taken back. It is shown no longer."))


@opens_to(signed_in)
@require_POST
def make_link(request: UserRequest, pk: UUID) -> HttpResponse:
    """A new link to hand out."""
    found, form = _own(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, linking=form)
    try:
        sharing.make_link(found, by=request.user, **form.cleaned_data)
    except DomainError as error:
        return _page(request, found, status=show_in(form, error), linking=form)
    return _done(request, found, _("Your link is ready to copy."))


@opens_to(signed_in)
@require_POST
def withdraw_link(request: UserRequest, pk: UUID) -> HttpResponse:
    """Close a link that was handed out."""
    own = ShareLink.objects.of_holder(request.user).select_related("certificate", "transcript")
    link = get_object_or_404(own, pk=pk)
    sharing.withdraw_link(link, by=request.user)
    messages.success(request, _("Withdrawn. The link shows nothing any more."))
    if link.transcript_id:
        return redirect("own-transcript", pk=link.transcript_id)
    return redirect("own-certificate", pk=link.certificate_id)


@opens_to(signed_in)
@require_POST
def try_again(request: UserRequest, pk: UUID) -> HttpResponse:
    """Make the PDFs that were held back, now that a font is there."""
    found = _found(request, pk)
    for rendering in Rendering.objects.held().filter(credential__certificate=found):
        renderings.try_again(rendering, by=request.user)
    return _done(request, found, _("It is being made."))


@opens_to(signed_in)
@never_cache
@require_safe
def wallet(request: UserRequest, pk: UUID) -> HttpResponse:
    """The link that puts the credential into a wallet on the phone that follows it."""
    found = _own(request, pk)
    link = wallets.open_door(found, by=request.user).link
    code = segno.make(link, error="l", micro=False)
    context = {
        "certificate": found,
        "link": link,
        "side": code.symbol_size(border=4)[0],
        "modules": modules_of(code.matrix_iter(border=4)),
    }
    return render(request, "competency/held/wallet.html", context)


# A wallet is no browser of ours: it has no cookie and no token, only the ticket in the address.
@csrf_exempt
@opens_to(open_to_all)
@at_most(60, "wallet")
@never_cache
@require_POST
def into_wallet(request: HttpRequest, ticket: str) -> HttpResponse:
    """The credential, for a ticket that its holder drew a moment ago."""
    credential = sharing.credential_for(ticket)
    if credential is None:
        raise Http404
    return files.as_json(credential)


@opens_to(signed_in)
@never_cache
@require_safe
def file(request: UserRequest, pk: UUID, kind: str) -> HttpResponse:
    """The credential or its PDF, for the holder and those who keep the register."""
    return files.file_of(request, _found(request, pk), kind)


def modules_of(matrix: Iterable[Iterable[int]]) -> str:
    """The dark squares of a code, as one path.

    >>> modules_of([(1, 0), (0, 1)])
    'M0 0h1v1h-1zM1 1h1v1h-1z'
    """
    return "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )


def _found(request: UserRequest, pk: UUID) -> Certificate:
    rows = Certificate.objects.visible_to(request.user).on_register()
    links = Prefetch("share_links", ShareLink.objects.open().order_by("-created_at"))
    return get_object_or_404(
        rows.select_related("holder", "program__issuer").prefetch_related(links), pk=pk
    )


def _own(request: UserRequest, pk: UUID) -> Certificate:
    """What only the holder decides about."""
    return get_object_or_404(Certificate.objects.of_holder(request.user), pk=pk)


def _page(
    request: UserRequest, found: Certificate, *, status: int = 200, **forms: Any
) -> HttpResponse:
    person = request.user
    holds = found.holder_id == person.pk
    acts = acts_open_to(found, person)
    context = {
        "certificate": found,
        "words": found.words,
        "holds": holds,
        "credential": found.credentials.current().first(),
        "agreed": sharing.agreed(found),
        "agreements": Agreement,
        "site": settings.SITE_URL,
        "linking": forms.get("linking") or NoteForm(),
        "acts": [(act, forms.get(act.name) or act.form(prefix=act.name)) for act in acts],
        "held": Rendering.objects.held().filter(credential__certificate=found).first(),
        "may_try": has_permission(person, Permission.CERTIFICATE_VIEW, found.program_id),
    }
    return render(request, PAGE, context, status=status)


def _done(request: UserRequest, found: Certificate, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("own-certificate", pk=found.pk)
