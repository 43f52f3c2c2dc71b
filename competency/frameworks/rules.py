"""When content is complete enough to publish. Pure: content in, problems out."""

from collections.abc import Iterable, Mapping
from typing import Any

LEVELS = (1, 2, 3, 4)


def framework_problems(content: Mapping[str, Any]) -> list[str]:
    """What keeps a framework from being published."""
    problems = []
    domains = content["domains"]
    if not domains:
        problems.append("The framework has no domains.")
    for domain in domains:
        if not domain["competencies"]:
            problems.append(f"Domain {domain['code']} has no competencies.")
        for competency in domain["competencies"]:
            if not competency["indicators"]:
                problems.append(f"Competency {competency['code']} has no indicators.")
            if not competency["harm_indicators"]:
                problems.append(f"Competency {competency['code']} has no harm indicators.")
    codes = [c["code"] for domain in domains for c in domain["competencies"]]
    return problems + [f"Competency code {code} is used twice." for code in repeated(codes)]


def rubric_problems(content: Mapping[str, Any]) -> list[str]:
    """What keeps a rubric from being published.

    >>> rubric_problems({"criteria": []})
    ['The rubric has no criteria.']
    """
    criteria = content["criteria"]
    if not criteria:
        return ["The rubric has no criteria."]
    problems = []
    for criterion in criteria:
        described = {int(value) for value in criterion["levels"]}
        for value in sorted(set(LEVELS) - described):
            problems.append(f"Criterion {criterion['code']} has no anchor for level {value}.")
    judged = [criterion["competency"] for criterion in criteria]
    return problems + [f"Competency {code} has two criteria." for code in repeated(judged)]


def repeated(values: Iterable[str]) -> list[str]:
    """Values that occur more than once, in order of first repetition.

    >>> repeated(["a", "b", "a", "a"])
    ['a']
    """
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return list(twice)
