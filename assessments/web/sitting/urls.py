from django.urls import URLPattern, path

from assessments.web.sitting import answers

CASE = "attempts/<uuid:pk>/<int:position>"

urlpatterns: list[URLPattern] = [
    path(f"{CASE}/answers/<str:item>", answers.save, name="answer"),
]
