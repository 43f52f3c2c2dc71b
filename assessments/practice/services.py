"""Practice as one would sit, and begin again as often as one likes. Nobody scores it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from assessments.practice.content import practice_case
from assessments.practice.models import PracticeSitting
from assessments.vignettes.items import ResponseError
from assessments.vignettes.rules import StoryError, next_stage
from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.foundation.errors import DomainError, InvalidInput

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Overtaken(Exception):
    """Another tab or device wrote a newer answer: {response, revision, key}."""

    newer: dict[str, Any]


def answers_of(sitting: PracticeSitting) -> Answers:
    """Item code → {response, revision, key}. Empty once the person's words were erased."""
    if sitting.sealed_answers is None:
        return {}
    text = Sealer(sitting.trainee_id).unseal(bytes(sitting.sealed_answers))
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def practice(*, by: User) -> PracticeSitting:
    """One's own practice sitting, begun when it is first asked for."""
    entry = practice_case().entry
    sitting, _ = PracticeSitting.objects.get_or_create(trainee=by, defaults={"stage": entry})
    return sitting


def _locked(by: User) -> PracticeSitting:
    practice(by=by)
    return PracticeSitting.objects.select_for_update().get(trainee=by)


@transaction.atomic
def save_practice(
    code: str, response: Any, *, by: User, revision: int = 0, key: UUID | None = None
) -> int:
    """Keep one answer of the open stage and return its revision. Raises Overtaken."""
    sitting, case = _locked(by), practice_case()
    item = case.item(code)
    if item is None:
        raise InvalidInput({"item": f"The practice case has no item “{code}”."})
    answers = answers_of(sitting)
    before = answers.get(code, {"revision": 0, "key": "", "response": None})
    if key and before["key"] == str(key):
        return int(before["revision"])
    if item not in case.stages.get(sitting.stage, case.stages[case.entry]).items:
        raise DomainError("Only the open stage can be answered.", code="stage_closed")
    try:
        cleaned = item.rules.clean(item.shape(), response)
    except ResponseError as error:
        raise InvalidInput({code: str(error)}) from error
    if before["response"] == cleaned:
        return int(before["revision"])
    if before["revision"] != revision:
        raise Overtaken(before)
    answers[code] = {"response": cleaned, "revision": revision + 1, "key": str(key or "")}
    sitting.sealed_answers = Sealer(by.pk).seal(json.dumps(answers))
    sitting.save(update_fields=["sealed_answers"])
    return revision + 1


@transaction.atomic
def finish_practice_stage(code: str, *, by: User) -> PracticeSitting:
    """Go on with the story, as a real sitting does. Raises DomainError while undecided."""
    sitting, case = _locked(by), practice_case()
    if not sitting.stage or code != sitting.stage:
        raise DomainError("This stage is finished.", code="stage_closed")
    given = {item: row["response"].get("choice") for item, row in answers_of(sitting).items()}
    try:
        following = next_stage(case.story(), code, given)
    except StoryError as error:
        raise DomainError(str(error), code="undecided") from error
    sitting.finished = [*sitting.finished, code]
    sitting.stage = following or ""
    sitting.save(update_fields=["finished", "stage"])
    return sitting


@transaction.atomic
def practice_again(*, by: User) -> PracticeSitting:
    """Forget everything and begin at the door."""
    sitting = _locked(by)
    sitting.stage, sitting.finished, sitting.sealed_answers = practice_case().entry, [], None
    sitting.save(update_fields=["stage", "finished", "sealed_answers"])
    return sitting
