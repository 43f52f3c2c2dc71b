"""Open a cohort, change what it is called and when it runs, close it."""

from datetime import date

from django.db import IntegrityError, transaction

from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_line, require_words
from competency.programs.models import Cohort, Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.programs.states import CohortState

NAME = 120


@transaction.atomic
def open_cohort(
    program: Program, *, name: str, starts_on: date, by: User, ends_on: date | None = None
) -> Cohort:
    """A new cohort of a program. Raises DomainError where one has this name."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    cohort = Cohort(program=program)
    _write(cohort, name, starts_on, ends_on)
    record("cohort.opened", cohort, by=by, name=cohort.name)
    return cohort


@transaction.atomic
def change_cohort(
    cohort: Cohort, *, name: str, starts_on: date, by: User, ends_on: date | None = None
) -> None:
    """Call it otherwise, or let it run at other times. Frozen records keep the name they had."""
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    before, changed = cohort.name, Cohort.objects.get(pk=cohort.pk)
    _write(changed, name, starts_on, ends_on)
    cohort.refresh_from_db()
    record("cohort.changed", cohort, by=by, before=before, name=cohort.name)


def _write(cohort: Cohort, name: str, starts_on: date, ends_on: date | None) -> None:
    cohort.name = require_line("name", name, "Say what the cohort is called.", NAME)
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput({"ends_on": "A cohort cannot end before it starts."})
    cohort.starts_on, cohort.ends_on = starts_on, ends_on
    try:
        with transaction.atomic():
            cohort.save()
    except IntegrityError as error:
        message = f"The program has a cohort “{cohort.name}” already."
        raise DomainError(message, field="name") from error


@transaction.atomic
def close_cohort(cohort: Cohort, *, reason: str, by: User) -> None:
    """Nobody comes into it any more. The places in it stay as they are."""
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    reason = require_words("reason", reason, "Say why the cohort is closed.")
    move(cohort, CohortState.CLOSED, by=by, reason=reason)


@transaction.atomic
def reopen_cohort(cohort: Cohort, *, reason: str, by: User) -> None:
    """People can come into it again."""
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    reason = require_words("reason", reason, "Say why the cohort is opened again.")
    move(cohort, CohortState.OPEN, by=by, reason=reason)
