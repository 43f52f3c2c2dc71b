"""The content of a version as plain data: what is hashed, exported and compared."""

from typing import Any

from competency.frameworks.models import FrameworkVersion, Indicator, RubricVersion
from competency.frameworks.models import ScopeProfileVersion as ProfileVersion


def framework_content(version: FrameworkVersion) -> dict[str, Any]:
    def indicators(competency: Any, kind: str) -> list[dict[str, str]]:
        return [
            {"code": indicator.code, "text": indicator.text}
            for indicator in competency.indicators.all()
            if indicator.kind == kind
        ]

    domains = version.domains.prefetch_related("competencies__indicators")
    return {
        "kind": "framework",
        "code": version.framework.code,
        "title": version.framework.title,
        "version": version.number,
        "statement": version.statement,
        "domains": [
            {
                "code": domain.code,
                "title": domain.title,
                "competencies": [
                    {
                        "code": competency.code,
                        "title": competency.title,
                        "statement": competency.statement,
                        "indicators": indicators(competency, Indicator.Kind.SKILL),
                        "harm_indicators": indicators(competency, Indicator.Kind.HARM),
                    }
                    for competency in domain.competencies.all()
                ],
            }
            for domain in domains
        ],
    }


def rubric_content(version: RubricVersion) -> dict[str, Any]:
    criteria = version.criteria.select_related("competency").prefetch_related("levels")
    return {
        "kind": "rubric",
        "code": version.rubric.code,
        "title": version.rubric.title,
        "version": version.number,
        "framework": str(version.framework_version),
        "guidance": version.guidance,
        "criteria": [
            {
                "code": criterion.code,
                "competency": criterion.competency.code,
                "title": criterion.title,
                "weight": format(criterion.weight.normalize(), "f"),
                "safety_critical": criterion.safety_critical,
                "levels": {str(level.value): level.anchor for level in criterion.levels.all()},
            }
            for criterion in criteria
        ],
    }


def profile_content(version: ProfileVersion) -> dict[str, Any]:
    return {
        "kind": "scope_profile",
        "code": version.profile.code,
        "title": version.profile.title,
        "version": version.number,
        "jurisdiction": version.jurisdiction,
        "statement": version.statement,
        "unverified": version.unverified,
    }
