"""The practice case, on the very page of a real sitting. It counts for nothing."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_http_methods, require_POST

from assessments.practice.content import PracticeItem, PracticeStage, practice_case
from assessments.practice.models import PracticeSitting
from assessments.practice.services import (
    Answers,
    Overtaken,
    answers_of,
    finish_practice_stage,
    practice_again,
    save_practice,
)
from assessments.practice.services import practice as practice_of
from assessments.vignettes.items import ResponseError
from assessments.web.sitting.answers import fields_in, refused, sent_with
from assessments.web.sitting.scenes import Task, in_words, stages_left
from assessments.web.sitting.sheets import Changed
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, status_of

sits = opens_to(requires(Permission.ATTEMPT_SIT))


@dataclass(frozen=True)
class PracticeSheet:
    """What `Sheet` is to a submission."""

    sitting: PracticeSitting
    met: list[PracticeStage]
    shown: PracticeStage
    answers: Answers

    @property
    def open(self) -> bool:
        return self.shown.code == self.sitting.stage

    @property
    def number(self) -> int:
        return self.met.index(self.shown) + 1

    @property
    def before(self) -> list[tuple[int, PracticeStage]]:
        return list(enumerate(self.met[: self.number - 1], start=1))

    @property
    def most(self) -> int:
        ahead = stages_left(practice_case().story(), self.sitting.stage) if self.open else (0, 0)
        return len(self.sitting.finished) + ahead[1]

    @property
    def fewest(self) -> int:
        return self.most

    @property
    def decided(self) -> str:
        items = self.met[self.number - 2].items if self.number > 1 else []
        for item in items:
            if item.leads_to and item.code in self.answers:
                chosen = self.answers[item.code]["response"].get("choice")
                return dict(item.options).get(chosen, "")
        return ""

    def task(self, number: int, item: PracticeItem, changed: Changed) -> Task:
        kept = self.answers.get(item.code, {"response": {}, "revision": 0, "key": ""})
        fields = item.rules.to_form(kept["response"])
        return Task(
            number=number,
            code=item.code,
            prompt=item.prompt,
            control=item.rules.control,
            settings=item.settings | {"branching": item.rules.branching},
            options=item.options,
            fields=fields if changed.fields is None else changed.fields,
            blank=item.rules.is_blank(kept["response"]),
            key=f"practice:{self.sitting.pk}:{item.code}",
            save=f"{reverse('practice-answer')}?item={item.code}",
            revision=kept["revision"],
            idem=kept["key"],
            problem=changed.problem,
        )


@sits
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: UserRequest) -> HttpResponse:
    """The open stage, one that was finished, or at the end what could be said of each task."""
    sitting = practice_of(by=request.user)
    if request.method == "POST":
        return _taken(request, sitting)
    if not sitting.stage and "stage" not in request.GET:
        return _over(request, sitting)
    return _shown(request, _sheet(sitting, request.GET.get("stage", "")))


def _sheet(sitting: PracticeSitting, code: str = "") -> PracticeSheet:
    stages = practice_case().stages
    met = [stages[one] for one in [*sitting.finished, sitting.stage] if one in stages]
    shown = next((stage for stage in met if stage.code == code), None) if code else met[-1]
    if shown is None:
        raise Http404
    return PracticeSheet(sitting, met, shown, answers_of(sitting))


def _shown(
    request: UserRequest,
    sheet: PracticeSheet,
    problems: dict[str, Changed] | None = None,
    said: str = "",
) -> HttpResponse:
    case, changed = practice_case(), problems or {}
    tasks = [
        sheet.task(number, item, changed.get(item.code, Changed()))
        for number, item in enumerate(sheet.shown.items, start=1)
    ]
    context: dict[str, Any] = {
        "practice": True,
        "title": case.title,
        "content_note": case.content_note,
        "home": reverse("home"),
        "here": reverse("practice"),
        "sheet": sheet,
        "stage": sheet.shown,
        "still_open": bool(sheet.sitting.stage),
        "tasks": tasks,
        "answered": sum(not task.blank for task in tasks),
        "refused": said,
        "problems": [task for task in tasks if task.problem],
        "segments": range(1, sheet.most + 1),
    }
    status = 422 if problems or said else 200
    return render(request, "assessments/sitting/stage.html", context, status=status)


def _taken(request: UserRequest, sitting: PracticeSitting) -> HttpResponse:
    sheet = _sheet(sitting)
    if not sheet.open or request.POST.get("stage") != sheet.shown.code:
        return redirect("practice")
    form, problems = dict(request.POST.lists()), {}
    for item in sheet.shown.items:
        fields = fields_in(form, item.code)
        revision = sheet.answers.get(item.code, {"revision": 0})["revision"]
        try:
            response = item.rules.from_form(item.shape(), fields)
            save_practice(item.code, response, by=request.user, revision=revision)
        except (DomainError, ResponseError) as error:
            problems[item.code] = Changed(fields, getattr(error, "message", str(error)))
    if problems:
        return _shown(request, _sheet(practice_of(by=request.user)), problems)
    if request.POST.get("act") == "finish":
        try:
            finish_practice_stage(sheet.shown.code, by=request.user)
        except DomainError as error:
            return _shown(request, _sheet(practice_of(by=request.user)), said=error.message)
    return redirect("practice")


def _over(request: UserRequest, sitting: PracticeSitting) -> HttpResponse:
    stages, answers = practice_case().stages, answers_of(sitting)
    told = [
        {
            "prompt": item.prompt,
            "own": in_words(item.rules.to_form(answers[item.code]["response"]), item.options)
            if item.code in answers
            else "",
            "afterwards": item.afterwards,
        }
        for code in sitting.finished
        for item in stages[code].items
    ]
    context = {"title": practice_case().title, "told": told, "sitting": sitting}
    return render(request, "assessments/sitting/practice_over.html", context)


@sits
@require_POST
def again(request: UserRequest) -> HttpResponse:
    practice_again(by=request.user)
    return redirect("practice")


@sits
@require_POST
def save(request: UserRequest) -> JsonResponse:
    """The same words on the wire as of a real sitting."""
    item = request.GET.get("item", "")
    asked = practice_case().item(item)
    try:
        sent = sent_with(request)
        if asked is None:
            raise InvalidInput({"item": "The practice case has no such item."})
        response = asked.rules.from_form(asked.shape(), fields_in(sent["fields"], item))
        revision = save_practice(
            item, response, by=request.user, revision=sent["revision"], key=sent["idem"]
        )
    except Overtaken as error:
        newer = asked.rules.to_form(error.newer["response"]) if asked else {}
        fields = {f"{item}.{name}": values for name, values in newer.items()}
        stale = {"code": "stale_revision", "fields": fields, "idem": error.newer["key"]}
        return JsonResponse(stale | {"revision": error.newer["revision"]}, status=409)
    except ResponseError as error:
        return JsonResponse({"code": "invalid", "detail": str(error)}, status=422)
    except DomainError as error:
        return JsonResponse(refused(error), status=status_of(error))
    at = time_format(timezone.localtime(timezone.now()), "H:i")
    return JsonResponse({"revision": revision, "at": at})
