"""Bodies that cannot be read or stored are refused by field, never with a 500."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import Campus
from tests.rest.conftest import SignIn, fields, problem

JSON = "application/json"


@pytest.fixture
def client(api: SignIn, campus: Campus) -> APIClient:
    return api(campus.director)


@pytest.fixture
def url(campus: Campus) -> str:
    return f"/api/v1/programs/{campus.program.pk}/memberships/"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused_by_field(
    client: APIClient, url: str, character: str
) -> None:
    body = {"email": "a@example.org", "role": "auditor", "scope": f"Re{character}ports"}
    found = problem(client.post(url, json.dumps(body), content_type=JSON), 400, "malformed")
    assert fields(found) == {"scope"}
    assert f"U+{ord(character):04X}" in found["errors"][0]["detail"]


def test_control_characters_are_found_deep_down_and_in_names(client: APIClient, url: str) -> None:
    body = '{"a": [{"b": "\\u0000"}], "c": {"\\u0000": 1}}'
    found = problem(client.post(url, body, content_type=JSON), 400)
    assert fields(found) == {"a.0.b", "c"}


def test_names_that_are_not_known_are_refused(client: APIClient, url: str) -> None:
    body = {"email": "a@example.org", "role": "trainee", "rolle": "trainee"}
    found = problem(client.post(url, body), 400)
    assert [(fault["field"], fault["code"]) for fault in found["errors"]] == [("rolle", "unknown")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"\xff\xfe",
        b'{"email": NaN}',
        b'{"a": ' + b"[" * 200_000,
        b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_bodies_that_are_not_a_json_object_are_malformed(
    client: APIClient, url: str, body: bytes
) -> None:
    problem(client.generic("POST", url, body, content_type=JSON), 400)


def test_a_declared_charset_changes_nothing(client: APIClient, url: str) -> None:
    for charset in ("rot13", "utf-16", "nonsense"):
        response = client.generic("POST", url, b"{}", content_type=f"{JSON}; charset={charset}")
        assert fields(problem(response, 400)) == {"email", "role"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_other_kinds_of_body_are_not_taken(client: APIClient, url: str, kind: str) -> None:
    problem(client.generic("POST", url, b"a=b", content_type=kind), 415)


def test_other_representations_are_not_given(client: APIClient) -> None:
    problem(client.get("/api/v1/me/", headers={"Accept": "text/html"}), 406)


def test_huge_bodies_are_refused(client: APIClient, url: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"email": "a" * 1000})
    problem(client.post(url, body, content_type=JSON), 413, "too_large")


def test_texts_longer_than_their_field_are_refused(client: APIClient, url: str) -> None:
    body = {"email": "a@example.org", "role": "auditor", "scope": "x" * 201}
    assert fields(problem(client.post(url, body), 400)) == {"scope"}
    body["scope"] = "x" * 200_001
    assert fields(problem(client.post(url, body), 400)) == {"scope"}


WRONG: list[Any] = [None, True, 0, -1, 1.5, 1e400, 10**400, "", "x", [], ["x"], {}, {"x": 1}]


@pytest.mark.parametrize("name", ["email", "role", "starts_on", "ends_on", "scope"])
def test_wrong_types_are_refused_by_field(client: APIClient, url: str, name: str) -> None:
    right = {"email": "nobody@example.org", "role": "trainee"}
    for value in WRONG:
        body = json.dumps(right | {name: value}).replace("Infinity", "1e999")
        response = client.post(url, body, content_type=JSON)
        if (name, value) != ("scope", "") and (name, value) != ("scope", "x"):
            assert fields(problem(response, 400)) == {name}, value
