"""The privacy notice, and agreeing to it; what may be public; taking either back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competency.accounts.models import User
from competency.privacy.models import Notice
from competency.privacy.policies import notice_to_accept
from competency.privacy.purposes import Purpose
from competency.privacy.services import give_consent, withdraw_consent
from competency.sharing.services import hide_levels
from competency.web.access import open_to_all, opens_to, signed_in
from competency.web.http import UserRequest

SAID = {
    (Purpose.SITTING, True): _("You accepted the notice."),
    (Purpose.SITTING, False): _("You withdrew. Before you sit again, you are asked anew."),
    (Purpose.PUBLIC_LEVELS, True): _("Your certificates’ public pages show levels now."),
    (Purpose.PUBLIC_LEVELS, False): _("Your certificates’ public pages show no levels any more."),
}


@opens_to(open_to_all)
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The notice in force, for anybody; with a button for who has not accepted it."""
    current = Notice.objects.current()
    person = request.user
    context = {
        "notice": current,
        "parts": parts_of(current.text) if current else [],
        "to_accept": isinstance(person, User) and notice_to_accept(person) is not None,
        "next": _back(request, request.GET.get("next", "")),
    }
    return render(request, "competency/privacy/notice.html", context)


@opens_to(signed_in)
@require_POST
def consent(request: UserRequest) -> HttpResponse:
    """Agree to a purpose, or take it back; then go on where one came from."""
    purpose = request.POST.get("purpose", "")
    given = request.POST.get("agree") == "yes"
    if given:
        give_consent(purpose, notice=_read(request), by=request.user)
    elif purpose == Purpose.PUBLIC_LEVELS:
        hide_levels(by=request.user)
    else:
        withdraw_consent(purpose, by=request.user)
    messages.success(request, SAID[Purpose(purpose), given])
    return redirect(_back(request, request.POST.get("next", "")) or "my-data")


def _read(request: UserRequest) -> Notice | None:
    """The notice on the page that was answered; another may be in force by now."""
    current = Notice.objects.current()
    if current is None or request.POST.get("notice") in (str(current.number), None):
        return current
    return None


def _back(request: HttpRequest, to: str) -> str:
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return resolve_url(to) if to and safe else ""


def parts_of(text: str) -> list[dict[str, Any]]:
    """Headings, paragraphs and lists of a notice.

    >>> parts_of("# Why\\n\\nTo judge.\\n\\n- one\\n- two")[2]
    {'kind': 'list', 'lines': ['one', 'two']}
    """
    parts: list[dict[str, Any]] = []
    for block in filter(None, (block.strip() for block in text.split("\n\n"))):
        lines = block.splitlines()
        if block.startswith("# "):
            parts.append({"kind": "heading", "words": block[2:]})
        elif all(line.startswith("- ") for line in lines):
            parts.append({"kind": "list", "lines": [line[2:] for line in lines]})
        else:
            parts.append({"kind": "paragraph", "words": block})
    return parts
