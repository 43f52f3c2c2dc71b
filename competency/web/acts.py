"""What an event of the trail says, in words for people: who did what to which row."""

from collections.abc import Mapping

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from competency.audit.models import AuditEvent
from competency.programs.auditing import READ

# Each follows a name, or “The workflow”. What is not here is told by the names of row and act.
WORDS: Mapping[str, object] = {
    "accommodation.ended": __("ended an accommodation"),
    "accommodation.granted": __("granted an accommodation"),
    "account.made": __("made an account"),
    "account.renamed": __("changed the name on an account"),
    "account.timezone_chosen": __("chose a time zone"),
    "adjudication.opened": __("asked a third person to adjudicate"),
    "adjudication.settled": __("settled what two reviewers disputed"),
    "answer.late": __("kept an answer that came after time"),
    "answer.ruled": __("ruled on a late answer"),
    "appeal.denied": __("denied an appeal"),
    "appeal.granted": __("granted an appeal"),
    "appeal.lodged": __("lodged an appeal"),
    "appeal.under_review": __("took up an appeal"),
    "appeal.withdrawn": __("withdrew an appeal"),
    "assessment.drafted": __("drafted an assessment"),
    "assessment.published": __("published an assessment"),
    "assessment.retired": __("retired an assessment"),
    "attempt.assigned": __("opened an assessment for a trainee"),
    "attempt.decided": __("closed an attempt with a decision"),
    "attempt.extended": __("gave more time for an attempt"),
    "attempt.handed_in": __("handed in"),
    "attempt.in_progress": __("began a sitting"),
    "attempt.lapsed": __("let an attempt lapse that nobody began"),
    "attempt.marked": __("found every response of an attempt marked"),
    "attempt.paused": __("paused a sitting"),
    "attempt.released": __("released results"),
    "attempt.reserve_added": __("added a reserve vignette"),
    "attempt.resumed": __("went on with a sitting"),
    "attempt.void": __("declared an attempt void"),
    "case.closed": __("closed a case"),
    "case.opened": __("opened a case"),
    "certificate.awarded": __("awarded a certificate"),
    "certificate.expired": __("marked a certificate expired"),
    "certificate.issued": __("issued a certificate"),
    "certificate.name_corrected": __("corrected the name on a certificate"),
    "certificate.renewed": __("renewed a certificate"),
    "certificate.replaced": __("replaced a certificate by a newer one"),
    "certificate.revoked": __("revoked a certificate"),
    "certificate.suspended": __("suspended a certificate"),
    "cohort.changed": __("changed a cohort’s name or dates"),
    "cohort.closed": __("closed a cohort"),
    "cohort.open": __("opened a cohort again"),
    "cohort.opened": __("opened a cohort"),
    "complaint.answered": __("answered a complaint"),
    "complaint.received": __("entered a complaint in the register"),
    "conflict.declared": __("declared a conflict of interest"),
    "conflict.lifted": __("lifted a conflict of interest"),
    "consent.given": __("gave consent"),
    "consent.withdrawn": __("withdrew consent"),
    "credential.signed": __("signed a credential"),
    "credential.withdrawn": __("took a credential out of force"),
    "decision.proposed": __("proposed a decision"),
    "decision.ratified": __("ratified a decision"),
    "decision.returned": __("returned a decision"),
    "decision.superseded": __("superseded a decision"),
    "delivery.delivered": __("delivered a webhook’s message"),
    "delivery.due": __("sent a webhook’s message again"),
    "delivery.failed": __("could not deliver a webhook’s message"),
    "delivery.given_up": __("gave a webhook’s message up"),
    "demo.told": __("told the story of the demo"),
    "desk.handed_over": __("handed a whole desk over"),
    "disclosure.given": __("agreed to show more of a certificate"),
    "disclosure.withdrawn": __("agreed no longer to show more of a certificate"),
    "enrolment.active": __("welcomed a trainee back from leave"),
    "enrolment.made": __("enrolled a trainee"),
    "enrolment.on_leave": __("granted a leave of absence"),
    "enrolment.renumbered": __("corrected a trainee’s number"),
    "enrolment.transferred": __("moved a trainee to another cohort"),
    "enrolment.withdrawn": __("withdrew a trainee from a cohort"),
    "evidence.recorded": __("recorded evidence"),
    "framework.drafted": __("drafted a framework"),
    "framework.note": __("noted something about a framework"),
    "frameworkversion.published": __("published a framework"),
    "frameworkversion.retired": __("retired a framework"),
    "harmflag.confirmed": __("confirmed possible harm"),
    "harmflag.dismissed": __("dismissed possible harm"),
    "harmflag.judged": __("judged possible harm"),
    "harmflag.raised": __("raised a flag of possible harm"),
    "harmreading.assigned": __("asked somebody fresh to read a flagged passage"),
    "hourschoice.made": __("chose which hours a cohort is required"),
    "hoursentry.approved": __("approved hours"),
    "hoursentry.returned": __("returned hours"),
    "hoursentry.struck": __("struck out hours"),
    "hoursentry.submitted": __("handed in hours"),
    "hoursentry.withdrawn": __("took back hours"),
    "hoursprofile.confirmed": __("confirmed what is required in hours"),
    "hoursprofile.written": __("wrote what is required in hours"),
    "integritycheck.asked": __("asked for a check of the trail"),
    "integritycheck.finished": __("finished a check of the trail"),
    "invitation.accepted": __("accepted an invitation"),
    "invitation.sent": __("sent an invitation"),
    "invitation.withdrawn": __("withdrew an invitation"),
    "issueridentity.given": __("gave an issuer its identity"),
    "issuerkey.compromised": __("declared an issuer’s key compromised"),
    "issuerkey.created": __("made a key for an issuer"),
    "issuerkey.retired": __("retired an issuer’s key"),
    "issuerkey.sealed_anew": __("sealed an issuer’s key anew"),
    "issuerseal.created": __("made a seal for an issuer"),
    "issuerseal.imported": __("imported a seal for an issuer"),
    "issuerseal.retired": __("retired an issuer’s seal"),
    "issuerseal.sealed_anew": __("sealed an issuer’s seal anew"),
    "issuingrun.finished": __("finished a run of issuing"),
    "issuingrun.resumed": __("went on with a run of issuing"),
    "issuingrun.started": __("began a run of issuing"),
    "issuingrun.stopped": __("interrupted a run of issuing"),
    "key.computed": __("computed a key from the votes of a panel"),
    "key.drafted": __("drafted a key"),
    "key.panel_recorded": __("recorded the votes of a panel"),
    "key.published": __("published a key"),
    "key.retired": __("retired a key"),
    "licence.granted": __("licensed a reviewer"),
    "licence.suspended": __("suspended a reviewer’s licence"),
    "membership.ended": __("ended a role"),
    "membership.granted": __("gave a role"),
    "membership.withdrawn": __("withdrew an auditor’s access"),
    "mishap.released": __("released background work that was put aside"),
    "notice.published": __("published a privacy notice"),
    "notifications.chosen": __("chose which notifications to get"),
    "opinion.asked": __("asked somebody fresh about a referral"),
    "opinion.given": __("gave an opinion on a referral"),
    "person.data_taken": __("took their own data away"),
    "person.erased": __("erased a person’s data"),
    "placement.ended": __("ended a supervision"),
    "placement.made": __("assigned a supervisor to a trainee"),
    "program.founded": __("founded the program"),
    "record.read": __("read as an auditor"),
    "remediation.completed": __("completed a remediation plan"),
    "remediation.planned": __("planned remediation"),
    "rendering.held_back": __("held a certificate’s PDF back"),
    "rendering.made": __("made a certificate’s PDF"),
    "rendering.tried_again": __("had a certificate’s PDF made again"),
    "report.asked": __("asked for a report"),
    "report.downloaded": __("downloaded a report"),
    "report.expired": __("deleted the file of a report"),
    "report.exported": __("exported a credential report"),
    "report.failed": __("could not make a report"),
    "report.queued": __("asked for a report again"),
    "report.ready": __("made a report"),
    "report.running": __("began to make a report"),
    "report.scheduled": __("asked for the report of a month, by its schedule"),
    "reportschedule.deleted": __("deleted a schedule for reports"),
    "reportschedule.made": __("made a schedule for reports"),
    "reportschedule.paused": __("paused a schedule for reports"),
    "reportschedule.resumed": __("went on with a schedule for reports"),
    "retention.swept": __("deleted what was kept long enough"),
    "review.assigned": __("assigned a review"),
    "review.completed": __("completed a review"),
    "review.in_progress": __("began a review"),
    "review.lapsed": __("let a review lapse"),
    "review.lease_ended": __("ended the time for a review"),
    "review.recused": __("stepped back from a review"),
    "roster.applied": __("imported a roster"),
    "roster.checked": __("uploaded a roster"),
    "roster.dropped": __("dropped a roster"),
    "roster.expired": __("forgot a roster that nobody confirmed"),
    "rubric.drafted": __("drafted a rubric"),
    "rubricversion.published": __("published a rubric"),
    "rubricversion.retired": __("retired a rubric"),
    "scope_profile.drafted": __("drafted a scope profile"),
    "scopeprofileversion.published": __("published a scope profile"),
    "scopeprofileversion.retired": __("retired a scope profile"),
    "sealing_key.rotated": __("rotated the key that seals"),
    "sessions.ended": __("signed out elsewhere"),
    "sharelink.made": __("made a link to a certificate"),
    "sharelink.withdrawn": __("withdrew a link to a certificate"),
    "sitting.cancelled": __("called a sitting off"),
    "sitting.closed": __("closed a sitting"),
    "sitting.extended": __("kept a sitting open longer"),
    "sitting.filled": __("gave people their places in a sitting"),
    "sitting.moved": __("moved a sitting"),
    "sitting.nudged": __("reminded people of what waits in a sitting"),
    "sitting.open": __("opened a sitting’s window"),
    "sitting.opened": __("set up a sitting"),
    "stage.committed": __("committed a stage"),
    "standard.drafted": __("drafted a Standard"),
    "standardversion.published": __("published a Standard"),
    "standardversion.retired": __("retired a Standard"),
    "submission.adjudicating": __("sent a response to adjudication"),
    "submission.awaiting": __("found no eligible reviewer for a response"),
    "submission.marked": __("marked a response"),
    "submission.received": __("received a response"),
    "submission.scored": __("scored the keyed items of a response"),
    "submission.under_review": __("sent a response to review"),
    "token.ended": __("ended a token for the interface"),
    "token.obtained": __("obtained a token for the interface"),
    "trail.exported": __("exported the audit trail"),
    "transcript.signed": __("had a transcript signed"),
    "vignette.drafted": __("drafted a vignette"),
    "vignetteversion.published": __("published a vignette"),
    "vignetteversion.retired": __("retired a vignette"),
    "webhook.changed": __("changed a webhook"),
    "webhook.made": __("set up a webhook"),
    "webhook.sealed_anew": __("sealed a webhook’s secret anew"),
    "webhook.secret_rotated": __("made a new secret for a webhook"),
    "webhook.stopped": __("switched a webhook off"),
}


