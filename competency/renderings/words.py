"""What is printed on a certificate, from the particulars that were frozen when it was issued.

The words are those of the day and of one language: a rendering is the same whoever asks for it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from competency.certificates.composing import LEVELS, whole_level

SITTINGS = {"invigilated": "invigilated", "unsupervised": "not invigilated"}


def words_of(particulars: Mapping[str, Any], url: str, document_hash: str) -> dict[str, Any]:
    """Everything that `certificate.typ` prints. `url` is the public page."""
    issued = datetime.fromisoformat(particulars["issued_at"])
    title, holder = particulars["assessment"]["title"], particulars["holder"]
    pilot = particulars["pilot"]
    return {
        "title": f"{'Pilot certificate' if pilot else 'Certificate'} of {holder}: {title}",
        "description": f"{particulars['says']}. {particulars['says_not']}",
        "issuer": particulars["issuer"]["name"],
        "kind": "Pilot of a certificate" if pilot else "Certificate",
        "holder": holder,
        "assessment": title,
        "certifies": "This is to show that" if pilot else "This certifies that",
        "met": "met the pilot standard in" if pilot else "has met the standard in",
        "says": particulars["says"],
        "number": particulars["number"],
        "code": particulars["code"],
        "date": [issued.year, issued.month, issued.day],
        "facts": _facts(particulars, issued),
        "check": "Check that it still holds; no account is needed:",
        "url": url,
        "attachment": "The signed credential (Open Badges 3.0), of which this is a rendering",
        "seal-alt": "Seal drawn from the code of the certificate",
        "qr-alt": f"QR code that leads to {url}",
        **_pilot(pilot),
        **_levels(particulars),
        **_limits(particulars),
        "how-title": "How it was judged",
        "how": list(_how(particulars)),
        "verify-title": "How to check it",
        "verify": list(_checking(url)),
        "prints": [
            ["SHA-256 of the signed credential", document_hash],
            ["SHA-256 of the record of the decision", particulars["dossier_hash"]],
        ],
    }


def _facts(particulars: Mapping[str, Any], issued: datetime) -> list[dict[str, str]]:
    until = datetime.fromisoformat(particulars["valid_until"])
    facts = {
        "Issued": day(issued),
        "Valid until": day(until),
        "Number": particulars["number"],
        "Code": particulars["code"],
    }
    return [{"label": label, "value": value} for label, value in facts.items()]


def day(at: datetime) -> str:
    """
    >>> day(datetime(2026, 11, 2))
    '2 November 2026'
    """
    return f"{at.day} {at:%B %Y}"


def _pilot(pilot: bool) -> dict[str, Any]:
    return {
        "pilot": pilot,
        "pilot-mark": "PILOT",
        "pilot-title": "A pilot, not a real certificate.",
        "pilot-words": "It shows how a certificate will look and be checked, while the standard, "
        "its content and its keys are on trial. It qualifies nobody for anything.",
    }


def _levels(particulars: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "levels-title": "Levels by competency",
        "levels-words": "On a scale from 1 to 4: "
        + ", ".join(f"{level} {name.lower()}" for level, name in LEVELS.items())
        + ". Each figure is estimated from blind ratings, with its standard error; the level "
        "named is the highest that it has reached in full.",
        "levels-head": ["Code", "Competency", "Level reached", "Estimate", "Error"],
        "levels": [_level(row) for row in particulars["competencies"]],
    }


def _level(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "code": row["code"],
        "title": row["title"],
        "reached": LEVELS[whole_level(row["level"])],
        "level": f"{float(row['level']):.2f}",
        "error": f"\N{PLUS-MINUS SIGN} {float(row['standard_error']):.2f}",
    }


def _limits(particulars: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "not-title": "What it does not say",
        "not-words": [
            particulars["says_not"],
            "It speaks of what the holder knew how to do, and showed how to do, on written cases.",
        ],
    }


def _how(particulars: Mapping[str, Any]) -> list[str]:
    cases, reviews = len(particulars["vignettes"]), particulars["reviews_per_vignette"]
    standard, composite = particulars["standard"], particulars["composite"]
    sitting = SITTINGS.get(particulars["sitting_mode"], particulars["sitting_mode"])
    return [
        f"Written cases that unfold in stages: {cases}, {sitting}.",
        (
            "Independent people who judged each answer, blind to the holder\u2019s name and to "
            f"each other: {reviews}."
        ),
        (
            f"Standard {standard['code']}, version {standard['version']}: a composite of at least "
            f"{float(standard['cut']):.2f} of 4. Composite reached: "
            f"{float(composite['level']):.2f} \N{PLUS-MINUS SIGN} "
            f"{float(composite['standard_error']):.2f}."
        ),
        (
            f"Framework {particulars['framework']['version']}, rubric "
            f"{particulars['rubric']['version']}, scope profile "
            f"{particulars['scope_profile']['version']}."
        ),
        f"Program: {particulars['program']['name']}. A named certifier ratified the decision.",
    ]


def _checking(url: str) -> list[str]:
    return [
        (
            f"Scan the code on the first page, or open {url}. The page tells whether the "
            "certificate holds today; this paper cannot."
        ),
        (
            "The signed credential is attached to this file as credential.json. Software of others "
            "can verify it without us."
        ),
        "This file carries an electronic seal. Any change made after sealing breaks it.",
    ]
