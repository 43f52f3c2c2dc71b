"""Keys and the panels behind them."""

from collections.abc import Iterator, Mapping

from assessments.content.rules.canonical import number, spelled_out
from assessments.content.rules.findings import Content, Finding, Known, Path, owed, refuse
from assessments.content.rules.vignettes import items_of, keyed_items, shape_of
from assessments.vignettes.items import KINDS, ItemShape, Keyed

FEWEST, MOST = 10, 15  # panelists


def key_findings(content: Content, known: Known) -> Iterator[Finding]:
    panel = content.get("panel", [])
    if panel and not FEWEST <= len(panel) <= MOST:
        yield refuse(("panel",), f"A panel has {FEWEST} to {MOST} people.")
    yield from _panelists_twice(content)
    vignette = known.content("vignette", content["vignette"])
    if vignette is None:
        return
    shapes = {item["code"]: shape_of(item) for _, item in items_of(vignette)}
    for code, entries in content["items"].items():
        yield from _entry_findings(content, shapes, code, entries)
    yield from _incomplete(content, vignette)
    for place, panelist in enumerate(panel):
        for code, votes in panelist["votes"].items():
            at: Path = ("panel", place, "votes", code)
            yield from _vote_findings(content, keyed_items(vignette), code, votes, at)


def _panelists_twice(content: Content) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, panelist in enumerate(content.get("panel", [])):
        if panelist["name"] in seen:
            at: Path = ("panel", place, "name")
            yield refuse(at, f"{panelist['name']} sits on the panel twice.")
        seen.add(panelist["name"])


def _entry_findings(
    content: Content, shapes: Mapping[str, ItemShape], code: str, entries: Content
) -> Iterator[Finding]:
    at: Path = ("items", code)
    if not isinstance(entries.get("most"), str):
        yield from _unknown(content, shapes, code, {option: option for option in entries}, at)
        return
    picked = {part: entries[part] for part in ("most", "least")}
    yield from _unknown(content, shapes, code, picked, at)
    if picked["most"] == picked["least"]:
        yield refuse((*at, "least"), "The most and the least helpful cannot be the same.")


def _unknown(
    content: Content,
    shapes: Mapping[str, ItemShape],
    code: str,
    options: Mapping[str, str],
    at: Path,
) -> Iterator[Finding]:
    """An item or options that the vignette does not have; `options` maps fields to codes."""
    if code not in shapes:
        yield refuse(at, f"{content['vignette']} has no item “{code}”.")
        return
    for field, option in options.items():
        if option not in shapes[code].options:
            yield refuse((*at, field), f"Item {code} has no option “{option}”.")


def _incomplete(content: Content, vignette: Content) -> Iterator[Finding]:
    """Keyed items without a key, or with one that their kind cannot score by."""
    kinds = {item["code"]: KINDS.get(item["kind"]) for _, item in items_of(vignette)}
    for code, shape in keyed_items(vignette).items():
        entries = spelled_out(content["items"].get(code, {}), shape.options)
        key = {
            option: Keyed(float(number(entry["value"])), entry.get("critical", False))
            for option, entry in entries.items()
            if option in shape.options
        }
        kind = kinds[code]
        for problem in kind.key_problems(shape, key) if kind else []:
            at: Path = ("items", code) if code in content["items"] else ("items",)
            yield owed(at, f"Item {code}: {problem}.")


def _vote_findings(
    content: Content, keyed: Mapping[str, ItemShape], code: str, votes: Content, at: Path
) -> Iterator[Finding]:
    if code not in keyed:
        yield refuse(at, f"There is no keyed item “{code}”.")
        return
    yield from _unknown(content, keyed, code, {option: option for option in votes}, at)
    for option in keyed[code].options:
        if option not in votes:
            yield refuse(at, f"Every option needs a vote; “{option}” has none.")
