"""How the interface says no: problem details (RFC 9457), one shape for every refusal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import singledispatch
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from competency.foundation.deadlocks import is_deadlock
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.rest.parsing import TooLarge

logger = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Malformed",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "No such method",
    406: "No such representation",
    409: "Refused as things stand",
    413: "Too large",
    415: "Not a body this takes",
    422: "Cannot be taken as it is",
    429: "Too many requests",
    503: "Busy",
}
BUSY = "Others were at work on the same rows. Nothing was changed; send it again."
NOT_HERE = "There is nothing here, or it is not yours to see."


@dataclass(frozen=True)
class Fault:
    """One input at fault: where it stands in the body, a stable code, and words."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True)
class Problem:
    status: int
    code: str
    detail: str
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:credence:problem:{self.code}",
            "title": TITLES.get(self.status, "Failure"),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [asdict(fault) for fault in self.errors],
        }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception with a problem; what is not ours to explain is logged, not shown."""
    problem = problem_of(error)
    set_rollback()
    return Response(
        problem.body(), problem.status, headers=problem.headers, content_type=CONTENT_TYPE
    )


@singledispatch
def problem_of(error: Exception) -> Problem:
    logger.error("api_failure", exc_info=error)
    return Problem(500, "failure", "Something went wrong on our side. It has been logged.")


@problem_of.register
def _(error: OperationalError) -> Problem:
    if is_deadlock(error):  # undone as a whole, so the client may send the same again
        return Problem(503, "busy", BUSY, headers={"Retry-After": "1"})
    return problem_of.dispatch(Exception)(error)


@problem_of.register
def _(error: DomainError) -> Problem:
    return Problem(409, error.code, error.message, _named(error))


@problem_of.register
def _(error: NotAllowed) -> Problem:
    return Problem(403, error.code, error.message)


@problem_of.register
def _(error: InvalidInput) -> Problem:
    faults = [Fault(name, error.code, words) for name, words in error.problems.items()]
    return Problem(422, error.code, error.message, faults)


def _named(error: DomainError) -> list[Fault]:
    return [Fault(error.field, error.code, error.message)] if error.field else []


@problem_of.register
def _(error: exceptions.APIException) -> Problem:
    detail = error.detail
    code = str(getattr(detail, "code", error.default_code))
    return Problem(error.status_code, code, str(detail), headers=_headers(error))


@problem_of.register
def _(error: exceptions.ValidationError) -> Problem:
    faults = list(_faults(error.detail))
    words = faults[0].detail if len(faults) == 1 else f"{len(faults)} inputs cannot be taken."
    return Problem(400, "malformed", words, faults)


@problem_of.register
def _(error: exceptions.ParseError) -> Problem:
    return Problem(400, "malformed", str(error.detail))


@problem_of.register(Http404)
@problem_of.register(exceptions.NotFound)
def _(error: Exception) -> Problem:
    code = getattr(getattr(error, "detail", None), "code", "not_found")
    return Problem(404, str(code), _own_words(error) or NOT_HERE)


def _own_words(error: Exception) -> str:
    """The words of a refusal of ours; Django's and the framework's name models."""
    detail: Any = getattr(error, "detail", None)
    return str(detail) if getattr(detail, "code", "not_found") != "not_found" else ""


@problem_of.register
def _(error: PermissionDenied) -> Problem:
    return Problem(403, "permission_denied", "You may not do this.")


@problem_of.register
def _(error: ModelInvalid) -> Problem:
    messages: Mapping[str, Sequence[str]] = (
        error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    )
    faults = [Fault(name, "invalid", " ".join(words)) for name, words in messages.items()]
    return Problem(422, "invalid", faults[0].detail, faults)


@problem_of.register
def _(error: IntegrityError) -> Problem:
    logger.warning("api_conflict", exc_info=error)
    words = "Somebody changed this at the same moment. Look again before you repeat it."
    return Problem(409, "conflict", words)


@problem_of.register
def _(error: DataError) -> Problem:
    logger.warning("api_unstorable", exc_info=error)
    return Problem(400, "malformed", "A value is too large, or of a kind that cannot be stored.")


@problem_of.register
def _(error: SuspiciousOperation) -> Problem:
    return Problem(400, "malformed", "This request cannot be read.")


@problem_of.register
def _(error: RequestDataTooBig) -> Problem:
    return problem_of(TooLarge())


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _faults(detail: Any, at: str = "") -> Iterator[Fault]:
    """Every message of a nested validation error, under its path: `ratings.0.level`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, at if name == "non_field_errors" else _join(at, name))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _faults(inner, _join(at, place) if nested else at)
    else:
        yield Fault(at, str(detail.code), str(detail))


def _join(at: str, name: object) -> str:
    return f"{at}.{name}" if at else str(name)
