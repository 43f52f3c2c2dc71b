"""What is kept of a person's way through programs: places, leave, sittings, hours, judging."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from assessments.calibration.models import Licence
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.rights.plain import Rows, when
from assessments.sittings.models import Place
from competency.accounts.models import User
from competency.cases.models import Case
from competency.hours.models import HoursEntry
from competency.hours.services import evidence_of
from competency.programs.circumstances import Accommodation, Placement
from competency.programs.models import Enrolment

FILE_NAME = 80  # characters of it in the archive


def own_program(person: User) -> dict[str, Any]:
    """Section → rows."""
    return {
        "places": _places(person),
        "sittings": _sittings(person),
        "hours": [_hours(row) for row in _entries(person).defer("sealed_evidence")],
        "supervised": [
            {"program": row.enrolment.cohort.program.name, "from": when(row.starts_on),
             "to": when(row.ends_on)}
            for row in Placement.objects.filter(supervisor=person)
            .select_related("enrolment__cohort__program").order_by("starts_on", "pk")
        ],
        "cases": _cases(person),
        "licenses": _licenses(person),
        "harm_judged": _harm_judged(person),
        "opinions_given": _opinions(person),
    }  # fmt: skip


def _places(person: User) -> Rows:
    """Every place that was held, each way through cohorts in order."""
    rows = Enrolment.objects.filter(trainee=person).select_related("cohort__program")
    related = (
        Prefetch("accommodations", Accommodation.objects.order_by("starts_on")),
        "leaves",
        "placements",
    )
    return [
        {
            "program": row.cohort.program.name,
            "cohort": row.cohort.name,
            "number": row.trainee_number,
            "state": row.state,
            "since": when(row.created_at),
            "moved_here": row.came_from_id is not None,
            "ended_on": when(row.ended_on),
            "why_ended": row.why_over,
            "more_time": [_more_time(each) for each in row.accommodations.all()],
            "leave": [
                {
                    "from": when(each.starts_on),
                    "expected_back": when(each.expected_on),
                    "to": when(each.ends_on),
                    "why": each.words,
                }
                for each in row.leaves.all()
            ],
            "supervision": [
                {"from": when(each.starts_on), "to": when(each.ends_on)}
                for each in row.placements.all()
            ],
        }
        for row in rows.prefetch_related(*related).order_by("created_at")
    ]


def _more_time(granted: Accommodation) -> dict[str, Any]:
    return {
        "percent": granted.extra_percent,
        "pause_minutes": granted.extra_pause_minutes,
        "why": granted.words,
        "from": when(granted.starts_on),
        "to": when(granted.ends_on),
    }


def _sittings(person: User) -> Rows:
    """Windows in which one had a place, with or without an attempt, and time given beyond."""
    rows = Place.objects.filter(enrolment__trainee=person).select_related("sitting__assessment")
    return [
        {
            "assessment": row.sitting.assessment.title,
            "state": row.sitting.state,
            "opens_at": when(row.sitting.opens_at),
            "closes_at": when(row.sitting.closes_at),
            "left_out": row.left_out,
            "waits_until": when(row.waits_until),
        }
        for row in rows.order_by("created_at")
    ]


def _entries(person: User) -> Any:
    return HoursEntry.objects.of_trainee(person).order_by("on", "pk")


def _hours(row: HoursEntry) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "module": row.module,
        "hours": str(row.hours),
        "on": when(row.on),
        "note": row.note,
        "state": row.state,
        "settled_at": when(row.settled_at),
        "settled_reason": row.settled_reason,
        "evidence": _file_name(row) if row.evidence_name else "",
    }


def _file_name(row: HoursEntry) -> str:
    """Its place in the archive: told apart by the entry's key, and harmless as a path."""
    plain = re.sub(r"[^\w.-]+|\.{2,}", "_", row.evidence_name)[-FILE_NAME:].lstrip(".")
    return f"evidence/{row.on}-{row.pk.hex[:8]}-{plain or 'file'}"


def evidence_files(person: User) -> Iterator[tuple[str, bytes]]:
    """Each file that was handed in with hours, opened one at a time."""
    keys = _entries(person).exclude(sealed_evidence=None).values_list("pk", flat=True)
    for pk in list(keys):
        row = HoursEntry.objects.get(pk=pk)
        yield _file_name(row), evidence_of(row)


def _cases(person: User) -> Rows:
    """Suspected breaches once they are closed; while one is open, its subject is not told."""
    rows = Case.objects.filter(enrolment__trainee=person, closed_at__isnull=False)
    return [
        {
            "kind": row.kind,
            "opened_at": when(row.created_at),
            "closed_at": when(row.closed_at),
            "finding": row.finding,
        }
        for row in rows.order_by("created_at")
    ]


def _licenses(person: User) -> Rows:
    rows = Licence.objects.filter(reviewer=person).select_related("rubric_version__rubric")
    return [
        {
            "rubric": row.rubric_version.rubric.code,
            "grounds": row.grounds,
            "granted_at": when(row.granted_at),
            "lapses_at": when(row.lapses_at),
            "suspended_at": when(row.suspended_at),
            "suspended_reason": row.suspended_reason,
        }
        for row in rows.order_by("granted_at")
    ]


def _harm_judged(person: User) -> Rows:
    rows = HarmJudgement.objects.filter(judge=person, judged_at__isnull=False)
    return [
        {"harmful": row.harmful, "reason": row.reason, "at": when(row.judged_at)}
        for row in rows.order_by("judged_at")
    ]


def _opinions(person: User) -> Rows:
    rows = Opinion.objects.filter(judge=person, given_at__isnull=False).order_by("given_at")
    return [
        {
            "of": row.pseudonym,
            "outcome": row.outcome,
            "reason": row.reason,
            "at": when(row.given_at),
        }
        for row in rows
    ]
