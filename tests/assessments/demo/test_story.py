"""The demo story, told through real workers, is the whole product in one test."""

import csv
from pathlib import Path

import pytest
from django.apps import apps

from assessments.attempts.models import Answer, Attempt
from assessments.demo.figures import TO_SIT, figures, logins
from assessments.demo.script import Script
from assessments.demo.story import tell
from assessments.demo.telling import Telling
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.foundation.models import Stateful
from competency.programs.roles import Role

SEED = 1565852
# What takes a day, a defect or somebody else's server, and so no story of half a minute.
UNTOLD = {
    "roster": {"expired"},
    "report": {"failed", "expired"},
    "delivery": {"delivered", "failed", "given_up"},
}

pytestmark = pytest.mark.django_db(transaction=True)


def tables() -> dict[int, list[type[Stateful]]]:
    """The transition tables, each with the models that live by it."""
    found: dict[int, list[type[Stateful]]] = {}
    for model in apps.get_models():
        if issubclass(model, Stateful):
            found.setdefault(id(model.transitions), []).append(model)
    return found


def states_seen(model: type[Stateful]) -> set[str]:
    """Every state that any row of this model was ever in: made in it, or moved to it."""
    name = str(model._meta.model_name)
    moved = AuditEvent.objects.filter(subject_type=name, action__startswith=f"{name}.")
    reached = {action.removeprefix(f"{name}.") for action in moved.values_list("action", flat=True)}
    standing = set(model._default_manager.values_list("state", flat=True))
    return reached | standing | {str(model._meta.get_field("state").default)}


def test_the_story_shows_the_whole_product(celery_workers: None, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    telling = Telling(Script(SEED))
    tell(telling, report)

    for models in tables().values():
        name = str(models[0]._meta.model_name)
        known = {str(state) for state in models[0].transitions} - UNTOLD.get(name, set())
        missing = known.difference(*map(states_seen, models))
        assert not missing, name

    told = figures()
    assert told["trainees"] == 24
    assert set(told["decisions"]) == {"competent", "not_yet", "refer"}
    assert set(told["harm_flags"]) == {"confirmed", "dismissed"}
    assert told["harm_flags"]["dismissed"] == 1
    assert told["adjudications"] == 3
    assert set(logins()) == {role.label for role in Role} | {"Staff", TO_SIT}

    competent = Decision.objects.filter(outcome="competent", state="ratified")
    assert Certificate.objects.count() == competent.count()
    assert not Certificate.objects.exclude(pilot=True).exists()

    with report.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    ratified = Decision.objects.filter(state__in=["ratified", "superseded"])
    assert len(rows) == ratified.filter(settled_by__isnull=False).count()
    assert {row["pilot"] for row in rows} == {"yes"}

    seeing_words = Answer.objects.filter(sealed_text__contains=b"Tolly")
    assert not seeing_words.exists(), "trainees' words are sealed"
    assert Attempt.objects.filter(state="in_progress").count() == 1
