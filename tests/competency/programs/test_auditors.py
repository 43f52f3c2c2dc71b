"""What an auditor may see: named areas, of a program or one cohort, until a day or an act."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs import services
from competency.programs.models import Cohort, Membership
from competency.programs.policies import (
    has_permission,
    in_reach,
    memberships_where,
    people_who_may,
)
from competency.programs.roles import AREAS, Area, Permission, Role, granted
from tests import factories

P = Permission
TODAY = timezone.now().date()
MANDATE = {"scope": "Yearly look, asked for by the board", "ends_on": TODAY + timedelta(days=30)}
pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return factories.program_with(Role.DIRECTOR)


@pytest.mark.parametrize("area", Area)
def test_an_area_opens_what_is_in_it_and_nothing_else(run, area):
    program, _ = run
    auditor = factories.member(program, Role.AUDITOR, areas=[area])
    opened = {p for p in Permission if has_permission(auditor, p, program.pk)}
    assert opened == {P.PROGRAM_VIEW} | {p for p, of in AREAS.items() if of == area}
    assert opened == granted(Role.AUDITOR, [area])
    assert opened == Membership.objects.get(person=auditor).grants


def test_one_cohort_is_reached_alone_and_the_program_not_at_all(run):
    program, director = run
    own, other = factories.cohort(program), factories.cohort(program)
    auditor = factories.member(program, Role.AUDITOR, areas=[Area.RECORDS], cohort=own)
    reached = Cohort.objects.filter(in_reach(auditor, P.ATTEMPT_VIEW, ""))
    assert (list(reached), other in reached) == ([own], False)
    assert memberships_where(auditor, P.DECISION_VIEW).exists()
    assert not has_permission(auditor, P.ATTEMPT_VIEW, program.pk)
    assert auditor.pk not in people_who_may(P.DECISION_VIEW, program.pk)
    assert set(Cohort.objects.filter(in_reach(director, P.ATTEMPT_VIEW, ""))) == {own, other}


def test_a_cohort_of_another_program_opens_nothing_even_if_a_row_says_so(run):
    program, _ = run
    foreign = factories.cohort(factories.program())
    auditor = factories.person()
    Membership.objects.create(
        program=program, person=auditor, role=Role.AUDITOR, starts_on=TODAY, areas=["records"],
        cohort=foreign, **MANDATE,
    )  # fmt: skip
    assert not Cohort.objects.filter(in_reach(auditor, P.ATTEMPT_VIEW, "")).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"areas": []}, "areas"),
        ({"areas": ["soul"]}, "areas"),
        ({"areas": ["trail"], "cohort": "own"}, "areas"),
        ({"areas": ["records"], "cohort": "foreign"}, "cohort"),
    ],
)
def test_a_grant_says_what_it_opens(run, given, field):
    program, director = run
    cohorts = {"own": factories.cohort(program), "foreign": factories.cohort(factories.program())}
    given = given | {"cohort": cohorts.get(given.get("cohort"))}
    with pytest.raises(InvalidInput) as refused:
        services.grant_role(
            program, factories.person(), Role.AUDITOR, **MANDATE, **given, by=director
        )
    assert refused.value.field == field


def test_no_other_role_has_areas(run):
    program, director = run
    with pytest.raises(InvalidInput, match="Only an auditor"):
        services.grant_role(program, factories.person(), Role.AUTHOR, areas=["trail"], by=director)


def test_staff_let_an_auditor_in_and_nobody_else(run):
    program, _ = run
    staff = factories.person(is_staff=True)
    given = {"areas": ["trail"], **MANDATE, "by": staff}
    granted_now = services.grant_role(program, factories.person(), Role.AUDITOR, **given)
    services.withdraw_audit(granted_now, by=staff, reason="Done.")
    with pytest.raises(NotAllowed):
        services.grant_role(program, factories.person(), Role.DIRECTOR, by=staff)


@pytest.mark.parametrize("end", [services.withdraw_audit, services.end_role])
def test_the_door_closes_this_moment_and_stays_closed(run, end):
    program, director = run
    membership = factories.membership(program, Role.AUDITOR)
    auditor = membership.person
    assert has_permission(auditor, P.AUDIT_VIEW, program.pk)
    end(membership, by=director, reason="The look is over.")
    assert not has_permission(auditor, P.AUDIT_VIEW, program.pk)
    assert AuditEvent.objects.get(action="membership.withdrawn").reason == "The look is over."
    with pytest.raises(DomainError, match="ended already"):
        services.withdraw_audit(membership, by=director, reason="Again.")
    for change in ({"withdrawn_at": None}, {"ends_on": TODAY - timedelta(days=1)}):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Membership.objects.filter(pk=membership.pk).update(**change)


def test_a_director_elsewhere_withdraws_nothing(run):
    program, _ = run
    _, foreign = factories.program_with(Role.DIRECTOR)
    membership = factories.membership(program, Role.AUDITOR)
    with pytest.raises(NotAllowed):
        services.withdraw_audit(membership, by=foreign, reason="Mine now.")
    assert has_permission(membership.person, P.AUDIT_VIEW, program.pk)
