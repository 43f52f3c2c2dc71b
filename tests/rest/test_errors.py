"""Every refusal is a problem (RFC 9457) that names what is at fault and leaks nothing."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, IntegrityError
from django.http import Http404
from rest_framework import exceptions

from assessments.attempts.saving import StaleRevision, TimeOver
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.rest.errors import CONTENT_TYPE, exception_handler, problem_of


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DomainError("No."), 409, "refused"),
        (DomainError("No.", code="not_open"), 409, "not_open"),
        (TransitionRefused("No."), 409, "transition_refused"),
        (StaleRevision("No.", field="a"), 409, "stale_revision"),
        (TimeOver("No."), 409, "time_over"),
        (NotAllowed("No."), 403, "not_allowed"),
        (InvalidInput({"a": "No."}), 422, "invalid"),
        (exceptions.ValidationError({"a": ["No."]}), 400, "malformed"),
        (exceptions.ParseError("No."), 400, "malformed"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.PermissionDenied(), 403, "permission_denied"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.NotFound("Gone.", code="never_issued"), 404, "never_issued"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
        (Http404("No Secret matches."), 404, "not_found"),
        (PermissionDenied("secret"), 403, "permission_denied"),
        (ModelInvalid({"name": ["No."]}), 422, "invalid"),
        (ModelInvalid("No."), 422, "invalid"),
        (IntegrityError("secret"), 409, "conflict"),
        (DataError("secret"), 400, "malformed"),
        (SuspiciousOperation("secret"), 400, "malformed"),
        (RequestDataTooBig("secret"), 413, "too_large"),
        (RuntimeError("secret"), 500, "failure"),
    ],
)
def test_each_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code) == (status, code)
    assert problem.detail
    assert "secret" not in str(problem.body()).lower()


def test_a_problem_has_one_shape_and_its_own_media_type() -> None:
    response = exception_handler(InvalidInput({"a": "One.", "b.c": "Two."}), {})
    assert response.content_type == CONTENT_TYPE
    assert response.data == {
        "type": "urn:credence:problem:invalid",
        "title": "Cannot be taken as it is",
        "status": 422,
        "detail": "One.",
        "code": "invalid",
        "errors": [
            {"field": "a", "code": "invalid", "detail": "One."},
            {"field": "b.c", "code": "invalid", "detail": "Two."},
        ],
    }


def test_nested_faults_are_named_by_their_path() -> None:
    detail = {"ratings": [{}, {"level": ["Too high."]}], "non_field_errors": ["Odd."]}
    problem = problem_of(exceptions.ValidationError(detail))
    assert [(fault.field, fault.detail) for fault in problem.errors] == [
        ("ratings.1.level", "Too high."),
        ("", "Odd."),
    ]


def test_the_field_of_a_domain_error_is_named() -> None:
    problem = problem_of(DomainError("No such form.", field="form"))
    assert [fault.field for fault in problem.errors] == ["form"]


def test_a_throttled_client_learns_when_to_come_back() -> None:
    assert problem_of(exceptions.Throttled(wait=2.4)).headers == {"Retry-After": "3"}