def act_words(event: AuditEvent) -> str:
    """The act, in words that follow the name of whoever did it."""
    known = WORDS.get(event.action)
    if event.action == READ and event.detail.get("page"):
        return f"{known}: {page_words(event.detail['page'])}"
    return str(known) if known else told_plainly(event.action, event.subject_type)


def page_words(name: str) -> str:
    """An address by its name, as far as that is words.

    >>> page_words("cohort-report"), page_words("api-decision")
    ('cohort report', 'decision (interface)')
    """
    words = name.removeprefix("api-").replace("-", " ")
    return f"{words} ({_('interface')})" if name.startswith("api-") else words


def told_plainly(action: str, subject_type: str) -> str:
    """For an act that has no words of its own: its row and its verb.

    >>> told_plainly("sharelink.made", "user")
    'share link: made'
    """
    row, _dot, verb = action.partition(".")
    name = _name_of(row) or _name_of(subject_type) or row
    return f"{name}: {verb.replace('_', ' ')}"


def _name_of(model_name: str) -> str:
    for app in ("competency", "assessments"):
        model = apps.get_app_config(app).models.get(model_name)
        if model is not None and model_name != "user":
            return str(model._meta.verbose_name)
    return ""


def actor_words(event: AuditEvent, names: Mapping[object, str]) -> str:
    if event.actor_id is None:
        return _("The workflow")
    return names.get(event.actor_id) or _("Somebody unknown")


def acts_known() -> list[tuple[str, str]]:
    """Acts to choose from, by their words."""
    return sorted(((action, str(words)) for action, words in WORDS.items()), key=lambda one: one[1])
