"""Keep what is written for a dispute, a passage or an opinion, until it is given."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.desk.models import Jotting
from assessments.desk.services import Kept, StaleDraft
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication
from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.foundation.errors import InvalidInput, NotAllowed
from competency.foundation.text import take_words

Task = Adjudication | HarmJudgement | Opinion
Fields = Mapping[str, Sequence[str]]
LARGEST = 100_000  # characters of all fields together
ENROLMENT = {
    Adjudication: "submission__attempt__enrolment",
    HarmJudgement: "flag__submission__attempt__enrolment",
    Opinion: "attempt__enrolment",
}


def jotting_of(task: Task, *, by: User) -> Kept:
    """What `by` has written for this task; revision 0 and nothing where that is nothing."""
    jotting = Jotting.objects.filter(writer=by, task=task.pk).first()
    if jotting is None:
        return Kept(content={})
    words = _sealer(task).unseal(bytes(jotting.sealed))
    try:
        content = json.loads(words)
    except ValueError:  # the trainee's words were erased, and what quoted them with them
        content = {}
    return Kept(jotting.revision, str(jotting.idem), content)


@transaction.atomic
def save_jotting(task: Task, fields: Fields, *, revision: int, idem: UUID, by: User) -> Jotting:
    """Keep the fields of a form as far as they are filled in; nobody else ever sees them.

    `revision` is the one the person last saw, 0 before the first; a newer one raises StaleDraft.
    A save that comes twice (`idem`) is one save. Raises NotAllowed once the task is another's, or
    done, and InvalidInput for words that cannot be kept.
    """
    _lock(task, by)
    kept = Jotting.objects.filter(writer=by, task=task.pk).first()
    if kept is not None and kept.idem == idem:
        return kept
    if revision != (kept.revision if kept else 0):
        raise StaleDraft(jotting_of(task, by=by))
    jotting = kept or Jotting(writer=by, task=task.pk, revision=0)
    jotting.sealed = _sealer(task).seal(json.dumps(_cleaned(fields), ensure_ascii=False))
    jotting.revision, jotting.idem, jotting.saved_at = revision + 1, idem, timezone.now()
    jotting.save()
    return jotting


def drop_jottings(task: Task) -> None:
    """The task is done: what was written on the way goes."""
    Jotting.objects.filter(task=task.pk).delete()


def _lock(task: Task, by: User) -> None:
    waiting = type(task).objects.open_for(by).select_for_update(of=("self",))
    if not waiting.filter(pk=task.pk).exists():
        raise NotAllowed("This waits for you no longer.")


def _sealer(task: Task) -> Sealer:
    path = ENROLMENT[type(task)].replace("__", ".")
    return Sealer(attrgetter(f"{path}.trainee_id")(task))


def _cleaned(fields: Fields) -> dict[str, list[str]]:
    kept = {name: [take_words(name, value) for value in values] for name, values in fields.items()}
    if len(json.dumps(kept)) > LARGEST:
        raise InvalidInput({"": "This is longer than can be kept."})
    return kept
