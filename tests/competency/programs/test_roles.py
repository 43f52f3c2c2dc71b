"""Who may do what, as one table."""

import pytest

from competency.programs.roles import GRANTS, Permission, Role, roles_granting

P, R = Permission, Role
WHO_MAY = {
    P.PROGRAM_VIEW: set(Role),
    P.PROGRAM_RUN: {R.DIRECTOR},
    P.CONTENT_VIEW: {R.SUPERVISOR, R.AUTHOR, R.DIRECTOR, R.CERTIFIER, R.AUDITOR},
    P.CONTENT_WRITE: {R.AUTHOR},
    P.CONTENT_PUBLISH: {R.AUTHOR},
    P.ATTEMPT_SIT: {R.TRAINEE},
    P.ATTEMPT_VIEW: {R.DIRECTOR, R.AUDITOR},
    P.REVIEW_DO: {R.SUPERVISOR},
    P.REVIEW_OVERSEE: {R.DIRECTOR},
    P.DECISION_VIEW: {R.DIRECTOR, R.CERTIFIER, R.AUDITOR},
    P.DECISION_RATIFY: {R.CERTIFIER},
    P.CERTIFICATE_VIEW: {R.DIRECTOR, R.CERTIFIER, R.AUDITOR},
    P.REPORT_EXPORT: {R.DIRECTOR, R.AUDITOR},
    P.AUDIT_VIEW: {R.DIRECTOR, R.AUDITOR},
}


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_granted_by_these_roles_and_no_others(permission):
    assert roles_granting(permission) == WHO_MAY[permission]


def test_every_role_and_every_permission_is_in_the_table():
    assert set(GRANTS) == set(Role)
    assert set(WHO_MAY) == set(Permission)
    assert all(WHO_MAY.values())


def test_nobody_judges_what_they_certify_or_sits_what_they_judge():
    assert P.REVIEW_DO not in GRANTS[R.CERTIFIER] | GRANTS[R.TRAINEE] | GRANTS[R.DIRECTOR]
    assert P.DECISION_RATIFY not in GRANTS[R.SUPERVISOR] | GRANTS[R.DIRECTOR]


def test_an_auditor_changes_nothing():
    changing = {
        P.PROGRAM_RUN,
        P.CONTENT_WRITE,
        P.CONTENT_PUBLISH,
        P.ATTEMPT_SIT,
        P.REVIEW_DO,
        P.DECISION_RATIFY,
    }
    assert not GRANTS[R.AUDITOR] & changing
