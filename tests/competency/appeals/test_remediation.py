"""What a trainee works on before a re-sit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competency.appeals import services
from competency.appeals.models import RemediationPlan
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.frameworks.models import Competency
from competency.programs.circumstances import Placement
from competency.programs.roles import Role
from competency.programs.services import place
from tests import factories
from tests.factories import count_rows
from tests.refusals import frozen

STEPS = "Three role plays of closing a session, with feedback."
SOON = timezone.now().date() + timedelta(days=21)


@pytest.fixture(scope="module")
def shared_not_yet(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.ratified(shared_campus, 2, 2)


@pytest.fixture
def decision(shared_not_yet, db):
    return Decision.objects.get(pk=shared_not_yet.pk)


@pytest.fixture
def own(decision, campus):
    """The trainee's own supervisor."""
    supervisor = factories.supervisor(campus)
    place(decision.enrolment, supervisor, by=campus.director)
    return supervisor


def competencies(campus, *codes):
    return list(Competency.objects.filter(domain__version=campus.framework, code__in=codes))


def plan(campus, decision, by=None, **changes):
    options = {"steps": STEPS, "review_on": SOON, "by": by or campus.director} | changes
    worked_on = options.pop("competencies", None)
    if worked_on is None:
        worked_on = competencies(campus, "C1", "D1")
    return services.plan_remediation(decision, worked_on, **options)


def test_a_director_writes_down_what_the_trainee_works_on(campus, decision):
    made = plan(campus, decision)
    assert (made.steps, made.review_on, made.written_by) == (STEPS, SOON, campus.director)
    assert {competency.code for competency in made.competencies.all()} == {"C1", "D1"}
    assert made.completed_at is None
    event = AuditEvent.objects.get(action="remediation.planned", subject_id=made.pk)
    assert (event.actor_id, event.program_id) == (campus.director.pk, campus.program.pk)


def test_the_trainees_own_supervisor_may_plan_and_complete(campus, decision, own):
    made = plan(campus, decision, by=own)
    assert made.written_by == own
    services.complete_remediation(made, note="All three were done.", by=own)
    assert made.completed_at is not None


def test_a_supervisor_of_the_past_plans_nothing(campus, decision, own):
    yesterday = timezone.now().date() - timedelta(days=1)
    Placement.objects.filter(supervisor=own).update(starts_on=yesterday, ends_on=yesterday)
    with pytest.raises(NotAllowed):
        plan(campus, decision, by=own)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_nobody_else_plans_or_completes(role, campus, decision):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed):
        plan(campus, decision, by=other)
    made = plan(campus, decision)
    for stranger in (other, decision.enrolment.trainee):
        with pytest.raises(NotAllowed):
            services.complete_remediation(made, note="Done.", by=stranger)


@pytest.mark.parametrize(
    "build",
    [
        lambda campus: factories.ratified(campus, 4, 4),
        lambda campus: factories.proposed(campus, 2, 2),
    ],
    ids=["competent", "proposed"],
)
def test_a_plan_follows_a_ratified_not_yet(build, campus):
    with pytest.raises(DomainError, match="A plan follows a ratified"):
        plan(campus, build(campus))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"steps": " "}, "steps"), ({"steps": ""}, "steps"), ({"competencies": []}, "competencies")],
)
def test_a_plan_names_steps_and_competencies(changes, field, campus, decision):
    before = count_rows(RemediationPlan, AuditEvent)
    with pytest.raises(InvalidInput) as refused:
        plan(campus, decision, **changes)
    assert refused.value.field == field
    assert count_rows(RemediationPlan, AuditEvent) == before


def test_a_decision_has_one_plan(campus, decision):
    plan(campus, decision)
    with pytest.raises(DomainError, match="has a plan already"):
        plan(campus, decision)
    assert RemediationPlan.objects.count() == 1


def test_a_plan_is_completed_once_with_what_was_done(campus, decision):
    made = plan(campus, decision)
    for note in ("", "  "):
        with pytest.raises(InvalidInput) as refused:
            services.complete_remediation(made, note=note, by=campus.director)
        assert refused.value.field == "note"
    services.complete_remediation(made, note="All three were done.", by=campus.director)
    assert (made.completion_note, made.completed_at is not None) == ("All three were done.", True)
    with pytest.raises(DomainError, match="completed already"):
        services.complete_remediation(made, note="Again.", by=campus.director)
    with frozen():
        RemediationPlan.objects.filter(pk=made.pk).update(steps="Fewer.")
    assert AuditEvent.objects.filter(action="remediation.completed").count() == 1
