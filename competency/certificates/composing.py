"""An Open Badge 3.0 from what was frozen: particulars, dossier and achievement. Pure.

Numbers are written as text and white space as single spaces, so that every implementation reads
and signs the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from competency.credentials import form, pinned
from competency.credentials.proofs import moment

LEVELS = {1: "Potentially harmful", 2: "Partial", 3: "Safe and complete", 4: "Adaptive"}
PILOT = "PILOT, not a certificate: "
OVERALL = "overall"


@dataclass(frozen=True)
class Places:
    """Addresses and names that a credential carries."""

    credential: str
    achievement: str
    status_list: str
    status_index: int
    did: str
    subject: str


def tidy(value: Any) -> Any:
    """Text without control characters, with single spaces; the same for everything inside.

    >>> tidy({"a": [" One\\n  two\\x00"]})
    {'a': ['One two']}
    """
    if isinstance(value, dict):
        return {name: tidy(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    if not isinstance(value, str):
        return value
    return form.CONTROL.sub("", " ".join(value.split()))


def compose_credential(
    particulars: Mapping[str, Any],
    achievement: Mapping[str, Any],
    places: Places,
    *,
    identifiers: list[dict[str, Any]],
    valid_from: datetime,
    valid_until: datetime,
    awarded_at: datetime,
) -> dict[str, Any]:
    """The credential without its proof."""
    title = achievement["title"]
    issuer = {"id": places.did, "type": ["Profile"], **achievement["issuer"]}
    document = {
        "@context": form.CONTEXTS["AchievementCredential"],
        "id": places.credential,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": f"{PILOT}{title}" if particulars["pilot"] else title,
        "description": f"{particulars['says']}. {particulars['says_not']}",
        "issuer": issuer,
        "validFrom": moment(valid_from),
        "validUntil": moment(valid_until),
        "awardedDate": moment(awarded_at),
        "credentialSubject": {
            "id": places.subject,
            "type": ["AchievementSubject"],
            "identifier": identifiers,
            "achievement": compose_achievement(achievement, places.achievement, places.did),
            "result": list(_results(particulars, places.achievement)),
        },
        "evidence": [_evidence(particulars)],
        "credentialSchema": [{"id": pinned.SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{places.status_list}#{places.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(places.status_index),
            "statusListCredential": places.status_list,
        },
    }
    tidied: dict[str, Any] = tidy(document)
    return tidied


def compose_achievement(content: Mapping[str, Any], url: str, did: str) -> dict[str, Any]:
    """What was achieved: criteria, the framework's competencies, and the levels of each."""
    pilot = content["pilot"]
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": "Assessment" if pilot else "Certification",
        "version": str(content["version"]),
        "inLanguage": "en",
        "name": f"{PILOT}{content['title']}" if pilot else content["title"],
        "description": content["description"],
        "humanCode": content["code"],
        "creator": {"id": did, "type": ["Profile"], **content["issuer"]},
        "criteria": {"id": f"{url}#criteria", "narrative": content["criteria"]},
        "alignment": [_alignment(row, content, url) for row in content["competencies"]],
        "resultDescription": [
            *(_described(row, url) for row in content["competencies"]),
            _overall(content, url),
        ],
    }


def _alignment(row: Mapping[str, Any], content: Mapping[str, Any], url: str) -> dict[str, Any]:
    framework = content["framework"]
    return {
        "type": ["Alignment"],
        "targetType": "CFItem",
        "targetName": row["title"],
        "targetCode": row["code"],
        "targetDescription": row["statement"],
        "targetFramework": f"{framework['title']}, version {framework['version']}",
        "targetUrl": f"{url}#competency-{row['code']}",
    }


def _described(row: Mapping[str, Any], url: str) -> dict[str, Any]:
    """One competency's result: the four levels in the rubric's own words."""
    described = {
        "id": result_id(url, row["code"]),
        "type": ["ResultDescription"],
        "name": row["title"],
        "resultType": "RubricCriterionLevel",
        "rubricCriterionLevel": [
            {
                "id": level_id(url, row["code"], level),
                "type": ["RubricCriterionLevel"],
                "name": name,
                "description": row["levels"][str(level)],
                "level": str(level),
                "points": str(level),
            }
            for level, name in LEVELS.items()
        ],
    }
    if row["minimum"]:
        described["requiredLevel"] = level_id(url, row["code"], whole_level(row["minimum"]))
    return described


def _overall(content: Mapping[str, Any], url: str) -> dict[str, Any]:
    return {
        "id": result_id(url, OVERALL),
        "type": ["ResultDescription"],
        "name": "Composite over all competencies",
        "resultType": "RawScore",
        "valueMin": "1",
        "valueMax": "4",
        "requiredValue": content["cut"],
    }


def _results(particulars: Mapping[str, Any], url: str) -> Any:
    """The level that each estimate has reached in full, and the estimate itself."""
    for row in particulars["competencies"]:
        yield {
            "type": ["Result"],
            "resultDescription": result_id(url, row["code"]),
            "achievedLevel": level_id(url, row["code"], whole_level(row["level"])),
            "value": row["level"],
            "status": "Completed",
        }
    yield {
        "type": ["Result"],
        "resultDescription": result_id(url, OVERALL),
        "value": particulars["composite"]["level"],
        "status": "Completed",
    }


def whole_level(estimate: str) -> int:
    """The highest level that an estimate has reached in full; nobody is rounded up.

    >>> [whole_level(level) for level in ("2.9999", "3.0000", "4.0000")]
    [2, 3, 4]
    """
    return max(1, min(4, int(Decimal(estimate))))


def result_id(url: str, code: str) -> str:
    return f"{url}#result-{code}"


def level_id(url: str, code: str, level: int) -> str:
    return f"{url}#result-{code}-level-{level}"


def _evidence(particulars: Mapping[str, Any]) -> dict[str, Any]:
    """What it rests on, in numbers: nothing of what was asked or written."""
    count, reviews = len(particulars["vignettes"]), particulars["reviews_per_vignette"]
    watched = particulars["sitting_mode"] == "invigilated"
    return {
        "type": ["Evidence"],
        "name": "Written work on case vignettes",
        "narrative": (
            f"Case vignettes answered: {count}, {'' if watched else 'not '}invigilated. "
            f"Independent blind reviews of each answer: {reviews}."
        ),
        "genre": "Case vignette",
    }


def identifiers_of(name: str, email: str, salt: str) -> list[dict[str, Any]]:
    """The holder's name, and the e-mail address as a salted hash; without one, the name alone."""
    named = {"type": "IdentityObject", "hashed": False, "identityHash": name}
    found = [{**named, "identityType": "name"}]
    if email:
        digest = hashlib.sha256(f"{email}{salt}".encode()).hexdigest()
        hashed = {"type": "IdentityObject", "hashed": True, "identityHash": f"sha256${digest}"}
        found.insert(0, {**hashed, "identityType": "emailAddress", "salt": salt})
    return found
