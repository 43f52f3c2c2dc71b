"""A formative Standard: the result takes effect at once and certifies nothing."""

import pytest

from assessments.workflow import services as workflow
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.certificates.services import award
from competency.decisions.models import Decision
from competency.foundation.errors import TransitionRefused
from tests import factories
from tests.factories import attempt_of


@pytest.fixture(scope="module")
def shared_formative(module_rows, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.campus(standard={"formative": True})


@pytest.fixture
def campus(shared_formative, db):
    return shared_formative


@pytest.mark.parametrize(
    ("levels", "outcome"), [((4, 4), "competent"), ((2, 2), "not_yet"), ((3, 3), "refer")]
)
def test_whatever_it_says_it_is_in_effect_without_a_certifier(levels, outcome, campus):
    decision = factories.proposed(campus, *levels)
    assert (decision.outcome, decision.state, decision.formative) == (outcome, "ratified", True)
    assert decision.settled_at is not None
    assert decision.settled_by is None
    attempt = attempt_of(decision)
    assert (attempt.state, attempt.round) == ("decided", 1)
    assert not Certificate.objects.exists()


def test_nobody_ratifies_or_returns_what_is_in_effect(campus):
    decision = factories.proposed(campus, 4, 4)
    for verb in (workflow.ratify, workflow.return_decision):
        with pytest.raises(TransitionRefused, match="is ratified"):
            verb(decision, by=campus.certifier, reason="Seen.")


def test_a_formative_refer_leads_to_no_further_round(campus):
    attempt = attempt_of(factories.proposed(campus, 3, 3))
    factories.run_workflow(attempt)
    assert (attempt.state, attempt.round) == ("decided", 1)
    assert Decision.objects.get(attempt_id=attempt.pk).referral == ""


def test_asked_for_a_certificate_the_register_gives_none(campus):
    decision = factories.proposed(campus, 4, 4)
    assert award(decision) is None
    assert not Certificate.objects.exists()


def test_the_trail_says_that_the_workflow_put_it_into_effect(campus):
    decision = factories.proposed(campus, 4, 4)
    actions = AuditEvent.objects.filter(subject_id=decision.pk).order_by("pk")
    assert [(event.action, event.actor_id) for event in actions] == [
        ("decision.proposed", None),
        ("decision.ratified", None),
    ]


def test_the_dossier_of_a_formative_result_says_what_it_is(campus):
    assert factories.proposed(campus, 4, 4).dossier["standard"]["formative"] is True
