"""Work that failed too often: what went wrong, and the way back once it is repaired."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from competency.foundation.errors import DomainError
from competency.parking import services
from competency.parking.models import Mishap
from competency.programs.access import staff_only
from competency.web.access import opens_to
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of


class ReleaseForm(PlainForm):
    """What was done about it."""

    reason = ReasonField(
        label=gettext_lazy("What was repaired, or why it may be tried again"),
        help_text=gettext_lazy("It stays on the record with your name."),
        error_messages={"required": gettext_lazy("Say what was repaired.")},
    )


@opens_to(staff_only)
@require_safe
def parked(request: UserRequest) -> HttpResponse:
    """What nobody takes up again until staff have looked; the longest parked first."""
    rows = Mishap.objects.visible_to(request.user).parked().order_by("parked_at", "pk")
    return render(request, "competency/parking/parked.html", {"page": page_of(request, rows)})


@opens_to(staff_only)
@require_safe
def mishap(request: UserRequest, pk: UUID) -> HttpResponse:
    """One row, its error, and the form that releases it."""
    return _page(request, _found(request, pk), ReleaseForm())


@opens_to(staff_only)
@require_POST
def release(request: UserRequest, pk: UUID) -> HttpResponse:
    found, form = _found(request, pk), ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        services.release(found, reason=form.cleaned_data["reason"], by=request.user)
    except DomainError as error:
        return _page(request, found, form, status=show_in(form, error))
    messages.success(request, _("Released. The next sweep takes it up again."))
    return redirect("parked")


def _found(request: UserRequest, pk: UUID) -> Mishap:
    rows = Mishap.objects.visible_to(request.user).select_related("released_by")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: UserRequest, found: Mishap, form: ReleaseForm, *, status: int = 200
) -> HttpResponse:
    context = {"mishap": found, "form": form}
    return render(request, "competency/parking/mishap.html", context, status=status)
