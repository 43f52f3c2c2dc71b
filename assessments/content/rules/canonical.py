"""A file's content as the database will give it back: what is hashed and compared.

Left-out fields get their defaults, numbers become text without trailing zeros, shorthand is
spelled out, and what has no order of its own gets one.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from assessments.content.rules.findings import Content, Known
from assessments.content.rules.references import placed_vignettes
from assessments.content.rules.vignettes import items_of

STANDARD_NUMBERS = ("cut", "cut_error", "keyed_cut", "competent_at", "not_yet_at")


def canonical(content: Content, known: Known) -> dict[str, Any]:
    """What a key or assessment leaves open is filled in from the content that is known."""
    return _FORMS[content["kind"]](content, known)


def number(value: Any) -> str:
    """
    >>> [number(value) for value in ("2.80", 100, Decimal("-0.0"), Decimal("1E+2"))]
    ['2.8', '100', '0', '100']
    """
    exact = Decimal(str(value))
    return format(exact.normalize(), "f") if exact else "0"


def spelled_out(entries: Content, options: Iterable[str]) -> dict[str, Any]:
    """The key of an item with one entry per option.

    >>> spelled_out({"most": "a", "least": "c", "why": "So."}, "abc")["c"]
    {'value': -1, 'why': 'So.'}
    >>> spelled_out({"a": {"value": 1}}, "abc")
    {'a': {'value': 1}}
    """
    if not isinstance(entries.get("most"), str):
        return dict(entries)
    values = {entries["most"]: 1, entries["least"]: -1}
    why = {"why": entries["why"]} if "why" in entries else {}
    return {code: {"value": values.get(code, 0), **why} for code in options}


def _framework(content: Content, known: Known) -> dict[str, Any]:
    return dict(content)


def _rubric(content: Content, known: Known) -> dict[str, Any]:
    criteria = [one | {"weight": number(one["weight"])} for one in content["criteria"]]
    return {"guidance": "", **content, "criteria": criteria}


def _standard(content: Content, known: Known) -> dict[str, Any]:
    components = content.get("variance_components")
    return {
        "status_note": "",
        **content,
        **{field: number(content[field]) for field in STANDARD_NUMBERS},
        "minima": {code: number(level) for code, level in content.get("minima", {}).items()},
        "variance_components": components and {n: _as_json(v) for n, v in components.items()},
    }


def _as_json(value: Any) -> Any:
    """Components are kept as they are written, text or number."""
    return float(value) + 0.0 if isinstance(value, Decimal) else value


def _vignette(content: Content, known: Known) -> dict[str, Any]:
    stages = [
        {"known": [], "next": None, **stage, "items": [_item(i) for i in stage.get("items", [])]}
        for stage in content["stages"]
    ]
    return {"content_note": "", **content, "stages": stages}


def _item(item: Content) -> dict[str, Any]:
    criteria = {"criteria": sorted(item["criteria"])} if "criteria" in item else {}
    return {**item, "weight": number(item.get("weight", 1)), **criteria}


def _key(content: Content, known: Known) -> dict[str, Any]:
    vignette = known.content("vignette", content["vignette"]) or {"stages": []}
    options = {
        item["code"]: [option["code"] for option in item.get("options", [])]
        for _, item in items_of(vignette)
    }

    items = {
        code: {
            option: {"critical": False, "why": "", **entry, "value": number(entry["value"])}
            for option, entry in spelled_out(entries, options.get(code, ())).items()
        }
        for code, entries in content["items"].items()
    }
    panel = [one | {"votes": _votes(one["votes"])} for one in content.get("panel", [])]
    return {"status_note": "", **content, "items": items, "panel": panel}


def _votes(votes: Content) -> dict[str, dict[str, str]]:
    return {
        code: {option: number(value) for option, value in given.items()}
        for code, given in votes.items()
    }


def _assessment(content: Content, known: Known) -> dict[str, Any]:
    def placed(one: Content) -> dict[str, Any]:
        return {"key": known.newest_key(one["vignette"], content["scope_profile"]), **one}

    forms = [
        form | {"vignettes": [placed(one) for one in form["vignettes"]]}
        for form in sorted(content["forms"], key=lambda form: int(form["number"]))
    ]
    reserves = [placed(one) for one in content.get("reserves", [])]
    return {**content, "forms": forms, "reserves": reserves}


def with_keys_of(content: Content, standing: Content) -> dict[str, Any]:
    """An assessment whose open keys are those that the standing version pins.

    >>> one = {"forms": [{"vignettes": [{"vignette": "V/1"}]}]}
    >>> with_keys_of(one, {"forms": [{"vignettes": [{"vignette": "V/1", "key": 2}]}]})["forms"]
    [{'vignettes': [{'key': 2, 'vignette': 'V/1'}]}]
    """
    pinned = {one["vignette"]: one["key"] for _, one in placed_vignettes(standing)}

    def placed(one: Content) -> dict[str, Any]:
        return {**({"key": pinned[one["vignette"]]} if one["vignette"] in pinned else {}), **one}

    forms = [
        form | {"vignettes": [placed(one) for one in form["vignettes"]]}
        for form in content["forms"]
    ]
    reserves = (
        {"reserves": [placed(o) for o in content["reserves"]]} if "reserves" in content else {}
    )
    return {**content, "forms": forms, **reserves}


_FORMS: Mapping[str, Callable[[Content, Known], dict[str, Any]]] = {
    "framework": _framework,
    "rubric": _rubric,
    "scope_profile": _framework,
    "vignette": _vignette,
    "key": _key,
    "standard": _standard,
    "assessment": _assessment,
}
