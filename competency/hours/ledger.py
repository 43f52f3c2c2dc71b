"""The hours of trainees against what is required: three queries, however many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from competency.hours.models import HoursChoice, HoursEntry
from competency.hours.rules import KINDS, Done, Hours, Line, tally
from competency.hours.states import HoursState
from competency.programs.models import Enrolment

COUNTED = (HoursState.SUBMITTED, HoursState.APPROVED)


def hours_of(enrolments: Iterable[Enrolment]) -> dict[UUID, Hours]:
    """By the key of each place: its hours, those of earlier places on the same way included."""
    places = list(enrolments)
    done: dict[UUID, list[Done]] = {}
    entries = HoursEntry.objects.filter(
        enrolment__line__in={place.line for place in places}, state__in=COUNTED
    )
    for line, kind, module, hours, state in entries.values_list(
        "enrolment__line", "kind", "module", "hours", "state"
    ):
        one = Done(kind, module, hours, state == HoursState.APPROVED)
        done.setdefault(line, []).append(one)
    chosen = HoursChoice.objects.filter(cohort__in={place.cohort_id for place in places})
    required = {row.cohort_id: row.profile.required for row in chosen.select_related("profile")}
    return {
        place.pk: tally(required.get(place.cohort_id, {}), done.get(place.line, []))
        for place in places
    }


@dataclass(frozen=True)
class Course:
    """The hours of one way through a program: what counts today, and how it came about."""

    place: Enrolment
    hours: Hours
    entries: Sequence[HoursEntry]  # by day, approved or waiting

    def rises(self, kind: str) -> list[tuple[date, Decimal]]:
        """Approved hours of a kind, added up: how many there were from each day on."""
        total, found = Decimal(0), {}
        for entry in self.entries:
            if entry.kind == kind and entry.state == HoursState.APPROVED:
                total += entry.hours
                found[entry.on] = total
        return list(found.items())

    def months(self) -> list[tuple[date, list[Decimal]]]:
        """Approved hours of each kind at the end of each month that added some."""
        totals, found = dict.fromkeys(KINDS, Decimal(0)), {}
        for entry in self.entries:
            if entry.state == HoursState.APPROVED:
                totals[entry.kind] += entry.hours
                found[entry.on.replace(day=1)] = list(totals.values())
        return list(found.items())


def courses_of(enrolments: Iterable[Enrolment]) -> list[Course]:
    """One for each way with hours or with something required, the first place given standing for
    those before it. The same three queries."""
    places: dict[UUID, Enrolment] = {}
    for place in enrolments:
        places.setdefault(place.line, place)
    hours = hours_of(places.values())
    entries: dict[UUID, list[HoursEntry]] = {}
    rows = HoursEntry.objects.filter(enrolment__line__in=places, state__in=COUNTED)
    rows = rows.defer("sealed_note", "sealed_evidence").select_related("enrolment")
    for entry in rows.order_by("on", "created_at", "pk"):
        entries.setdefault(entry.enrolment.line, []).append(entry)
    return [
        Course(place, hours[place.pk], entries.get(line, ()))
        for line, place in places.items()
        if hours[place.pk].recorded
    ]


def modules_for(places: QuerySet[Enrolment]) -> dict[str, str]:
    """Titles by code of the modules that these places are held against."""
    chosen = HoursChoice.objects.filter(cohort__in=places.order_by().values("cohort"))
    return {
        module["code"]: module["title"]
        for row in chosen.select_related("profile")
        for module in row.profile.content["modules"]
    }


def as_record(hours: Hours) -> dict[str, Any]:
    """For a dossier: approved hours in words and numbers that never change again."""
    return {
        "modules": "; ".join(map(_said, hours.modules)) or _said(hours.training),
        "training": _said(hours.training),
        "practicum": _said(hours.practicum),
        "consultation": _said(hours.consultation),
        "profile": _profile(hours),
    }


def _said(line: Line) -> str:
    approved, required = (format(each.normalize(), "f") for each in (line.approved, line.required))
    return f"{line.title} {approved} of {required}" if line.required else f"{line.title} {approved}"


def _profile(hours: Hours) -> str:
    if not hours.profile:
        return "none chosen"
    confirmed = "confirmed by a director" if hours.verified else "unverified"
    return f"{hours.profile}, version {hours.version}, {confirmed}"
