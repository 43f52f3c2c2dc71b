"""Everything kept of one person, as data they can take away.

Their own words are included. Other people's identities are not: whoever judged stands without a
name, and so does whoever was judged. Results are included once they are released.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from assessments.attempts.answers import answers_given, join, sealer_of
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState
from assessments.reviews.models import Adjudication, Review
from assessments.rights.own_account import own_account
from assessments.rights.own_program import own_program
from assessments.rights.plain import when as _when
from competency.accounts.models import User
from competency.appeals.models import Appeal, RemediationPlan
from competency.audit.models import AuditEvent
from competency.cases.models import Complaint
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.privacy.models import Consent
from competency.programs.models import Membership

SCHEMA = "own-data/2"
UNKNOWN = (AttemptState.MARKED, AttemptState.DECIDED)  # to the trainee, until the release


def own_data(person: User) -> dict[str, Any]:
    """The data, in values that JSON knows. The caller holds the person's key."""
    return {
        "schema": SCHEMA,
        "taken_at": timezone.now().isoformat(),
        "account": {
            "id": str(person.pk),
            "name": person.name,
            "email": person.email,
            "timezone": person.timezone,
            "since": person.created_at.isoformat(),
        },
        "roles": _roles(person),
        **own_account(person),
        **own_program(person),
        "attempts": [_attempt(attempt) for attempt in _attempts(person)],
        "appeals": _appeals(person),
        "certificates": _certificates(person),
        "complaints": _complaints(person),
        "consents": _consents(person),
        "reviews_given": _reviews(person),
        "adjudications_given": _adjudications(person),
        "acts": _acts(person),
    }


def _roles(person: User) -> list[dict[str, Any]]:
    rows = Membership.objects.filter(person=person).select_related("program")
    return [
        {
            "program": row.program.name,
            "role": row.role,
            "from": _when(row.starts_on),
            "to": _when(row.ends_on),
        }
        for row in rows.order_by("starts_on", "pk")
    ]


def _attempts(person: User) -> Iterable[Attempt]:
    rows = Attempt.objects.of_trainee(person).select_related("assessment", "form", "enrolment")
    return rows.order_by("created_at")


def _attempt(attempt: Attempt) -> dict[str, Any]:
    unknown = attempt.released_at is None and attempt.state in UNKNOWN
    rows = attempt.submissions.select_related("vignette_version__vignette", "attempt__enrolment")
    return {
        "assessment": attempt.assessment.title,
        "number": attempt.number,
        "state": AttemptState.HANDED_IN.value if unknown else attempt.state,
        "sitting_mode": attempt.sitting_mode,
        "identity_check": attempt.identity_check,
        "opens_at": _when(attempt.opens_at),
        "closes_at": _when(attempt.closes_at),
        "started_at": _when(attempt.started_at),
        "handed_in_at": _when(attempt.handed_in_at),
        "pauses": [
            {"from": _when(each.started_at), "to": _when(each.ended_at)}
            for each in attempt.pauses.order_by("started_at")
        ],
        "extensions": [
            {"minutes": each.minutes, "closes_at": _when(each.closes_at), "why": each.words}
            for each in attempt.extensions.all()
        ],
        "submissions": [_submission(row) for row in rows.order_by("position")]
        if attempt.started_at
        else [],
        "result": _result(attempt),
    }


def _submission(submission: Submission) -> dict[str, Any]:
    late = submission.late_answers.select_related("item").order_by("arrived_at")
    sealer = sealer_of(submission)
    return {
        "case": submission.vignette_version.vignette.title,
        "received_at": _when(submission.received_at),
        "content_hash": submission.content_hash,
        "path": list(
            submission.commits.order_by("position").values_list("stage__title", flat=True)
        ),
        "answers": [
            {"asked": given.item.prompt, "answered": given.response}
            for given in answers_given(submission)
        ],
        "late_answers": [
            {"asked": row.item.prompt, "answered": join(row, sealer), "at": _when(row.arrived_at)}
            for row in late
        ],
    }


