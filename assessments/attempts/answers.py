"""Read and write answers: choices are plain, a trainee's own words are sealed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assessments.attempts.models import Answer, Submission
from assessments.vignettes.models import Item
from competency.accounts.sealing import Sealer


@dataclass(frozen=True)
class Given:
    """An answer as it can be read: its item and the response in the kind's canonical form."""

    answer_id: UUID
    item: Item
    response: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.response.get("text", ""))


def sealer_of(submission: Submission) -> Sealer:
    return Sealer(submission.attempt.enrolment.trainee_id)


def split(response: dict[str, Any], sealer: Sealer) -> dict[str, Any]:
    """The columns that hold a response."""
    choices = {part: value for part, value in response.items() if part != "text"}
    text = response.get("text", "")
    return {"choices": choices, "sealed_text": sealer.seal(text) if text else None}


def join(answer: Answer, sealer: Sealer) -> dict[str, Any]:
    """The response that these columns hold."""
    if answer.item.rules.keyed:
        return dict(answer.choices)
    sealed = answer.sealed_text
    return {**answer.choices, "text": sealer.unseal(bytes(sealed)) if sealed else ""}


def answers_given(submission: Submission) -> list[Given]:
    """Every answer of a submission in the order of the story, in a constant number of queries."""
    rows = list(
        submission.answers.select_related("item__stage")
        .prefetch_related("item__options")
        .order_by("item__stage__position", "item__position")
    )
    if not rows:
        return []
    sealer = sealer_of(submission)
    return [Given(row.pk, row.item, join(row, sealer)) for row in rows]
