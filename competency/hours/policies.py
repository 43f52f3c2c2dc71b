"""Who approves whose hours: a director, or the trainee's own supervisor; never oneself."""

from competency.accounts.models import User
from competency.hours.models import HoursEntry
from competency.programs.circumstances import Placement
from competency.programs.policies import has_permission
from competency.programs.roles import Permission


def may_settle(person: User, entry: HoursEntry) -> bool:
    if person.pk in (entry.trainee_id, entry.submitted_by_id):
        return False
    if has_permission(person, Permission.PROGRAM_RUN, entry.program_id):
        return True
    own = Placement.objects.current().filter(supervisor=person)
    return bool(own.filter(enrolment__line=entry.enrolment.line).exists())
