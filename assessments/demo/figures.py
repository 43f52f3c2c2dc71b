"""What came of the story, counted from the rows, and whom to sign in as."""

from typing import Any

from django.db.models import Count

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState
from assessments.harm.models import HarmFlag
from assessments.reviews.models import Adjudication, Review
from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.programs.models import Membership
from competency.programs.roles import Role


def figures() -> dict[str, Any]:
    """Numbers of the summary."""
    decisions = Decision.objects.all()
    return {
        "trainees": Attempt.objects.values("enrolment__trainee").distinct().count(),
        "attempts": Attempt.objects.count(),
        "submissions": Submission.objects.count(),
        "reviews": Review.objects.filter(state="completed").count(),
        "adjudications": Adjudication.objects.count(),
        "harm_flags": _by(HarmFlag.objects, "state"),
        "decisions": _by(decisions, "outcome"),
        "ratified": decisions.filter(state=DecisionState.RATIFIED).count(),
        "waiting_for_a_certifier": decisions.filter(state=DecisionState.PROPOSED).count(),
        "appeals": _by(Appeal.objects, "state"),
        "certificates": _by(Certificate.objects, "state"),
        "audit_events": AuditEvent.objects.count(),
    }


def _by(rows: Any, field: str) -> dict[str, int]:
    return dict(rows.values_list(field).annotate(number=Count("pk")).order_by(field))


TO_SIT = "Trainee*"


def logins() -> dict[str, str]:
    """One e-mail address per role: people with something waiting for them.

    Two trainees: one with a certificate, one (`TO_SIT`) with an assessment to sit.
    """
    members = Membership.objects.current().select_related("person").order_by("created_at")
    found = {
        role.label: str(row.person.email)
        for role in Role
        if (row := members.filter(role=role).first())
    }
    unreviewed = Review.objects.filter(state__in=("assigned", "in_progress")).first()
    if unreviewed is not None:
        found[Role.SUPERVISOR.label] = unreviewed.reviewer.email
    issued = Certificate.objects.filter(state="issued").order_by("number").first()
    if issued is not None:
        found[Role.TRAINEE.label] = issued.holder.email
    to_sit = Attempt.objects.filter(state=AttemptState.ASSIGNED).order_by("closes_at").first()
    if to_sit is not None:
        found[TO_SIT] = to_sit.enrolment.trainee.email
    staff = User.objects.filter(is_superuser=True).first()
    return found | ({"Staff": staff.email} if staff else {})
