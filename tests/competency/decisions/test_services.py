"""Standards, proposals, and the certifier's word."""

import pytest
from django.db import IntegrityError, transaction

from competency.audit.models import AuditEvent
from competency.cases.services import close_case, open_case
from competency.decisions import services
from competency.decisions.contents import standard_content
from competency.decisions.models import Decision
from competency.decisions.rules import Thresholds
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.foundation.hashing import content_hash
from competency.programs.roles import Role
from competency.programs.services import declare_conflict, place
from tests import factories
from tests.factories import attempt_of
from tests.refusals import change

# --- Standards ---


@pytest.fixture
def desk(db):
    """A program and its author."""
    return factories.program_with(Role.AUTHOR)


def test_a_standard_says_what_it_was_written_to_say(desk):
    version = factories.published_standard(*desk, cut="2.90", minima={"C3": "2.00", "C1": "1.5"})
    said = standard_content(version)
    assert (said["cut"], said["keyed_cut"], said["competent_at"]) == ("2.9", "0.5", "0.95")
    assert said["minima"] == {"C1": "1.5", "C3": "2"}
    assert said["variance_components"]["reviewer"] == "0.010"
    assert version.content_hash == content_hash(said)


def test_the_thresholds_of_a_standard_are_what_the_rules_weigh(desk):
    version = factories.published_standard(*desk)
    assert services.thresholds_of(version) == Thresholds(
        cut=2.8,
        keyed_cut=0.5,
        competent_at=0.95,
        not_yet_at=0.05,
        minima={"C3": 2.0},
        has_components=True,
    )
    unstudied = factories.published_standard(*desk, version=2, variance_components=None)
    assert not services.thresholds_of(unstudied).has_components


def test_a_standard_without_dates_and_limits_takes_the_usual_ones(desk):
    version = factories.drafted_standard(*desk)
    assert (version.resit_days, version.resit_limit, version.appeal_days) == (30, 3, 30)


def test_a_version_is_drafted_once(desk):
    factories.drafted_standard(*desk)
    with pytest.raises(InvalidInput, match="Version 1 of STANDARD exists already"):
        factories.drafted_standard(*desk)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
def test_only_authors_write_standards(role, desk):
    program, author = desk
    other = factories.member(program, role)
    with pytest.raises(NotAllowed):
        factories.drafted_standard(program, other)
    version = factories.drafted_standard(program, author)
    with pytest.raises(NotAllowed):
        services.publish_standard(version, by=other)


# --- Proposals ---


def test_a_proposal_is_frozen_with_its_dossier(proposal):
    assert proposal.dossier_hash == content_hash(proposal.dossier)
    assert proposal.settled_by is None
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        change(proposal, outcome="not_yet")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        change(proposal, dossier={})


def test_the_workflow_proposes_and_says_so(proposal):
    event = AuditEvent.objects.get(action="decision.proposed", subject_id=proposal.pk)
    assert event.actor_id is None
    assert event.detail == {"outcome": "competent"}


def test_a_dossier_reads_the_same_from_the_database(proposal):
    proposal.refresh_from_db()
    assert content_hash(proposal.dossier) == proposal.dossier_hash


# --- Ratifying ---


def test_a_certifier_ratifies_by_name(proposal, campus):
    services.ratify(proposal, by=campus.certifier, reason="Clear.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_by, proposal.settled_reason) == (
        "ratified",
        campus.certifier,
        "Clear.",
    )
    event = AuditEvent.objects.get(action="decision.ratified", subject_id=proposal.pk)
    assert (event.actor_id, event.reason) == (campus.certifier.pk, "Clear.")


def test_a_decision_is_settled_once(proposal, campus):
    rival = Decision.objects.get(pk=proposal.pk)
    services.ratify(proposal, by=campus.certifier)
    with pytest.raises(TransitionRefused, match="is ratified"):
        services.ratify(proposal, by=campus.certifier)
    with pytest.raises(TransitionRefused, match="somebody was quicker"):
        services.return_decision(rival, by=campus.certifier, reason="No.")
    assert Decision.objects.get(pk=proposal.pk).state == "ratified"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CERTIFIER])
def test_only_certifiers_settle(role, proposal, campus):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed, match="do not include “decision: ratify”"):
        services.ratify(proposal, by=other)
    with pytest.raises(NotAllowed, match="do not include “decision: ratify”"):
        services.return_decision(proposal, by=other, reason="No.")
    assert Decision.objects.get(pk=proposal.pk).state == "proposed"


def test_a_certifier_of_another_program_is_a_stranger(proposal):
    _, stranger = factories.program_with(Role.CERTIFIER)
    with pytest.raises(NotAllowed):
        services.ratify(proposal, by=stranger)


