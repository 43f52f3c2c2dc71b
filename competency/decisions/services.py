"""Propose a decision, and let a certifier ratify or return it."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.decisions import rules
from competency.decisions.contents import standard_content
from competency.decisions.models import Decision, Minimum, Standard, StandardVersion
from competency.decisions.policies import certifiers_free_for, check_certifies
from competency.decisions.states import DecisionState, Outcome
from competency.foundation.errors import InvalidInput
from competency.foundation.hashing import content_hash
from competency.foundation.text import require_words, take_content, take_words
from competency.frameworks.kept import of_published
from competency.frameworks.services import (
    find_or_start,
    no_problems,
    publish_version,
    start_version,
)
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.models import Enrolment, Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.webhooks.models import Event
from competency.webhooks.services import announce

STANDARD_FIELDS = (
    "pilot",
    "formative",
    "status_note",
    "required_reviews",
    "cut",
    "cut_error",
    "cut_method",
    "keyed_cut",
    "competent_at",
    "not_yet_at",
    "variance_components",
    "resit_days",
    "resit_limit",
    "appeal_days",
    "validity_months",
    "rehearsal_seconds",
    "minutes",
    "pause_minutes",
    "grace_seconds",
    "sitting_mode",
)


@transaction.atomic
def draft_standard(program: Program, content: Mapping[str, Any], *, by: User) -> StandardVersion:
    """Write a Standard version as a draft. `content` has the shape of a standard file."""
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    version = start_version(
        StandardVersion,
        content["code"],
        standard=find_or_start(Standard, program, content),
        number=content["version"],
        **{field: content[field] for field in STANDARD_FIELDS if field in content},
    )
    Minimum.objects.bulk_create(
        Minimum(version=version, competency_code=code, level=level)
        for code, level in content.get("minima", {}).items()
    )
    version.refresh_from_db()
    record("standard.drafted", version, by=by)
    return version


def publish_standard(version: StandardVersion, *, by: User) -> None:
    """Freeze a Standard version."""
    publish_version(version, standard_content, no_problems, by=by)


@of_published
def thresholds_of(standard: StandardVersion) -> rules.Thresholds:
    return rules.Thresholds(
        cut=float(standard.cut),
        keyed_cut=float(standard.keyed_cut),
        competent_at=float(standard.competent_at),
        not_yet_at=float(standard.not_yet_at),
        minima={row.competency_code: float(row.level) for row in standard.minima.all()},
        has_components=bool(standard.variance_components),
    )


@transaction.atomic
def propose_decision(
    enrolment: Enrolment,
    standard: StandardVersion,
    findings: rules.Findings,
    *,
    attempt_id: UUID,
    round_number: int,
    dossier: Mapping[str, Any],
) -> Decision:
    """Compute what follows and freeze it with its dossier, for a person to ratify.

    The proposal of a later round replaces the one in force.
    """
    proposal = rules.propose(findings, thresholds_of(standard))
    for earlier in Decision.objects.filter(attempt_id=attempt_id, state=DecisionState.RATIFIED):
        move(
            earlier,
            DecisionState.SUPERSEDED,
            by=None,
            reason="A new round was decided.",
        )
    full = {
        **dossier,
        "standard": standard_content(standard),
        "proposal": {
            "outcome": proposal.outcome,
            "reasons": list(proposal.reasons),
            "probability": _fixed(proposal.probability),
            "gates": [asdict(gate) for gate in proposal.gates],
        },
    }
    decision = Decision.objects.create(
        enrolment=enrolment,
        standard_version=standard,
        attempt_id=attempt_id,
        round=round_number,
        outcome=proposal.outcome,
        reasons=list(proposal.reasons),
        composite=_fixed(findings.composite.value, 4),
        standard_error=_fixed(findings.composite.standard_error, 4),
        probability=_fixed(proposal.probability),
        dossier=full,
        dossier_hash=content_hash(full),
        formative=standard.formative,
    )
    record("decision.proposed", decision, by=None, outcome=proposal.outcome)
    if standard.formative:
        # A formative result takes effect at once: it certifies nothing.
        move(decision, DecisionState.RATIFIED, by=None, changes={"settled_at": timezone.now()})
        announce(Event.DECISION_RATIFIED, decision.pk, decision.program_id)
    else:
        notify(Kind.DECISION_PROPOSED, decision.pk, certifiers_free_for(decision))
    return decision


def _fixed(value: float | None, places: int = 6) -> str | None:
    return None if value is None else f"{Decimal(value):.{places}f}"


@transaction.atomic
def ratify(decision: Decision, *, by: User, reason: str = "", referral: str = "") -> None:
    """Put a certifier's name under a proposal. Raises NotAllowed, naming any conflict.

    `referral` says how a *refer* goes on; without it, the usual way.
    """
    check_certifies(by, decision)
    referral = _referral(decision, referral)
    reason = take_words("reason", reason)
    _settle(decision, DecisionState.RATIFIED, by=by, reason=reason, referral=referral)


def _referral(decision: Decision, wanted: str) -> str:
    if decision.outcome != Outcome.REFER:
        if wanted:
            raise InvalidInput({"referral": "Only a *refer* goes on to a referral."})
        return ""
    earlier = Decision.objects.filter(attempt_id=decision.attempt_id).exclude(referral="")
    choices = rules.referral_choices(earlier.count())
    if wanted and wanted not in choices:
        raise InvalidInput({"referral": f"This referral goes on by: {', '.join(choices)}."})
    return wanted or choices[0]


@transaction.atomic
def return_decision(decision: Decision, *, by: User, reason: str) -> None:
    """Send a proposal back with a reason; a new round follows."""
    reason = require_words("reason", reason, "Say why the proposal goes back.")
    check_certifies(by, decision)
    _settle(decision, DecisionState.RETURNED, by=by, reason=reason)


def _settle(decision: Decision, to: str, *, by: User, reason: str, referral: str = "") -> None:
    changes = {
        "settled_at": timezone.now(),
        "settled_by": by,
        "settled_reason": reason,
        "referral": referral,
    }
    move(decision, to, by=by, reason=reason, changes=changes)
    if to == DecisionState.RATIFIED:
        announce(Event.DECISION_RATIFIED, decision.pk, decision.program_id)