def _result(attempt: Attempt) -> dict[str, Any] | None:
    """The decision in force and the reasons given, without who judged; nothing before release."""
    if attempt.released_at is None:
        return None
    decisions = Decision.objects.of_trainee(attempt.enrolment.trainee_id)
    decision = decisions.filter(attempt_id=attempt.pk).order_by("-round").first()
    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "reasons": list(decision.reasons),
        "composite": decision.dossier["composite"],
        "competencies": decision.dossier["competencies"],
        "decided_at": _when(decision.settled_at),
        "dossier_hash": decision.dossier_hash,
        "plans": [
            {
                "steps": each.steps,
                "review_on": _when(each.review_on),
                "completed_at": _when(each.completed_at),
                "note": each.completion_note,
            }
            for each in RemediationPlan.objects.filter(decision=decision).order_by("created_at")
        ],
        "ratings": _ratings(attempt),
    }


def _ratings(attempt: Attempt) -> list[dict[str, Any]]:
    reviews = Review.objects.filter(submission__attempt=attempt, completed_at__isnull=False)
    rows = reviews.prefetch_related("ratings__criterion").order_by("round", "pk")
    return [
        {
            "round": review.round,
            "summary": review.summary,
            "criteria": [
                {
                    "criterion": rating.criterion.title,
                    "level": rating.level,
                    "rationale": rating.rationale,
                }
                for rating in review.ratings.all()
            ],
        }
        for review in rows
    ]


def _appeals(person: User) -> list[dict[str, Any]]:
    rows = Appeal.objects.of_trainee(person).select_related("decision__enrolment")
    return [
        {
            "grounds": row.grounds,
            "state": row.state,
            "lodged_at": _when(row.lodged_at),
            "decided_at": _when(row.decided_at),
            "reason": row.reason,
        }
        for row in rows.order_by("lodged_at")
    ]


def _certificates(person: User) -> list[dict[str, Any]]:
    rows = Certificate.objects.of_holder(person).order_by("issued_at")
    return [{"state": row.state, "particulars": row.particulars} for row in rows]


def _complaints(person: User) -> list[dict[str, Any]]:
    rows = Complaint.objects.filter(complainant=person).select_related("program")
    return [
        {
            "program": row.program.name,
            "number": row.number,
            "received_at": _when(row.received_at),
            "subject": row.subject,
            "text": row.words,
            "answered_at": _when(row.answered_at),
            "outcome": row.outcome,
        }
        for row in rows.order_by("received_at")
    ]


def _consents(person: User) -> list[dict[str, Any]]:
    rows = Consent.objects.visible_to(person).select_related("notice").order_by("given_at")
    return [
        {
            "purpose": row.purpose,
            "notice": row.notice.number if row.notice else None,
            "given_at": _when(row.given_at),
            "withdrawn_at": _when(row.withdrawn_at),
        }
        for row in rows
    ]


def _reviews(person: User) -> list[dict[str, Any]]:
    """What a reviewer wrote; the trainee stands as the pseudonym of that review."""
    rows = Review.objects.filter(reviewer=person).prefetch_related("ratings__criterion")
    return [
        {
            "of": row.pseudonym,
            "state": row.state,
            "completed_at": _when(row.completed_at),
            "summary": row.summary,
            "ratings": [
                {
                    "criterion": rating.criterion.code,
                    "level": rating.level,
                    "rationale": rating.rationale,
                }
                for rating in row.ratings.all()
            ],
        }
        for row in rows.order_by("created_at")
    ]


def _adjudications(person: User) -> list[dict[str, Any]]:
    rows = Adjudication.objects.filter(adjudicator=person, completed_at__isnull=False)
    return [
        {
            "completed_at": _when(row.completed_at),
            "settled": [
                {"criterion": each.criterion.code, "level": each.level, "reason": each.reason}
                for each in row.settlements.all()
            ],
        }
        for row in rows.prefetch_related("settlements__criterion").order_by("completed_at")
    ]


def _acts(person: User) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(actor_id=person.pk).order_by("pk")
    return [
        {"at": _when(at), "act": action}
        for at, action in rows.values_list("at", "action").iterator()
    ]
