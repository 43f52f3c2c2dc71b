"""Several proposals under one name, after a preview that lists each person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.web.forms import BatchForm
from assessments.web.words import reasons_in_words
from assessments.workflow import services
from competency.decisions.models import Decision
from competency.decisions.policies import bars_of
from competency.decisions.states import Outcome
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import held_by
from competency.web.paging import ListPage, page_of

SIZE = 50
OUTCOMES = (Outcome.COMPETENT, Outcome.NOT_YET)


@opens_to(requires(Permission.DECISION_RATIFY))
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: UserRequest) -> HttpResponse:
    """The preview: everybody in the filter, what is proposed, and who cannot be in the batch."""
    if request.method != "POST":
        return _page(request, BatchForm())
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    chosen = form.cleaned_data["chosen"]
    refused = services.ratify_each(chosen, by=request.user, reason=form.cleaned_data["note"])
    _say(request, len(chosen) - len(refused), refused)
    if refused:
        return _page(request, BatchForm(), refused=refused, status=409)
    return redirect("decisions")


def _say(request: UserRequest, ratified: int, refused: dict[UUID, str]) -> None:
    if ratified:
        words = ngettext(
            "%(count)d decision is ratified, with your name under it.",
            "%(count)d decisions are ratified, with your name under each.",
            ratified,
        )
        messages.success(request, words % {"count": ratified})
    if refused:
        messages.warning(request, _("Some were refused. The list says which and why."))


def _page(
    request: UserRequest,
    form: BatchForm,
    *,
    refused: dict[UUID, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    page, filters = _proposals(request)
    bars = bars_of(request.user, list(page))
    ticked = _ticked(form)
    for row in page:
        row.bars = bars[row.pk]
        row.can_be_chosen = not row.bars and row.outcome in OUTCOMES
        row.why = reasons_in_words(row.reasons)
        row.chosen = row.can_be_chosen and (ticked is None or str(row.pk) in ticked)
    names = Decision.objects.visible_to(request.user).select_related("enrolment__trainee")
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "refused": [
            (row, (refused or {})[row.pk]) for row in names.in_brief().filter(pk__in=refused or ())
        ],
        "choosable": sum(row.can_be_chosen for row in page),
    }
    return render(request, "assessments/decisions/batch.html", context | filters, status=status)


def _ticked(form: BatchForm) -> set[str] | None:
    """What was ticked before a refusal; None where nobody has chosen yet."""
    if not form.is_bound:
        return None
    data = form.data
    return set(data.getlist("chosen") if isinstance(data, QueryDict) else data.get("chosen", ()))


def _proposals(request: UserRequest) -> tuple[ListPage, dict[str, Any]]:
    """One page of proposals in the filter of the URL, the oldest first."""
    rows = Decision.objects.waiting_for(request.user).in_brief().with_judges()
    programs = {str(each.pk): each for each in held_by(request).programs()}
    program, outcome = request.GET.get("program", ""), request.GET.get("outcome", "")
    if program in programs:
        rows = rows.filter(enrolment__cohort__program=programs[program])
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    rows = rows.select_related("enrolment__trainee", "enrolment__cohort__program")
    return page_of(request, rows.order_by("created_at", "pk"), size=SIZE), {
        "programs": programs.values() if len(programs) > 1 else (),
        "program": program if program in programs else "",
        "outcomes": [(str(each), str(each.label)) for each in Outcome],
        "outcome": outcome if outcome in Outcome.values else "",
    }
