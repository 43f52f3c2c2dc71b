"""What a trainee knows before the clock starts: nothing of the cases, everything of the rules."""

from typing import Any

from assessments.attempts.models import Attempt
from assessments.web.sitting.forms import StartForm
from competency.frameworks.models import LEVEL_NAMES
from competency.programs.models import Membership
from competency.programs.roles import Role


def briefing_of(attempt: Attempt) -> dict[str, Any]:
    standard = attempt.assessment.standard_version
    rubric = attempt.assessment.rubric_version
    criteria = rubric.criteria.select_related("competency").prefetch_related("levels")
    return {
        "attempt": attempt,
        "standard": standard,
        "minutes": attempt.allowed_seconds // 60,
        "pause_minutes": attempt.pause_seconds // 60,
        "cases": attempt.submissions.count(),
        "rubric": rubric,
        "criteria": criteria.order_by("position"),
        "level_names": LEVEL_NAMES,
        "minima": standard.minima.order_by("competency_code"),
        "directors": directors_of(attempt),
        "form": StartForm(attempt=attempt),
    }


def directors_of(attempt: Attempt) -> list[Any]:
    """Whom to turn to."""
    held = Membership.objects.current().filter(program=attempt.program_id, role=Role.DIRECTOR)
    rows = held.select_related("person").order_by("person__name")
    return [row.person for row in rows]
