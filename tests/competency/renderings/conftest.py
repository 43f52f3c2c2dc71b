"""Certificates on paper."""

from typing import Any

import pytest

from competency.certificates.models import Certificate
from competency.renderings.models import Paper, Rendering
from competency.renderings.services import ask_for

PARTICULARS: dict[str, Any] = {
    "holder": "Amira Okafor",
    "pilot": False,
    "issuer": {"name": "Northfield Board of Psychotherapy", "url": "https://northfield.example"},
    "program": {"name": "Cascade", "code": "cascade"},
    "assessment": {"title": "Foundational helping skills", "code": "core"},
    "number": "CASCADE-2026-00007",
    "code": "2A3B-4C5D-6E7F",
    "issued_at": "2026-11-22T09:00:00+00:00",
    "valid_until": "2029-11-22T09:00:00+00:00",
    "dossier_hash": "ab" * 32,
    "says": "knows how / shows how",
    "says_not": "It is not a license to practice, and it does not describe work with real clients.",
    "competencies": [
        {"code": "C1", "title": "Rapport", "level": "3.2500", "standard_error": "0.2100"},
        {"code": "C2", "title": "Harm", "level": "2.9999", "standard_error": "0.1900"},
    ],
    "composite": {"level": "3.1000", "standard_error": "0.1200"},
    "standard": {"code": "core", "version": 3, "cut": "3.0000", "pilot": False},
    "vignettes": ["a/1", "b/1"],
    "reviews_per_vignette": 2,
    "sitting_mode": "invigilated",
    "framework": {"version": "core/2"},
    "rubric": {"version": "core/2"},
    "scope_profile": {"version": "gd/1"},
}


@pytest.fixture
def asked(certificate: Certificate) -> Rendering:
    """A PDF that is asked for and not made yet."""
    return ask_for(certificate.credentials.get(), Paper.A4)
