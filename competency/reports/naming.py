"""What a report is called and what it covers, in words that depend on nothing but the request."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from competency.reports.models import Report
from competency.reports.states import Format
from competency.reports.streams import Choice

ENDINGS = {Format.CLR: "clr.zip"}  # others are called what they are


def file_name(report: Report) -> str:
    day = report.as_of.astimezone(ZoneInfo(report.program.timezone)).date()
    ending = ENDINGS.get(Format(report.format), report.format)
    return f"{report.program.code}-{report.contents}-{day}.{ending}"


def about(report: Report) -> dict[str, Any]:
    """The same for every report with the same program, filters and moment."""
    enrolment = report.enrolment
    return {
        "contents": report.contents,
        "program": {"code": report.program.code, "name": report.program.name},
        "as_of": report.as_of.isoformat(),
        "filters": {
            "cohort": report.cohort.name if report.cohort else None,
            "trainee": enrolment.trainee_number if enrolment else None,
            "ratified_from": report.begins_on.isoformat() if report.begins_on else None,
            "ratified_until": report.ends_on.isoformat() if report.ends_on else None,
            "days_in": report.program.timezone,
        },
    }


def choice_of(report: Report) -> Choice:
    """Days begin and end in the zone of the program."""
    zone = ZoneInfo(report.program.timezone)
    after = report.ends_on + timedelta(days=1) if report.ends_on else None
    return Choice(
        program=report.program_id,
        as_of=report.as_of,
        cohort=report.cohort_id,
        enrolment=report.enrolment_id,
        since=datetime.combine(report.begins_on, time(), zone) if report.begins_on else None,
        before=datetime.combine(after, time(), zone) if after else None,
    )
