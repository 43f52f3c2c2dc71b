"""The hours ledger: handed in by trainees, settled by others, held against what is required."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competency.accounts.models import User
from competency.hours import services
from competency.hours.ledger import hours_of, modules_for
from competency.hours.models import HoursEntry
from competency.hours.policies import may_settle
from competency.hours.states import HoursState
from competency.programs.models import Enrolment
from competency.programs.people import own_places, places_of
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.bench import Act, Bench
from competency.web.fields import DayField, ReasonField
from competency.web.forms import PlainForm, ReasonForm
from competency.web.http import UserRequest, unindexed
from competency.web.memberships import within
from competency.web.paging import page_of
from competency.web.people import programs_at_hand

OPENS = requires(Permission.ATTEMPT_SIT, Permission.REVIEW_DO, Permission.PROGRAM_RUN)
FEW = 8


class HoursForm(PlainForm):
    enrolment: "forms.ModelChoiceField[Enrolment]" = forms.ModelChoiceField(
        None, label=gettext_lazy("For which place"), empty_label=None
    )
    what = forms.ChoiceField(label=gettext_lazy("What"))
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=0, max_value=services.MOST, decimal_places=2
    )
    on = DayField(label=gettext_lazy("Day, or last day"))
    note = ReasonField(
        label=gettext_lazy("What was done"),
        required=False,
        help_text=gettext_lazy("Sealed under the trainee’s key. Name no client."),
    )
    evidence = forms.FileField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=gettext_lazy("A PDF, PNG or JPEG file, up to 5 MB. Sealed as well."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def __init__(
        self, data: Any, *, files: Any, places: QuerySet[Enrolment], **options: Any
    ) -> None:
        super().__init__(data, files=files, initial={"on": timezone.now().date()}, **options)
        field: Any = self.fields["enrolment"]
        field.queryset = places
        if len(places) > 1:  # hours for the wrong person are easily handed in
            field.empty_label = gettext_lazy("Choose")
        field.label_from_instance = lambda place: f"{place.trainee.name}, {place.cohort.name}"
        self.fields["what"].choices = _kinds(places)  # type: ignore[attr-defined]


def _kinds(places: QuerySet[Enrolment]) -> list[Any]:
    """Practicum, consultation, training; and the modules of what these places are held against."""
    modules = {f"training:{code}": title for code, title in modules_for(places).items()}
    plain = [(kind, label) for kind, label in HoursEntry.Kind.choices if kind != "training"]
    other = ("training", _("Training outside the modules"))
    return [*plain, (_("Training modules"), [*modules.items(), other])]


def _submit(*, enrolment: Enrolment, what: str, by: User, **given: Any) -> HoursEntry:
    kind, _colon, module = what.partition(":")
    file = given.pop("evidence")
    if file is not None:
        given |= {"evidence": file.read(), "evidence_name": file.name}
    return services.submit_hours(enrolment, kind=kind, module=module, **given, by=by)


@opens_to(OPENS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: UserRequest) -> HttpResponse:
    """One's own hours and how far they reach; those that wait for one; a program's trainees."""
    own = within(request, own_places(request.user), "cohort__program")
    programs = programs_at_hand(request)
    trainees = places_of(programs).held().exclude(trainee=request.user)
    may_hand_in = (own | places_of(programs).held()).distinct() if programs else own
    acts = []
    if may_hand_in.exists():
        acts.append(
            Act(
                "submit",
                _("Hand in hours"),
                _submit,
                _("Handed in. A director or the own supervisor approves them."),
                partial(HoursForm, files=request.FILES or None, places=may_hand_in),
            )
        )
    bench = Bench(request, acts)
    if bench.pressed():
        return redirect("hours-entry", pk=bench.result.pk)
    state = request.GET.get("state", "")
    entries = HoursEntry.objects.visible_to(request.user)
    entries = within(request, entries, "enrolment__cohort__program")
    waiting = entries.filter(state=HoursState.SUBMITTED).exclude(trainee=request.user)
    trainee = _trainee_of(request, entries)
    if trainee is not None:
        entries = entries.filter(trainee=trainee)
    if state in HoursState.values:
        entries = entries.filter(state=state)
    people = page_of(request, trainees.order_by("trainee__name", "pk"), name="people", size=FEW)
    context = {
        "own": _with_hours(own),
        "people": people,
        "progress": _with_hours(list(people)),
        "page": page_of(request, _in_full(entries)),
        "waiting": waiting.count(),
        "state": state if state in HoursState.values else "",
        "states": HoursState.choices,
        "trainee": trainee,
        "acts": bench.forms,
        "runs": bool(programs),
    }
    return render(request, "competency/hours/hours.html", context, status=bench.status)


def _trainee_of(request: UserRequest, entries: QuerySet[HoursEntry]) -> User | None:
    """Of whom alone the address asks for entries; nobody whose entries the reader may not see."""
    try:
        wanted = UUID(request.GET.get("trainee", ""))
    except ValueError:
        return None
    found = entries.filter(trainee=wanted).select_related("trainee").first()
    return None if found is None else found.trainee


def _with_hours(places: Any) -> list[Any]:
    rows = list(places)
    found = hours_of(rows)
    return [(place, found[place.pk]) for place in rows]


def _in_full(entries: QuerySet[HoursEntry]) -> QuerySet[HoursEntry]:
    rows = entries.select_related("trainee", "enrolment__cohort__program", "settled_by")
    return rows.defer("sealed_evidence").order_by("-on", "-created_at", "pk")


@opens_to(OPENS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: UserRequest, pk: UUID) -> HttpResponse:
    """One entry: note, evidence, and what became of it."""
    rows = HoursEntry.objects.visible_to(request.user).select_related("submitted_by")
    found = get_object_or_404(_in_full(rows), pk=pk)
    bench = Bench(request, _acts(found, request.user))
    if bench.pressed():
        return redirect("hours-entry", pk=found.pk)
    context = {"entry": found, "acts": bench.forms}
    return render(request, "competency/hours/entry.html", context, status=bench.status)


def _acts(found: HoursEntry, person: User) -> list[Act]:
    settles = may_settle(person, found)
    runs = has_permission(person, Permission.PROGRAM_RUN, found.program_id)
    if found.state == HoursState.SUBMITTED and settles:
        return [
            Act(
                "approve",
                _("Approve"),
                partial(services.approve_hours, found),
                _("Approved, by your name."),
                explains=_("You answer for it by name."),
            ),
            Act(
                "return",
                _("Return"),
                partial(services.return_hours, found),
                _("Returned. Corrected, they are handed in anew."),
                ReasonForm,
            ),
        ]
    if found.state == HoursState.SUBMITTED and person.pk in (
        found.trainee_id,
        found.submitted_by_id,
    ):
        taking = partial(services.withdraw_hours, found)
        return [Act("withdraw", _("Take it back"), taking, _("Taken back."))]
    if found.state == HoursState.APPROVED and settles and runs:
        striking = partial(services.strike_hours, found)
        done = _("Struck out. It stays on the record and counts no more.")
        return [Act("strike", _("Strike it out"), striking, done, ReasonForm)]
    return []


@opens_to(OPENS)
@never_cache
@require_safe
def evidence(request: UserRequest, pk: UUID) -> HttpResponse:
    """The file that was handed in, as a download."""
    found = get_object_or_404(HoursEntry.objects.visible_to(request.user), pk=pk)
    content = services.evidence_of(found)
    if not content:
        raise Http404
    response = HttpResponse(content, content_type=found.evidence_type)
    suffix = found.evidence_type.partition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="evidence-{found.pk}.{suffix}"'
    return unindexed(response)
