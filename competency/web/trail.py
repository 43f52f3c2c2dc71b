"""Search the trail: by person, row, act and time; one act in full; and take it away."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competency.integrity.policies import programs_checked_by
from competency.integrity.services import export_trail
from competency.integrity.trail import (
    JUDGEMENTS,
    Place,
    Search,
    events_visible_to,
    found,
    names_of,
    page_before,
    people_named,
    seal_of,
)
from competency.programs.models import Program
from competency.sheets.cells import guard
from competency.web.access import opens_to
from competency.web.acts import act_words, actor_words, acts_known
from competency.web.forms import PlainForm
from competency.web.http import UserRequest
from competency.web.integrity import checkers
from competency.web.memberships import chosen_program

SITE = "site"  # acts of no program, for staff
COLUMNS = (
    *("id", "at", "action", "actor_id", "subject_type", "subject_id", "program_id"),
    *("reason", "request_id", "detail"),
)


class SearchForm(PlainForm):
    """Filters of the trail, as they stand in the address."""

    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    person = forms.CharField(
        label=gettext_lazy("Who did it"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Name or e-mail"), "dir": "auto"}
        ),
    )
    action = forms.CharField(label=gettext_lazy("What was done"), required=False, max_length=80)
    row = forms.UUIDField(
        label=gettext_lazy("To which row"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Its key"), "dir": "ltr"}),
        error_messages={"invalid": gettext_lazy("A key looks like 7d444840-9dc0-…; paste it.")},
    )
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, programs: Iterable[Program], staff: bool) -> None:
        super().__init__(data)
        choices = [(str(program.pk), program.name) for program in programs]
        choices += [(SITE, _("The site itself"))] if staff else []
        self.fields["program"].choices = choices  # type: ignore[attr-defined]
        acts = [("", _("Anything")), *acts_known()]
        asked = data.get("action", "")
        acts += [] if asked in dict(acts) else [(asked, asked)]
        self.fields["action"].widget = forms.Select(choices=acts)


def _readable_programs(request: UserRequest) -> QuerySet[Program]:
    return programs_checked_by(request.user).order_by("name", "pk")


def _asked(request: UserRequest) -> tuple[SearchForm, Search | None, Program | None]:
    """The form, what it means, and the program that is searched; None where it cannot be read."""
    programs = list(_readable_programs(request))
    data: QueryDict = request.GET.copy()
    chosen = chosen_program(request) or (programs[0] if programs else None)
    if not data.get("program"):
        data["program"] = str(chosen.pk) if chosen in programs and chosen else SITE
    form = SearchForm(data, programs=programs, staff=request.user.is_staff)
    if not form.is_valid():
        return form, None, None
    given = form.cleaned_data
    program = next((each for each in programs if str(each.pk) == given["program"]), None)
    return form, _meant(given, program), program


def _meant(given: dict[str, Any], program: Program | None) -> Search:
    return Search(
        program=program.pk if program else None,
        actors=people_named(given["person"]) if given["person"] else None,
        subject=given["row"],
        action=given["action"],
        since=_start(given["since"]),
        until=_start(given["until"] and given["until"] + timedelta(days=1)),
    )


def _start(day: date | None) -> datetime | None:
    """The first moment of a day in the reader's zone."""
    if day is None:
        return None
    return datetime.combine(day, time(), timezone.get_current_timezone()).astimezone(UTC)


@opens_to(checkers)
@never_cache
@require_safe
def events(request: UserRequest) -> HttpResponse:
    """A page of acts, newest first; everything that is looked for stands in the address."""
    form, search, _program = _asked(request)
    place = Place.read(request.GET.get("before", ""))
    rows, older = page_before(found(search), place) if search else ([], False)
    names = names_of(rows)
    context = {
        "form": form,
        "rows": [(row, actor_words(row, names), act_words(row)) for row in rows],
        "older": _at(request, str(Place(rows[-1].at, rows[-1].pk))) if older else "",
        "newest": _at(request, "") if place else "",
        "query": _query(request, without=("before",)),
    }
    status = 200 if search else 422
    return render(request, "competency/integrity/events.html", context, status=status)


def _at(request: HttpRequest, before: str) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    if before:
        query["before"] = before
    return f"?{query.urlencode()}"


def _query(request: HttpRequest, without: tuple[str, ...]) -> str:
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()


@opens_to(checkers)
@never_cache
@require_safe
def event(request: UserRequest, pk: int) -> HttpResponse:
    """One act as it stands in the trail, and the seal that holds it."""
    if pk >= 2**63:
        raise Http404
    row = get_object_or_404(events_visible_to(request.user), pk=pk)
    context = {
        "event": row,
        "who": actor_words(row, names_of([row])),
        "what": act_words(row),
        "detail": {} if row.action in JUDGEMENTS else row.detail,
        "entry": seal_of(row),
        "program": row.program_id and _readable_programs(request).filter(pk=row.program_id).first(),
    }
    return render(request, "competency/integrity/event.html", context)


@opens_to(checkers)
@never_cache
@require_safe
def export(request: UserRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """Everything that the search means, streamed; that it was taken is itself in the trail."""
    _form, search, program = _asked(request)
    if search is None:
        raise Http404
    rows = export_trail(program, search, by=request.user)
    lines, mime = (_csv(rows), "text/csv") if kind == "csv" else (_json(rows), "application/jsonl")
    response = StreamingHttpResponse(lines, content_type=f"{mime}; charset=utf-8")
    name = f"{program.code if program else SITE}-trail-{timezone.now():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file that gives each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[Any]:
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in rows:
        cells = {**row, "detail": json.dumps(row["detail"], ensure_ascii=False)}
        yield writer.writerow([guard(str(cells[name])) for name in COLUMNS])


def _json(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
