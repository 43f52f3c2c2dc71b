"""Who judges a submission, and what they disagree on."""

from collections.abc import Sequence

from assessments.attempts.models import Submission
from assessments.reviews.allocation import fill_seats
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Review
from assessments.reviews.rules import Line, disputed_criteria
from assessments.workflow.measurement import settled_codes
from competency.decisions.services import thresholds_of
from competency.frameworks.models import Criterion


def seated(submission: Submission) -> bool:
    """Fill the empty seats; say whether none stays empty for want of anyone eligible."""
    return fill_seats(submission, required_reviews(submission)) == 0


def required_reviews(submission: Submission) -> int:
    standard = submission.attempt.assessment.standard_version
    return standard.required_reviews + submission.extra_reviews


def disputed_in(submission: Submission, reviews: Sequence[Review]) -> list[Criterion]:
    """Criteria in dispute that no adjudication has settled yet."""
    thresholds = thresholds_of(submission.attempt.assessment.standard_version)
    criteria = mapped_criteria(submission)
    lines = [
        Line(c.code, float(c.weight), thresholds.minima.get(c.competency.code)) for c in criteria
    ]
    levels = [{row.criterion.code: row.level for row in r.ratings.all()} for r in reviews]
    disputed = set(disputed_criteria(levels, lines, thresholds.cut)) - settled_codes(submission)
    return [criterion for criterion in criteria if criterion.code in disputed]
