"""Read and write answers: choices are plain, a trainee's own words are sealed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assessments.attempts.models import Answer, LateAnswer, Submission
from assessments.vignettes.models import Item
from competency.accounts.sealing import Sealer


@dataclass(frozen=True)
class Given:
    """An answer as it can be read: its item and the response in the kind's canonical form.

    Either `answer_id` is set, or `late_id` for one that came late and was ruled to count.
    """

    answer_id: UUID | None
    item: Item
    response: dict[str, Any]
    late_id: UUID | None = None

    @property
    def text(self) -> str:
        text: str = self.response.get("text", "")
        return text  # as it is: what was erased stays so in every part


def sealer_of(submission: Submission) -> Sealer:
    return Sealer(submission.attempt.enrolment.trainee_id)


def split(response: dict[str, Any], sealer: Sealer) -> dict[str, Any]:
    """The columns that hold a response."""
    choices = {part: value for part, value in response.items() if part != "text"}
    text = response.get("text", "")
    return {"choices": choices, "sealed_text": sealer.seal(text) if text else None}


def join(answer: Answer | LateAnswer, sealer: Sealer | None) -> dict[str, Any]:
    """The response that these columns hold; what a key scores can be read without a sealer."""
    if sealer is None or answer.item.rules.keyed:
        return dict(answer.choices)
    sealed = answer.sealed_text
    return {**answer.choices, "text": sealer.unseal(bytes(sealed)) if sealed else ""}


def answers_given(submission: Submission, *, keyed: bool = False) -> list[Given]:
    """Every answer that counts, in the order of the story, in a constant number of queries.

    With `keyed`, those that a key scores; the trainee's own words then stay sealed.
    """
    late = submission.late_answers.filter(ruling__counts=True).order_by("arrived_at")
    rows = {row.item_id: row for row in [*_with_items(submission.answers), *_with_items(late)]}
    counting = [row for row in rows.values() if row.item.rules.keyed or not keyed]
    if not counting:
        return []
    sealer = None if keyed else sealer_of(submission)
    ordered = sorted(counting, key=lambda row: (row.item.stage.position, row.item.position))
    return [_given(row, sealer) for row in ordered]


def _with_items(rows: Any) -> Any:
    return rows.select_related("item__stage")


def _given(row: Answer | LateAnswer, sealer: Sealer | None) -> Given:
    response = join(row, sealer)
    if isinstance(row, LateAnswer):
        return Given(None, row.item, response, late_id=row.pk)
    return Given(row.pk, row.item, response)
