"""How the interface describes itself: the one place where views become OpenAPI.

Views say what they take, show and ask (`takes`, `shows`, `success`, `policy`); the refusals follow
from that, in the shape that `competency.rest.errors` sends.
"""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from drf_spectacular.utils import OpenApiExample
from rest_framework.mixins import ListModelMixin

from competency.programs.access import policy_of
from competency.rest.errors import CONTENT_TYPE, Fault, Problem

FAULT = {
    "type": "object",
    "required": ["field", "code", "detail"],
    "properties": {
        "field": {"type": "string", "description": "Its path in the body: `ratings.0.level`."},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "additionalProperties": False,
}
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). Branch on `code`; show `detail` to people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": FAULT},
    },
    "additionalProperties": False,
}
EXAMPLES = {
    400: Problem(400, "malformed", "A valid integer is required.",
                 [Fault("ratings.0.level", "invalid", "A valid integer is required.")]),
    401: Problem(401, "not_authenticated", "Authentication credentials were not provided."),
    403: Problem(403, "permission_denied", "Your roles do not open this."),
    404: Problem(404, "not_found", "There is nothing here, or it is not yours to see."),
    409: Problem(409, "transition_refused", "This review is completed; it cannot become recused."),
    413: Problem(413, "too_large", "The body is larger than this interface takes."),
    415: Problem(415, "unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    422: Problem(422, "invalid", "Criterion C3 needs exactly one rating; it has 0.",
                 [Fault("ratings.C3", "invalid",
                        "Criterion C3 needs exactly one rating; it has 0.")]),
    429: Problem(429, "throttled", "Request was throttled. Expected available in 12 seconds."),
}  # fmt: skip
DESCRIPTIONS = {
    400: "Malformed: the body or the query cannot be read.",
    401: "Nobody is signed in.",
    403: "The roles of this person do not allow it.",
    404: "Absent, or of a program that this person has no part in.",
    409: "The state of things refuses it.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Well formed, but it cannot be taken; every field at fault is named.",
    429: "Too many requests.",
}


class StatedSchema(AutoSchema):
    """Reads what a view states about itself."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is not None:
            for status in self._refusals():
                operation["responses"][str(status)] = self._refusal(status)
        return operation

    def get_operation_id(self) -> str:
        """The name of the act, `complete_review`; lists and details are named by their path."""
        if self.method == "GET":
            return str(super().get_operation_id())
        name = getattr(self.view, "acts", {}).get(self.method, type(self.view).__name__)
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

    def get_description(self) -> str:  # type: ignore[override]
        words = super().get_description()
        policy = policy_of(self.view, self.method)
        return f"{words}\n\nAsks for: {policy}." if policy else words

    def _get_format_parameters(self) -> list[dict[str, Any]]:
        return []  # a representation is asked for by `Accept` alone

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "takes", None)

    def get_response_serializers(self) -> Any:
        shown = getattr(self.view, "shows", None)
        if self.method == "GET":
            return {200: shown}
        return {getattr(self.view, "success", 200): shown}

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and isinstance(self.view, ListModelMixin)

    def get_auth(self) -> list[dict[str, Any]]:
        policy = policy_of(self.view, self.method)
        return [*super().get_auth(), *([{}] if policy and policy.anonymous else [])]

    def _refusals(self) -> list[int]:
        written = self.method in {"POST", "PUT", "PATCH"}
        conflicts = getattr(self.view, "conflicts", False)
        states = {
            400: written or self._is_list_view() or getattr(self.view, "asks", False),
            401: True,  # a token that has ended is refused even where none is needed
            403: True,
            404: "{" in self.path,
            409: written or conflicts,
            413: written,
            415: written,
            422: written,
            429: True,
        }
        return [status for status, possible in states.items() if possible]

    def _refusal(self, status: int) -> dict[str, str]:
        """A reference to the response, which is written down once."""
        example = EXAMPLES[status]
        media = {
            "schema": self._registered("Problem", ResolvedComponent.SCHEMA, PROBLEM),
            "examples": {example.code: {"value": example.body()}},
        }
        response = {"description": DESCRIPTIONS[status], "content": {CONTENT_TYPE: media}}
        return self._registered(f"Problem{status}", ResolvedComponent.RESPONSE, response)

    def _registered(self, name: str, kind: str, schema: dict[str, Any]) -> dict[str, str]:
        component = ResolvedComponent(name, kind, schema, name)
        self.registry.register_on_missing(component)
        return dict(component.ref)


class ClosedInput(OpenApiSerializerExtension):
    """Inputs refuse names that they do not know."""

    target_class = "competency.rest.fields.Input"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return dict(schema) | {"additionalProperties": False}


def example(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)
