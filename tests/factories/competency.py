"""People, programs and what they are assessed against. Rows come from the services."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from competency.accounts.models import User
from competency.decisions import services as decisions
from competency.decisions.models import StandardVersion
from competency.frameworks import services as frameworks
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.parking.models import Mishap
from competency.parking.services import TRIES, note_mishap
from competency.privacy.models import Notice
from competency.privacy.services import publish_notice
from competency.programs import services as programs
from competency.programs.models import Cohort, Enrolment, Issuer, Membership, Program
from competency.programs.roles import Area, Role
from competency.webhooks import services as webhooks
from competency.webhooks.models import Delivery, Endpoint, Event
from tests.factories import contents

PASSWORD = "correct-horse-battery"
_serial = count(1)


def person(name: str = "", *, password: str | None = None, **fields: Any) -> User:
    """An account without any role. Without `password` nobody can sign in to it by form."""
    number = next(_serial)
    fields.setdefault("email", f"person{number}@example.org")
    return User.objects.create_user(
        fields.pop("email"), password, name=name or f"Person {number}", **fields
    )


def superuser() -> User:
    return person("Staff", is_staff=True, is_superuser=True)


def program(code: str = "", **fields: Any) -> Program:
    number = next(_serial)
    issuer, _ = Issuer.objects.get_or_create(
        name="The Issuer", url="https://issuer.example.org", email="issuer@example.org"
    )
    given: dict[str, Any] = {"issuer": issuer, "timezone_name": "UTC"} | fields
    return programs.found_program(
        code=code or f"program-{number}", name=f"Program {number}", **given, by=None
    )


def membership(program: Program, role: str, who: User | None = None, **options: Any) -> Membership:
    """A role from today on, or from `starts_on` to `ends_on`."""
    if role == Role.AUDITOR:
        whole = {"scope": "Everything", "areas": Area.values, "ends_on": date(2999, 12, 31)}
        options = whole | options
    who = who or person(f"{role.capitalize()} {next(_serial)}")
    return programs.grant_role(program, who, role, by=None, **options)


def member(program: Program, role: str, who: User | None = None, **options: Any) -> User:
    """Somebody who holds `role` in `program`."""
    return membership(program, role, who, **options).person


def program_with(*roles: str, code: str = "") -> tuple[Any, ...]:
    """A program and one new person per role: `program, director = program_with("director")`."""
    made = program(code)
    return (made, *(member(made, role) for role in roles))


def cohort(program: Program, name: str = "") -> Cohort:
    return Cohort.objects.create(
        program=program, name=name or f"Cohort {next(_serial)}", starts_on=timezone.now().date()
    )


def enrolment(cohort: Cohort, trainee: User | None = None) -> Enrolment:
    """A trainee's place in a cohort, with the trainee's role."""
    number = next(_serial)
    return programs.enrol(
        cohort, trainee or person(f"Trainee {number}"), trainee_number=f"T-{number}", by=None
    )


def drafted_framework(
    program: Program, by: User, content: Mapping[str, Any] | None = None
) -> FrameworkVersion:
    return frameworks.draft_framework(program, content or contents.framework_content(), by=by)


def published_framework(
    program: Program, by: User, content: Mapping[str, Any] | None = None
) -> FrameworkVersion:
    version = drafted_framework(program, by, content)
    frameworks.publish_framework(version, by=by)
    return version


def drafted_rubric(
    program: Program,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    framework: FrameworkVersion | None = None,
) -> RubricVersion:
    return frameworks.draft_rubric(
        program,
        content or contents.rubric_content(),
        framework_version=framework or published_framework(program, by),
        by=by,
    )


def published_rubric(
    program: Program,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    framework: FrameworkVersion | None = None,
) -> RubricVersion:
    version = drafted_rubric(program, by, content, framework=framework)
    frameworks.publish_rubric(version, by=by)
    return version


def notice(**said: str) -> Notice:
    """A version of the privacy notice, in force from now on."""
    given = {
        "title": "Privacy notice",
        "text": "We keep what you write to judge it.",
        "changes": "How long." if Notice.objects.current() else "",
    }
    return publish_notice(**given | said, by=superuser())


def published_profile(program: Program, by: User, **changes: Any) -> ScopeProfileVersion:
    version = frameworks.draft_scope_profile(program, contents.profile_content(**changes), by=by)
    frameworks.publish_scope_profile(version, by=by)
    return version


def drafted_standard(program: Program, by: User, **changes: Any) -> StandardVersion:
    return decisions.draft_standard(program, contents.standard_content(**changes), by=by)


def published_standard(program: Program, by: User, **changes: Any) -> StandardVersion:
    version = drafted_standard(program, by, **changes)
    decisions.publish_standard(version, by=by)
    return version


def parked(subject_id: UUID | None = None, subject_type: str = "submission") -> Mishap:
    """A row whose step failed too often."""
    subject_id = subject_id or uuid4()
    for _ in range(TRIES):
        mishap = note_mishap(subject_type, subject_id, "Traceback …\nValueError: no such font")
    return mishap


def next_version(row: Any, **changes: Any) -> Any:
    """A draft of the next number, without parts: something that can still be edited."""
    copied = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    drafted = {"state": "draft", "content_hash": "", "published_at": None, "published_by": None}
    return type(row).objects.create(
        **copied | drafted | {"number": row.number + 1, "retired_at": None} | changes
    )


def webhook(program: Program, by: User) -> Endpoint:
    """An endpoint that is told of everything; nothing answers there."""
    made, _secret = webhooks.make_endpoint(
        program, "https://hooks.example.org/in", Event.values, by=by
    )
    return made


def delivery(endpoint: Endpoint, **given: Any) -> Delivery:
    """An event on its way, which was tried once in vain."""
    now = timezone.now()
    row = {"event": Event.REPORT_READY, "subject_id": uuid4(), "occurred_at": now}
    waits = {"state": "failed", "tries": 1, "next_at": now}
    made = Delivery.objects.create(endpoint=endpoint, **row | waits | given)
    made.tries_made.create(number=1, request_head="POST", error="not found", milliseconds=1)
    return made


def count_rows(*models: Any) -> Counter[str]:
    """How many rows each model has: compare before and after what must write nothing."""
    return Counter({model.__name__: model._default_manager.count() for model in models})
