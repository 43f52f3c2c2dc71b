"""Vignettes: is the story sound, can every item be answered and judged?"""

from collections.abc import Iterator

from assessments.content.rules.findings import (
    Content,
    Finding,
    Known,
    Path,
    given_twice,
    owed,
    refuse,
)
from assessments.vignettes.items import KINDS, ItemShape
from assessments.vignettes.rules import StageShape, Story, find_loop, reachable

SETTINGS = ("min_words", "max_words", "choose")


def vignette_findings(content: Content, known: Known) -> Iterator[Finding]:
    stages = content["stages"]
    if not stages:
        yield owed(("stages",), "The vignette has no stages.")
    yield from given_twice(stages, ("stages",), "Stage code")
    rubric = known.content("rubric", content["rubric"])
    criteria = None if rubric is None else {one["code"] for one in rubric["criteria"]}
    for path, item in items_of(content):
        yield from _item_findings(item, path, content["rubric"], criteria)
    yield from _item_codes(content)
    links = list(_link_findings(content))
    yield from links
    if stages and not links:
        yield from _story_findings(content)
    if not any(item["kind"] in KINDS and not KINDS[item["kind"]].keyed
               for _, item in items_of(content)):  # fmt: skip
        yield owed(("stages",), "No item is judged by reviewers.")


def items_of(content: Content) -> Iterator[tuple[Path, Content]]:
    for number, stage in enumerate(content["stages"]):
        for place, item in enumerate(stage.get("items", [])):
            yield ("stages", number, "items", place), item


def keyed_items(content: Content) -> dict[str, ItemShape]:
    """The items that a key must score, by code."""
    return {
        item["code"]: shape_of(item)
        for _, item in items_of(content)
        if item["kind"] in KINDS and KINDS[item["kind"]].keyed
    }


def shape_of(item: Content) -> ItemShape:
    options = [option["code"] for option in item.get("options", [])]
    return ItemShape(item["code"], options, {n: item[n] for n in SETTINGS if n in item})


def _item_codes(content: Content) -> Iterator[Finding]:
    """Within a stage the database refuses a code given twice; elsewhere only publishing does."""
    first: dict[str, str | int] = {}
    for path, item in items_of(content):
        stage = first.setdefault(item["code"], path[1])
        if stage != path[1]:
            yield owed((*path, "code"), f"Item code {item['code']} is used twice.")
    for number, stage_content in enumerate(content["stages"]):
        at = ("stages", number, "items")
        yield from given_twice(stage_content.get("items", []), at, "Item code")


def _item_findings(
    item: Content, path: Path, rubric: str, criteria: set[str] | None
) -> Iterator[Finding]:
    yield from given_twice(item.get("options", []), (*path, "options"), "Option code")
    seen: set[str] = set()
    for place, code in enumerate(item.get("criteria", [])):
        at = (*path, "criteria", place)
        if criteria is not None and code not in criteria:
            yield refuse(at, f"{rubric} has no criterion {code}.")
        if code in seen:
            yield refuse(at, f"Criterion {code} is named twice.")
        seen.add(code)
    if item["kind"] not in KINDS:
        yield refuse((*path, "kind"), f"Item kinds are {', '.join(sorted(KINDS))}.")
        return
    kind = KINDS[item["kind"]]
    for problem in kind.shape_problems(shape_of(item)):
        yield owed(path, f"Item {item['code']} {problem}.")
    if not kind.keyed and not item.get("criteria"):
        yield owed(path, f"Item {item['code']} has no criterion to judge it.")


def _link_findings(content: Content) -> Iterator[Finding]:
    """Where the story leads to stages that do not exist, or to itself."""
    codes = {stage["code"] for stage in content["stages"]}
    for number, stage in enumerate(content["stages"]):
        following = stage.get("next")
        if following is not None and following not in codes:
            yield refuse(("stages", number, "next"), f"There is no stage “{following}”.")
        if following == stage["code"]:
            yield refuse(("stages", number, "next"), "A stage cannot follow on itself.")
    for path, item in items_of(content):
        for place, option in enumerate(item.get("options", [])):
            target = option.get("leads_to")
            if target is not None and target not in codes:
                at = (*path, "options", place, "leads_to")
                yield refuse(at, f"There is no stage “{target}”.")


def _story_findings(content: Content) -> Iterator[Finding]:
    story = story_of(content)
    places = {stage["code"]: place for place, stage in enumerate(content["stages"])}
    for code, stage in story.items():
        at = ("stages", places[code])
        if len(stage.branches) > 1:
            yield owed(at, f"Stage {code} has more than one branch item.")
        if stage.branches and stage.next is not None:
            yield owed((*at, "next"), f"Stage {code} has a branch and also a next stage.")
    entry = content["stages"][0]["code"]
    reached = reachable(story, entry)
    for code in story:
        if code not in reached:
            yield owed(("stages", places[code]), f"Stage {code} cannot be reached.")
    if loop := find_loop(story, entry):
        yield owed(("stages", places[loop[-2]]), f"The story loops: {' → '.join(loop)}.")


def story_of(content: Content) -> Story:
    return {stage["code"]: _stage_shape(stage) for stage in content["stages"]}


def _stage_shape(stage: Content) -> StageShape:
    branches = {
        item["code"]: {
            option["code"]: option["leads_to"]
            for option in item.get("options", [])
            if "leads_to" in option
        }
        for item in stage.get("items", [])
        if item["kind"] in KINDS and KINDS[item["kind"]].branching
    }
    return StageShape(stage["code"], stage.get("next"), branches)
