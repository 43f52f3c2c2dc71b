"""A suspected breach: it holds the decision, never a score; another person closes it."""

from uuid import uuid4

import pytest

from assessments.workflow import services as workflow
from competency.audit.models import AuditEvent
from competency.cases import services
from competency.cases.models import Case
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import attempt_of, count_rows
from tests.refusals import frozen

GROUNDS = "Two sentences stand word for word in a published report."
REASON = "The draft history shows it written sentence by sentence."


def open_case(decision, by, **changes):
    options = {"kind": "copying", "grounds": GROUNDS, "by": by} | changes
    return services.open_case(decision.enrolment, decision.attempt_id, **options)


@pytest.fixture
def other(campus):
    """A second director."""
    return factories.member(campus.program, Role.DIRECTOR)


@pytest.fixture
def case(proposal, campus):
    return open_case(proposal, campus.director)


def close(case, by, **changes):
    options = {"finding": "not_upheld", "reason": REASON, "by": by} | changes
    services.close_case(case, **options)


# --- Opening ---


@pytest.mark.parametrize("kind", Case.Kind.values)
def test_a_director_opens_a_case_about_an_attempt(kind, proposal, campus):
    case = open_case(proposal, campus.director, kind=kind)
    assert (case.kind, case.grounds, case.opened_by) == (kind, GROUNDS, campus.director)
    assert (case.closed_at, case.finding) == (None, "")
    assert list(Case.objects.holding(proposal.attempt_id)) == [case]
    event = AuditEvent.objects.get(action="case.opened", subject_id=case.pk)
    assert (event.actor_id, event.detail) == (campus.director.pk, {"kind": kind})


def test_a_reviewer_opens_a_case_as_well(proposal, campus):
    assert open_case(proposal, campus.supervisors[0]).opened_by == campus.supervisors[0]


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.DIRECTOR, Role.SUPERVISOR)]
)
def test_nobody_else_opens_a_case(role, proposal, campus):
    _, stranger = factories.program_with(Role.DIRECTOR)
    for by in (factories.member(campus.program, role), proposal.enrolment.trainee, stranger):
        with pytest.raises(NotAllowed):
            open_case(proposal, by)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "cheating"}, "kind"), ({"grounds": ""}, "grounds"), ({"grounds": " "}, "grounds")],
)
def test_a_case_says_of_what_kind_it_is_and_what_was_seen(changes, field, proposal, campus):
    before = count_rows(Case, AuditEvent)
    with pytest.raises(InvalidInput) as refused:
        open_case(proposal, campus.director, **changes)
    assert refused.value.field == field
    assert count_rows(Case, AuditEvent) == before


# --- Holding ---


def test_an_open_case_holds_ratification_and_return(case, proposal, campus):
    for verb in (workflow.ratify, workflow.return_decision):
        with pytest.raises(DomainError, match="A case about this attempt is open") as refused:
            verb(proposal, by=campus.certifier, reason="Seen.")
        assert refused.value.code == "held"
    assert Decision.objects.get(pk=proposal.pk).state == "proposed"


def test_a_case_changes_no_score_and_no_proposal(proposal, campus):
    attempt = attempt_of(proposal)
    before = list(attempt.submissions.get().scores.values_list("value"))
    open_case(proposal, campus.director)
    factories.run_workflow(attempt)
    assert list(attempt.submissions.get().scores.values_list("value")) == before
    proposal.refresh_from_db()
    assert (proposal.state, proposal.outcome) == ("proposed", "competent")


def test_a_case_about_another_attempt_holds_nothing_here(proposal, campus):
    services.open_case(
        proposal.enrolment, uuid4(), kind="other", grounds=GROUNDS, by=campus.director
    )
    workflow.ratify(proposal, by=campus.certifier)
    assert proposal.state == "ratified"


@pytest.mark.parametrize("finding", Case.Finding.values)
def test_once_it_is_closed_a_certifier_settles_whatever_was_found(
    finding, case, proposal, campus, other
):
    close(case, other, finding=finding)
    assert not Case.objects.holding(proposal.attempt_id).exists()
    workflow.return_decision(proposal, by=campus.certifier, reason="After the case.")
    assert proposal.state == "returned"


def test_every_open_case_holds_not_only_the_first(case, proposal, campus, other):
    open_case(proposal, campus.director, kind="identity")
    close(case, other)
    with pytest.raises(DomainError, match="it holds the decision"):
        workflow.ratify(proposal, by=campus.certifier)


# --- Closing ---


def test_another_director_closes_it_with_a_finding(case, other):
    close(case, other, finding="upheld", reason="The trainee said so.")
    assert (case.finding, case.finding_reason) == ("upheld", "The trainee said so.")
    assert (case.closed_by, case.closed_at is not None) == (other, True)
    event = AuditEvent.objects.get(action="case.closed", subject_id=case.pk)
    assert (event.actor_id, event.detail) == (other.pk, {"finding": "upheld"})


def test_whoever_opened_it_does_not_close_it(case, campus):
    with pytest.raises(NotAllowed, match="Whoever opened a case does not close it"):
        close(case, campus.director)


def test_a_director_with_a_tie_to_the_trainee_does_not_close_it(case, other, campus):
    trainee = case.enrolment.trainee
    declare_conflict(campus.program, other, trainee, reason="Cousins.", by=other)
    with pytest.raises(NotAllowed, match="a tie to this trainee"):
        close(case, other)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_nobody_but_a_director_closes_a_case(role, case, campus):
    with pytest.raises(NotAllowed):
        close(case, factories.member(campus.program, role))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"finding": "maybe"}, "finding"), ({"finding": ""}, "finding"), ({"reason": " "}, "reason")],
)
def test_a_finding_is_upheld_or_not_and_rests_on_something(changes, field, case, other):
    with pytest.raises(InvalidInput) as refused:
        close(case, other, **changes)
    assert refused.value.field == field
    case.refresh_from_db()
    assert case.closed_at is None


def test_a_case_is_closed_once_and_stays_closed(case, other):
    close(case, other)
    with pytest.raises(DomainError, match="closed already"):
        close(case, other, finding="upheld")
    with frozen():
        Case.objects.filter(pk=case.pk).update(finding="upheld")
    assert AuditEvent.objects.filter(action="case.closed").count() == 1
