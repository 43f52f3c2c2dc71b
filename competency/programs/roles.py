"""Who may do what: permissions, roles, and what each role grants."""

from collections.abc import Mapping

from django.db import models


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


def roles_granting(permission: Permission) -> frozenset[str]:
    return frozenset(role for role, granted in GRANTS.items() if permission in granted)
