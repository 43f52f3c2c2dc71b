"""Who may have the trail checked: whoever may read it, and staff."""

from django.db.models import QuerySet

from competency.accounts.models import User
from competency.foundation.errors import NotAllowed
from competency.integrity.models import IntegrityCheck
from competency.programs.models import Program
from competency.programs.policies import check_permission, programs_where
from competency.programs.roles import Permission


def programs_checked_by(person: User) -> QuerySet[Program]:
    if person.is_staff:
        return Program.objects.all()
    return programs_where(person, Permission.AUDIT_VIEW)


def checks_visible_to(person: User) -> QuerySet[IntegrityCheck]:
    """Those of one's programs; for staff also those of every chain at once."""
    if person.is_staff:
        return IntegrityCheck.objects.all()
    return IntegrityCheck.objects.filter(program__in=programs_checked_by(person).values("pk"))


def check_may_ask(person: User, program: Program | None) -> None:
    """Raises NotAllowed, in words."""
    if person.is_staff:
        return
    if program is None:
        raise NotAllowed("Only staff have every chain checked at once.")
    check_permission(person, Permission.AUDIT_VIEW, program.pk)
