"""Who agreed to what, and what nobody begins without."""

from uuid import UUID

from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.privacy.models import Consent, Erasure, Notice
from competency.privacy.purposes import Purpose


class ConsentNeeded(DomainError):
    """The notice in force was not accepted yet. Pages lead to it."""

    code = "consent_needed"


def notice_to_accept(person: User) -> Notice | None:
    """The notice in force, if this person has not accepted it; None where nothing is asked."""
    notice = Notice.objects.current()
    if notice is None or _sits_under(person, notice):
        return None
    return notice


def _sits_under(person: User, notice: Notice) -> bool:
    given = Consent.objects.in_force().filter(person=person, purpose=Purpose.SITTING)
    return given.filter(notice=notice).exists()


def check_accepted(person: User) -> None:
    """Raises ConsentNeeded unless this person has accepted the notice in force."""
    if notice := notice_to_accept(person):
        raise ConsentNeeded(
            _("Read the privacy notice, version %(number)s, and accept it before you begin.")
            % {"number": notice.number}
        )


def is_erased(person: User) -> bool:
    """Whether this account was closed by an erasure."""
    return not person.is_active and Erasure.objects.filter(person=person).exists()


def shows_levels(person_id: UUID) -> bool:
    """Whether a holder lets anybody see the levels on their certificates' public pages."""
    given = Consent.objects.in_force().filter(purpose=Purpose.PUBLIC_LEVELS)
    return given.filter(person=person_id).exists()
