"""What a schema cannot say: references, order, completeness; each with its place."""

from typing import Any

import pytest

from assessments.content.checking import check
from assessments.content.documents import Document
from assessments.content.rules.canonical import canonical, with_keys_of
from assessments.content.rules.readable import readable
from assessments.content.shelves import Files
from assessments.content.validation import load_schema, part_of_schema
from assessments.vignettes.items import KINDS
from assessments.vignettes.kinds.base import ItemKind
from competency.frameworks.rules import framework_problems, rubric_problems
from tests.content import files


def change(content: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The content with the part at "a.0.b" set, or removed where the value is `...`."""
    *steps, last = path.split(".")
    part: Any = content
    for step in steps:
        part = part[int(step) if isinstance(part, list) else step]
    if value is ...:
        del part[last]
    elif isinstance(part, list):
        part[int(last) : int(last) + 1] = [value]
    else:
        part[last] = value
    return content


def found(*contents: dict[str, Any]) -> tuple[list[str], list[str]]:
    """ "field: words" of what is refused, and of what is owed before publishing."""
    documents = [Document(f"{number}.yaml", one, {}) for number, one in enumerate(contents)]
    checked = check(documents)
    refused, owed = (
        [f"{problem.field}: {problem.message}" for problem in problems]
        for problems in (checked.refused, checked.owed)
    )
    return refused, owed


def item(code: str, kind: str = "free_text", **fields: Any) -> dict[str, Any]:
    return {"code": code, "kind": kind, "prompt": "What now?", **fields}


def panel_with(place: int, votes: str, value: Any) -> list[dict[str, Any]]:
    panel: list[dict[str, Any]] = change(
        {"panel": files.panel()}, f"panel.{place}.votes.{votes}", value
    )["panel"]
    return panel


LEADING = [{"code": "a", "text": "A", "leads_to": "room"},
           {"code": "b", "text": "B", "leads_to": "room"}]  # fmt: skip


def test_a_sound_set_is_sound():
    assert found(*files.whole_set()) == ([], [])


REFUSED = [
    (files.framework, "domains.1.code", "C", "domains.1.code: Domain code C is used twice."),
    (files.framework, "domains.0.competencies.1.code", "C1",
     "domains.0.competencies.1.code: Competency code C1 is used twice."),
    (files.framework, "domains.0.competencies.0.harm_indicators.0.code", "C1.1",
     "domains.0.competencies.0.harm_indicators.0.code: Indicator code C1.1 is used twice."),
    (files.rubric, "criteria.1.code", "C1", "criteria.1.code: Criterion code C1 is used twice."),
    (files.rubric, "criteria.1.competency", "C9",
     "criteria.1.competency: FRAME/1 has no competency C9."),
    (files.standard, "not_yet_at", "0.95",
     "not_yet_at: “not_yet_at” must be less than “competent_at”."),
    (lambda: files.standard(pilot=False), "rehearsal_seconds", 5,
     "rehearsal_seconds: Only a pilot is rehearsed: certificates of others hold for months."),
    (files.vignette, "stages.1.code", "arrival",
     "stages.1.code: Stage code arrival is used twice."),
    (files.vignette, "stages.1.next", "attic", "stages.1.next: There is no stage “attic”."),
    (files.vignette, "stages.1.next", "corridor",
     "stages.1.next: A stage cannot follow on itself."),
    (files.vignette, "stages.0.items.2.options.0.leads_to", "attic",
     "stages.0.items.2.options.0.leads_to: There is no stage “attic”."),
    (files.vignette, "stages.0.items.0.kind", "essay",
     f"stages.0.items.0.kind: Item kinds are {', '.join(KINDS)}."),
    (files.vignette, "stages.0.items.0.criteria.0", "C9",
     "stages.0.items.0.criteria.0: RUBRIC/1 has no criterion C9."),
    (files.vignette, "stages.2.items.0.criteria", ["C3", "C3"],
     "stages.2.items.0.criteria.1: Criterion C3 is named twice."),
    (files.vignette, "stages.0.items.1.code", "first-words",
     "stages.0.items.1.code: Item code first-words is used twice."),
    (files.vignette, "stages.0.items.1.options.1.code", "greet",
     "stages.0.items.1.options.1.code: Option code greet is used twice."),
    (files.key, "items.attic", {"a": {"value": 1}}, "items.attic: V1/1 has no item “attic”."),
    (files.key, "items.actions.sing", {"value": 1},
     "items.actions.sing: Item actions has no option “sing”."),
    (files.key, "items.helpful", {"most": "sing", "least": "light"},
     "items.helpful.most: Item helpful has no option “sing”."),
    (files.key, "items.helpful", {"most": "light", "least": "light"},
     "items.helpful.least: The most and the least helpful cannot be the same."),
    (files.key, "panel", files.panel(9), "panel: A panel has 10 to 15 people."),
    (files.key, "panel", files.panel(16), "panel: A panel has 10 to 15 people."),
    (files.key, "panel", [*files.panel(), files.panel()[0]],
     "panel.10.name: Expert 1 sits on the panel twice."),
    (files.key, "panel", panel_with(3, "attic", {"a": 1}),
     "panel.3.votes.attic: There is no keyed item “attic”."),
    (files.key, "panel", panel_with(3, "first-words", {}),
     "panel.3.votes.first-words: There is no keyed item “first-words”."),
    (files.key, "panel", panel_with(0, "actions.sing", 1),
     "panel.0.votes.actions.sing: Item actions has no option “sing”."),
    (files.key, "panel", panel_with(0, "actions.wait", ...),
     "panel.0.votes.actions: Every option needs a vote; “wait” has none."),
    (files.assessment, "forms.1", {"number": 1, "title": "Again", "vignettes": []},
     "forms.1.number: Form number 1 is used twice."),
    (files.assessment, "forms.0.vignettes.1", {"vignette": "V1/1"},
     "forms.0.vignettes.1.vignette: Vignette V1/1 is used twice."),
    (files.assessment, "reserves", [{"vignette": "V9/1"}, {"vignette": "V9/1"}],
     "reserves.1.vignette: Vignette V9/1 is used twice."),
    (files.assessment, "forms.0.vignettes.0.key", 7,
     "forms.0.vignettes.0.key: V1/1 has no key 7 for PROFILE/1."),
]  # fmt: skip
OWED = [
    (files.framework, "domains", [], "domains: The framework has no domains."),
    (files.framework, "domains.1.competencies", [],
     "domains.1.competencies: Domain D has no competencies."),
    (files.framework, "domains.0.competencies.0.indicators", [],
     "domains.0.competencies.0.indicators: Competency C1 has no indicators."),
    (files.framework, "domains.0.competencies.0.harm_indicators", [],
     "domains.0.competencies.0.harm_indicators: Competency C1 has no harm indicators."),
    (files.framework, "domains.1.competencies.0.code", "C1",
     "domains.1.competencies.0.code: Competency code C1 is used twice."),
    (files.rubric, "criteria", [], "criteria: The rubric has no criteria."),
    (files.rubric, "criteria.1.competency", "C1",
     "criteria.1.competency: Competency C1 has two criteria."),
    (files.rubric, "criteria.0.levels.4", ...,
     "criteria.0.levels: Criterion C1 has no anchor for level 4."),
    (files.vignette, "stages", [], "stages: The vignette has no stages."),
    (files.vignette, "stages.0.items.0.min_words", 900,
     "stages.0.items.0: Item first-words asks for more words than it allows."),
    (files.vignette, "stages.0.items.0.criteria", ...,
     "stages.0.items.0: Item first-words has no criterion to judge it."),
    (files.vignette, "stages.2.items.1.code", "actions",
     "stages.2.items.1.code: Item code actions is used twice."),
    (files.vignette, "stages.0.items.3", item("again", "branch", options=LEADING),
     "stages.0: Stage arrival has more than one branch item."),
    (files.vignette, "stages.0.next", "room",
     "stages.0.next: Stage arrival has a branch and also a next stage."),
    (files.vignette, "stages.3", {"code": "attic", "title": "Up", "narrative": []},
     "stages.3: Stage attic cannot be reached."),
    (files.vignette, "stages.2.next", "corridor",
     "stages.1: The story loops: room → corridor → room."),
    (files.key, "items.actions", ..., "items: Item actions: option greet has no key."),
    (files.key, "items.actions.wait", ..., "items.actions: Item actions: option wait has no key."),
    (files.key, "items.actions.wait.value", 9,
     "items.actions: Item actions: the key of option wait is not within 1 to 4."),
    (files.assessment, "reserves", [{"vignette": "V1/1"}],
     "reserves.0.vignette: Reserve V1/1 is on a form as well."),
    (files.assessment, "rubric", "OTHER/1",
     "forms.0.vignettes.0.vignette: Vignette V1/1 is judged by another rubric."),
]  # fmt: skip


@pytest.mark.parametrize(("make", "path", "value", "said"), REFUSED)
def test_what_cannot_be_stored_is_refused(make, path, value, said):
    contents = [one for one in files.whole_set() if one["kind"] != make()["kind"]]
    refused, _ = found(*contents, change(make(), path, value))
    assert said in refused


@pytest.mark.parametrize(("make", "path", "value", "said"), OWED)
def test_what_cannot_be_published_is_owed(make, path, value, said):
    contents = [one for one in files.whole_set() if one["kind"] != make()["kind"]]
    content = change(make(), path, value)
    assert said in found(*contents, content)[1]
    assert found(content)[0] == []  # by itself it can be stored


def test_a_vignette_without_free_items_is_owed_one():
    stages = [{"code": "one", "title": "One", "narrative": [], "items": []}]
    assert found(files.vignette(stages=stages))[1] == ["stages: No item is judged by reviewers."]


@pytest.mark.parametrize(
    ("make", "path", "value"),
    [(make, path, value) for make, path, value, _ in [*REFUSED, *OWED]
     if make in (files.framework, files.rubric)],
)  # fmt: skip
def test_whatever_the_domain_refuses_to_publish_is_found_in_the_file(make, path, value):
    content = change(make(), path, value)
    said = framework_problems(content) if make is files.framework else rubric_problems(content)
    refused, owed = found(files.framework(), content)
    words = {line.partition(": ")[2] for line in [*refused, *owed]}
    assert set(said) <= words


def test_references_that_lead_to_no_file_are_named():
    documents = [Document("rubric.yaml", files.rubric(), {("framework",): (2, 1)})]
    (unknown,) = check(documents).unknown
    assert str(unknown) == (
        "rubric.yaml:2:1 (framework): The framework FRAME/1 is not among these files; "
        "what rests on it is unchecked."
    )
    assert found(files.rubric()) == ([], [])
    assert found(files.assessment()) == ([], [])
    assert found(files.key()) == ([], [])


def test_two_files_of_one_version_are_one_too_many():
    refused, _ = found(files.key(), files.key(version=2), files.key())
    assert refused == ["version: 0.yaml has key V1/1:PROFILE/1/1 as well."]


def test_an_unknown_kind_of_item_does_not_hide_other_mistakes():
    vignette = change(files.vignette(), "stages.0.items.2.kind", "essay")
    refused, owed = found(vignette)
    assert [line.split(":")[0] for line in refused] == ["stages.0.items.2.kind"]
    assert "stages.1: Stage corridor cannot be reached." in owed
    assert found(vignette, files.key())[0] == refused


def test_every_kind_of_item_is_known_to_the_rules():
    assert all(isinstance(kind, ItemKind) for kind in KINDS.values())


def test_what_reads_well_means_the_same():
    contents = [*files.whole_set(), files.key(version=2, panel=files.panel())]
    known = Files(Document("", content, {}) for content in contents)
    for content in contents:
        whole = canonical(content, known)
        options = {"helpful": ["voice", "light", "lecture"]}
        schema = load_schema(f"{content['kind']}.json")
        assert canonical(readable(whole, schema, part_of_schema, options), known) == whole


def test_shorthand_is_kept_for_what_it_can_say():
    about = canonical(files.key(), Files([]))
    schema = load_schema("key.json")

    def written(options):
        return readable(about, schema, part_of_schema, options)["items"]["helpful"]

    assert written({"helpful": ["voice", "light", "lecture"]}) == {
        "most": "voice",
        "least": "lecture",
    }
    assert written({"helpful": ["voice", "light", "lecture", "more"]})["voice"] == {"value": "1"}
    about["items"]["helpful"]["light"] = {"value": "1", "critical": False, "why": ""}
    assert written({"helpful": ["voice", "light", "lecture"]})["light"] == {"value": "1"}
    about["items"]["helpful"]["four"] = {"value": "0", "critical": False, "why": ""}
    assert "most" not in written({"helpful": ["voice", "light", "lecture", "four"]})


def test_open_keys_stay_with_those_that_stand():
    asked = files.assessment(reserves=[{"vignette": "V9/1"}, {"vignette": "V1/1"}])
    standing = {"forms": [{"vignettes": [{"vignette": "V1/1", "key": 3}]}]}
    kept = with_keys_of(asked, standing)
    assert kept["forms"][0]["vignettes"] == [{"vignette": "V1/1", "key": 3}]
    assert kept["reserves"] == [{"vignette": "V9/1"}, {"vignette": "V1/1", "key": 3}]
