"""Grant and suspend licences to review."""

import pytest
from django.utils import timezone

from assessments.calibration.models import Licence
from assessments.calibration.services import VALID_FOR, grant_licence, suspend_licence
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from tests import factories
from tests.factories import count_rows


@pytest.fixture
def candidate(campus):
    return factories.supervisor(campus, licensed=False)


def grant(campus, reviewer, **options):
    given = {"grounds": "Rated the benchmarks.", "by": campus.director} | options
    return grant_licence(campus.program, reviewer, campus.rubric, **given)


def test_a_licence_lasts_180_days_and_says_what_it_rests_on(candidate, campus, time_machine):
    licence = grant(campus, candidate)
    assert licence.lapses_at - licence.granted_at == VALID_FOR
    assert VALID_FOR.days == 180
    assert licence in Licence.objects.in_standing()
    event = AuditEvent.objects.get(action="licence.granted", subject_id=licence.pk)
    assert (event.reason, event.program_id) == ("Rated the benchmarks.", campus.program.pk)
    time_machine.move_to(licence.lapses_at)
    assert licence not in Licence.objects.in_standing()


def test_a_licence_is_held_once(candidate, campus):
    grant(campus, candidate)
    before = count_rows(Licence, AuditEvent)
    with pytest.raises(DomainError, match="holds a licence for this rubric already"):
        grant(campus, candidate)
    assert count_rows(Licence, AuditEvent) == before


def test_a_licence_that_lapsed_can_be_earned_again(candidate, campus, time_machine):
    first = grant(campus, candidate)
    time_machine.move_to(first.lapses_at)
    second = grant(campus, candidate)
    in_standing = Licence.objects.in_standing().filter(reviewer=candidate)
    assert list(in_standing) == [second]
    first.refresh_from_db()
    assert first.grounds == "Rated the benchmarks."


def test_a_suspended_licence_can_be_earned_again(candidate, campus):
    licence = grant(campus, candidate)
    suspend_licence(campus.program, licence, by=campus.director, reason="Drift.")
    licence.refresh_from_db()
    assert licence.suspended_at <= timezone.now()
    assert grant(campus, candidate) in Licence.objects.in_standing()


def test_a_licence_is_suspended_once_with_a_reason(candidate, campus):
    licence = grant(campus, candidate)
    with pytest.raises(InvalidInput, match="Say why") as refused:
        suspend_licence(campus.program, licence, by=campus.director, reason=" ")
    assert refused.value.field == "reason"
    suspend_licence(campus.program, licence, by=campus.director, reason="Drift.")
    with pytest.raises(DomainError, match="suspended already"):
        suspend_licence(campus.program, licence, by=campus.director, reason="Drift.")


@pytest.mark.parametrize("grounds", ["", "  "])
def test_a_licence_rests_on_something(grounds, candidate, campus):
    with pytest.raises(InvalidInput, match="Say what the licence rests on") as refused:
        grant(campus, candidate, grounds=grounds)
    assert refused.value.field == "grounds"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERVISOR])
def test_only_supervisors_are_licensed(role, campus):
    person = factories.member(campus.program, role)
    with pytest.raises(InvalidInput, match="is not a supervisor of this program") as refused:
        grant(campus, person)
    assert refused.value.field == "reviewer"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_only_directors_license_and_suspend(role, candidate, campus):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed):
        grant(campus, candidate, by=other)
    licence = grant(campus, candidate)
    with pytest.raises(NotAllowed):
        suspend_licence(campus.program, licence, by=other, reason="Drift.")
