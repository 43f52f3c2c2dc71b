from django.urls import URLPattern, path

from assessments.web.sitting import acts, answers, practice, stages

CASE = "attempts/<uuid:pk>/<int:position>"

urlpatterns: list[URLPattern] = [
    path("practice", practice.practice, name="practice"),
    path("practice/again", practice.again, name="practice-again"),
    path("practice/answers", practice.save, name="practice-answer"),
    path("attempts/<uuid:pk>/start", acts.start, name="sitting-start"),
    path("attempts/<uuid:pk>/pause", acts.pause, name="sitting-pause"),
    path("attempts/<uuid:pk>/resume", acts.resume, name="sitting-resume"),
    path("attempts/<uuid:pk>/hand-in", acts.hand_in, name="sitting-hand-in"),
    path("attempts/<uuid:pk>/status", acts.status, name="sitting-status"),
    path("attempts/<uuid:pk>/receipt", acts.receipt, name="sitting-receipt"),
    path(CASE, stages.stage, name="sitting-stage"),
    path(f"{CASE}/answers/<str:item>", answers.save, name="answer"),
]
