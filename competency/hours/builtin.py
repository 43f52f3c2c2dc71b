"""Requirements that a program can start from. Taken from secondary reading of the rules: each is
unverified until a director confirms it against the rules in force."""

from collections.abc import Mapping
from typing import Any


def _modules(*pairs: tuple[str, str, int]) -> list[dict[str, str]]:
    return [{"code": code, "title": title, "hours": str(hours)} for code, title, hours in pairs]


BUILTIN: Mapping[str, Mapping[str, Any]] = {
    "oregon": {
        "title": "Oregon psilocybin facilitator",
        "jurisdiction": "Oregon",
        "source": "OAR 333-333-3010 and following. At least half of online hours are live. Only "
        "the modules named here were found; the rest of the 120 hours is not divided.",
        "training": "120",
        "practicum": "40",
        "consultation": "0",
        "modules": _modules(
            ("history", "Historical, traditional and contemporary practices", 12),
            ("pharmacology", "Pharmacology, neuroscience and clinical research", 4),
            ("core-skills", "Core facilitation skills", 16),
            ("group", "Group facilitation", 16),
        ),
    },
    "colorado": {
        "title": "Colorado natural medicine facilitator",
        "jurisdiction": "Colorado",
        "source": "4 CCR 755-1. Consultation runs over six months.",
        "training": "150",
        "practicum": "40",
        "consultation": "50",
        "modules": _modules(
            ("best-practices", "Best practices", 5),
            ("ethics", "Ethics and rules", 25),
            ("boundaries", "Boundaries and touch", 10),
            ("health", "Physical and mental health", 25),
            ("drug-effects", "Drug effects", 5),
            ("trauma", "Trauma", 10),
            ("suicide", "Suicide risk", 5),
            ("culture", "Culture", 10),
            ("screening", "Screening", 5),
            ("preparation", "Preparation", 10),
            ("administration", "Administration", 10),
            ("integration", "Integration", 10),
            ("group", "Group facilitation", 10),
            ("self-care", "Self-care", 10),
        ),
    },
}
