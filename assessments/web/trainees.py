"""The page of one trainee: the whole record, with one picture of time and competence."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.figures.trainee import TraineeRecord
from assessments.web.timeline import timeline
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest

WIDE, NARROW = 1240, 340


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def trainee(request: UserRequest, pk: UUID) -> HttpResponse:
    """A person in the programs that show this reader attempts by name."""
    record = TraineeRecord(pk, request.user)
    if not record.enrolments:
        raise Http404
    context = {
        "record": record,
        "person": record.person,
        "pictures": [(name, timeline(record, width)) for name, width in
                     (("wide", WIDE), ("narrow", NARROW))],
    }  # fmt: skip
    return render(request, "assessments/trainees/trainee.html", context)
