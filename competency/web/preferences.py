"""How a person reads the site: in which zone, in which program."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from competency.preferences.services import choose_timezone
from competency.web.access import opens_to, signed_in
from competency.web.forms import PlainForm
from competency.web.http import UserRequest
from competency.web.memberships import CHOSEN, all_held_by
from competency.web.zones import browser_zone, zones_to_choose


class ZoneForm(PlainForm):
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, data: Any, *, browser: str, kept: str) -> None:
        super().__init__(data, initial={"timezone": kept})
        own = _("As this browser says (%(zone)s)") % {"zone": browser or "UTC"}
        names = zones_to_choose()
        if kept and kept not in names:
            names.insert(0, kept)
        field = self.fields["timezone"]
        field.choices = [("", own), *((name, name) for name in names)]  # type: ignore[attr-defined]


@opens_to(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: UserRequest) -> HttpResponse:
    """The zone in which times are shown."""
    kept = request.user.timezone
    data = request.POST if request.method == "POST" else None
    form = ZoneForm(data, browser=browser_zone(request), kept=kept)
    if data is not None and form.is_valid():
        choose_timezone(request.user, form.cleaned_data["timezone"], by=request.user)
        messages.success(request, _("Saved. Times are shown in this zone from now on."))
        return redirect("preferences")
    status = 200 if data is None else 422
    return render(request, "competency/account/preferences.html", {"form": form}, status=status)


@opens_to(signed_in)
@require_POST
def choose_program(request: UserRequest) -> HttpResponse:
    """Work in one program, or in all; home shows where one is now."""
    wanted = request.POST.get("program", "")
    if wanted in {str(program.pk) for program in all_held_by(request).programs()}:
        request.session[CHOSEN] = wanted
    else:
        request.session.pop(CHOSEN, None)
    return redirect("home")
