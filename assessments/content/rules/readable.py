"""Content as a person would write it: the schema's order, shorthand, no defaults. Pure.

The opposite of `canonical`: an export reads well, and means the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assessments.content.rules.findings import Content

Resolve = Callable[[str], Any]  # a "$ref" to the schema it means


def readable(content: Content, schema: Any, resolve: Resolve, options: Content) -> dict[str, Any]:
    """`options` names, for a key, every option of each item that asks for most and least."""
    arranged: dict[str, Any] = _arranged(content, schema, resolve)
    if content["kind"] == "key":
        arranged["items"] = {
            code: _brief(entries, options.get(code, ()))
            for code, entries in content["items"].items()
        }
    return arranged


def _arranged(value: Any, schema: Any, resolve: Resolve) -> Any:
    """The same value with its fields in the order of the schema."""
    if "$ref" in schema:
        schema = resolve(schema["$ref"])
    if isinstance(value, Mapping) and "properties" in schema:
        named = [name for name in schema["properties"] if name in value]
        return {
            name: _arranged(value[name], schema["properties"].get(name, {}), resolve)
            for name in [*named, *(name for name in value if name not in named)]
        }
    if isinstance(value, list):
        return [_arranged(one, schema.get("items", {}), resolve) for one in value]
    return value


def _brief(entries: Content, options: Sequence[str]) -> dict[str, Any]:
    """
    >>> entry = {"critical": False, "why": "So."}
    >>> values = {"a": "1", "b": "0", "c": "-1"}
    >>> _brief({code: entry | {"value": value} for code, value in values.items()}, ["a", "b", "c"])
    {'most': 'a', 'least': 'c', 'why': 'So.'}
    >>> _brief({"a": {"value": "3", "critical": False, "why": ""}}, [])
    {'a': {'value': '3'}}
    """
    coded = {str(entry["value"]): code for code, entry in entries.items()}
    one_reason = len({entry["why"] for entry in entries.values()}) == 1
    plain = one_reason and not any(entry["critical"] for entry in entries.values())
    if plain and set(coded) == {"1", "0", "-1"} and set(entries) == set(options):
        values = [entry["value"] for entry in entries.values()]
        if values.count("1") == values.count("-1") == 1:
            why = {"why": entry["why"]} if (entry := entries[coded["1"]])["why"] else {}
            return {"most": coded["1"], "least": coded["-1"], **why}
    return {code: _short(entry) for code, entry in entries.items()}


def _short(entry: Content) -> dict[str, Any]:
    short = {"value": entry["value"]}
    if entry["critical"]:
        short["critical"] = True
    return short | ({"why": entry["why"]} if entry["why"] else {})
