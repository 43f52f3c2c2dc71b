"""Whatever an auditor may open stands in the table by which reads are noted, or shows only one's
own: a new address has to say which."""

import re

import pytest

from assessments.attempts.models import Attempt
from assessments.instruments.models import Assessment
from assessments.sittings.models import Sitting
from assessments.vignettes.models import Key, VignetteVersion
from assessments.web.watching import SEEN
from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.audit.models import AuditEvent
from competency.batches.models import IssuingRun
from competency.cases.models import Complaint
from competency.certificates.models import Certificate
from competency.decisions.models import Decision, StandardVersion
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.integrity.models import IntegrityCheck
from competency.programs.models import Cohort, Enrolment, Program
from competency.programs.roles import GRANTS, Role
from competency.reports.models import Report, ReportSchedule
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser
from tests.web.routes import Route, routes

SHOWN = {
    "program": Program,
    "cohort": Cohort,
    "enrolment": Enrolment,
    "trainee": User,
    "sitting": Sitting,
    "attempt": Attempt,
    "decision": Decision,
    "certificate": Certificate,
    "appeal": Appeal,
    "complaint": Complaint,
    "audit event": AuditEvent,
    "integrity check": IntegrityCheck,
    "issuing run": IssuingRun,
    "report": Report,
    "report schedule": ReportSchedule,
    "framework": FrameworkVersion,
    "rubric": RubricVersion,
    "scope profile": ScopeProfileVersion,
    "standard": StandardVersion,
    "vignette": VignetteVersion,
    "key": Key,
    "assessment": Assessment,
}
# Open to all accounts, and about nobody but whoever reads them.
OWN = {
    *("home", "notification", "notifications", "notifications-read", "notification-choices"),
    *("preferences", "choose-program", "consent", "complain", "my-data", "my-data-download"),
    *("my-data-erase", "retention", "certificate-consent", "certificate-transcript"),
    *("own-transcript", "own-transcript-links", "transcript", "certificate-links"),
    *("certificate-wallet", "certificate-pdf-again", "share-link-withdraw", "attempt-appeal"),
    *("withdraw-appeal", "api-notifications", "api-notification", "api-notification-choices"),
    *("api-notices", "api-consents", "api-transcripts", "api-transcript-document"),
    *("api-share-links", "api-share-link", "api-me", "api-retention", "api-schema", "api-docs"),
}
OF_THE_ACCOUNT = ("account_", "mfa_", "usersessions_")


def opened() -> list[Route]:
    """What can be read by whoever audits, by their grant or because it is open to all accounts."""
    return [
        route
        for route in routes()
        if not route.is_admin and not route.name.startswith(OF_THE_ACCOUNT)
        if "GET" in route.methods and (policy := route.policy()) is not None
        if policy.permissions & GRANTS[Role.AUDITOR]
        or not (policy.anonymous or policy.staff or policy.permissions)
    ]


@pytest.mark.parametrize("route", opened(), ids=lambda route: route.name)
def test_it_is_known_what_an_auditor_reads_there(route: Route) -> None:
    seen = next((each for each in SEEN if re.search(each[0], route.name)), None)
    policy = route.policy()
    assert policy is not None
    if route.name in OWN:
        assert seen is None
        assert not policy.permissions
    elif route.takes or not policy.permissions:
        assert seen is not None, (
            f"Say in SEEN what {route.name} shows, or here that it is one's own."
        )
        if route.takes:
            assert seen[1] is SHOWN[route.kind]
        assert policy.permissions or seen[3]


def test_nothing_is_said_of_addresses_that_are_not_there() -> None:
    names = {route.name for route in opened()}
    assert names >= OWN
    for pattern, model, path, _opening in SEEN:
        assert any(re.search(pattern, name) for name in names), pattern
        assert str(model.objects.values_list(path).query)


def test_a_report_is_noted_in_its_own_program_alone(
    browser: Browser, campus: Campus, elsewhere: Campus
) -> None:
    auditor = factories.member(campus.program, Role.AUDITOR)
    factories.member(elsewhere.program, Role.AUDITOR, auditor)
    report = factories.made_report(campus)
    for address in (f"/reports/{report.pk}", f"/api/v1/reports/{report.pk}/"):
        assert browser(auditor).get(address).status_code == 200
    noted = AuditEvent.objects.filter(action="record.read", actor_id=auditor.pk)
    assert [event.program_id for event in noted] == [campus.program.pk] * 2
