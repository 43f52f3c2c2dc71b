"""What became of possible harm in a submission, as its trainee is told after the release."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.attempts.models import Submission
from assessments.harm.states import FlagState


@dataclass(frozen=True)
class FlagTold:
    """A settled flag: what it is about, whether harm was confirmed, and the reasons given."""

    about: str
    chosen: bool
    confirmed: bool
    reasons: Sequence[str]


def flags_told(submission: Submission) -> list[FlagTold]:
    """Flags that were settled in the rounds that count, the first one first."""
    flags = submission.harm_flags.filter(round__gte=submission.base_round)
    rows = flags.select_related("option", "criterion").prefetch_related("judgements")
    return [
        FlagTold(
            about=flag.option.text if flag.option else getattr(flag.criterion, "title", ""),
            chosen=flag.option is not None,
            confirmed=flag.state == FlagState.CONFIRMED,
            reasons=[row.reason for row in flag.judgements.all() if row.reason],
        )
        for flag in rows.order_by("created_at")
        if flag.state != FlagState.RAISED
    ]
