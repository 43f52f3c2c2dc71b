"""How a person wants to read the site."""

from django.db import transaction

from competency.accounts.models import User, known_timezones
from competency.audit.services import record
from competency.foundation.errors import InvalidInput


@transaction.atomic
def choose_timezone(person: User, name: str, *, by: User) -> None:
    """Show this person times in a zone, e.g. “Europe/Berlin”; with "", in the browser's own.

    Raises InvalidInput for a zone we do not know. Saying again what holds already leaves no trace.
    """
    if name and name not in known_timezones():
        raise InvalidInput({"timezone": f"“{name}” is not a time zone we know."})
    if User.objects.filter(pk=person.pk).exclude(timezone=name).update(timezone=name):
        person.timezone = name
        record("account.timezone_chosen", person, by=by, timezone=name)
