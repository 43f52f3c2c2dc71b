"""What a person may ask of us: to be erased, and to have what is kept of them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.rights.flight import bars_to_erasure
from assessments.rights.own_data import own_data
from competency.accounts.models import User
from competency.accounts.sealing import Sealer, WordsErased
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, NotAllowed
from competency.foundation.text import require_words
from competency.privacy.erasing import erase_account
from competency.privacy.models import Erasure
from competency.sharing.services import stop_sharing


class InFlight(DomainError):
    """Something has to end before this person can be erased; `bars` says what, in words."""

    code = "in_flight"

    def __init__(self, bars: list[str]) -> None:
        super().__init__(" ".join(bars))
        self.bars = bars


@transaction.atomic
def erase_person(person: User, *, reason: str = "", by: User) -> Erasure:
    """Erase a person at their own request, or through staff who say on what it rests.

    Assessments that nobody began are taken back. Raises InFlight while anything is under way,
    WordsErased for somebody who was erased already.
    """
    _check_may_ask(person, by)
    if by.pk != person.pk:
        reason = require_words("reason", reason, "Say who asked for it, when and how.")
    assigned = _hold(person)
    if bars := bars_to_erasure(person):
        raise InFlight(bars)
    for attempt in assigned:
        move(attempt, AttemptState.LAPSED, by=None, reason="The trainee was erased.")
    stop_sharing(person, by=by)
    return erase_account(User.objects.get(pk=person.pk), reason=reason, by=by)


def _check_may_ask(person: User, by: User) -> None:
    if by.pk != person.pk and not by.is_staff:
        raise NotAllowed(_("A person asks for their own erasure, or staff do on their behalf."))
    if person.is_staff:
        raise DomainError(
            _("This is an account of staff. Another member of staff takes those rights away first.")
        )


def _hold(person: User) -> list[Attempt]:
    """Hold what an erasure must not overlap with, in the order in which every act takes it: the
    attempts, the key, the account. Returns the attempts that nobody began."""
    rows = Attempt.objects.filter(enrolment__trainee=person).order_by("pk")
    held: list[Any] = list(rows.select_for_update(of=("self",)))
    try:
        Sealer.holding(person.pk)
    except WordsErased as error:
        raise WordsErased(_("This person was erased already.")) from error
    User.objects.select_for_update().get(pk=person.pk)
    return [attempt for attempt in held if attempt.state == AttemptState.ASSIGNED]


@transaction.atomic
def take_out(*, by: User) -> dict[str, Any]:
    """Everything kept of oneself, whole: an erasure waits until it is gathered.

    Raises WordsErased where the erasure was first.
    """
    Sealer.holding(by.pk)
    data = own_data(by)
    record("person.data_taken", by, by=by)
    return data
