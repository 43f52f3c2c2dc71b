"""An assessment as plain data: what is hashed."""

from typing import Any

from assessments.instruments.models import Assessment


def assessment_content(assessment: Assessment) -> dict[str, Any]:
    forms = assessment.forms.prefetch_related(
        "vignettes__vignette_version__vignette", "vignettes__key"
    )
    return {
        "kind": "assessment",
        "code": assessment.code,
        "title": assessment.title,
        "version": assessment.number,
        "rubric": str(assessment.rubric_version),
        "scope_profile": str(assessment.scope_profile_version),
        "standard": str(assessment.standard_version),
        "what_it_says": assessment.says,
        "what_it_does_not_say": assessment.says_not,
        "forms": [
            {
                "number": form.number,
                "title": form.title,
                "vignettes": [
                    {"vignette": str(row.vignette_version), "key": row.key.number}
                    for row in form.vignettes.all()
                ],
            }
            for form in forms
        ],
        "reserves": [
            {"vignette": str(row.vignette_version), "key": row.key.number}
            for row in assessment.reserves.select_related("vignette_version__vignette", "key")
        ],
    }
