"""What an erasure leaves, relation by relation, and on what ground.

Every relation to a person must stand here, or go with the account (`on_delete=CASCADE`, or named
in `GOES`): a test compares. docs/privacy.md says the grounds to people.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from django.db.models import CASCADE, ForeignObjectRel

from competency.accounts.models import User


class Ground(StrEnum):
    RECORD = "record"  # what was sat, judged and decided must stay provable
    REGISTER = "register"  # whoever was shown a certificate can check it
    OFFICE = "office"  # who judged, decided and published answers for it by name
    ROLES = "roles"  # who belonged to a program, and could not judge whom
    CONSENT = "consent"  # proof of what was agreed to, and of what was erased


KEPT: Mapping[str, Ground] = {
    "competency.personkey.person": Ground.CONSENT,  # an empty row that says when
    "competency.consent.person": Ground.CONSENT,
    "competency.erasure.person": Ground.CONSENT,
    "competency.erasure.asked_by": Ground.OFFICE,
    "competency.notice.published_by": Ground.OFFICE,
    "competency.membership.person": Ground.ROLES,
    "competency.enrolment.trainee": Ground.RECORD,
    "competency.placement.supervisor": Ground.ROLES,
    "competency.conflict.person": Ground.ROLES,
    "competency.conflict.other": Ground.ROLES,
    "competency.conflict.lifted_by": Ground.OFFICE,
    "competency.leave.granted_by": Ground.OFFICE,
    "competency.hoursentry.trainee": Ground.RECORD,
    "competency.hoursentry.submitted_by": Ground.OFFICE,
    "competency.hoursentry.settled_by": Ground.OFFICE,
    "competency.hoursprofile.written_by": Ground.OFFICE,
    "competency.hoursprofile.confirmed_by": Ground.OFFICE,
    "competency.hourschoice.chosen_by": Ground.OFFICE,
    "competency.roster.uploaded_by": Ground.OFFICE,
    "competency.roster.settled_by": Ground.OFFICE,
    "competency.accommodation.granted_by": Ground.OFFICE,
    "competency.frameworkversion.published_by": Ground.OFFICE,
    "competency.rubricversion.published_by": Ground.OFFICE,
    "competency.scopeprofileversion.published_by": Ground.OFFICE,
    "competency.standardversion.published_by": Ground.OFFICE,
    "competency.decision.settled_by": Ground.OFFICE,
    "competency.appeal.decider": Ground.OFFICE,
    "competency.remediationplan.written_by": Ground.OFFICE,
    "competency.case.opened_by": Ground.OFFICE,
    "competency.case.closed_by": Ground.OFFICE,
    "competency.complaint.complainant": Ground.RECORD,
    "competency.complaint.answered_by": Ground.OFFICE,
    "competency.certificate.holder": Ground.REGISTER,
    "competency.transcript.holder": Ground.CONSENT,  # an empty row that says when it was signed
    "competency.mishap.released_by": Ground.OFFICE,
    "competency.integritycheck.asked_by": Ground.OFFICE,
    "competency.issuingrun.started_by": Ground.OFFICE,
    "competency.report.asked_by": Ground.OFFICE,
    "competency.reportschedule.created_by": Ground.OFFICE,
    "competency.invitation.invited_by": Ground.OFFICE,
    "competency.endpoint.made_by": Ground.OFFICE,
    "assessments.assessment.published_by": Ground.OFFICE,
    "assessments.vignetteversion.published_by": Ground.OFFICE,
    "assessments.key.published_by": Ground.OFFICE,
    "assessments.lateruling.ruled_by": Ground.OFFICE,
    "assessments.sitting.opened_by": Ground.OFFICE,
    "assessments.sitting.cancelled_by": Ground.OFFICE,
    "assessments.extension.granted_by": Ground.OFFICE,
    "assessments.licence.reviewer": Ground.OFFICE,
    "assessments.licence.granted_by": Ground.OFFICE,
    "assessments.review.reviewer": Ground.OFFICE,
    "assessments.adjudication.adjudicator": Ground.OFFICE,
    "assessments.harmjudgement.judge": Ground.OFFICE,
    "assessments.opinion.judge": Ground.OFFICE,
    "admin.logentry.user": Ground.OFFICE,  # Django would let it go with the account
}

# Somebody's own conveniences, which nothing else points to.
GOES = frozenset(
    {
        "competency.notification.person",
        "competency.muted.person",
        "competency.reportschedule_recipients.user",
        "assessments.comment.reviewer",
        "assessments.deskchoice.reviewer",
    }
)


def relations() -> Iterator[tuple[str, ForeignObjectRel]]:
    """Every relation of another row to a person, hidden ones included, by its label."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
            field: Any = relation.field
            yield f"{relation.related_model._meta.label_lower}.{field.name}", relation


def goes_with_account(label: str, relation: ForeignObjectRel) -> bool:
    cascades = getattr(relation, "on_delete", None) is CASCADE
    return label in GOES or (cascades and label not in KEPT)


def count_kept(person: User) -> dict[str, int]:
    """How many rows of each relation stay, by label; relations without any are left out."""
    counts = {
        label: _rows(relation, person).count()
        for label, relation in relations()
        if not goes_with_account(label, relation)
    }
    return {label: count for label, count in sorted(counts.items()) if count}


def delete_what_goes(person: User) -> None:
    """Tokens, sign-in methods and the like: they belong to an account and to nothing else."""
    for label, relation in relations():
        if goes_with_account(label, relation):
            _rows(relation, person).delete()


def _rows(relation: ForeignObjectRel, person: User) -> Any:
    model: Any = relation.related_model
    return model._base_manager.filter(**{relation.field.name: person})
