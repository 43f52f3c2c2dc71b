"""What a certificate's page tells beyond who and until when, for those who may see it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from competency.certificates import addresses
from competency.certificates.composing import LEVELS, whole_level
from competency.certificates.models import Certificate
from competency.credentials.findings import Outcome, Verification

HIGHEST = max(LEVELS)


def details_of(words: Mapping[str, Any]) -> dict[str, Any]:
    """Levels by competency, and how they were judged."""
    return {
        "levels": [_level(row) for row in words["competencies"]],
        "cases": len(words["vignettes"]),
        "reviews": words["reviews_per_vignette"],
        "invigilated": words["sitting_mode"] == "invigilated",
        "standard": words["standard"],
        "composite": words["composite"],
        "framework": words["framework"]["version"],
    }


def _level(row: Mapping[str, Any]) -> dict[str, Any]:
    reached = whole_level(row["level"])
    return {
        "title": row["title"],
        "estimate": row["level"],
        "error": row["standard_error"],
        "reached": reached,
        "name": _(LEVELS[reached]),
        "pips": [number <= reached for number in range(1, HIGHEST + 1)],
    }


def signature_of(row: Certificate, checked: Verification) -> dict[str, Any]:
    """What was checked just now, and where machines find what the check rests on."""
    credential = row.credentials.current().select_related("key__identity").first()
    facts: dict[str, Any] = {
        "findings": [(one, one.outcome == Outcome.PASSED) for one in checked.findings]
    }
    if credential is not None:
        facts |= {
            "method": credential.key.method,
            "did_document": addresses.did_document_url(credential.key.identity.path),
            "status_list": addresses.status_list_url(credential.status_list_id),
            "status_index": credential.status_index,
        }
    return facts
