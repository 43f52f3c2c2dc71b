"""CASE 1.1 packages: ours come back exactly, those of others as far as they can."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings

from assessments.content.case.writing import case_package
from assessments.content.documents import ContentError
from assessments.content.exporting import as_case, version_named
from assessments.content.reading import read_file
from competency.foundation.hashing import content_hash
from competency.frameworks.services import publish_framework
from tests import factories
from tests.content import files
from tests.content.strategies import frameworks

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NODE = {"identifier", "uri", "lastChangeDateTime"}
# What CASE 1.1 requires and what it knows besides, of the objects that we write.
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "CFPackage": (
        {"CFDocument"},
        {"CFItems", "CFAssociations", "CFDefinitions", "CFRubrics", "extensions"},
    ),
    "CFDocument": (
        {*NODE, "creator", "title"},
        {"caseVersion", "description", "version", "adoptionStatus", "extensions"},
    ),
    "CFItems": (
        {*NODE, "fullStatement"},
        {"humanCodingScheme", "abbreviatedStatement", "CFItemType", "CFItemTypeURI"},
    ),
    "CFAssociations": (
        {*NODE, "associationType", "originNodeURI", "destinationNodeURI"},
        {"sequenceNumber"},
    ),
    "CFDefinitions": (set(), {"CFItemTypes"}),
    "CFItemTypes": ({*NODE, "title", "description", "hierarchyCode"}, set()),
    "CFRubrics": (NODE, {"title", "description", "CFRubricCriteria", "extensions"}),
    "CFRubricCriteria": (
        NODE,
        {
            "category",
            "description",
            "CFItemURI",
            "weight",
            "position",
            "rubricId",
            "CFRubricCriterionLevels",
            "extensions",
        },
    ),
    "CFRubricCriterionLevels": (
        NODE,
        {"description", "quality", "score", "position", "rubricCriterionId"},
    ),
    "URI": ({"title", "identifier", "uri"}, set()),
}
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def package(framework: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    known = {"program": "pat", "creator": "A program", "state": "published", "changed_at": WHEN}
    return case_package(framework or files.framework(), **known | options)


def objects(name: str, value: Any):
    """Every object of a package with the name of its class."""
    if isinstance(value, list):
        for one in value:
            yield from objects(name, one)
    elif isinstance(value, dict):
        yield "URI" if name.endswith("URI") else name, value
        for field, below in value.items():
            if field != "extensions":
                yield from objects(field, below)


def test_every_object_has_the_fields_of_case_1_1_and_no_others():
    seen = set()
    for name, one in objects("CFPackage", package(rubrics=[canonical_rubric()])):
        required, known = FIELDS[name]
        assert required <= set(one) <= required | known, name
        assert None not in one.values()
        if "identifier" in one:
            assert UUID5.fullmatch(one["identifier"])
            assert one["uri"] == f"urn:uuid:{one['identifier']}"
        seen.add(name)
    assert seen == set(FIELDS)


def canonical_rubric() -> dict[str, Any]:
    return files.rubric()


def test_identifiers_are_stable_distinct_and_the_programs_own():
    def identifiers(**options):
        found = package(**options)
        nodes = [found["CFDocument"], *found["CFItems"], *found["CFAssociations"]]
        return [node["identifier"] for node in nodes]

    first = identifiers()
    assert identifiers(state="retired", creator="Another name") == first
    assert len(set(first)) == len(first)
    assert not set(first) & set(identifiers(program="other"))
    assert not set(first) & set(identifiers(framework=files.framework(version=2)))


def test_items_hang_together_in_order():
    found = package()
    names = {one["identifier"]: one["humanCodingScheme"] for one in found["CFItems"]}
    names[found["CFDocument"]["identifier"]] = "document"
    told = [
        (
            names[one["originNodeURI"]["identifier"]],
            names[one["destinationNodeURI"]["identifier"]],
            one["sequenceNumber"],
        )
        for one in found["CFAssociations"]
    ]
    assert told[:5] == [
        ("C", "document", 1),
        ("C1", "C", 1),
        ("C1.1", "C1", 1),
        ("C1.H1", "C1", 2),
        ("C3", "C", 2),
    ]
    kinds = {one["humanCodingScheme"]: one["CFItemType"] for one in found["CFItems"]}
    assert [kinds[code] for code in ("C", "C1", "C1.1", "C1.H1")] == [
        "Domain",
        "Competency",
        "Indicator",
        "Harm indicator",
    ]


def test_rubrics_go_along_with_criteria_and_levels():
    (rubric,) = package(rubrics=[canonical_rubric()])["CFRubrics"]
    criterion = rubric["CFRubricCriteria"][1]
    assert (criterion["category"], criterion["weight"]) == ("C3", 1.0)
    assert criterion["CFItemURI"]["title"] == "C3"
    assert criterion["extensions"] == {"credenceSafetyCritical": True}
    assert [level["quality"] for level in criterion["CFRubricCriterionLevels"]] == [
        "Potentially harmful",
        "Partial",
        "Safe and complete",
        "Adaptive",
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("case") / "package.json"


def read(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    document = read_file(path)
    assert document is not None
    return document


@settings(max_examples=40)
@given(frameworks())
def test_our_own_package_comes_back_exactly(path, framework):
    document = read(path, package(framework))
    assert document.content == framework
    assert document.notes == []


def test_a_published_framework_comes_back_with_its_hash(db, tmp_path):
    program, author = factories.program_with("author")
    files.bring(program, author, tmp_path, [files.framework(), files.rubric()], publish=True)
    version = version_named(program, "framework", "FRAME", 1)
    written = tmp_path / "framework.json"
    written.write_text(as_case(version), encoding="utf-8")
    document = read_file(written)
    assert document is not None
    assert content_hash(document.content) == version.content_hash
    assert document.notes == ["Rubrics are not taken from a package: import them as YAML."]
    assert callable(publish_framework)


def foreign(**changes: Any) -> dict[str, Any]:
    """A package as another publisher might write it."""
    nodes = SimpleNamespace(count=0)

    def item(name: str, statement: str, **fields: Any) -> dict[str, Any]:
        nodes.count += 1
        return {"identifier": name, "uri": f"https://x/{name}", "fullStatement": statement,
                "lastChangeDateTime": "2026-01-01T00:00:00Z", "notes": None, **fields}  # fmt: skip

    items = [
        item("i-2", "Second competency.", humanCodingScheme="X.1.2"),
        item("d-1", "A domain", humanCodingScheme="X.1"),
        item("i-1", "First competency.", humanCodingScheme="X.1.1", abbreviatedStatement="First"),
        item("k-1", "An indicator.", humanCodingScheme="X.1.1.a", CFItemType=None),
    ]
    pairs = [("i-2", "d-1", 2), ("i-1", "d-1", 1), ("k-1", "i-1", None), ("d-1", "doc", 1)]
    return {
        "CFDocument": {
            "identifier": "doc",
            "title": "Foreign: skills",
            "creator": "Else",
            "version": "3",
        },
        "CFItems": items,
        "CFAssociations": [association(*pair) for pair in pairs],
    } | changes


def association(child: str, parent: str, number: int | None = 1, kind: str = "isChildOf"):
    return {
        "associationType": kind,
        "sequenceNumber": number,
        "originNodeURI": {"identifier": child},
        "destinationNodeURI": {"identifier": parent},
    }


def test_a_foreign_package_becomes_a_framework(path):
    document = read(path, foreign())
    assert document.content == {
        "kind": "framework",
        "code": "FOREIGN-SKILLS",
        "title": "Foreign: skills",
        "version": 3,
        "statement": "Foreign: skills",
        "domains": [
            {
                "code": "X.1",
                "title": "A domain",
                "competencies": [
                    {
                        "code": "X.1.1",
                        "title": "First",
                        "statement": "First competency.",
                        "indicators": [{"code": "X.1.1.a", "text": "An indicator."}],
                        "harm_indicators": [],
                    },
                    {
                        "code": "X.1.2",
                        "title": "Second competency.",
                        "statement": "Second competency.",
                        "indicators": [],
                        "harm_indicators": [],
                    },
                ],
            }
        ],
    }
    assert document.notes == []
    assert read(path, {"CFPackage": foreign()}).content == document.content


@pytest.mark.parametrize(
    ("stated", "number"), [("2.0", 2), ("7", 7), ("1.5", 1), ("", 1), ("0", 1), ("draft", 1)]
)
def test_a_version_that_is_no_whole_number_becomes_the_first(path, stated, number):
    content = foreign()
    content["CFDocument"]["version"] = stated
    document = read(path, content)
    assert document.content["version"] == number
    told = f"Its version “{stated}” is no whole number; here it is version 1."
    assert (told in document.notes) == (stated not in ("2.0", "7"))


def test_codes_that_cannot_be_kept_are_numbers(path):
    content = foreign()
    content["CFItems"][1]["humanCodingScheme"] = "far too long for a code here"
    content["CFItems"][0]["humanCodingScheme"] = "X.1.1"
    del content["CFItems"][3]["humanCodingScheme"]
    document = read(path, content)
    (domain,) = document.content["domains"]
    assert domain["code"] == "1"
    assert [one["code"] for one in domain["competencies"]] == ["1.1", "1.2"]
    assert domain["competencies"][0]["indicators"][0]["code"] == "1.1.1"
    assert document.notes == [
        "The codes of the domains cannot be kept; they are numbered.",
        "The codes of the competencies cannot be kept; they are numbered.",
        "The codes of the indicators of 1.1 cannot be kept; they are numbered.",
    ]


def test_what_stands_too_deep_too_high_or_elsewhere_is_said(path):
    content = foreign()
    content["CFItems"] += [
        {"identifier": "deep", "fullStatement": "Deeper still.", "humanCodingScheme": "D"},
        {"identifier": "lone", "fullStatement": "On\nits own, " + "long " * 50},
    ]
    content["CFAssociations"] += [
        association("deep", "k-1"),
        association("deep", "i-2"),
        association("deep", "nowhere"),
        association("deep", "i-1", kind="isRelatedTo"),
    ]
    document = read(path, content)
    first = document.content["domains"][1]["competencies"][0]
    assert [one["text"] for one in first["indicators"]] == ["An indicator.", "Deeper still."]
    assert len(document.content["domains"][0]["title"]) == 200
    assert document.notes == [
        "1 associations lead outside the package.",
        "1 items have no parent and are taken as the highest.",
        "The codes of the domains cannot be kept; they are numbered.",
        "A title is shortened: “On\nits own, long long long long long lon…”.",
        "What stands deeper below X.1.1 is taken as its indicators.",
    ]


def test_items_without_levels_are_competencies_of_one_domain(path):
    items = [
        {"identifier": name, "fullStatement": name, "humanCodingScheme": name} for name in "ab"
    ]
    document = read(path, foreign(CFItems=items, CFAssociations=[]))
    (domain,) = document.content["domains"]
    assert [one["code"] for one in domain["competencies"]] == ["a", "b"]
    assert domain["title"] == "Foreign: skills"


def test_a_title_without_letters_still_makes_a_code(path):
    content = foreign()
    content["CFDocument"]["title"] = "日本語"
    assert read(path, content).content["code"] == "FRAMEWORK"


def said(path, content):
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_file(path)
    return list(map(str, refused.value.problems))


PROSE = "text of at most 200000 characters, not blank."


def test_a_package_that_cannot_be_read_says_where(path):
    content = foreign()
    del content["CFItems"][0]["fullStatement"]
    content["CFItems"][1]["fullStatement"] = " "
    del content["CFAssociations"][0]["originNodeURI"]
    assert said(path, content) == [
        "package.json:9:3 (CFItems.0): The field “fullStatement” is missing.",
        f"package.json:19:4 (CFItems.1.fullStatement): This must be {PROSE}",
        "package.json:44:3 (CFAssociations.0): The field “originNodeURI” is missing.",
    ]
    assert said(path, {"CFPackage": []}) == [
        "package.json:2:2 (CFPackage): This must be an object with fields."
    ]


def test_circles_and_twins_are_refused(path):
    content = foreign()
    content["CFAssociations"][3] = association("d-1", "k-1")
    assert len(said(path, content)) == 4
    assert said(path, {"CFPackage": content})[0] == (
        "package.json:10:4 (CFPackage.CFItems.0): This item is its own ancestor."
    )
    content["CFItems"][1]["identifier"] = "i-2"
    assert "An earlier item has this identifier." in said(path, content)[0]


def test_what_the_schema_finds_leads_back_to_the_package(path):
    content = foreign()
    content["CFDocument"]["extensions"] = {"credenceCode": "not a code"}
    (line,) = said(path, content)
    assert line.startswith("package.json:2:2 (code): This must be a code of at most 60 letters")
