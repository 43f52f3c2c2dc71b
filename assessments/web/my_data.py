"""One's own data: look, take it out, withdraw, be erased."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.rights.archive import packed
from assessments.rights.flight import bars_to_erasure
from assessments.rights.own_program import evidence_files
from assessments.rights.services import erase_person, take_out
from competency.certificates.models import Certificate
from competency.privacy.models import Consent, Notice
from competency.privacy.policies import shows_levels
from competency.web.access import opens_to, signed_in
from competency.web.http import UserRequest
from competency.web.paging import page_of


@opens_to(signed_in)
@never_cache
@require_safe
def my_data(request: UserRequest) -> HttpResponse:
    """What one agreed to, and what one may ask."""
    consents = Consent.objects.visible_to(request.user).select_related("notice")
    context = {
        "page": page_of(request, consents.order_by("-given_at", "pk"), size=10),
        "notice": Notice.objects.current(),
        "sits_under": consents.in_force().filter(purpose="sitting").exists(),
        "shows_levels": shows_levels(request.user.pk),
        "certified": Certificate.objects.of_holder(request.user).exists(),
    }
    return render(request, "assessments/rights/my_data.html", context)


@opens_to(signed_in)
@never_cache
@require_POST
def download(request: UserRequest) -> StreamingHttpResponse:
    """Everything, as a ZIP with a page to read, JSON and files. Asked for by a click: it is on
    record."""
    content = packed(take_out(by=request.user), evidence_files(request.user))
    response = StreamingHttpResponse(content, content_type="application/zip")
    name = f"my-data-{timezone.now():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@opens_to(signed_in)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: UserRequest) -> HttpResponse:
    """What an erasure does, what stands in its way, and doing it: once it is surely the person."""
    known = did_recently_reauthenticate(request)
    sure = request.POST.get("sure") == "yes"
    if request.method == "POST" and known and sure:
        erase_person(request.user, by=request.user)
        logout(request)
        messages.success(request, _("You are erased. Thank you for your work here."))
        return redirect("sign-in")
    asked = request.method == "POST" and not sure
    context = {
        "known": known,
        "unsure": asked,
        "bars": bars_to_erasure(request.user),
        "again": f"{resolve_url('account_reauthenticate')}?next={resolve_url('my-data-erase')}",
        "staff": request.user.is_staff,
    }
    status = 422 if asked else 200
    return render(request, "assessments/rights/erase.html", context, status=status)
