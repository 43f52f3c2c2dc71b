"""The trail behind a decision, laid out for reading: from the frozen dossier alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from assessments.web import charts
from assessments.web.words import outcome_words, reasons_in_words, sitting_words
from competency.accounts.models import User
from competency.decisions.models import Decision

WIDE, NARROW = 640, 320


@dataclass(frozen=True)
class Levels:
    """One competency: its level, its error and where both stand on the scale."""

    code: str
    title: str
    level: float
    error: float
    ratings: int
    minimum: float | None
    at: charts.Interval


def proposal_of(decision: Decision) -> dict[str, Any]:
    """What is proposed and why, with the drawing of how sure it is."""
    dossier = decision.dossier
    standard, composite = dossier["standard"], dossier["composite"]
    cut = float(standard["cut"])
    value, error = float(composite["level"]), float(composite["standard_error"])
    return {
        "outcome": outcome_words(decision.outcome),
        "reasons": reasons_in_words(decision.reasons),
        "gates": dossier["proposal"]["gates"],
        "composite": {"value": value, "error": error, "cut": cut},
        "curves": {
            "wide": charts.curve(value, error, cut, WIDE),
            "narrow": charts.curve(value, error, cut, NARROW),
        },
        "levels": levels_of(dossier),
        "cut_x": charts.cut_at(cut),
        "sitting": sitting_words(dossier["attempt"]["sitting_mode"]),
    }


def levels_of(dossier: Mapping[str, Any]) -> list[Levels]:
    cut, minima = float(dossier["standard"]["cut"]), dossier["standard"]["minima"]
    return [
        Levels(
            code=row["code"],
            title=row["title"],
            level=float(row["level"]),
            error=float(row["standard_error"]),
            ratings=row["ratings"],
            minimum=float(minima[row["code"]]) if row["code"] in minima else None,
            at=charts.interval(float(row["level"]), float(row["standard_error"]), cut),
        )
        for row in dossier["competencies"]
    ]


def submissions_of(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each vignette with its criteria, the level from each seat, and what came to stand."""
    return [
        {
            **row,
            "exact": round(float(row["agreement"]["exact"]) * 100),
            "adjacent": round(float(row["agreement"]["adjacent"]) * 100),
            "lines": [
                {
                    "code": code,
                    "given": [review["levels"].get(code) for review in row["reviews"]],
                    "settled": code in row["settled_by_adjudication"],
                    "stands": sum(levels) / len(levels),
                }
                for code, levels in sorted(row["standing"].items())
            ],
        }
        for row in dossier["submissions"]
    ]


def panel_of(dossier: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the fresh people of a last referral said, without their names."""
    return [
        {"outcome": outcome_words(row["outcome"]), "reason": row["reason"]}
        for row in dossier.get("panel", [])
    ]


def versions_of(dossier: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What was used, in which version, frozen under which hash."""
    assessment, standard = dossier["assessment"], dossier["standard"]
    rows = [
        (
            _("Assessment"),
            f"{assessment['code']}/{assessment['version']}",
            assessment["content_hash"],
        ),
        (_("Framework"), dossier["framework"]["version"], dossier["framework"]["content_hash"]),
        (_("Rubric"), dossier["rubric"]["version"], dossier["rubric"]["content_hash"]),
        (
            _("Scope profile"),
            dossier["scope_profile"]["version"],
            dossier["scope_profile"]["content_hash"],
        ),
        (_("Standard"), f"{standard['code']}/{standard['version']}", ""),
    ]
    for row in dossier["submissions"]:
        rows.append((_("Vignette"), row["vignette"], row["vignette_hash"]))
        rows.append((_("Key"), f"{row['vignette']}, {row['key']}", row["key_hash"]))
        rows.append((_("Answers as handed in"), row["vignette_title"], row["content_hash"]))
    return rows


def people_of(decision: Decision) -> list[tuple[str, list[str]]]:
    """Who did what, by name: ids in the dossier, names from the accounts."""
    dossier = decision.dossier
    reviewers = _ids(
        review["reviewer"] for row in dossier["submissions"] for review in row["reviews"]
    )
    readers = _ids(
        judgement["judge"]
        for flag in dossier["harm_flags"]
        for judgement in flag["judgements"]
        if judgement["fresh_reader"]
    )
    others = [each for each in _ids(dossier["judged_by"]) if each not in {*reviewers, *readers}]
    names = User.objects.in_bulk([*reviewers, *readers, *others])
    roles = [
        (_("Reviewers"), reviewers),
        (_("Read a flagged passage afresh"), readers),
        (_("Also judged (adjudication or an earlier round)"), others),
    ]
    return [
        (role, [names[person].name for person in people if person in names])
        for role, people in roles
        if people
    ]


def _ids(texts: Iterable[str]) -> list[UUID]:
    """In order, once each."""
    return [UUID(text) for text in dict.fromkeys(texts)]
