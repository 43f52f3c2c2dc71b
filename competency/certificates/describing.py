"""The achievement of a decision, from its dossier and the frozen versions that it names by hash."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from competency.certificates.models import Achievement
from competency.credentials.models import IssuerIdentity
from competency.foundation.hashing import content_hash
from competency.frameworks.contents import framework_content, rubric_content
from competency.frameworks.models import RubricVersion


def achievement_of(dossier: Mapping[str, Any], identity: IssuerIdentity) -> Achievement:
    """The row that says what was achieved; made for the first certificate of its kind."""
    content = describe(dossier, *_frozen_words(dossier))
    row, _ = Achievement.objects.get_or_create(
        identity=identity, content_hash=content_hash(content), defaults={"content": content}
    )
    return row


def _frozen_words(dossier: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The framework and the rubric, found by hash: what is published never changes."""
    return _words_of(dossier["rubric"]["content_hash"], dossier["framework"]["content_hash"])


@lru_cache(maxsize=16)
def _words_of(rubric: str, framework: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read once for many certificates: the hashes name the words and everything below them."""
    named = RubricVersion.objects.filter(
        content_hash=rubric, framework_version__content_hash=framework
    )
    found = named.select_related("rubric", "framework_version__framework")
    row = found.order_by("published_at").first()
    if row is None:
        raise LookupError("the rubric of this dossier is not here any more")
    return framework_content(row.framework_version), rubric_content(row)


def describe(
    dossier: Mapping[str, Any], framework: Mapping[str, Any], rubric: Mapping[str, Any]
) -> dict[str, Any]:
    """Plain data about what was assessed and how; nothing about the person."""
    standard, assessment = dossier["standard"], dossier["assessment"]
    statements = {
        row["code"]: row["statement"]
        for domain in framework["domains"]
        for row in domain["competencies"]
    }
    return {
        "code": assessment["code"],
        "title": assessment["title"],
        "version": assessment["version"],
        "assessment_hash": assessment["content_hash"],
        "program": {key: dossier["program"][key] for key in ("code", "name")},
        "issuer": {key: dossier["issuer"][key] for key in ("name", "url")},
        "pilot": standard["pilot"],
        "framework": {key: framework[key] for key in ("code", "title", "version")},
        "framework_hash": dossier["framework"]["content_hash"],
        "rubric": {key: rubric[key] for key in ("code", "title", "version")},
        "rubric_hash": dossier["rubric"]["content_hash"],
        "scope_profile": dossier["scope_profile"]["version"],
        "standard": {key: standard[key] for key in ("code", "title", "version")},
        "cut": standard["cut"],
        "description": (
            f"Competence in {framework['title']}, assessed with written case vignettes: "
            "knows how and shows how."
        ),
        "criteria": criteria(standard, rubric),
        "competencies": [
            {
                "code": row["code"],
                "title": row["title"],
                "statement": statements.get(row["code"], row["title"]),
                "minimum": standard["minima"].get(row["code"], ""),
                "levels": _levels(rubric, row["code"]),
            }
            for row in dossier["competencies"]
        ],
    }


def _levels(rubric: Mapping[str, Any], competency: str) -> dict[str, str]:
    """Each level in the words of every criterion that judges this competency."""
    judging = [row["levels"] for row in rubric["criteria"] if row["competency"] == competency]
    return {level: " / ".join(row[level] for row in judging) for level in ("1", "2", "3", "4")}


def criteria(standard: Mapping[str, Any], rubric: Mapping[str, Any]) -> str:
    """What had to be shown, in a paragraph."""
    return (
        f"Answers to case vignettes, each rated by {standard['required_reviews']} licensed "
        f"reviewers who did not see each other's ratings, on levels 1 to 4 of the rubric "
        f"{rubric['title']}, version {rubric['version']}. The composite reaches "
        f"{standard['cut']} with a probability of at least {standard['competent_at']}, the keyed "
        f"items reach {standard['keyed_cut']}, no competency stays below its minimum, and no "
        "harm was confirmed. A named certifier ratified the decision."
    )
