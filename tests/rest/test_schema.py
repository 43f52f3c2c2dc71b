"""The description is valid, complete and true of what is refused; its examples fit."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.exceptions import Throttled

from competency.rest.errors import problem_of
from competency.rest.schema import EXAMPLES
from tests.rest.conftest import SignIn, done, problem
from tests.rest.described import description, operations
from tests.rest.routes import acts

MAIN_ACTS = {
    "obtain_token",
    "grant_role",
    "enrol",
    "assign_attempt",
    "open_sitting",
    "start_attempt",
    "save_answer",
    "complete_review",
    "settle_adjudication",
    "give_reading",
    "ratify_decision",
    "suspend_certificate",
    "revoke_certificate",
    "give_consent",
    "withdraw_consent",
    "lodge_complaint",
    "answer_complaint",
    "lodge_appeal",
    "decide_appeal",
    "erase_me",
}


def test_it_is_openapi_3_1() -> None:
    assert description()["openapi"] == "3.1.1"
    OpenAPIV31SpecValidator(description()).validate()


def test_it_is_written_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yml"))


def test_every_act_is_described_under_its_own_name() -> None:
    described = len(operations())
    served = [name for name, _, _ in acts() if name != "api-no-such-address"]
    assert described == len(served)
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == described


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_operation_says_how_it_refuses(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    refused = {code for code in operation["responses"] if code.startswith("4")}
    assert {"401", "403", "429"} <= refused
    assert ("404" in refused) == ("{" in path)
    if method in {"post", "put"}:
        assert {"400", "409", "413", "415", "422"} <= refused
    for code in refused:
        reference = operation["responses"][code]["$ref"]
        assert reference == f"#/components/responses/Problem{code}"
        response = description()["components"]["responses"][f"Problem{code}"]
        assert set(response["content"]) == {"application/problem+json"}
    assert "Asks for: " in operation["description"]


def fits(name: str, value: Any) -> None:
    root = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    OAS31Validator(root).validate(value)


@pytest.mark.parametrize("status", EXAMPLES)
def test_examples_of_problems_are_problems(status: int) -> None:
    body = EXAMPLES[status].body()
    assert body["status"] == status
    fits("Problem", body)


def test_what_is_refused_has_the_shape_described(api: SignIn, db: None) -> None:
    for response in (
        api(None).get("/api/v1/me/"),
        api(None).post("/api/v1/tokens/", {}),
        api(None).get("/api/v1/register/x/"),
    ):
        fits("Problem", response.json())
    fits("Problem", problem_of(Throttled(wait=1)).body())
    fits("Problem", problem_of(RuntimeError()).body())


def requests() -> dict[str, tuple[str, dict[str, Any]]]:
    """Operation id → the schema of its body and its examples."""
    return {
        operation["operationId"]: (
            media["schema"]["$ref"].rsplit("/", 1)[-1],
            {name: row["value"] for name, row in media.get("examples", {}).items()},
        )
        for _, _, operation in operations()
        if "requestBody" in operation
        for media in operation["requestBody"]["content"].values()
    }


def test_the_main_acts_have_examples() -> None:
    assert {name for name, (_, examples) in requests().items() if examples} >= MAIN_ACTS


@pytest.mark.parametrize("name", requests())
def test_examples_of_bodies_fit(name: str) -> None:
    schema, examples = requests()[name]
    assert description()["components"]["schemas"][schema]["additionalProperties"] is False
    for value in examples.values():
        fits(schema, value)


def test_the_description_is_served_to_whoever_has_signed_in(api: SignIn, campus: Any) -> None:
    shown = done(api(campus.author).get("/api/schema/?format=json"))
    assert shown["info"]["title"] == "Credence"
    assert done(api(campus.author).get("/api/schema/?format=json&version=9&lang=xx")) == shown
    assert api(None).get("/api/schema/?format=json").status_code == 401


def test_nobody_is_told_of_an_address_by_its_absence(api: SignIn, campus: Any) -> None:
    problem(api(campus.author).get("/api/v1/schema/"), 404)
