"""Run a program: roles, places, supervisors, conflicts."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import Actor, record
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import is_blank, require_line, require_words, take_line
from competency.programs.circumstances import Accommodation, Conflict, Placement
from competency.programs.models import Cohort, Enrolment, Issuer, Membership, Program
from competency.programs.policies import check_permission, check_runs, holds_role
from competency.programs.roles import OF_A_COHORT, Area, Permission, Role
from competency.programs.states import CohortState

LONGEST_PAUSES = 24 * 60  # minutes, in all


@transaction.atomic
def found_program(
    *,
    code: str,
    name: str,
    issuer: Issuer,
    timezone_name: str,
    by: Actor,
    approval_number: str = "",
) -> Program:
    """Found a program. Only staff can: a program cannot grant itself into being."""
    if by is not None and not by.is_superuser:
        raise DomainError("Only staff found programs.", code="not_allowed")
    program = Program(
        code=code,
        name=require_line("name", name, "A program has a name."),
        issuer=issuer,
        timezone=timezone_name,
        approval_number=take_line("approval_number", approval_number, 80),
    )
    program.full_clean()
    program.save()
    record("program.founded", program, by=by)
    return program


@transaction.atomic
def grant_role(
    program: Program,
    person: User,
    role: str,
    *,
    by: Actor,
    starts_on: date | None = None,
    ends_on: date | None = None,
    scope: str = "",
    areas: Collection[str] = (),
    cohort: Cohort | None = None,
) -> Membership:
    """Give `person` a role; to an auditor with a mandate (`scope`), its `areas` and an end.

    Raises InvalidInput for a role that does not exist.
    """
    check_runs(by, program.pk, role=role)
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise InvalidInput({"role": f"“{role}” is not a role; the roles are {known}."})
    scope = take_line("scope", scope)
    check_audit([role], program, scope=scope, ends_on=ends_on, areas=areas, cohort=cohort)
    starts_on = starts_on or timezone.now().date()
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput({"ends_on": "A role cannot end before it starts."})
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                program=program,
                person=person,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
                scope=scope,
                areas=_in_order(areas),
                cohort=cohort,
            )
    except IntegrityError as error:
        raise DomainError(f"{person} holds this role already.", field="role") from error
    record("membership.granted", membership, by=by, role=role, person=str(person.pk))
    return membership


def check_audit(
    roles: Collection[str],
    program: Program,
    *,
    scope: str,
    ends_on: date | None,
    areas: Collection[str],
    cohort: Cohort | None,
) -> None:
    """Whether what an auditor may see is said, and said of no other role. Raises InvalidInput."""
    if Role.AUDITOR not in roles:
        if areas or cohort:
            raise InvalidInput({"areas": "Only an auditor is granted areas or one cohort."})
        return
    if ends_on is None or is_blank(scope):
        raise InvalidInput({"scope": "An auditor needs a scope and an end date."})
    if not areas or set(areas) - set(Area.values):
        raise InvalidInput({"areas": f"Name one or more of: {', '.join(Area.values)}."})
    if cohort is not None and cohort.program_id != program.pk:
        raise InvalidInput({"cohort": "This cohort is not of the program."})
    if cohort is not None and set(areas) - set(OF_A_COHORT):
        raise InvalidInput({"areas": "Of one cohort, only the records can be granted."})


def _in_order(areas: Collection[str]) -> list[str]:
    return [area for area in Area.values if area in areas]


@transaction.atomic
def withdraw_audit(membership: Membership, *, by: Actor, reason: str) -> None:
    """Close an auditor's door this moment, not at the end of the day. The row stays."""
    check_runs(by, membership.program_id, role=membership.role)
    reason = require_words("reason", reason, "Say why the access ends.")
    now = timezone.now()
    today = now.date()
    rows = Membership.objects.filter(
        pk=membership.pk, role=Role.AUDITOR, withdrawn_at=None, ends_on__gte=today
    )
    last = min(membership.ends_on or today, max(today, membership.starts_on))
    if not rows.update(withdrawn_at=now, ends_on=last):
        raise DomainError("This access has ended already.")
    membership.refresh_from_db()
    record("membership.withdrawn", membership, by=by, reason=reason)


@transaction.atomic
def end_role(membership: Membership, *, by: Actor, on: date | None = None, reason: str) -> None:
    """End a role, or end it sooner; the row stays. Raises DomainError when it has ended already.

    An auditor's door closes at once, unless a last day is named.
    """
    if membership.role == Role.AUDITOR and on is None:
        withdraw_audit(membership, by=by, reason=reason)
        return
    check_runs(by, membership.program_id, role=membership.role)
    reason = require_words("reason", reason, "Say why the role ends.")
    on = on or timezone.now().date()
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), pk=membership.pk)
    if on < membership.starts_on:
        raise InvalidInput({"on": "A role cannot end before it starts."})
    if not rows.update(ends_on=on):
        raise DomainError("This role has ended already.")
    membership.ends_on = on
    record("membership.ended", membership, by=by, reason=reason)


def check_open(cohort: Cohort) -> None:
    """Raises DomainError where nobody comes into this cohort any more."""
    if cohort.state != CohortState.OPEN:
        raise DomainError(f"{cohort} is closed; reopen it first.", field="cohort")


