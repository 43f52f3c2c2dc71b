"""Found programs, change roles, enrol, place, declare conflicts."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs import services
from competency.programs.circumstances import Conflict, Placement
from competency.programs.models import Enrolment, Issuer, Membership, Program
from competency.programs.policies import has_permission
from competency.programs.roles import Permission, Role
from tests import factories
from tests.factories import count_rows

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture
def run():
    """A program and its director."""
    return factories.program_with(Role.DIRECTOR)


def events(action):
    return AuditEvent.objects.filter(action=action)


# --- Founding ---


def found(by, **changes):
    issuer, _ = Issuer.objects.get_or_create(
        name="I", url="https://i.example.org", email="i@example.org"
    )
    fields = {"code": "mesa", "name": "Mesa", "issuer": issuer, "timezone_name": "America/Denver"}
    return services.found_program(**fields | changes, by=by)


def test_staff_found_programs():
    program = found(factories.superuser())
    assert (program.code, program.timezone) == ("mesa", "America/Denver")
    assert events("program.founded").get().subject_id == program.pk


def test_nobody_else_founds_programs(run):
    _, director = run
    with pytest.raises(DomainError, match="Only staff found programs"):
        found(director)
    assert not Program.objects.filter(code="mesa").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone_name": "Mars/Olympus"}, "timezone"),
        ({"code": "no spaces"}, "code"),
        ({"code": ""}, "code"),
    ],
)
def test_a_program_that_makes_no_sense_is_refused_by_field(change, field):
    with pytest.raises(ValidationError) as refused:
        found(None, **change)
    assert set(refused.value.message_dict) == {field}


def test_a_program_has_a_name():
    with pytest.raises(InvalidInput, match="A program has a name") as refused:
        found(None, name=" ")
    assert refused.value.field == "name"


# --- Roles ---


def test_a_director_grants_a_role_and_the_trail_says_to_whom(run):
    program, director = run
    person = factories.person()
    membership = services.grant_role(program, person, Role.AUTHOR, by=director)
    assert (membership.starts_on, membership.ends_on) == (TODAY, None)
    event = events("membership.granted").get(subject_id=membership.pk)
    assert (event.actor_id, event.program_id) == (director.pk, program.pk)
    assert event.detail == {"role": "author", "person": str(person.pk)}


@pytest.mark.parametrize("role", [r for r in Role if r != Role.DIRECTOR])
def test_nobody_but_a_director_of_the_program_grants_roles(role, run):
    program, _ = run
    foreign, stranger = factories.program_with(Role.DIRECTOR)
    for by in (factories.member(program, role), stranger):
        with pytest.raises(NotAllowed):
            services.grant_role(program, factories.person(), Role.AUTHOR, by=by)
    assert (
        not program.memberships.filter(role=Role.AUTHOR)
        .exclude(person=by)
        .exclude(person__in=program.memberships.filter(role=role).values("person"))
        .exists()
    )
    assert services.grant_role(foreign, factories.person(), Role.AUTHOR, by=stranger)


def test_an_unknown_role_is_refused_with_the_roles_there_are(run):
    program, director = run
    with pytest.raises(InvalidInput, match="“wizard” is not a role; the roles are trainee") as no:
        services.grant_role(program, factories.person(), "wizard", by=director)
    assert no.value.field == "role"


def test_a_role_is_held_once_at_a_time(run):
    program, director = run
    person = factories.member(program, Role.AUTHOR)
    before = count_rows(Membership, AuditEvent)
    with pytest.raises(DomainError, match="holds this role already") as refused:
        services.grant_role(program, person, Role.AUTHOR, by=director)
    assert refused.value.field == "role"
    assert count_rows(Membership, AuditEvent) == before
    services.grant_role(program, person, Role.CERTIFIER, by=director)


@pytest.mark.parametrize("given", [{}, {"scope": "All"}, {"ends_on": TODAY}])
def test_an_auditor_has_a_scope_and_an_end(given, run):
    program, director = run
    with pytest.raises(InvalidInput, match="scope and an end date") as refused:
        services.grant_role(program, factories.person(), Role.AUDITOR, by=director, **given)
    assert refused.value.field == "scope"


def test_a_role_cannot_end_before_it_starts(run):
    program, director = run
    with pytest.raises(InvalidInput, match="before it starts") as refused:
        services.grant_role(
            program, factories.person(), Role.AUTHOR, by=director, ends_on=TODAY - DAY
        )
    assert refused.value.field == "ends_on"


def test_a_role_that_ended_is_kept_and_grants_nothing_from_the_next_day_on(run, time_machine):
    program, director = run
    membership = factories.membership(program, Role.AUTHOR)
    services.end_role(membership, by=director, reason="Left.")
    assert has_permission(membership.person, Permission.CONTENT_WRITE, program.pk)
    time_machine.move_to(timezone.now() + DAY)
    assert not has_permission(membership.person, Permission.CONTENT_WRITE, program.pk)
    assert Membership.objects.get(pk=membership.pk).ends_on == TODAY
    assert events("membership.ended").get().reason == "Left."


def test_a_role_ends_once(run):
    program, director = run
    membership = factories.membership(program, Role.AUTHOR, starts_on=TODAY - 9 * DAY)
    services.end_role(membership, by=director, on=TODAY - DAY, reason="Left.")
    with pytest.raises(DomainError, match="has ended already"):
        services.end_role(membership, by=director, reason="Left again.")
    assert Membership.objects.get(pk=membership.pk).ends_on == TODAY - DAY


def test_a_role_with_an_end_can_be_ended_sooner_never_later(run):
    program, director = run
    auditor = factories.membership(program, Role.AUDITOR, ends_on=TODAY + 30 * DAY)
    with pytest.raises(DomainError, match="has ended already"):
        services.end_role(auditor, by=director, on=TODAY + 31 * DAY, reason="More to see.")
    services.end_role(auditor, by=director, on=TODAY, reason="Done.")
    assert Membership.objects.get(pk=auditor.pk).ends_on == TODAY


def test_a_role_cannot_be_ended_before_it_started(run):
    program, director = run
    membership = factories.membership(program, Role.AUTHOR)
    with pytest.raises(InvalidInput, match="before it starts") as refused:
        services.end_role(membership, by=director, on=TODAY - DAY, reason="Left.")
    assert refused.value.field == "on"


def test_only_a_director_ends_roles(run):
    program, _ = run
    membership = factories.membership(program, Role.AUTHOR)
    with pytest.raises(NotAllowed):
        services.end_role(membership, by=membership.person, reason="Left.")
    assert Membership.objects.get(pk=membership.pk).ends_on is None


def test_staff_run_any_program(run):
    program, _ = run
    assert services.grant_role(program, factories.person(), Role.AUTHOR, by=factories.superuser())


# --- Places ---


def test_enrolling_gives_the_trainees_role_once(run):
    program, director = run
    person = factories.person()
    first, second = factories.cohort(program), factories.cohort(program)
    services.enrol(first, person, trainee_number="1", by=director)
    services.enrol(second, person, trainee_number="1", by=director)
    assert [m.role for m in program.memberships.filter(person=person)] == ["trainee"]


@pytest.mark.parametrize("twice", ["trainee", "number"])
def test_a_place_and_a_number_are_given_once_per_cohort(twice, run):
    program, director = run
    cohort, person = factories.cohort(program), factories.person()
    services.enrol(cohort, person, trainee_number="1", by=director)
    again = (person, "2") if twice == "trainee" else (factories.person(), "1")
    before = count_rows(Enrolment, Membership, AuditEvent)
    with pytest.raises(DomainError, match="in this cohort already") as refused:
        services.enrol(cohort, again[0], trainee_number=again[1], by=director)
    assert refused.value.field == "trainee_number"
    assert count_rows(Enrolment, Membership, AuditEvent) == before


def test_nobody_enrols_in_a_foreign_program(run):
    _, director = run
    foreign = factories.cohort(factories.program())
    with pytest.raises(NotAllowed):
        services.enrol(foreign, factories.person(), trainee_number="1", by=director)
    assert not foreign.enrolments.exists()


def test_a_trainee_gets_a_supervisor_of_the_program(run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    supervisor = factories.member(program, Role.SUPERVISOR)
    placement = services.place(enrolment, supervisor, by=director)
    assert (placement.supervisor, placement.starts_on) == (supervisor, TODAY)
    assert events("placement.made").get().detail == {"supervisor": str(supervisor.pk)}


def test_a_supervisor_is_placed_with_a_trainee_once(run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    supervisor = factories.member(program, Role.SUPERVISOR)
    services.place(enrolment, supervisor, by=director)
    with pytest.raises(DomainError, match="already") as refused:
        services.place(enrolment, supervisor, by=director)
    assert refused.value.field == "supervisor"
    assert Placement.objects.filter(enrolment=enrolment).count() == 1


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRAINEE])
def test_only_a_supervisor_supervises(role, run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    person = factories.member(program, role) if role else factories.person()
    with pytest.raises(InvalidInput, match="is not a supervisor of this program") as refused:
        services.place(enrolment, person, by=director)
    assert refused.value.field == "supervisor"


def test_nobody_supervises_themselves(run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    factories.membership(program, Role.SUPERVISOR, enrolment.trainee)
    with pytest.raises(InvalidInput, match="Nobody supervises themselves"):
        services.place(enrolment, enrolment.trainee, by=director)


def test_only_a_director_places(run):
    program, _ = run
    enrolment = factories.enrolment(factories.cohort(program))
    supervisor = factories.member(program, Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        services.place(enrolment, supervisor, by=supervisor)


# --- Conflicts ---


def test_anyone_declares_a_conflict_of_their_own(run):
    program, _ = run
    one, other = factories.person(), factories.person()
    services.declare_conflict(program, one, other, reason="Cousins.", by=other)
    assert Conflict.objects.get().reason == "Cousins."
    assert events("conflict.declared").get().actor_id == other.pk


def test_a_director_declares_conflicts_of_others_and_nobody_else_does(run):
    program, director = run
    one, other = factories.person(), factories.person()
    with pytest.raises(NotAllowed):
        services.declare_conflict(program, one, other, reason="Gossip.", by=factories.person())
    services.declare_conflict(program, one, other, reason="Cousins.", by=director)


def test_declaring_again_changes_nothing(run):
    program, _ = run
    one, other = factories.person(), factories.person()
    first = services.declare_conflict(program, one, other, reason="Cousins.", by=one)
    again = services.declare_conflict(program, one, other, reason="Still cousins.", by=one)
    assert first.pk == again.pk
    assert again.reason == "Cousins."
    assert events("conflict.declared").count() == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_conflict_has_a_reason(reason, run):
    program, _ = run
    one = factories.person()
    with pytest.raises(InvalidInput, match="Say what the conflict is") as refused:
        services.declare_conflict(program, one, factories.person(), reason=reason, by=one)
    assert refused.value.field == "reason"


def test_nobody_has_a_conflict_with_themselves(run):
    program, _ = run
    one = factories.person()
    with pytest.raises(InvalidInput, match="themselves") as refused:
        services.declare_conflict(program, one, one, reason="Odd.", by=one)
    assert refused.value.field == "other"


# --- Accommodations ---


def test_an_accommodation_replaces_the_one_in_force_and_the_trail_never_says_why(run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    first = services.accommodate(enrolment, extra_percent=25, reason="Dyslexia.", by=director)
    second = services.accommodate(enrolment, extra_percent=50, reason="Dyslexia.", by=director)
    assert services.accommodation_in_force(enrolment) == second
    first.refresh_from_db()
    assert first.ends_on == TODAY
    assert "Dyslexia" not in str([(e.reason, e.detail) for e in events("accommodation.granted")])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"extra_percent": -1}, "extra_percent"),
        ({"extra_percent": 301}, "extra_percent"),
        ({}, "extra_percent"),
        ({"extra_percent": 25, "reason": " "}, "reason"),
    ],
)
def test_an_accommodation_that_makes_no_sense_is_refused_by_field(given, field, run):
    program, director = run
    enrolment = factories.enrolment(factories.cohort(program))
    with pytest.raises(InvalidInput) as refused:
        services.accommodate(enrolment, **{"reason": "Ill."} | given, by=director)
    assert refused.value.field == field
    assert services.accommodation_in_force(enrolment) is None


def test_only_a_director_accommodates(run):
    program, _ = run
    enrolment = factories.enrolment(factories.cohort(program))
    with pytest.raises(NotAllowed):
        services.accommodate(enrolment, extra_percent=25, reason="Ill.", by=enrolment.trainee)
