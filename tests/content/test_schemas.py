"""The schemas ask for no more and no less than the database can hold, and say so in words."""

import json
from decimal import Decimal

import pytest
from django.db import connection, models
from jsonschema import Draft202012Validator

from assessments.content.documents import ContentError
from assessments.content.reading import read_file
from assessments.content.validation import SCHEMAS, known_kinds, load_schema, part_of_schema
from assessments.content.writing import to_yaml
from assessments.instruments.models import Assessment, Form
from assessments.vignettes.models import (
    Item,
    Key,
    KeyEntry,
    Option,
    Panelist,
    PanelVote,
    Stage,
    Vignette,
    VignetteVersion,
)
from competency.decisions.models import Minimum, SittingMode, Standard, StandardVersion
from competency.frameworks import models as frameworks
from tests.content import files

F = frameworks
COLUMNS = {
    "framework": {
        "code": (F.Framework, "code"),
        "title": (F.Framework, "title"),
        "version": (F.FrameworkVersion, "number"),
        "domains.code": (F.Domain, "code"),
        "domains.title": (F.Domain, "title"),
        "domains.competencies.code": (F.Competency, "code"),
        "domains.competencies.title": (F.Competency, "title"),
        "domains.competencies.indicators.code": (F.Indicator, "code"),
        "domains.competencies.harm_indicators.code": (F.Indicator, "code"),
    },
    "rubric": {
        "code": (F.Rubric, "code"),
        "title": (F.Rubric, "title"),
        "criteria.code": (F.Criterion, "code"),
        "criteria.competency": (F.Competency, "code"),
        "criteria.title": (F.Criterion, "title"),
    },
    "scope_profile": {
        "code": (F.ScopeProfile, "code"),
        "title": (F.ScopeProfile, "title"),
        "jurisdiction": (F.ScopeProfileVersion, "jurisdiction"),
    },
    "vignette": {
        "code": (Vignette, "code"),
        "title": (Vignette, "title"),
        "minutes": (VignetteVersion, "minutes"),
        "stages.code": (Stage, "code"),
        "stages.title": (Stage, "title"),
        "stages.items.code": (Item, "code"),
        "stages.items.kind": (Item, "kind"),
        "stages.items.options.code": (Option, "code"),
        "stages.items.options.leads_to": (Stage, "code"),
    },
    "key": {
        "version": (Key, "number"),
        "panel.name": (Panelist, "name"),
        "panel.credentials": (Panelist, "credentials"),
    },
    "standard": {
        "code": (Standard, "code"),
        "title": (Standard, "title"),
        "required_reviews": (StandardVersion, "required_reviews"),
        "resit_days": (StandardVersion, "resit_days"),
        "validity_months": (StandardVersion, "validity_months"),
        "rehearsal_seconds": (StandardVersion, "rehearsal_seconds"),
        "minutes": (StandardVersion, "minutes"),
        "grace_seconds": (StandardVersion, "grace_seconds"),
    },
    "assessment": {
        "code": (Assessment, "code"),
        "title": (Assessment, "title"),
        "forms.number": (Form, "number"),
        "forms.title": (Form, "title"),
    },
}


def resolved(schema):
    return part_of_schema(schema["$ref"]) if "$ref" in schema else schema


def part(kind, path):
    schema = load_schema(f"{kind}.json")
    for name in path.split("."):
        schema = resolved(schema)
        schema = resolved(schema.get("items", schema) if schema.get("type") == "array" else schema)
        schema = schema["properties"][name]
    return resolved(schema)


@pytest.mark.parametrize(
    ("kind", "path", "model", "column"),
    [(kind, path, *column) for kind, paths in COLUMNS.items() for path, column in paths.items()],
)
def test_what_a_schema_allows_the_column_can_hold(kind, path, model, column):
    field, schema = model._meta.get_field(column), part(kind, path)
    if isinstance(field, models.CharField):
        assert schema["maxLength"] == field.max_length
    else:
        assert schema["maximum"] == connection.ops.integer_field_range(field.get_internal_type())[1]


@pytest.mark.parametrize(
    ("name", "model", "column"),
    [
        ("weight", F.Criterion, "weight"),
        ("weight", Item, "weight"),
        ("value", KeyEntry, "value"),
        ("value", PanelVote, "value"),
        ("level", StandardVersion, "cut"),
        ("level", Minimum, "level"),
        ("error", StandardVersion, "cut_error"),
        ("share", StandardVersion, "keyed_cut"),
        ("share", StandardVersion, "competent_at"),
    ],
)
def test_a_number_has_no_more_digits_than_the_column(name, model, column):
    field, schema = (
        model._meta.get_field(column),
        part_of_schema(f"parts/common.json#/$defs/{name}"),
    )
    number = schema["anyOf"][0]
    step = Decimal(1).scaleb(-field.decimal_places)
    assert number["multipleOf"] == step
    assert number["maximum"] <= Decimal(10) ** (field.max_digits - field.decimal_places) - step
    takes = Draft202012Validator(schema).is_valid
    for bound in (number["minimum"], number["maximum"]):
        exact = Decimal(str(bound))
        assert takes(exact)
        assert takes(f"{exact:f}")
    for beyond in (Decimal(str(number["maximum"])) + step, Decimal(str(number["minimum"])) - step):
        assert not takes(beyond)
        assert not takes(f"{beyond:f}")
    finer = Decimal(1) + step / 10
    assert not takes(finer)
    assert not takes(f"{finer:f}")
    assert not takes("1\n")


