"""What the JSON Schema of a kind says of a document, in words and with places."""

import difflib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from assessments.content.documents import Document, Problem
from assessments.content.documents import Path as Steps

SCHEMAS = Path(__file__).parent / "schemas"
PARTS = "parts/common.json"
TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object with fields",
    "null": "null",
}
Complaint = tuple[Steps, str]


def known_kinds() -> tuple[str, ...]:
    return tuple(sorted(schema.stem for schema in SCHEMAS.glob("*.json")))


def schema_problems(document: Document) -> list[Problem]:
    """Everything that the schema of the document's kind complains of."""
    found = complaints(f"{document.kind}.json", document.content)
    return [document.problem(*complaint) for complaint in found]


def complaints(schema: str, content: Any) -> Iterator[Complaint]:
    """Path and words of everything that a schema complains of."""
    for error in _validator(schema).iter_errors(content):
        yield from _complaints(error)


@cache
def load_schema(name: str) -> Any:
    """A schema with exact decimals, so that 2.8 is a multiple of 0.0001."""
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"), parse_float=Decimal)


def part_of_schema(reference: str) -> Any:
    """What a "$ref" in a schema means."""
    file, _, at = reference.partition("#/$defs/")
    return load_schema(file)["$defs"][at]


@cache
def _validator(schema: str) -> Draft202012Validator:
    parts = Resource.from_contents(load_schema(PARTS))
    registry: Registry[Any] = Registry().with_resource(PARTS, parts)
    return Draft202012Validator(load_schema(schema), registry=registry)


def _complaints(error: ValidationError) -> Iterator[Complaint]:
    steps: Steps = tuple(error.absolute_path)
    special = _SPECIAL.get(str(error.validator))
    if "propertyNames" in error.absolute_schema_path:
        yield (*steps, str(error.instance)), f"The name must be {_described(error.schema)}."
    elif special:
        yield from special(steps, error)
    else:
        yield steps, _wanted(error)


def _wanted(error: ValidationError) -> str:
    schema: Any = error.schema
    if error.instance is None:
        return f"A value is missing: {_described(schema)}."
    quotes = ""
    if schema.get("type") == "string" and not isinstance(error.instance, (str, list, dict)):
        quotes = " Put it in quotes."
    return f"This must be {_described(schema)}.{quotes}"


def _described(schema: Any) -> str:
    if "description" in schema:
        return str(schema["description"])
    if "enum" in schema:
        return "one of: " + ", ".join(map(str, schema["enum"]))
    types = schema.get("type", [])
    named = " or ".join(TYPES[name] for name in ([types] if isinstance(types, str) else types))
    return named + (", not empty" if schema.get("minItems") else "")


def _unknown(steps: Steps, error: ValidationError) -> Iterator[Complaint]:
    schema: Any = error.schema
    instance: Any = error.instance
    for name in sorted(set(instance) - set(schema["properties"])):
        near = difflib.get_close_matches(name, schema["properties"], n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        yield (*steps, name), f"There is no field “{name}” here.{hint}"


def _missing(steps: Steps, error: ValidationError) -> Iterator[Complaint]:
    # An error comes for each name and does not say which; said twice, it is kept once.
    required: Any = error.validator_value
    instance: Any = error.instance
    for name in required:
        if name not in instance:
            yield steps, f"The field “{name}” is missing."


_SPECIAL: dict[str, Callable[[Steps, ValidationError], Iterator[Complaint]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
}
