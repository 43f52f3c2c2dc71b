"""Responses that lie before two reviewers: a small one, and the story's with seven criteria."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import assign_attempt, start_attempt
from assessments.calibration.services import grant_licence
from assessments.content.importing import import_and_publish
from assessments.demo.script import DATA, load
from assessments.instruments import services as instruments
from assessments.reviews.models import Review
from assessments.workflow.services import hand_in
from competency.accounts.models import User
from competency.programs.roles import Role
from tests import factories
from tests.factories import PASSWORD, contents

FILES = ("framework.yaml", "rubric.yaml", "scope-goal*.yaml", "v1-*.yaml", "key-v1-goal*.yaml")
SITTINGS = ("10-camille-duquesne", "01-noemi-castellanos")


@dataclass
class Desks:
    """Two reviewers, and the attempts that lie before both of them."""

    reviewers: list[User]
    attempts: list[Attempt]

    def review(self, reviewer: int = 0, attempt: int = 0) -> Review:
        rows = Review.objects.assigned_to(self.reviewers[reviewer])
        return rows.get(submission__attempt=self.attempts[attempt])


def small_desks(*answers: Mapping[str, Any]) -> Desks:
    """Three criteria, two responses; `answers` change what is written, for each response."""
    campus = factories.campus(supervisors=2)
    attempts = [
        factories.under_review(campus, answers=contents.good_answers() | dict(changes))
        for changes in answers or ({}, {})
    ]
    return Desks(_can_sign_in(campus.supervisors), attempts)


def story_desks() -> Desks:
    """The story's first vignette, as two of its trainees sat it."""
    program, director, author = factories.program_with(Role.DIRECTOR, Role.AUTHOR)
    paths = [path for name in (*FILES, "standard.yaml") for path in DATA.glob(name)]
    library = import_and_publish(program, paths, by=author)
    rubric = library.rubric["PAT-CORE-RUBRIC/1"]
    opened = instruments.draft_assessment(
        program,
        load("assessment.yaml") | {"code": "DESK", "scope_profile": "GOAL-DIRECTED/1"},
        rubric_version=rubric,
        scope_profile_version=library.scope_profile["GOAL-DIRECTED/1"],
        standard_version=library.standard["PAT-PILOT/1"],
        vignettes=library.vignette,
        by=author,
    )
    instruments.publish_assessment(opened, by=author)
    reviewers = [factories.member(program, Role.SUPERVISOR) for _ in range(2)]
    for reviewer in reviewers:
        grant_licence(program, reviewer, rubric, grounds="Rated the benchmarks.", by=director)
    now, cohort = timezone.now(), factories.cohort(program)
    window = {"opens_at": now, "closes_at": now + timedelta(days=7)}
    attempts = []
    for name in SITTINGS:
        place = factories.enrolment(cohort)
        form = opened.forms.get(number=1)
        attempt = assign_attempt(place, opened, form, by=director, **window)
        start_attempt(attempt, by=place.trainee)
        factories.answer(attempt, load(f"trainees/{name}.yaml")["answers"])
        hand_in(attempt, by=place.trainee)
        factories.run_workflow(attempt)
        attempts.append(attempt)
    return Desks(_can_sign_in(reviewers), attempts)


def _can_sign_in(people: list[User]) -> list[User]:
    keys = [person.pk for person in people]
    User.objects.filter(pk__in=keys).update(password=make_password(PASSWORD))
    return people
