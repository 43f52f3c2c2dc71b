"""Who gets what when a sitting opens: for one person or for thousands, in the same few queries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from uuid import UUID

from assessments.attempts.history import histories, terms_of
from assessments.attempts.rules import Turn, turn_of
from assessments.instruments.models import Assessment, Form
from assessments.sittings.states import LeftOut
from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.privacy.models import Consent, Notice
from competency.privacy.purposes import Purpose
from competency.programs.circumstances import Accommodation
from competency.programs.models import Enrolment, Membership
from competency.programs.roles import Permission, roles_granting
from competency.programs.states import OVER, PlaceState


@dataclass(frozen=True)
class Planned:
    """What one person gets: a form, or why nothing, and from when it could be.

    `asked_first`: the notice in force was not accepted yet; it is asked before the clock starts.
    """

    enrolment: Enrolment
    form: Form | None = None
    choices: tuple[int, ...] = ()  # the numbers of the forms this person may sit
    resit: bool = False
    left_out: LeftOut | None = None
    waits_until: datetime | None = None
    accommodated: bool = False
    asked_first: bool = False


def plan(
    enrolments: Sequence[Enrolment],
    assessment: Assessment,
    opens_at: datetime,
    first_form: Form | None = None,
    *,
    by: User,
) -> list[Planned]:
    """In the order given. Who sits for the first time gets `first_form`, or else the forms in
    turn; a re-sit gets another form than the last.

    `enrolments` come with their trainee and cohort; all of one program.
    """
    forms = {form.number: form for form in assessment.forms.order_by("number")}
    if not forms:
        raise DomainError("This assessment has no form.", field="assessment")
    keys = [row.pk for row in enrolments]
    had, terms = histories(keys, assessment), terms_of(assessment)
    sitters = _who_may_sit(enrolments)
    accommodated = set(
        Accommodation.objects.current()
        .filter(enrolment__in=keys, ends_on=None)
        .values_list("enrolment_id", flat=True)
    )
    asked = _asked_first([row.trainee_id for row in enrolments])
    in_turn = cycle([first_form.number] if first_form else sorted(forms))
    planned = []
    for row in enrolments:
        turn = turn_of(had.get(row.pk, []), terms, opens_at)
        if bar := _bar(row, sitters, turn, by):
            until = turn.until if bar == LeftOut.TOO_EARLY else None
            planned.append(Planned(row, left_out=bar, waits_until=until))
            continue
        number = _number(turn, in_turn)
        planned.append(
            Planned(
                row,
                forms[number],
                turn.forms,
                turn.resit,
                accommodated=row.pk in accommodated,
                asked_first=row.trainee_id in asked,
            )
        )
    return planned


def _number(turn: Turn, in_turn: Iterator[int]) -> int:
    """Who may sit any form gets the next in turn; who must have another one gets that."""
    return turn.forms[0] if len(turn.forms) == 1 else next(in_turn)


def _bar(row: Enrolment, sitters: Collection[UUID], turn: Turn, by: User) -> LeftOut | None:
    if row.trainee_id == by.pk:
        return LeftOut.ONESELF  # nor does anybody read here how their own attempts went
    if not row.trainee.is_active:
        return LeftOut.ACCOUNT_CLOSED
    if row.trainee_id not in sitters or row.state in OVER:
        return LeftOut.NO_TRAINEE
    if row.state == PlaceState.ON_LEAVE:
        return LeftOut.ON_LEAVE
    return LeftOut(turn.bar.value) if turn.bar else None


def _who_may_sit(enrolments: Sequence[Enrolment]) -> set[UUID]:
    if not enrolments:
        return set()
    held = Membership.objects.current().filter(
        program=enrolments[0].program_id, role__in=roles_granting(Permission.ATTEMPT_SIT)
    )
    trainees = [row.trainee_id for row in enrolments]
    return set(held.filter(person__in=trainees).values_list("person_id", flat=True))


def _asked_first(people: Collection[UUID]) -> set[UUID]:
    """Who has not accepted the notice in force; nobody where nothing is asked."""
    notice = Notice.objects.current()
    if notice is None:
        return set()
    given = Consent.objects.in_force().filter(purpose=Purpose.SITTING, notice=notice)
    return set(people) - set(given.filter(person__in=people).values_list("person_id", flat=True))
