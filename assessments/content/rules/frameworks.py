"""Frameworks, rubrics and Standards."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.content.rules.findings import (
    Content,
    Finding,
    Known,
    Path,
    given_twice,
    owed,
    refuse,
)
from competency.frameworks.rules import LEVELS


def framework_findings(content: Content, known: Known) -> Iterator[Finding]:
    domains = content["domains"]
    if not domains:
        yield owed(("domains",), "The framework has no domains.")
    yield from given_twice(domains, ("domains",), "Domain code")
    for number, domain in enumerate(domains):
        at: Path = ("domains", number, "competencies")
        if not domain["competencies"]:
            yield owed(at, f"Domain {domain['code']} has no competencies.")
        yield from given_twice(domain["competencies"], at, "Competency code")
        for place, competency in enumerate(domain["competencies"]):
            yield from _competency_findings(competency, (*at, place))
    yield from _codes_across_domains(content)


def _codes_across_domains(content: Content) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for number, domain in enumerate(content["domains"]):
        for place, competency in enumerate(domain["competencies"]):
            code = competency["code"]
            if first.setdefault(code, number) != number:
                at = ("domains", number, "competencies", place, "code")
                yield owed(at, f"Competency code {code} is used twice.")


def _competency_findings(competency: Content, at: Path) -> Iterator[Finding]:
    code, seen = competency["code"], set()
    for field, name in (("indicators", "indicators"), ("harm_indicators", "harm indicators")):
        if not competency[field]:
            yield owed((*at, field), f"Competency {code} has no {name}.")
        for place, indicator in enumerate(competency[field]):
            if indicator["code"] in seen:
                where = (*at, field, place, "code")
                yield refuse(where, f"Indicator code {indicator['code']} is used twice.")
            seen.add(indicator["code"])


def rubric_findings(content: Content, known: Known) -> Iterator[Finding]:
    criteria = content["criteria"]
    if not criteria:
        yield owed(("criteria",), "The rubric has no criteria.")
    yield from given_twice(criteria, ("criteria",), "Criterion code")
    framework = known.content("framework", content["framework"])
    judged: set[str] = set()
    for place, criterion in enumerate(criteria):
        at: Path = ("criteria", place)
        code, competency = criterion["code"], criterion["competency"]
        if framework is not None and competency not in _competencies(framework):
            message = f"{content['framework']} has no competency {competency}."
            yield refuse((*at, "competency"), message)
        if competency in judged:
            yield owed((*at, "competency"), f"Competency {competency} has two criteria.")
        judged.add(competency)
        for level in sorted(set(map(str, LEVELS)) - set(criterion["levels"])):
            yield owed((*at, "levels"), f"Criterion {code} has no anchor for level {level}.")


def _competencies(framework: Content) -> set[str]:
    return {one["code"] for domain in framework["domains"] for one in domain["competencies"]}


def standard_findings(content: Content, known: Known) -> Iterator[Finding]:
    if Decimal(str(content["not_yet_at"])) >= Decimal(str(content["competent_at"])):
        message = "“not_yet_at” must be less than “competent_at”."
        yield refuse(("not_yet_at",), message)
    if content.get("rehearsal_seconds") and not content["pilot"]:
        message = "Only a pilot is rehearsed: certificates of others hold for months."
        yield refuse(("rehearsal_seconds",), message)


def no_findings(content: Content, known: Known) -> Iterator[Finding]:
    return iter(())
