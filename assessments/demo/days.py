"""A program's own days: hours, a roster, leave, and people who move on."""

from datetime import date, timedelta

from django.utils import timezone

from assessments.demo.cast import Cast
from assessments.demo.script import Script
from competency.hours.models import HoursEntry
from competency.hours.profiles import adopt_profile, choose_profile
from competency.hours.services import (
    approve_hours,
    return_hours,
    strike_hours,
    submit_hours,
    withdraw_hours,
)
from competency.programs.cohorts import close_cohort, open_cohort
from competency.programs.models import Cohort, Enrolment
from competency.programs.places import return_from_leave, take_leave, transfer, withdraw
from competency.rosters.services import (
    check_roster,
    digest_of,
    drop_roster,
    import_roster,
    plan_of,
)
from competency.webhooks.models import Event
from competency.webhooks.services import make_endpoint

ROSTER = """\
name,email,role,cohort,number
Ottoline Vance,ottoline@trainees.example.org,trainee,Spring evenings,SE-01
Jamal Okonjo-Reyes,jamal@trainees.example.org,trainee,Spring evenings,SE-02
Pilar Etxeberria,pilar@trainees.example.org,trainee,Spring evenings,SE-03
"""
TWICE = ROSTER.replace("Spring evenings", "Autumn evenings")
HEARS = "https://registry.example/credence"
HOURS = (
    ("training", "24", "Ethics and consent, four days on site"),
    ("training", "18.5", "Neurobiology and pharmacology, online with tests"),
    ("practicum", "12", "Three sessions observed, two assisted"),
    ("consultation", "6", "Group consultation, four evenings"),
    ("practicum", "8", "A session day, notes to follow"),
    ("training", "40", "Counted twice by mistake"),
)


def tell_days(script: Script, cast: Cast) -> None:
    """Hours in every state against an unverified profile; a roster imported and one dropped; leave,
    withdrawal, a transfer; an endpoint that hears of what comes after."""
    _hours(script, cast)
    evenings = _roster(cast)
    _places(cast, evenings)
    # The name is reserved for examples, so nobody answers: its log shows what waits and why.
    make_endpoint(
        cast.program, HEARS, [Event.REPORT_READY], note="State registry", by=cast.director
    )


def _hours(script: Script, cast: Cast) -> None:
    trainee = cast.trainee(script.trainee("strong", 0))
    place = Enrolment.objects.get(cohort=cast.cohort, trainee=trainee)
    required = adopt_profile(cast.program, "oregon", by=cast.director)
    choose_profile(cast.cohort, required, by=cast.director)
    today = timezone.now().date()
    entries: list[HoursEntry] = [
        submit_hours(
            place,
            kind=kind,
            hours=hours,
            on=today - timedelta(days=7 * (len(HOURS) - week)),
            note=note,
            by=trainee,
        )
        for week, (kind, hours, note) in enumerate(HOURS)
    ]
    for entry in (*entries[:3], entries[5]):
        approve_hours(entry, by=cast.director)
    return_hours(entries[4], reason="The notes of that day are missing.", by=cast.director)
    strike_hours(entries[5], reason="The same days stand above.", by=cast.director)
    spare = submit_hours(place, kind="consultation", hours="2", on=today, by=trainee)
    withdraw_hours(spare, by=trainee)


def _roster(cast: Cast) -> Cohort:
    evenings = open_cohort(
        cast.program, name="Spring evenings", starts_on=date(2027, 3, 1), by=cast.director
    )
    roster = check_roster(cast.program, ROSTER.encode(), file_name="spring.csv", by=cast.director)
    import_roster(roster, seen=digest_of(plan_of(roster)), by=cast.director, invites=False)
    again = check_roster(cast.program, TWICE.encode(), file_name="autumn.csv", by=cast.director)
    drop_roster(again, by=cast.director)
    return evenings


def _places(cast: Cast, evenings: Cohort) -> None:
    """One is on leave, one came back from it, one withdrew; one moved to a cohort by day."""
    away, gone, moved = Enrolment.objects.filter(cohort=evenings).order_by("trainee_number")
    director = cast.director
    take_leave(away, reason="A newborn at home.", by=director)
    return_from_leave(away, by=director)
    take_leave(away, reason="Until the summer.", by=director)
    withdraw(gone, reason="A post in another state.", by=director)
    days = open_cohort(cast.program, name="Spring by day", starts_on=date(2027, 3, 1), by=director)
    transfer(moved, days, reason="Evenings became impossible.", by=director)
    close_cohort(evenings, reason="Training goes on by day.", by=director)
