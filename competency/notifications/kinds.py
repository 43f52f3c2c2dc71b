"""What people are told of, by which ways, and which roles it concerns."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from competency.programs.roles import Role


class Kind(models.TextChoices):
    """Each says that something waits, never what is in it."""

    ATTEMPT_ASSIGNED = "attempt.assigned", _("An assessment is open for you")
    ATTEMPT_OPENS = "attempt.opens", _("An assessment opens soon")
    ATTEMPT_CLOSES = "attempt.closes", _("An assessment closes soon, and you have not begun")
    ATTEMPT_NUDGED = "attempt.nudged", _("Your program reminds you of an assessment")
    ATTEMPT_MOVED = "attempt.moved", _("The time of an assessment changed")
    ATTEMPT_EXTENDED = "attempt.extended", _("You were given more time for an assessment")
    ATTEMPT_CANCELLED = "attempt.cancelled", _("An assessment was called off")
    RESULTS_RELEASED = "results.released", _("Results were released")
    APPEAL_DECIDED = "appeal.decided", _("An appeal was decided")
    CERTIFICATE_ISSUED = "certificate.issued", _("A certificate was issued")
    CERTIFICATE_EXPIRES = "certificate.expires", _("A certificate expires soon")
    REVIEW_ASSIGNED = "review.assigned", _("A review was assigned to you")
    LEASE_ENDING = "review.lease_ending", _("Time for a review is running out")
    ADJUDICATION_ASSIGNED = "adjudication.assigned", _("An adjudication was assigned to you")
    READING_ASSIGNED = "reading.assigned", _("A harm reading was assigned to you")
    OPINION_ASKED = "opinion.asked", _("Your opinion on a referral is asked for")
    AWAITING_REVIEWER = "attempt.awaiting_reviewer", _("Nobody is eligible to review something")
    DESK_NUDGED = "desk.nudged", _("Your program reminds you of what waits on your desk")
    DECISIONS_NUDGED = "decisions.nudged", _("Your program reminds you of proposed decisions")
    DECISION_PROPOSED = "decision.proposed", _("A decision was proposed")
    APPEAL_LODGED = "appeal.lodged", _("An appeal was lodged")
    REPORT_READY = "report.ready", _("A report is ready")
    WEBHOOK_STOPPED = "webhook.stopped", _("A webhook was switched off")


class Channel(models.TextChoices):
    PAGE = "page", _("On the site")
    MAIL = "mail", _("By e-mail")


CONCERNS: Mapping[str, tuple[Kind, ...]] = {
    Role.TRAINEE: (
        Kind.ATTEMPT_ASSIGNED,
        Kind.ATTEMPT_OPENS,
        Kind.ATTEMPT_CLOSES,
        Kind.ATTEMPT_NUDGED,
        Kind.ATTEMPT_MOVED,
        Kind.ATTEMPT_EXTENDED,
        Kind.ATTEMPT_CANCELLED,
        Kind.RESULTS_RELEASED,
        Kind.APPEAL_DECIDED,
        Kind.CERTIFICATE_ISSUED,
        Kind.CERTIFICATE_EXPIRES,
    ),
    Role.SUPERVISOR: (
        Kind.REVIEW_ASSIGNED,
        Kind.LEASE_ENDING,
        Kind.ADJUDICATION_ASSIGNED,
        Kind.READING_ASSIGNED,
        Kind.OPINION_ASKED,
        Kind.DESK_NUDGED,
    ),
    Role.DIRECTOR: (Kind.AWAITING_REVIEWER, Kind.REPORT_READY, Kind.WEBHOOK_STOPPED),
    Role.AUDITOR: (Kind.REPORT_READY,),
    Role.CERTIFIER: (Kind.DECISION_PROPOSED, Kind.APPEAL_LODGED, Kind.DECISIONS_NUDGED),
}
