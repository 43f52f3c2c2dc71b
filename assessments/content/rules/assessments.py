"""Assessments: which vignettes stand where, and is there a key for each?"""

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
from assessments.content.rules.references import placed_vignettes


def assessment_findings(content: Content, known: Known) -> Iterator[Finding]:
    yield from given_twice(content["forms"], ("forms",), "Form number", "number")
    for number, form in enumerate(content["forms"]):
        at: Path = ("forms", number, "vignettes")
        yield from given_twice(form["vignettes"], at, "Vignette", "vignette")
    yield from given_twice(content.get("reserves", []), ("reserves",), "Vignette", "vignette")
    on_forms = {one["vignette"] for form in content["forms"] for one in form["vignettes"]}
    for place, reserve in enumerate(content.get("reserves", [])):
        if reserve["vignette"] in on_forms:
            message = f"Reserve {reserve['vignette']} is on a form as well."
            yield owed(("reserves", place, "vignette"), message)
    for path, placed in placed_vignettes(content):
        yield from _key_findings(content, path, placed, known)
        vignette = known.content("vignette", placed["vignette"])
        if vignette is not None and vignette["rubric"] != content["rubric"]:
            message = f"Vignette {placed['vignette']} is judged by another rubric."
            yield owed((*path, "vignette"), message)


def _key_findings(content: Content, path: Path, placed: Content, known: Known) -> Iterator[Finding]:
    vignette, profile = placed["vignette"], content["scope_profile"]
    numbers = known.key_numbers(vignette, profile)
    if numbers is None:
        return
    if "key" in placed and placed["key"] not in numbers:
        yield refuse((*path, "key"), f"{vignette} has no key {placed['key']} for {profile}.")
    elif "key" not in placed and known.newest_key(vignette, profile) is None:
        message = f"{vignette} has no published key for scope profile {profile}."
        yield refuse((*path, "vignette"), message)