def test_the_schemas_are_schemas():
    for path in SCHEMAS.rglob("*.json"):
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
    assert part("standard", "sitting_mode")["enum"] == SittingMode.values
    assert set(COLUMNS) == set(known_kinds())


def problems(tmp_path, content, *replace):
    """What is said of a file in which each line beginning with a text is put in place of it."""
    text = to_yaml(content)
    for old, new in zip(replace[::2], replace[1::2], strict=True):
        assert old in text, text
        text = text.replace(old, new, 1)
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_file(path)
    return [str(problem).removeprefix("file.yaml:") for problem in refused.value.problems]


CODE = "at most 20 letters, digits, “.”, “_” and “-”, beginning with a letter or digit."
WEIGHT = "a weight above 0 and below 1000, with at most two decimals."
VALUE = "a number between −100 and 100, with at most four decimals."
NO_LINK = "without “leads_to”: only the options of a branch lead to a stage."
MISTAKES = [
    (
        files.framework,
        ["code: FRAME", "cod: FRAME"],
        [
            "1:1: The field “code” is missing.",
            "2:1 (cod): There is no field “cod” here. Did you mean “code”?",
        ],
    ),
    (
        files.framework,
        ["title: A small framework\nversion: 1", "version: one\nzebra: 1"],
        [
            "1:1: The field “title” is missing.",
            "3:1 (version): This must be a whole number from 1 to 2147483647.",
            "4:1 (zebra): There is no field “zebra” here.",
        ],
    ),
    (
        files.framework,
        ["code: C\n", "code: 1e3\n"],
        [f"7:5 (domains.0.code): This must be a code of {CODE} Put it in quotes."],
    ),
    (
        files.framework,
        ["code: C\n", f"code: {'C' * 21}\n"],
        [f"7:5 (domains.0.code): This must be a code of {CODE}"],
    ),
    (
        files.framework,
        ["title: A small framework", "title:"],
        ["3:1 (title): A value is missing: one line of text, at most 200 characters."],
    ),
    (
        files.framework,
        ["title: A small framework", 'title: "Two\\nlines"'],
        ["3:1 (title): This must be one line of text, at most 200 characters."],
    ),
    (
        files.framework,
        ["statement: ", 'statement: " " # '],
        ["5:1 (statement): This must be text of at most 200000 characters, not blank."],
    ),
    (
        files.rubric,
        ['"1": The answer harms.', '"0": The answer harms.'],
        ["14:7 (criteria.0.levels.0): The name must be a level: 1, 2, 3 or 4."],
    ),
    (
        files.rubric,
        ["safety_critical: false", "safety_critical: no"],
        ["12:5 (criteria.0.safety_critical): This must be true or false."],
    ),
    (
        files.rubric,
        ['weight: "1.00"', "weight: 0", 'weight: "1.00"', "weight: 1.125"],
        [
            f"11:5 (criteria.0.weight): This must be {WEIGHT}",
            f"21:5 (criteria.1.weight): This must be {WEIGHT}",
        ],
    ),
    (
        files.standard,
        ['cut: "2.80"', 'cut: "4.01"', 'keyed_cut: "0.50"', "keyed_cut: 1.5"],
        [
            "13:1 (cut): This must be a number from 1 to 4, with at most four decimals.",
            "16:1 (keyed_cut): This must be a number from 0 to 1, with at most six decimals.",
        ],
    ),
    (
        files.standard,
        ["sitting_mode: unsupervised", "sitting_mode: at home"],
        ["sitting_mode): This must be one of: invigilated, unsupervised."],
    ),
    (
        files.vignette,
        ["leads_to: room", "lead_to: room"],
        [
            "options.0): The field “leads_to” is missing.",
            "lead_to): There is no field “lead_to” here. Did you mean “leads_to”?",
        ],
    ),
    (
        files.vignette,
        ["{code: greet, text: Greet}", "{code: greet, text: Greet, leads_to: room}"],
        [f"options.0): This must be {NO_LINK}"],
    ),
    (
        files.vignette,
        ["criteria: [C1]", "criteria: []", "{speaker: Client", "{speaker: 5"],
        [
            "speaker): This must be a name of at most 200 characters, or null where nobody speaks.",
            "criteria): This must be a list, not empty.",
        ],
    ),
    (
        files.key,
        ["critical: true, why: The client is left alone.", 'critical: true, why: " "'],
        ["leave.why): This must be text of at most 200000 characters, not blank."],
    ),
    (
        files.key,
        ["critical: true, why: The client is left alone.", "critical: true"],
        ["decide.leave): The field “why” is missing."],
    ),
    (
        files.key,
        ["actions:\n    greet: {value: 4}", "actions: {most: a}\n  x:\n    greet: {value: 400}"],
        [
            "actions): The field “least” is missing.",
            f"x.greet.value): This must be {VALUE}",
        ],
    ),
    (
        files.assessment,
        ["{vignette: V1/1}", "{vignette: V1}"],
        ["vignette): This must be a reference such as PAT-CORE/1: code, slash, version."],
    ),
]


@pytest.mark.parametrize(("make", "replace", "said"), MISTAKES)
def test_every_mistake_is_said_with_line_column_and_field(tmp_path, make, replace, said):
    found = problems(tmp_path, make(), *replace)
    assert len(found) == len(said), found
    assert all(problem.endswith(words) for problem, words in zip(found, said, strict=True)), found
