"""Who may do what: permissions, roles, and what each role grants."""

from collections.abc import Collection, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    PROGRAM_VIEW = "program.view"
    PROGRAM_RUN = "program.run"  # people, cohorts, sittings, accommodations
    CONTENT_VIEW = "content.view"
    CONTENT_WRITE = "content.write"
    CONTENT_PUBLISH = "content.publish"
    ATTEMPT_SIT = "attempt.sit"
    ATTEMPT_VIEW = "attempt.view"
    REVIEW_DO = "review.do"
    REVIEW_OVERSEE = "review.oversee"
    DECISION_VIEW = "decision.view"
    DECISION_RATIFY = "decision.ratify"
    CERTIFICATE_VIEW = "certificate.view"
    REPORT_EXPORT = "report.export"
    AUDIT_VIEW = "audit.view"


class Role(models.TextChoices):
    TRAINEE = "trainee", "Trainee"
    SUPERVISOR = "supervisor", "Supervisor"
    AUTHOR = "author", "Author"
    DIRECTOR = "director", "Director"
    CERTIFIER = "certifier", "Certifier"
    AUDITOR = "auditor", "Auditor"


P = Permission
GRANTS: Mapping[str, frozenset[Permission]] = {
    Role.TRAINEE: frozenset({P.PROGRAM_VIEW, P.ATTEMPT_SIT}),
    Role.SUPERVISOR: frozenset({P.PROGRAM_VIEW, P.CONTENT_VIEW, P.REVIEW_DO}),
    Role.AUTHOR: frozenset({P.PROGRAM_VIEW, P.CONTENT_VIEW, P.CONTENT_WRITE, P.CONTENT_PUBLISH}),
    Role.DIRECTOR: frozenset(
        {
            P.PROGRAM_VIEW,
            P.PROGRAM_RUN,
            P.CONTENT_VIEW,
            P.ATTEMPT_VIEW,
            P.REVIEW_OVERSEE,
            P.DECISION_VIEW,
            P.CERTIFICATE_VIEW,
            P.REPORT_EXPORT,
            P.AUDIT_VIEW,
        }
    ),
    Role.CERTIFIER: frozenset(
        {
            P.PROGRAM_VIEW,
            P.CONTENT_VIEW,
            P.DECISION_VIEW,
            P.DECISION_RATIFY,
            P.CERTIFICATE_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            P.PROGRAM_VIEW,
            P.CONTENT_VIEW,
            P.ATTEMPT_VIEW,
            P.DECISION_VIEW,
            P.CERTIFICATE_VIEW,
            P.REPORT_EXPORT,
            P.AUDIT_VIEW,
        }
    ),
}


class Area(models.TextChoices):
    """What an auditor is granted to see, one by one."""

    RECORDS = "records", _("Records: attempts, decisions, certificates, appeals")
    REPORTS = "reports", _("Credential reports")
    CONTENT = "content", _("Frameworks, rubrics, vignettes and Standards")
    TRAIL = "trail", _("The audit trail and the register of complaints")


AREAS: Mapping[Permission, Area] = {
    P.ATTEMPT_VIEW: Area.RECORDS,
    P.DECISION_VIEW: Area.RECORDS,
    P.CERTIFICATE_VIEW: Area.RECORDS,
    P.REPORT_EXPORT: Area.REPORTS,
    P.CONTENT_VIEW: Area.CONTENT,
    P.AUDIT_VIEW: Area.TRAIL,
}
OF_A_COHORT = [Area.RECORDS.value]  # the rest is of the program as a whole


def granted(role: str, areas: Collection[str] = ()) -> frozenset[Permission]:
    """What a role grants; an auditor's only as far as its areas reach."""
    grants = GRANTS[role]
    if role != Role.AUDITOR:
        return grants
    return frozenset(p for p in grants if p not in AREAS or AREAS[p] in areas)


def roles_granting(permission: Permission) -> frozenset[str]:
    return frozenset(role for role, granted in GRANTS.items() if permission in granted)