@transaction.atomic
def enrol(cohort: Cohort, trainee: User, *, trainee_number: str, by: Actor) -> Enrolment:
    """Give a trainee a place in a cohort, and the trainee's role if it is not held yet."""
    check_runs(by, cohort.program_id)
    check_open(cohort)
    trainee_number = require_line(
        "trainee_number", trainee_number, "Give the trainee’s number.", 40
    )
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                cohort=cohort, trainee=trainee, trainee_number=trainee_number
            )
    except IntegrityError as error:
        raise DomainError(
            f"{trainee} or the number {trainee_number} is in this cohort already.",
            field="trainee_number",
        ) from error
    record("enrolment.made", enrolment, by=by, trainee=str(trainee.pk))
    if not holds_role(trainee, Role.TRAINEE, cohort.program_id):
        grant_role(cohort.program, trainee, Role.TRAINEE, by=by)
    return enrolment


@transaction.atomic
def place(
    enrolment: Enrolment, supervisor: User, *, by: Actor, starts_on: date | None = None
) -> Placement:
    """Assign a trainee's own supervisor, who from now on never judges this trainee."""
    check_runs(by, enrolment.program_id)
    if supervisor.pk == enrolment.trainee_id:
        raise InvalidInput({"supervisor": "Nobody supervises themselves."})
    if not holds_role(supervisor, Role.SUPERVISOR, enrolment.program_id):
        raise InvalidInput({"supervisor": f"{supervisor} is not a supervisor of this program."})
    try:
        with transaction.atomic():
            placement = Placement.objects.create(
                enrolment=enrolment,
                supervisor=supervisor,
                starts_on=starts_on or timezone.now().date(),
            )
    except IntegrityError as error:
        raise DomainError(
            f"{supervisor} supervises this trainee already.", field="supervisor"
        ) from error
    record("placement.made", placement, by=by, supervisor=str(supervisor.pk))
    return placement


@transaction.atomic
def declare_conflict(
    program: Program, person: User, other: User, *, reason: str, by: User
) -> Conflict:
    """Declare that two people must not judge each other. Anyone may declare their own."""
    if by.pk not in (person.pk, other.pk):
        check_runs(by, program.pk)
    if person.pk == other.pk:
        raise InvalidInput({"other": "Nobody has a conflict of interest with themselves."})
    reason = require_words("reason", reason, "Say what the conflict is, in a few words.")
    conflict, made = Conflict.objects.standing().get_or_create(
        program=program, person=person, other=other, defaults={"reason": reason}
    )
    if made:
        record("conflict.declared", conflict, by=by)
    return conflict


@transaction.atomic
def lift_conflict(conflict: Conflict, *, reason: str, by: User) -> None:
    """Take back what was declared by mistake. A director does, who is neither of the two."""
    check_permission(by, Permission.PROGRAM_RUN, conflict.program_id)
    if by.pk in (conflict.person_id, conflict.other_id):
        raise NotAllowed("Somebody else lifts a conflict of interest that is yours.")
    reason = require_words("reason", reason, "Say why these two may judge each other.")
    lifted = {"lifted_at": timezone.now(), "lifted_by": by, "lifted_reason": reason}
    if not Conflict.objects.standing().filter(pk=conflict.pk).update(**lifted):
        raise DomainError("This conflict of interest was lifted already.")
    conflict.refresh_from_db()
    record("conflict.lifted", conflict, by=by)


@transaction.atomic
def accommodate(
    enrolment: Enrolment,
    *,
    extra_percent: int = 0,
    extra_pause_minutes: int = 0,
    reason: str,
    by: User,
) -> Accommodation:
    """Give a trainee more time in every attempt assigned from now on.

    `extra_percent` is of the Standard's time, 0 to 300. Replaces an accommodation in force.
    """
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    if not 0 <= extra_percent <= 300:
        raise InvalidInput({"extra_percent": "Extra time is from 0 to 300 percent."})
    if not 0 <= extra_pause_minutes <= LONGEST_PAUSES:
        message = f"Extra pauses are from 0 to {LONGEST_PAUSES} minutes."
        raise InvalidInput({"extra_pause_minutes": message})
    if not extra_percent and not extra_pause_minutes:
        raise InvalidInput({"extra_percent": "Give extra time, extra pauses, or both."})
    reason = require_words("reason", reason, "Say on what the accommodation rests.")
    sealed = Sealer.holding(enrolment.trainee_id).seal(reason)
    today = timezone.now().date()
    Accommodation.objects.filter(enrolment=enrolment, ends_on=None).update(ends_on=today)
    granted = Accommodation.objects.create(
        enrolment=enrolment,
        extra_percent=extra_percent,
        extra_pause_minutes=extra_pause_minutes,
        sealed_reason=sealed,
        granted_by=by,
        starts_on=today,
    )
    # The trail says that, never why: auditors read it.
    record("accommodation.granted", granted, by=by)
    return granted


@transaction.atomic
def end_accommodation(accommodation: Accommodation, *, by: User) -> None:
    """No more time from now on. Attempts that were assigned with it keep it."""
    check_permission(by, Permission.PROGRAM_RUN, accommodation.program_id)
    today = max(accommodation.starts_on, timezone.now().date())
    rows = Accommodation.objects.filter(pk=accommodation.pk, ends_on=None)
    if not rows.update(ends_on=today):
        raise DomainError("This accommodation has ended already.")
    accommodation.ends_on = today
    record("accommodation.ended", accommodation, by=by)


def accommodation_in_force(enrolment: Enrolment) -> Accommodation | None:
    found: Accommodation | None = (
        Accommodation.objects.current().filter(enrolment=enrolment, ends_on=None).first()
    )
    return found
