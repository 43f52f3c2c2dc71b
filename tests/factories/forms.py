"""A campus with more to sit: a second form for re-sits, a reserve vignette for referrals."""

from dataclasses import replace

from assessments.instruments import services as instruments
from tests.factories.assessments import (
    Campus,
    drafted_assessment,
    published_key,
    published_vignette,
)


def with_second_form(campus: Campus) -> Campus:
    """The campus with an assessment of two forms: V1 on the first, V2 on the second."""
    forms = [
        {"number": number, "title": f"Form {number}", "vignettes": [{"vignette": f"V{number}/1"}]}
        for number in (1, 2)
    ]
    return _with(campus, "V2", forms=forms)


def with_reserve(campus: Campus) -> Campus:
    """The campus with an assessment that keeps V3 in reserve, beside V1 on its form."""
    return _with(campus, "V3", reserves=[{"vignette": "V3/1"}])


def _with(campus: Campus, code: str, **changes: object) -> Campus:
    """A new version of the assessment, which may also place one more vignette of this code."""
    program, author = campus.program, campus.author
    told = {"code": code, "title": f"The night of {code}"}
    more = published_vignette(program, author, told, rubric=campus.rubric)
    published_key(more, author, profile=campus.profile)
    forms = {"forms": [{"number": 1, "title": "Form 1", "vignettes": [{"vignette": "V1/1"}]}]}
    assessment = drafted_assessment(
        program,
        author,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        more,
        **forms | {"version": 2} | changes,
    )
    instruments.publish_assessment(assessment, by=author)
    return replace(campus, assessment=assessment)
