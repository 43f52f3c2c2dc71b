from django.urls import URLPattern, path

from assessments.web import (
    attempts,
    batches,
    cases,
    cohorts,
    decisions,
    holds,
    home,
    late,
    library,
    seats,
)
from assessments.web.desk.urls import urlpatterns as desk
from assessments.web.sitting.urls import urlpatterns as sitting

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("attempts/<uuid:pk>", attempts.attempt, name="attempt"),
    path("attempts/<uuid:pk>/release", attempts.release, name="release-results"),
    path("attempts/<uuid:pk>/seats", seats.seats, name="attempt-seats"),
    path("attempts/<uuid:pk>/seats/<int:position>", seats.seat, name="attempt-seat"),
    path("attempts/<uuid:pk>/license", seats.license_for, name="attempt-license"),
    path("attempts/<uuid:pk>/suspect", holds.suspect, name="attempt-suspect"),
    path("cases", holds.cases, name="cases"),
    path("cases/<uuid:pk>", holds.case, name="case"),
    path("reviews/<uuid:pk>/concern", holds.concern, name="review-concern"),
    path("late-answers", late.late_answers, name="late-answers"),
    path("late-answers/<uuid:pk>", late.late_answer, name="late-answer"),
    path("cohorts", cohorts.cohorts, name="cohorts"),
    path("cohorts/<uuid:pk>", cohorts.cohort, name="cohort"),
    path("content", library.content, name="content"),
    path("content/vignettes/<uuid:pk>", cases.vignette, name="vignette"),
    path("content/assessments/<uuid:pk>", cases.assessment, name="assessment"),
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/ratify", batches.batch, name="ratify-batch"),
    path("decisions/<uuid:pk>", decisions.decision, name="decision"),
    path("decisions/<uuid:pk>/ratify", decisions.ratify, name="ratify"),
    path("decisions/<uuid:pk>/return", decisions.return_decision, name="return-decision"),
    *desk,
    *sitting,
]