def conflicted(kind, decision, campus):
    """Somebody who is a certifier, and has a stake."""
    if kind == "yourself":
        person = decision.enrolment.trainee
    elif kind == "marking":
        person = factories.reviews_of(attempt_of(decision))[0].reviewer
    else:
        person = factories.member(campus.program, Role.SUPERVISOR)
    factories.membership(campus.program, Role.CERTIFIER, person)
    if kind == "supervise":
        place(decision.enrolment, person, by=campus.director)
    if kind == "declared":
        declare_conflict(
            campus.program, person, decision.enrolment.trainee, reason="Cousins.", by=person
        )
    return person


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("yourself", "the decision is about yourself"),
        ("marking", "you took part in marking this attempt"),
        ("supervise", "you supervise this trainee or have declared a conflict"),
        ("declared", "you supervise this trainee or have declared a conflict"),
    ],
)
def test_a_certifier_with_a_stake_is_refused_and_told_why(kind, words, proposal, campus):
    person = conflicted(kind, proposal, campus)
    with pytest.raises(NotAllowed, match=words):
        services.ratify(proposal, by=person)
    with pytest.raises(NotAllowed, match=words):
        services.return_decision(proposal, by=person, reason="No.")
    assert Decision.objects.get(pk=proposal.pk).state == "proposed"


def test_every_stake_is_named(proposal, campus):
    reviewer = factories.reviews_of(attempt_of(proposal))[0].reviewer
    factories.membership(campus.program, Role.CERTIFIER, reviewer)
    place(proposal.enrolment, reviewer, by=campus.director)
    with pytest.raises(NotAllowed, match=r"you supervise .* and you took part in marking"):
        services.ratify(proposal, by=reviewer)


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b"])
def test_returning_needs_a_reason(reason, proposal, campus):
    with pytest.raises(InvalidInput) as refused:
        services.return_decision(proposal, by=campus.certifier, reason=reason)
    assert refused.value.field == "reason"
    assert Decision.objects.get(pk=proposal.pk).state == "proposed"


def test_a_reason_that_cannot_be_stored_is_refused_by_field(proposal, campus):
    with pytest.raises(InvalidInput) as refused:
        services.ratify(proposal, by=campus.certifier, reason="a\x00b")
    assert refused.value.field == "reason"


def test_a_returned_decision_says_who_and_why(proposal, campus):
    services.return_decision(proposal, by=campus.certifier, reason="The rationales contradict.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_by, proposal.settled_reason) == (
        "returned",
        campus.certifier,
        "The rationales contradict.",
    )


def test_an_open_case_holds_the_decision(proposal, campus):
    case = open_case(
        proposal.enrolment,
        proposal.attempt_id,
        kind="copying",
        grounds="Word for word.",
        by=campus.supervisors[0],
    )
    with pytest.raises(DomainError, match="open; it holds the decision") as refused:
        services.ratify(proposal, by=campus.certifier)
    assert refused.value.code == "held"
    close_case(case, finding="not_upheld", reason="Chance.", by=campus.director)
    services.ratify(proposal, by=campus.certifier)


# --- Who sees what ---


def test_decisions_are_seen_in_their_program_by_those_who_may(proposal, campus):
    auditor = factories.member(campus.program, Role.AUDITOR)
    for person in (campus.director, campus.certifier, auditor):
        assert list(Decision.objects.visible_to(person)) == [proposal]
    _, stranger = factories.program_with(Role.DIRECTOR)
    others = (campus.author, campus.supervisors[0], proposal.enrolment.trainee, stranger)
    for person in others:
        assert not Decision.objects.visible_to(person).exists()


def test_a_trainee_sees_a_decision_once_it_is_ratified(proposal, campus):
    trainee = proposal.enrolment.trainee
    assert not Decision.objects.of_trainee(trainee).exists()
    services.ratify(proposal, by=campus.certifier)
    assert list(Decision.objects.of_trainee(trainee)) == [proposal]
    assert not Decision.objects.of_trainee(campus.director).exists()


def test_a_proposal_waits_for_certifiers_but_never_for_the_one_it_is_about(proposal, campus):
    assert list(Decision.objects.waiting_for(campus.certifier)) == [proposal]
    trainee = proposal.enrolment.trainee
    factories.membership(campus.program, Role.CERTIFIER, trainee)
    assert not Decision.objects.waiting_for(trainee).exists()
    assert not Decision.objects.waiting_for(campus.director).exists()
    services.ratify(proposal, by=campus.certifier)
    assert not Decision.objects.waiting_for(campus.certifier).exists()


def test_only_a_formative_decision_takes_effect_without_a_name(proposal):
    with pytest.raises(IntegrityError, match="decision_settled_by_a_person"):
        change(proposal, state="ratified", settled_at=proposal.created_at)
