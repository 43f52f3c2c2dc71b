"""Rosters: upload, look what would change, import all of it or nothing; take one away."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.people import run_by
from competency.programs.roles import Permission
from competency.rosters import services
from competency.rosters.exporting import exported
from competency.rosters.models import Roster
from competency.rosters.rules import CHANGED, ERROR, NEW, UNCHANGED
from competency.rosters.states import RosterState
from competency.sheets import limits
from competency.web.access import opens_to, requires
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in, status_of
from competency.web.paging import page_of
from competency.web.people import programs_at_hand

KINDS = {
    ERROR: gettext_lazy("At fault"),
    NEW: gettext_lazy("New"),
    CHANGED: gettext_lazy("Changed"),
    UNCHANGED: gettext_lazy("Unchanged"),
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(PlainForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Into which program"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("CSV in UTF-8, XLSX, or a OneRoster 1.2 package, up to 5 MB and "
                               "2,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.zip"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, *, programs: QuerySet[Program]) -> None:
        super().__init__(data, files=files)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def rosters(request: UserRequest) -> HttpResponse:
    """Upload one; below, those of before and what came of them."""
    programs = programs_at_hand(request)
    sent = request.method == "POST"
    form = UploadForm(
        request.POST if sent else None, request.FILES if sent else None, programs=programs
    )
    status = 422 if sent else 200
    if sent and form.is_valid():
        given = form.cleaned_data
        content = given["file"].read(limits.FILE_BYTES + 1)
        try:
            made = services.check_roster(
                given["program"], content, file_name=given["file"].name, by=request.user
            )
        except DomainError as error:
            status = show_in(form, error)
        else:
            return redirect("roster", pk=made.pk)
    rows = Roster.objects.visible_to(request.user).filter(program__in=programs)
    rows = rows.select_related("program", "uploaded_by").defer("rows")
    context = {
        "form": form,
        "programs": programs,
        "page": page_of(request, rows.order_by("-created_at", "pk")),
    }
    return render(request, "competency/rosters/rosters.html", context, status=status)


@opens_to(requires(Permission.PROGRAM_RUN))
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: UserRequest, pk: UUID) -> HttpResponse:
    """The dry run: row by row what would change and what is at fault; then the word."""
    rows = Roster.objects.visible_to(request.user).select_related("program", "uploaded_by")
    found, status, problem = get_object_or_404(rows, pk=pk), 200, ""
    if request.method == "POST":
        try:
            return _settled(request, found)
        except DomainError as error:
            status, problem = status_of(error), error.message
    context = {"roster": found, "problem": problem, **_dry_run(request, found)}
    return render(request, "competency/rosters/roster.html", context, status=status)


def _settled(request: UserRequest, found: Roster) -> HttpResponse:
    if request.POST.get("act") == "drop":
        services.drop_roster(found, by=request.user)
        messages.success(request, _("Dropped. Nothing was changed, and its rows are deleted."))
        return redirect("rosters")
    invites = request.POST.get("invites") == "yes"
    seen = request.POST.get("seen", "")
    services.import_roster(found, seen=seen, invites=invites, by=request.user)
    messages.success(request, _("Imported: every row, as it was shown."))
    return redirect("roster", pk=found.pk)


def _dry_run(request: UserRequest, found: Roster) -> dict[str, Any]:
    if found.state != RosterState.CHECKED:
        return {"summary": [(KINDS[kind], (found.summary or {}).get(kind, 0)) for kind in KINDS]}
    plan = services.plan_of(found)
    kind = request.GET.get("kind", "")
    chosen = [row for row in plan.outcomes if kind not in KINDS or row.kind == kind]
    order = list(KINDS)
    return {
        "plan": plan,
        "seen": services.digest_of(plan),
        "kind": kind if kind in KINDS else "",
        "kinds": [(name, label, plan.count(name)) for name, label in KINDS.items()],
        "labels": KINDS,
        "errors": plan.count(ERROR),
        "changes": plan.count(NEW) + plan.count(CHANGED),
        "accounts": len({
            row.row.email for row in plan.outcomes for step in row.steps if step.act == "account"
        }),
        "page": page_of(request, sorted(chosen, key=lambda row: order.index(row.kind)), size=50),
    }  # fmt: skip


@opens_to(requires(Permission.PROGRAM_RUN))
@never_cache
@require_safe
def export(request: UserRequest, pk: UUID, kind: str) -> HttpResponse:
    """The program's roster; imported again it changes nothing."""
    program = get_object_or_404(run_by(request.user), pk=pk)
    if kind not in TYPES:
        raise Http404
    response = HttpResponse(exported(program, kind), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{program.code}-roster.{kind}"'
    return response
