"""Whatever an auditor reads is noted in the trail of the program that let them in."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from assessments.attempts.models import Attempt
from assessments.instruments.models import Assessment
from assessments.sittings.models import Sitting
from assessments.vignettes.models import Key, VignetteVersion
from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.audit.models import AuditEvent
from competency.audit.services import record
from competency.batches.models import IssuingRun
from competency.cases.models import Complaint
from competency.certificates.models import Certificate
from competency.decisions.models import Decision, StandardVersion
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.integrity.models import IntegrityCheck
from competency.programs.access import policy_of
from competency.programs.auditing import READ
from competency.programs.models import Cohort, Enrolment, Membership, Program
from competency.programs.roles import Permission, Role
from competency.reports.models import Report, ReportSchedule
from competency.web.memberships import Held, all_held_by

P = Permission
OF_COHORT = "cohort__program"
# What an address shows, by its name: the row, the way to its program, and what opens it where
# the page itself is open to all accounts. The first that fits is meant.
SEEN: tuple[tuple[str, Any, str, Permission | None], ...] = (
    (r"api-(cohorts|audit-chain|integrity-checks|program)$", Program, "pk", None),
    (r"credential-report|^ask-for-report$", Program, "pk", None),
    (r"^api-(reports|report-schedules)$", Program, "pk", None),
    (r"^(api-)?report(-(file|package|manifest|again))?$", Report, "program", None),
    (r"^(api-)?report-schedule$", ReportSchedule, "program", None),
    (r"^ask-for-check$", Program, "pk", None),
    (r"integrity-check$", IntegrityCheck, "program", None),
    (r"audit-event", AuditEvent, "program_id", None),
    (r"issuing-run", IssuingRun, "program", None),
    (r"^(api-)?cohort(-.+)?$|api-enrolments$", Cohort, "program", None),
    (r"technical-report$", Assessment, "program", None),
    (r"trainee$", User, f"enrolments__{OF_COHORT}", None),
    (r"api-enrolment$", Enrolment, OF_COHORT, None),
    (r"^attempt$|api-attempt", Attempt, f"enrolment__{OF_COHORT}", P.ATTEMPT_VIEW),
    (r"^sitting$|api-sitting(-places)?$", Sitting, OF_COHORT, None),
    (r"decision", Decision, f"enrolment__{OF_COHORT}", None),
    (r"^(api-)?appeals?$", Appeal, f"decision__enrolment__{OF_COHORT}", P.DECISION_VIEW),
    (r"^(api-)?complaints?$", Complaint, "program", P.AUDIT_VIEW),
    (r"^certificates$|^own-certificate|api-certificate", Certificate, "program",
     P.CERTIFICATE_VIEW),
    *(
        (rf"^(api-)?{name}$", model, model.owner_path, None)
        for name, model in (
            ("framework", FrameworkVersion),
            ("rubric", RubricVersion),
            ("scope-profile", ScopeProfileVersion),
            ("standard", StandardVersion),
            ("vignette", VignetteVersion),
            ("key", Key),
            ("assessment", Assessment),
        )
    ),
)  # fmt: skip


class AuditorsAreNoted:
    """One event for each page or resource that somebody read because they audit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        policy = policy_of(getattr(match.func, "cls", match.func), "GET")
        if policy is None or policy.anonymous:
            return response
        held = all_held_by(request)
        if any(each.role == Role.AUDITOR for each in held):
            name, row = str(match.url_name), match.kwargs.get("pk")
            _note(request, name, row, used(held, policy.permissions, name, row))
        return response


def used(held: Held, asked: frozenset[Permission], name: str, row: Any) -> list[Membership]:
    """The auditor's memberships, and no other role of the reader, that opened this address."""
    seen = next((each for each in SEEN if re.search(each[0], name)), None)
    opening = asked or ({seen[3]} if seen and seen[3] else frozenset())
    if not any(each.grants & opening for each in held if each.role == Role.AUDITOR):
        return []
    others = {each.program_id for each in held
              if each.role != Role.AUDITOR and each.grants & opening}  # fmt: skip
    grants = [
        each for each in held
        if each.role == Role.AUDITOR and each.grants & opening and each.program_id not in others
    ]  # fmt: skip
    if seen is None or row is None:
        return grants
    owners = set(seen[1].objects.filter(pk=row).values_list(seen[2], flat=True))
    here = [each for each in grants if each.program_id in owners]
    # Content that another program shares is read on the strength of every grant; what is open to
    # all accounts is the reader's own where no grant is of its program.
    return here or (grants if asked else [])


@transaction.atomic
def _note(request: HttpRequest, name: str, row: Any, grants: Sequence[Membership]) -> None:
    for grant in grants:
        by: Any = request.user
        record(READ, grant, by=by, page=name, row=str(row or ""))
