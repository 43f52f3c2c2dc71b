"""A Standard as plain data: hashed at publication, quoted in every dossier."""

from decimal import Decimal
from typing import Any

from competency.decisions.models import StandardVersion


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros.

    >>> plain(Decimal("2.8000"))
    '2.8'
    """
    return format(number.normalize(), "f")


def standard_content(version: StandardVersion) -> dict[str, Any]:
    minima = version.minima.order_by("competency_code")
    rehearsal = version.rehearsal_seconds
    content = {
        "kind": "standard",
        "code": version.standard.code,
        "title": version.standard.title,
        "version": version.number,
        "pilot": version.pilot,
        "formative": version.formative,
        "status_note": version.status_note,
        "required_reviews": version.required_reviews,
        "cut": plain(version.cut),
        "cut_error": plain(version.cut_error),
        "cut_method": version.cut_method,
        "keyed_cut": plain(version.keyed_cut),
        "competent_at": plain(version.competent_at),
        "not_yet_at": plain(version.not_yet_at),
        "minima": {row.competency_code: plain(row.level) for row in minima},
        "variance_components": version.variance_components,
        "resit_days": version.resit_days,
        "resit_limit": version.resit_limit,
        "appeal_days": version.appeal_days,
        "validity_months": version.validity_months,
        "minutes": version.minutes,
        "pause_minutes": version.pause_minutes,
        "grace_seconds": version.grace_seconds,
        "sitting_mode": version.sitting_mode,
    }
    return content | ({"rehearsal_seconds": rehearsal} if rehearsal else {})
