from django.urls import URLPattern, path

from assessments.web.running import opening, sittings, workload

urlpatterns: list[URLPattern] = [
    path("sittings", sittings.sittings, name="sittings"),
    path("sittings/<uuid:pk>", sittings.sitting, name="sitting"),
    path("sittings/<uuid:pk>/extend", sittings.extend, name="extend-sitting"),
    path("sittings/<uuid:pk>/move", sittings.move, name="move-sitting"),
    path("sittings/<uuid:pk>/cancel", sittings.cancel, name="cancel-sitting"),
    path("sittings/<uuid:pk>/ask", sittings.ask, name="ask-after"),
    path("workload", workload.workload, name="workload"),
    path("workload/hand-over", workload.hand_over, name="hand-over-desk"),
    path("cohorts/<uuid:pk>/sittings/new", opening.open_one, name="open-sitting"),
    path("attempts/<uuid:pk>/more-time", sittings.more_time, name="attempt-more-time"),
]
