"""The trail, searched: who may read it, which acts are meant, one page after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from competency.accounts.models import User
from competency.audit.models import AuditEvent, SealEntry
from competency.integrity.policies import programs_checked_by

PAGE = 50
NAMES_AT_MOST = 50  # people that a name stands for in one search
JUDGEMENTS = {"harmflag.judged"}  # what a reviewer found is read from the results, once released
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Search:
    """What is looked for; None or empty: anything. `program` None is the site's own acts."""

    program: UUID | None
    actors: Sequence[UUID] | None = None
    subject: UUID | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def told(self) -> dict[str, str]:
        """The criteria in force, for the record; people as ids."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        given["actors"] = ",".join(map(str, self.actors or ()))
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Place:
    """Where a page begins: just before this event, in the order of time."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """What `str` wrote; None for anything else."""
        at, _, key = text.partition("_")
        try:
            moment, number = datetime.fromisoformat(at), int(key)
        except ValueError:
            return None
        return cls(moment, number) if moment.tzinfo and 0 < number < 2**63 else None


def events_visible_to(person: User) -> QuerySet[AuditEvent]:
    """Acts of the programs whose trail this person may read; for staff of the whole site."""
    if person.is_staff:
        return AuditEvent.objects.all()
    programs = programs_checked_by(person)
    return AuditEvent.objects.filter(program_id__in=programs.values("pk"))


def found(search: Search) -> QuerySet[AuditEvent]:
    """Newest first. Of one program, so that an index holds every search in order."""
    rows = AuditEvent.objects.filter(program_id=search.program)
    if search.actors is not None:
        rows = rows.filter(actor_id__in=search.actors)
    for name, value in (
        ("subject_id", search.subject),
        ("action", search.action),
        ("at__gte", search.since),
        ("at__lt", search.until),
    ):
        if value:
            rows = rows.filter(**{name: value})
    return rows.order_by("-at", "-id")


def page_before(rows: QuerySet[AuditEvent], place: Place | None) -> tuple[list[AuditEvent], bool]:
    """A page of rows, and whether older ones follow. As fast for the last as for the first."""
    if place is not None:
        older = Q(at__lt=place.at) | Q(at=place.at, id__lt=place.id)
        rows = rows.filter(older, at__lte=place.at)
    page = list(rows[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def seal_of(event: AuditEvent) -> SealEntry | None:
    """Where an act is sealed; None while it is younger than the last seal."""
    return SealEntry.objects.filter(pk=event.pk).select_related("seal").first()


def people_named(words: str) -> list[UUID]:
    """Accounts whose name or address holds these words, or the one with this key."""
    meant = Q(name__icontains=words) | Q(email__iexact=words)
    try:
        meant |= Q(pk=UUID(words))
    except ValueError:
        pass
    return list(User.objects.filter(meant).values_list("pk", flat=True)[:NAMES_AT_MOST])


def names_of(events: Sequence[AuditEvent]) -> dict[Any, str]:
    people = {event.actor_id for event in events if event.actor_id}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))


def exported(search: Search) -> Iterator[dict[str, Any]]:
    """Every act that is meant, as plain data, in constant memory."""
    for event in found(search).iterator(chunk_size=ROWS_AT_ONCE):
        yield {
            "id": event.pk,
            "at": event.at.isoformat(),
            "action": event.action,
            "actor_id": str(event.actor_id or ""),
            "subject_type": event.subject_type,
            "subject_id": str(event.subject_id),
            "program_id": str(event.program_id or ""),
            "reason": event.reason,
            "request_id": event.request_id,
            "detail": {} if event.action in JUDGEMENTS else event.detail,
        }
