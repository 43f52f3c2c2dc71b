"""What waits, one line each; and which of it one wants to hear of, and how."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competency.notifications.kinds import CONCERNS, Channel, Kind
from competency.notifications.models import Muted, Notification
from competency.notifications.services import choose_channels, mark_all_read, mark_read
from competency.web.access import opens_to, signed_in
from competency.web.forms import PlainForm
from competency.web.http import UserRequest
from competency.web.memberships import all_held_by
from competency.web.paging import page_of

# The page that each kind leads to, which finds the row or says that it is not there any more.
PLACES = {
    Kind.ATTEMPT_ASSIGNED: "attempt",
    Kind.ATTEMPT_OPENS: "attempt",
    Kind.ATTEMPT_CLOSES: "attempt",
    Kind.ATTEMPT_NUDGED: "attempt",
    Kind.ATTEMPT_MOVED: "attempt",
    Kind.ATTEMPT_EXTENDED: "attempt",
    Kind.ATTEMPT_CANCELLED: "attempt",
    Kind.RESULTS_RELEASED: "attempt",
    Kind.APPEAL_DECIDED: "attempt",
    Kind.CERTIFICATE_ISSUED: "own-certificate",
    Kind.CERTIFICATE_EXPIRES: "own-certificate",
    Kind.REVIEW_ASSIGNED: "review",
    Kind.LEASE_ENDING: "review",
    Kind.ADJUDICATION_ASSIGNED: "adjudication",
    Kind.READING_ASSIGNED: "reading",
    Kind.OPINION_ASKED: "opinion",
    Kind.AWAITING_REVIEWER: "attempt",
    Kind.DECISION_PROPOSED: "decision",
    Kind.APPEAL_LODGED: "decision",
    Kind.REPORT_READY: "report",
    Kind.WEBHOOK_STOPPED: "webhook",
}
# Where there is more than one row: the list of what waits.
LISTS = {Kind.DESK_NUDGED: "reviews", Kind.DECISIONS_NUDGED: "decisions"}


@opens_to(signed_in)
@require_safe
def notifications(request: UserRequest) -> HttpResponse:
    """Newest first. Days, not hours: an hour would tell reviewers when work was handed in."""
    rows = Notification.objects.visible_to(request.user).on_page()
    context = {"page": page_of(request, rows.order_by("-created_at", "pk"))}
    return render(request, "competency/notifications/notifications.html", context)


@opens_to(signed_in)
@require_safe
def notification(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go where it waits."""
    found = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    mark_read([found], by=request.user)
    kind = Kind(found.kind)
    return redirect(LISTS[kind]) if kind in LISTS else redirect(PLACES[kind], pk=found.subject_id)


@opens_to(signed_in)
@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    mark_all_read(by=request.user)
    return redirect("notifications")


class ChoicesForm(PlainForm):
    """A box per kind and channel, for the kinds that one's roles meet."""

    def __init__(self, data: Any, *, kinds: list[Kind], muted: set[tuple[str, str]]) -> None:
        super().__init__(data)
        self.pairs = {
            f"{kind}:{channel}": (kind.value, channel.value)
            for kind in kinds
            for channel in Channel
        }
        for name, pair in self.pairs.items():
            label = f"{Kind(pair[0]).label}: {Channel(pair[1]).label}"
            self.fields[name] = forms.BooleanField(
                label=label, required=False, initial=pair not in muted
            )
        self.rows = [(kind, [self[f"{kind}:{channel}"] for channel in Channel]) for kind in kinds]

    def off(self) -> set[tuple[str, str]]:
        return {pair for name, pair in self.pairs.items() if not self.cleaned_data[name]}


@opens_to(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: UserRequest) -> HttpResponse:
    """Each kind can be turned off, by each channel."""
    roles = all_held_by(request).roles()
    kinds = [kind for role, concern in CONCERNS.items() if role in roles for kind in concern]
    rows = Muted.objects.visible_to(request.user).values_list("kind", "channel")
    muted = set(rows)
    form = ChoicesForm(request.POST or None, kinds=kinds, muted=muted)
    if request.method == "POST":
        form = ChoicesForm(request.POST, kinds=kinds, muted=muted)
        form.is_valid()  # boxes cannot be wrong
        others = {pair for pair in muted if pair not in form.pairs.values()}
        choose_channels(form.off() | others, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("notification-choices")
    context = {"form": form, "channels": Channel}
    return render(request, "competency/notifications/choices.html", context)
