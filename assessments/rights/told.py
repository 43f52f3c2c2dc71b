"""Which rows about a person their own data hold, relation by relation, and which they do not.

Every relation to a person, and to their places, attempts, decisions and certificates, stands here:
a test compares.
"""

from collections.abc import Mapping
from enum import StrEnum

# Relation → the section of `own_data` that holds it.
TOLD: Mapping[str, str] = {
    "account.emailaddress.user": "sign_in",
    "authtoken.token.user": "sign_in",
    "mfa.authenticator.user": "sign_in",
    "socialaccount.socialaccount.user": "sign_in",
    "usersessions.usersession.user": "signed_in_from",
    "competency.membership.person": "roles",
    "competency.invitation.accepted_by": "invitations",
    "competency.notification.person": "notifications",
    "competency.muted.person": "choices",
    "assessments.comment.reviewer": "choices",
    "assessments.deskchoice.reviewer": "choices",
    "competency.consent.person": "consents",
    "competency.erasure.person": "erasures",
    "competency.complaint.complainant": "complaints",
    "competency.conflict.person": "conflicts",
    "competency.conflict.other": "conflicts",
    "competency.enrolment.trainee": "places",
    "competency.enrolment.came_from": "places",
    "competency.accommodation.enrolment": "places",
    "competency.leave.enrolment": "places",
    "competency.placement.enrolment": "places",
    "competency.placement.supervisor": "supervised",
    "competency.hoursentry.trainee": "hours",
    "competency.hoursentry.enrolment": "hours",
    "competency.case.enrolment": "cases",
    "competency.certificate.holder": "certificates",
    "competency.transcript.holder": "sharing",
    "competency.decision.enrolment": "attempts",
    "competency.remediationplan.decision": "attempts",
    "competency.appeal.decision": "appeals",
    "competency.certificate.decision": "certificates",
    "competency.disclosure.certificate": "sharing",
    "competency.sharelink.certificate": "sharing",
    "assessments.practicesitting.trainee": "practice",
    "assessments.place.enrolment": "sittings",
    "assessments.place.attempt": "sittings",
    "assessments.sitting.enrolment": "sittings",
    "assessments.attempt.enrolment": "attempts",
    "assessments.extension.attempt": "attempts",
    "assessments.pause.attempt": "attempts",
    "assessments.submission.attempt": "attempts",
    "assessments.answer.submission": "attempts",
    "assessments.lateanswer.submission": "attempts",
    "assessments.stagecommit.submission": "attempts",
    "assessments.review.submission": "attempts",
    "assessments.review.reviewer": "reviews_given",
    "assessments.adjudication.adjudicator": "adjudications_given",
    "assessments.harmjudgement.judge": "harm_judged",
    "assessments.opinion.judge": "opinions_given",
    "assessments.licence.reviewer": "licenses",
    "competency.endpoint.made_by": "set_up",
    "competency.report.asked_by": "set_up",
    "competency.reportschedule.created_by": "set_up",
    "competency.reportschedule_recipients.user": "set_up",
    "competency.roster.uploaded_by": "set_up",
    "admin.logentry.user": "set_up",
}


class LeftOut(StrEnum):
    IN_OFFICE = "Done in office: the act stands under `acts`, and the row is about others"
    OPENS = "It opens the account, or grants rights in it, and says nothing else of the person"
    QUOTES = "It is not given yet, and quotes somebody else"
    IN_DOSSIER = "Its outcome stands in the result, once that is released"
    COPY = "It repeats what is told elsewhere, for a report, a run or as a signed file"


OFFICE = (
    *("competency.accommodation.granted_by", "competency.appeal.decider"),
    *("competency.case.closed_by", "competency.case.opened_by"),
    *("competency.complaint.answered_by", "competency.conflict.lifted_by"),
    *("competency.decision.settled_by", "competency.erasure.asked_by"),
    *("competency.frameworkversion.published_by", "competency.hourschoice.chosen_by"),
    *("competency.hoursentry.settled_by", "competency.hoursentry.submitted_by"),
    *("competency.hoursprofile.confirmed_by", "competency.hoursprofile.written_by"),
    *("competency.integritycheck.asked_by", "competency.invitation.invited_by"),
    *("competency.issuingrun.started_by", "competency.leave.granted_by"),
    *("competency.mishap.released_by", "competency.notice.published_by"),
    *("competency.remediationplan.written_by", "competency.roster.settled_by"),
    *("competency.rubricversion.published_by", "competency.scopeprofileversion.published_by"),
    *("competency.standardversion.published_by", "assessments.assessment.published_by"),
    *("assessments.extension.granted_by", "assessments.key.published_by"),
    *("assessments.lateruling.ruled_by", "assessments.licence.granted_by"),
    *("assessments.sitting.cancelled_by", "assessments.sitting.opened_by"),
    "assessments.vignetteversion.published_by",
)
NOT_TOLD: Mapping[str, LeftOut] = {
    **dict.fromkeys(OFFICE, LeftOut.IN_OFFICE),
    "competency.personkey.person": LeftOut.OPENS,
    "competency.user_groups.user": LeftOut.OPENS,
    "competency.user_user_permissions.user": LeftOut.OPENS,
    "assessments.jotting.writer": LeftOut.QUOTES,
    "competency.evidence.enrolment": LeftOut.IN_DOSSIER,
    "assessments.score.submission": LeftOut.IN_DOSSIER,
    "assessments.harmflag.submission": LeftOut.IN_DOSSIER,
    "assessments.adjudication.submission": LeftOut.IN_DOSSIER,
    "assessments.opinion.attempt": LeftOut.IN_DOSSIER,
    "competency.report.enrolment": LeftOut.COPY,
    "competency.reportline.enrolment": LeftOut.COPY,
    "competency.reportline.decision": LeftOut.COPY,
    "competency.credential.certificate": LeftOut.COPY,
    "competency.issuingitem.certificate": LeftOut.COPY,
}
