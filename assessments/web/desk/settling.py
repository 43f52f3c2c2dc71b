"""What else lies on the desk: disputes to settle, flagged passages to read afresh."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.desk.response import Mark, response_of
from assessments.harm.models import HarmJudgement
from assessments.harm.passages import passages_of
from assessments.reviews.disputes import AnonymousReview, anonymous_reviews
from assessments.reviews.models import Adjudication
from assessments.web.desk.access import done_already, reviews_blind
from assessments.web.desk.panels import levels_shown
from assessments.web.desk.saving import filled_in
from assessments.workflow import services as workflow
from competency.foundation.errors import InvalidInput
from competency.web.http import UserRequest

CASE = ("submission__vignette_version__vignette", "submission__vignette_version__rubric_version",
        "submission__attempt__enrolment__cohort")  # fmt: skip
Problems = Mapping[str, str]


@reviews_blind
@require_safe
def adjudication(request: UserRequest, pk: UUID) -> HttpResponse:
    """What two reviewers disagree on, side by side and without names, for a third to settle."""
    if Adjudication.objects.given_by(request.user).filter(pk=pk).exists():
        return done_already(request)
    return _dispute(request, _disputed(request, pk))


def _disputed(request: UserRequest, pk: UUID) -> Adjudication:
    rows = Adjudication.objects.open_for(request.user).select_related(*CASE)
    found: Adjudication = get_object_or_404(rows, pk=pk)
    return found


def _dispute(
    request: UserRequest, found: Adjudication, problems: Problems | None = None
) -> HttpResponse:
    reviews = anonymous_reviews(found)
    criteria = list(found.disputed.select_related("competency").order_by("position"))
    prefetch_related_objects(criteria, "levels")
    response = response_of(found.submission, _marks(reviews))
    filled = filled_in(request, found)
    said = filled["said"]
    context = filled | {
        "adjudication": found,
        "version": found.submission.vignette_version,
        "response": response,
        "disputes": [
            {
                "criterion": row,
                "levels": levels_shown(row, said.get(f"level:{row.code}", "")),
                "reason": said.get(f"reason:{row.code}", ""),
                "given": _given(reviews, row.code, response.texts),
                "problem": (problems or {}).get(row.code, ""),
            }
            for row in criteria
        ],
        "problems": problems or {},
    }
    status = 422 if problems else 200
    return render(request, "assessments/desk/adjudication.html", context, status=status)


def _marks(reviews: list[AnonymousReview]) -> list[Mark]:
    """What each cited, under its letter."""
    return [
        (answer.item.code, cited.start, cited.end, f"{rating.criterion.code} {one.reviewer}")
        for one in reviews
        for rating in one.ratings
        for cited in rating.citations.all()
        if (answer := cited.answer or cited.late_answer)
    ]


def _given(reviews: list[AnonymousReview], code: str, texts: Mapping[str, str]) -> list[Any]:
    return [
        {
            "reviewer": one.reviewer,
            "rating": rating,
            "words": [
                texts.get(answer.item.code, "")[cited.start : cited.end]
                for cited in rating.citations.all()
                if (answer := cited.answer or cited.late_answer)
            ],
        }
        for one in reviews
        for rating in one.ratings
        if rating.criterion.code == code
    ]


@reviews_blind
@require_POST
def settle(request: UserRequest, pk: UUID) -> HttpResponse:
    """Settle every disputed criterion with a level and a reason."""
    found = _disputed(request, pk)
    codes = found.disputed.values_list("code", flat=True)
    settled = {
        code: (int(level), request.POST.get(f"reason:{code}", ""))
        for code in codes
        if (level := request.POST.get(f"level:{code}", "")) in ("1", "2", "3", "4")
    }
    try:
        workflow.adjudicate(found, settled, by=request.user)
    except InvalidInput as error:
        return _dispute(request, found, error.problems)
    messages.success(request, _("Settled. The submission goes on."))
    return redirect("reviews")


@reviews_blind
@require_safe
def reading(request: UserRequest, pk: UUID) -> HttpResponse:
    """A flagged passage on which two people differ, for a fresh reader."""
    if HarmJudgement.objects.given_by(request.user).filter(pk=pk).exists():
        return done_already(request)
    return _passage(request, _asked_to_read(request, pk))


def _asked_to_read(request: UserRequest, pk: UUID) -> HarmJudgement:
    rows = HarmJudgement.objects.open_for(request.user).select_related(
        "flag__criterion__competency",
        "flag__option__item__stage",
        *(f"flag__{path}" for path in CASE),
    )
    found: HarmJudgement = get_object_or_404(rows, pk=pk)
    return found


def _passage(
    request: UserRequest, found: HarmJudgement, problems: Problems | None = None
) -> HttpResponse:
    flag = found.flag
    harms = flag.criterion.competency.indicators.filter(kind="harm") if flag.criterion else ()
    context = filled_in(request, found) | {
        "judgement": found,
        "flag": flag,
        "version": flag.submission.vignette_version,
        "passages": passages_of(flag),
        "harms": harms,
        "problems": problems or {},
    }
    status = 422 if problems else 200
    return render(request, "assessments/desk/reading.html", context, status=status)


@reviews_blind
@require_POST
def judge(request: UserRequest, pk: UUID) -> HttpResponse:
    """Judge the passage; this settles the flag."""
    found = _asked_to_read(request, pk)
    harmful = {"yes": True, "no": False}.get(request.POST.get("harmful", ""))
    try:
        if harmful is None:
            raise InvalidInput({"harmful": _("Say whether the client would have been harmed.")})
        workflow.read_passage(
            found, harmful=harmful, reason=request.POST.get("reason", ""), by=request.user
        )
    except InvalidInput as error:
        return _passage(request, found, error.problems)
    messages.success(request, _("Judged. Your reading settles the flag."))
    return redirect("reviews")
