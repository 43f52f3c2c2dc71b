"""Grant and suspend licences to review."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.calibration.models import Licence
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_words
from competency.frameworks.models import RubricVersion
from competency.programs.models import Program
from competency.programs.policies import check_permission, holds_role
from competency.programs.roles import Permission, Role

VALID_FOR = timedelta(days=180)


@transaction.atomic
def grant_licence(
    program: Program,
    reviewer: User,
    rubric_version: RubricVersion,
    *,
    grounds: str,
    by: User,
) -> Licence:
    """License a supervisor of this program to judge with a rubric, for 180 days."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    grounds = require_words("grounds", grounds, "Say what the licence rests on.")
    if not holds_role(reviewer, Role.SUPERVISOR, program.pk):
        raise InvalidInput({"reviewer": f"{reviewer} is not a supervisor of this program."})
    now = timezone.now()
    lapsed = Licence.objects.filter(
        reviewer=reviewer, rubric_version=rubric_version, suspended_at=None, lapses_at__lte=now
    )
    lapsed.update(suspended_at=now, suspended_reason="Lapsed, and earned again.")
    try:
        with transaction.atomic():
            licence = Licence.objects.create(
                reviewer=reviewer,
                rubric_version=rubric_version,
                grounds=grounds,
                granted_at=now,
                granted_by=by,
                lapses_at=now + VALID_FOR,
            )
    except IntegrityError as error:
        raise DomainError(f"{reviewer} holds a licence for this rubric already.") from error
    record("licence.granted", licence, by=by, program_id=program.pk, reason=grounds)
    return licence


@transaction.atomic
def suspend_licence(program: Program, licence: Licence, *, by: User, reason: str) -> None:
    """Suspend a licence pending review."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    reason = require_words("reason", reason, "Say why the licence is suspended.")
    rows = Licence.objects.filter(pk=licence.pk, suspended_at=None)
    if not rows.update(suspended_at=timezone.now(), suspended_reason=reason):
        raise DomainError("This licence is suspended already.")
    record("licence.suspended", licence, by=by, program_id=program.pk, reason=reason)
