"""Whatever is sent, the interface answers as it describes itself, and never with a 5xx."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from assessments.desk.services import keep_comment
from assessments.harm.models import HarmJudgement
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.cases.services import take_complaint
from competency.integrity.services import ask_for_check
from competency.programs.roles import Role
from competency.reports.schedules import schedule_report
from config.wsgi import application
from tests import factories
from tests.factories import contents
from tests.rest.described import description, operations

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 4


@dataclass
class World:
    """Rows to aim at: without them every answer would be 404."""

    people: dict[str, User]
    targets: dict[str, dict[str, Any]]


def build() -> World:
    campus = factories.campus(supervisors=6, standard={"minima": {}})
    sitting = factories.started(campus)
    disputed = factories.under_review(campus, answers=contents.harmful_answers())
    for review, level, harmful in zip(
        factories.reviews_of(disputed), (4, 2), (True, False), strict=True
    ):
        factories.give(review, level, flags=harmful)
    factories.run_workflow(disputed)
    review = factories.reviews_of(factories.under_review(campus))[0]
    adjudication = factories.adjudication_of(disputed)
    reading = HarmJudgement.objects.get(fresh_reader=True)
    decision = factories.proposed(campus)
    certificate = factories.issued(campus)
    people = {
        "director": campus.director,
        "author": campus.author,
        "certifier": campus.certifier,
        "trainee": factories.trainee_of(sitting),
        "reviewer": review.reviewer,
        "adjudicator": adjudication.adjudicator,
        "reader": reading.judge,
        "staff": factories.superuser(),
    }
    membership = factories.membership(campus.program, Role.AUTHOR)
    event = AuditEvent.objects.filter(program_id=campus.program.pk).latest("id")
    part = {"id": sitting.pk, "position": 1, "item": "first-words", "stage": "arrival"}
    rows = {
        "programs": campus.program,
        "cohorts": campus.cohort,
        "enrolments": sitting.enrolment,
        "memberships": membership,
        "frameworks": campus.framework,
        "rubrics": campus.rubric,
        "scope-profiles": campus.profile,
        "standards": campus.standard,
        "vignettes": campus.vignette,
        "keys": campus.key,
        "assessments": campus.assessment,
        "reviews": review,
        "review-comments": keep_comment("Stays near.", by=review.reviewer),
        "adjudications": adjudication,
        "harm-readings": reading,
        "decisions": decision,
        "certificates": certificate,
        "audit-events": event,
        "appeals": factories.appealed(campus),
        "complaints": take_complaint(
            campus.program, subject="Noise", text="Loud.", by=people["trainee"]
        ),
        "sittings": factories.opened_sitting(campus, enrolment=factories.enrolment(campus.cohort)),
        "integrity-checks": ask_for_check(campus.program, by=campus.director),
        "parked": factories.parked(),
        "reports": factories.made_report(campus),
        "report-schedules": schedule_report(
            campus.program, format="csv", recipients=[campus.director], by=campus.director
        ),
    }
    targets = {tag: {"id": row.pk} for tag, row in rows.items()}
    return World(people, targets | {"attempts": part, "register": {"code": certificate.code}})


ASKERS = {
    "frameworks": "author",
    "rubrics": "author",
    "scope-profiles": "author",
    "standards": "author",
    "vignettes": "author",
    "keys": "author",
    "assessments": "author",
    "reviews": "reviewer",
    "review-comments": "reviewer",
    "review-record": "reviewer",
    "adjudications": "adjudicator",
    "harm-readings": "reader",
    "decisions": "certifier",
    "certificates": "certifier",
    "attempts": "trainee",
    "parked": "staff",
    "reports": "director",
    "report-schedules": "director",
    "appeals": "certifier",
}


@pytest.fixture(scope="module")
def world(module_rows: None, django_db_blocker: Any) -> World:
    with django_db_blocker.unblock():
        return build()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection, which a server would close after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def interface() -> Any:
    generation = {"mode": "all", "with-security-parameters": False}
    loaded = schemathesis.openapi.from_dict(
        description(), config=SchemathesisConfig.from_dict({"generation": generation})
    )
    loaded.app = application
    return loaded


def asker(world: World, tag: str, name: str) -> User:
    if name in {"void_attempt", "release_results", "more_time"}:
        return world.people["director"]
    return world.people[ASKERS.get(tag, "director")]


def cases() -> Iterator[tuple[str, str, GenerationMode]]:
    """Each operation with data that fits and, where it takes any, with data that does not."""
    for path, method, operation in operations():
        yield path, method, GenerationMode.POSITIVE
        asked = {parameter["in"] for parameter in operation.get("parameters", [])}
        if "requestBody" in operation or "query" in asked:
            yield path, method, GenerationMode.NEGATIVE


@pytest.mark.parametrize(("path", "method", "mode"), list(cases()))
def test_the_interface_keeps_to_its_description(
    world: World, interface: Any, db: None, path: str, method: str, mode: GenerationMode
) -> None:
    operation = interface[path][method.upper()]
    tag = path.split("/")[3]
    named = {
        name: str(value)
        for name, value in world.targets.get(tag, {}).items()
        if f"{{{name}}}" in path
    }
    person = asker(world, tag, operation.definition.raw["operationId"])
    token, _ = Token.objects.get_or_create(user=person)
    headers = {"Authorization": f"Bearer {token.key}"}

    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=named))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: Any) -> None:
        with transaction.atomic():
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)
            transaction.set_rollback(True)

    answers()
