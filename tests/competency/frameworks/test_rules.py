"""When content is complete enough to publish."""

from typing import Any

import pytest

from competency.frameworks.rules import framework_problems, repeated, rubric_problems
from tests.factories import contents


def framework() -> Any:
    return contents.framework_content()


def rubric() -> Any:
    return contents.rubric_content()


def test_complete_content_has_no_problems():
    assert framework_problems(framework()) == []
    assert rubric_problems(rubric()) == []


def test_a_framework_needs_domains():
    assert framework_problems({"domains": []}) == ["The framework has no domains."]


def test_a_domain_needs_competencies():
    content = framework()
    content["domains"][1]["competencies"] = []
    assert framework_problems(content) == ["Domain D has no competencies."]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("indicators", "Competency C3 has no indicators."),
        ("harm_indicators", "Competency C3 has no harm indicators."),
    ],
)
def test_a_competency_says_what_is_done_and_what_must_never_happen(part, words):
    content = framework()
    content["domains"][0]["competencies"][1][part] = []
    assert framework_problems(content) == [words]


def test_a_competency_code_is_used_once_across_domains():
    content = framework()
    content["domains"][1]["competencies"][0]["code"] = "C1"
    assert framework_problems(content) == ["Competency code C1 is used twice."]


def test_an_empty_rubric_is_refused():
    assert rubric_problems({"criteria": []}) == ["The rubric has no criteria."]


def test_every_level_needs_an_anchor():
    content = rubric()
    del content["criteria"][0]["levels"]["2"], content["criteria"][0]["levels"]["4"]
    assert rubric_problems(content) == [
        "Criterion C1 has no anchor for level 2.",
        "Criterion C1 has no anchor for level 4.",
    ]


def test_a_competency_is_judged_by_one_criterion():
    content = rubric()
    content["criteria"][1]["competency"] = "C1"
    assert rubric_problems(content) == ["Competency C1 has two criteria."]


def test_every_problem_is_told_at_once():
    content = framework()
    content["domains"][0]["competencies"] = []
    content["domains"][1]["competencies"][0]["indicators"] = []
    assert len(framework_problems(content)) == 2


@pytest.mark.parametrize(
    ("values", "twice"),
    [([], []), (["a", "b"], []), (["b", "a", "b", "a", "b"], ["b", "a"])],
)
def test_repeated_values_are_told_once_each(values, twice):
    assert repeated(values) == twice
