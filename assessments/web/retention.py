"""How long things are kept here, for anybody who has signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.retention.reading import table
from assessments.retention.rules import SWEPT
from competency.web.access import opens_to, signed_in
from competency.web.http import UserRequest


@opens_to(signed_in)
@require_safe
def retention(request: UserRequest) -> HttpResponse:
    """The rules, and what the last sweep deleted."""
    held = table()
    context = {
        "table": held,
        "swept": held.rules[: len(SWEPT)],
        "others": held.rules[len(SWEPT) :],
        "deleted": sum(held.last.deleted.values()) if held.last else 0,
    }
    return render(request, "assessments/rights/retention.html", context)
