"""Hours: handed in by one, settled by another, held against what is required."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, TransitionRefused
from competency.hours import profiles, services
from competency.hours.builtin import BUILTIN
from competency.hours.ledger import as_record, hours_of
from competency.hours.models import HoursEntry, HoursProfile
from competency.hours.rules import problems_of
from competency.programs import places
from competency.programs import services as programs
from competency.programs.roles import Role
from tests import factories

PDF = b"%PDF-1.7 hours"


@pytest.fixture
def run(db):
    """A director, and a trainee's place in a cohort held against Colorado's hours."""
    program, director = factories.program_with(Role.DIRECTOR)
    place = factories.enrolment(factories.cohort(program))
    profile = profiles.adopt_profile(program, "colorado", by=director)
    profiles.choose_profile(place.cohort, profile, by=director)
    return director, place


def handed_in(place, hours="5", kind="practicum", by=None, **given):
    on = timezone.now().date()
    by = by or place.trainee
    return services.submit_hours(place, kind=kind, hours=hours, on=on, by=by, **given)


def test_what_is_approved_counts_and_what_waits_is_told_apart(run):
    director, place = run
    services.approve_hours(handed_in(place, "30"), by=director)
    handed_in(place, "4.5")
    services.approve_hours(handed_in(place, "25", kind="training", module="ethics"), by=director)
    found = hours_of([place])[place.pk]
    practicum = found.practicum
    assert (practicum.approved, practicum.waiting, practicum.required) == (30, Decimal("4.5"), 40)
    assert practicum.missing == 10
    ethics = next(line for line in found.modules if line.code == "ethics")
    assert (ethics.met, found.training.approved, found.met) == (True, 25, False)
    assert (found.profile, found.version, found.verified) == (
        *("Colorado natural medicine facilitator", 1, False),
    )
    record = as_record(found)
    assert record["practicum"] == "Practicum 30 of 40"
    assert "Ethics and rules 25 of 25" in record["modules"]
    assert record["profile"].endswith("unverified")


def test_built_in_profiles_add_up():
    assert not any(problems_of(content) for content in BUILTIN.values())
    colorado = BUILTIN["colorado"]
    assert sum(int(module["hours"]) for module in colorado["modules"]) == 150
    assert len(colorado["modules"]) == 14


def test_nobody_approves_what_is_theirs_or_what_they_handed_in(run):
    director, place = run
    own, given = handed_in(place), handed_in(place, by=director)
    stranger = factories.member(place.cohort.program, Role.SUPERVISOR)
    for entry, by in ((own, place.trainee), (given, director), (own, stranger)):
        with pytest.raises(NotAllowed):
            services.approve_hours(entry, by=by)
    programs.place(place, stranger, by=director)
    services.approve_hours(own, by=stranger)
    assert (own.state, own.settled_by) == ("approved", stranger)
    assert AuditEvent.objects.get(action="hoursentry.approved").actor_id == stranger.pk


def test_hours_are_returned_taken_back_and_struck_out(run):
    director, place = run
    returned, taken, struck = (handed_in(place) for _ in range(3))
    services.return_hours(returned, reason="No evidence.", by=director)
    services.withdraw_hours(taken, by=place.trainee)
    services.approve_hours(struck, by=director)
    services.strike_hours(struck, reason="Counted twice.", by=director)
    assert hours_of([place])[place.pk].practicum.approved == 0
    for entry in (returned, taken, struck):
        with pytest.raises(TransitionRefused):
            services.approve_hours(entry, by=director)
    with pytest.raises(NotAllowed):
        services.withdraw_hours(handed_in(place), by=director)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"hours": "0"}, "hours"),
        ({"hours": "200.01"}, "hours"),
        ({"hours": "many"}, "hours"),
        ({"hours": "1.005"}, "hours"),
        ({"kind": "leisure"}, "kind"),
        ({"on": timezone.now().date() + timedelta(days=3)}, "on"),
        ({"evidence": b"MZ a program"}, "evidence"),
        ({"evidence": b"%PDF-" + b"x" * 5_000_000}, "evidence"),
    ],
)
def test_what_cannot_be_handed_in_is_named(run, given, field):
    _, place = run
    fields = {"kind": "practicum", "hours": "1", "on": timezone.now().date()}
    with pytest.raises(InvalidInput) as refused:
        services.submit_hours(place, **fields | given, by=place.trainee)
    assert field in refused.value.problems
    assert not HoursEntry.objects.exists()


def test_note_and_evidence_are_sealed_and_go_with_an_erasure(run):
    _, place = run
    entry = handed_in(place, note="Sat with a group.", evidence=PDF, evidence_name="log.pdf")
    assert (entry.note, services.evidence_of(entry)) == ("Sat with a group.", PDF)
    assert b"group" not in bytes(entry.sealed_note) + bytes(entry.sealed_evidence)
    factories.erased(place.trainee)
    assert "erased" in HoursEntry.objects.get().note
    assert services.evidence_of(HoursEntry.objects.get()) == b""


def test_hours_come_along_when_a_trainee_moves(run):
    director, place = run
    services.approve_hours(handed_in(place, "8"), by=director)
    made = places.transfer(
        place, factories.cohort(place.cohort.program), reason="Moved.", by=director
    )
    found = hours_of([made])[made.pk]
    assert (found.practicum.approved, found.profile, found.met) == (8, "", False)
    place.refresh_from_db()
    with pytest.raises(DomainError, match="is over"):
        handed_in(place)


def test_many_trainees_cost_as_few_queries_as_one(run):
    _, place = run
    rows = [place, *(factories.enrolment(place.cohort) for _ in range(5))]
    for row in rows:
        handed_in(row)
    with CaptureQueriesContext(connection) as captured:
        assert len(hours_of(rows)) == 6
    assert len(captured) <= 2


def test_a_new_version_is_unverified_and_cohorts_go_over_to_it(run):
    director, place = run
    first = HoursProfile.objects.get()
    profiles.confirm_profile(first, by=director)
    with pytest.raises(DomainError, match="confirmed already"):
        profiles.confirm_profile(first, by=director)
    made = profiles.revise_profile(first, first.content | {"practicum": "30"}, by=director)
    assert (made.number, made.confirmed_at) == (2, None)
    assert list(HoursProfile.objects.newest()) == [made]
    found = hours_of([place])[place.pk]
    assert (found.practicum.required, found.version, found.verified) == (30, 2, False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"training": "x"}, "training"),
        ({"practicum": "-1"}, "practicum"),
        ({"title": " "}, "title"),
        ({"training": "10"}, "modules"),
        ({"modules": [{"code": "a", "title": "A", "hours": "x"}]}, "modules"),
        ({"modules": [{"code": "a", "title": "A", "hours": "1"}] * 2}, "modules"),
        ({"modules": [{"code": "", "title": "A", "hours": "1"}]}, "modules"),
        (
            {"modules": [{"code": f"m{n}", "title": "A", "hours": "0"} for n in range(61)]},
            "modules",
        ),
    ],
)
def test_a_profile_at_fault_is_refused(run, change, field):
    director, _ = run
    first = HoursProfile.objects.get()
    with pytest.raises(InvalidInput) as refused:
        profiles.revise_profile(first, first.content | change, by=director)
    assert field in refused.value.problems


def test_profiles_are_a_directors_and_stay_in_their_program(run):
    director, place = run
    program = place.cohort.program
    with pytest.raises(DomainError, match="already"):
        profiles.adopt_profile(program, "colorado", by=director)
    with pytest.raises(InvalidInput):
        profiles.adopt_profile(program, "utah", by=director)
    with pytest.raises(NotAllowed):
        profiles.adopt_profile(program, "oregon", by=place.trainee)
    other, another = factories.program_with(Role.DIRECTOR)
    foreign = profiles.adopt_profile(other, "oregon", by=another)
    with pytest.raises(InvalidInput, match="another program"):
        profiles.choose_profile(place.cohort, foreign, by=director)
