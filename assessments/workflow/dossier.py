"""The frozen record behind a decision: every version, person and number it rests on."""

from datetime import datetime
from typing import Any

from assessments.attempts.models import Attempt, Submission
from assessments.reviews.allocation import completed
from assessments.workflow.measurement import Marked, Measurement, flags_of
from competency.hours.ledger import as_record, hours_of

AUTOMATION = (
    "Software scored keyed items, drew reviewers by lot, compared their ratings and computed "
    "the evidence. It suggested no level and judged no harm; people did."
)
LIMITS = (
    "Vignettes show what a trainee knows how to do and can show on paper, never what they do "
    "with clients."
)


def number(value: float, places: int = 4) -> str:
    """Numbers are kept as text, so that every machine reads and hashes them alike.

    >>> number(2.8)
    '2.8000'
    """
    return f"{value:.{places}f}"


def build_dossier(attempt: Attempt, measurement: Measurement) -> dict[str, Any]:
    """Everything the decision rests on, as JSON. Ids stand for people but for the trainee."""
    enrolment, assessment = attempt.enrolment, attempt.assessment
    program = enrolment.cohort.program
    keyed = measurement.findings.keyed
    return {
        "schema": "dossier/1",
        "trainee": {
            "id": str(enrolment.trainee_id),
            "name": enrolment.trainee.name,
            "number": enrolment.trainee_number,
        },
        "program": {
            "id": str(program.pk),
            "code": program.code,
            "name": program.name,
            "approval_number": program.approval_number,
        },
        "cohort": enrolment.cohort.name,
        "issuer": {"name": program.issuer.name, "url": program.issuer.url},
        "assessment": {
            "code": assessment.code,
            "title": assessment.title,
            "version": assessment.number,
            "content_hash": assessment.content_hash,
        },
        "scope_profile": _version(assessment.scope_profile_version),
        "framework": _version(assessment.rubric_version.framework_version),
        "rubric": _version(assessment.rubric_version),
        "hours": as_record(hours_of([enrolment])[enrolment.pk]),
        "attempt": _attempt(attempt),
        "earlier_attempts": _earlier(attempt),
        "submissions": [_submission(row) for row in measurement.marked],
        "competencies": [
            {
                "code": competency.code,
                "title": competency.title,
                "level": number(found.value),
                "standard_error": number(found.standard_error),
                "ratings": found.ratings,
            }
            for competency, found in measurement.competencies.values()
        ],
        "composite": {
            "level": number(measurement.composite.value),
            "standard_error": number(measurement.composite.standard_error),
        },
        "keyed_section": None if keyed is None else number(keyed),
        "harm_flags": _harm_flags(attempt),
        "panel": [
            {"judge": str(row.judge_id), "outcome": row.outcome, "reason": row.reason}
            for row in attempt.opinions.filter(round=attempt.round).order_by("given_at")
        ],
        "judged_by": sorted(_judges(attempt)),
        "automation": AUTOMATION,
        "limits": LIMITS,
    }


def _version(version: Any) -> dict[str, str]:
    return {"version": str(version), "content_hash": version.content_hash}


def when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": str(attempt.pk),
        "number": attempt.number,
        "round": attempt.round,
        "form": attempt.form.number,
        "started_at": when(attempt.started_at),
        "handed_in_at": when(attempt.handed_in_at),
        "sitting_mode": attempt.sitting_mode,
        "identity_check": attempt.identity_check,
        "accommodation": attempt.accommodated,
    }


def _earlier(attempt: Attempt) -> list[dict[str, Any]]:
    """The trainee's attempts at it before this one, whatever became of them."""
    rows = Attempt.objects.filter(
        enrolment=attempt.enrolment_id,
        assessment__code=attempt.assessment.code,
        created_at__lt=attempt.created_at,
    )
    return [
        {
            "number": row.number,
            "state": row.state,
            "handed_in_at": when(row.handed_in_at),
            "sitting_mode": row.sitting_mode,
        }
        for row in rows.order_by("created_at")
    ]


def _submission(row: Marked) -> dict[str, Any]:
    submission = row.submission
    return {
        "id": str(submission.pk),
        "vignette": str(submission.vignette_version),
        "vignette_title": submission.vignette_version.vignette.title,
        "vignette_hash": submission.vignette_version.content_hash,
        "key": submission.key.number,
        "key_hash": submission.key.content_hash,
        "content_hash": submission.content_hash,
        "path": list(submission.commits.order_by("position").values_list("stage__code", flat=True)),
        "reviews": [
            {
                "id": str(review.pk),
                "seat": review.seat,
                "reviewer": str(review.reviewer_id),
                "completed_at": review.completed_at.isoformat() if review.completed_at else None,
                "levels": {r.criterion.code: r.level for r in review.ratings.all()},
            }
            for review in completed(submission)
        ],
        "standing": {code: list(levels) for code, levels in row.judged.levels.items()},
        "settled_by_adjudication": list(row.settled),
        "agreement": {
            "criteria": row.agreement.criteria,
            "exact": number(row.agreement.exact),
            "adjacent": number(row.agreement.adjacent),
        },
    }


def _harm_flags(attempt: Attempt) -> list[dict[str, Any]]:
    flags = (
        flags_of(attempt)
        .select_related("criterion", "option__item")
        .prefetch_related("judgements")
        .order_by("created_at")
    )
    return [
        {
            "id": str(flag.pk),
            "ground": (
                f"criterion {flag.criterion.code}"
                if flag.criterion
                else f"critical option {flag.option}"
            ),
            "state": flag.state,
            "judgements": [
                {
                    "judge": str(judgement.judge_id),
                    "harmful": judgement.harmful,
                    "fresh_reader": judgement.fresh_reader,
                }
                for judgement in flag.judgements.all()
            ],
        }
        for flag in flags
    ]


def _judges(attempt: Attempt) -> set[str]:
    """Everyone who had a hand in marking this attempt, in any round."""
    submissions = Submission.objects.filter(attempt=attempt)
    people = {
        *submissions.values_list("reviews__reviewer", flat=True),
        *submissions.values_list("adjudications__adjudicator", flat=True),
        *submissions.values_list("harm_flags__judgements__judge", flat=True),
        *attempt.opinions.values_list("judge", flat=True),
    }
    return {str(person) for person in people if person is not None}
