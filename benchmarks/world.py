"""A program of the demo's content and supervisors, and as many trainees as are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.utils import timezone

from assessments.attempts.models import Answer, Attempt, StageCommit, Submission
from assessments.attempts.services import assign_attempt, commit_stage, save_answer
from assessments.content.importing import import_and_publish
from assessments.demo import cast as casting
from assessments.demo.script import Script, content_paths
from assessments.demo.sitting import begin
from assessments.instruments.models import Assessment
from assessments.reviews.judgements import CitedRange, RatingGiven
from assessments.reviews.models import Review
from assessments.workflow import services as workflow
from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.programs.models import Enrolment, Membership
from competency.programs.roles import Role

SEED = 1
LEADING_ROLE = "noemi@trainees.example.org"  # strong: reviewers agree, no harm, competent
ONLY = ("framework", "rubric", "scope-", "v1-", "key-v1-", "standard.", "assessment.")
RATIONALE = "Named what happened, stayed with it, and said what follows and by when."
WINDOW = timedelta(days=14)


@dataclass
class World:
    cast: casting.Cast
    script: Script
    assessment: Assessment

    @cached_property
    def template(self) -> Attempt:
        """An attempt with every stage finished, sat through the site's own services."""
        return _sit(self, _enrol(self, 1)[0])

    def writing(self, count: int) -> tuple[list[Attempt], str]:
        """Attempts at the first stage that asks for words, and the item that asks."""
        template = _sit(self, _enrol(self, 1)[0], until_words=True)
        stage = template.submissions.get().current_stage
        assert stage is not None  # noqa: S101
        item = stage.items.get(kind="free_text")
        with transaction.atomic():
            return _copies(template, _enrol(self, count)), str(item.code)

    def sat(self, count: int) -> list[Attempt]:
        """Attempts of as many new trainees, finished like the template and not handed in."""
        with transaction.atomic():
            enrolments = _enrol(self, count)
            return _copies(self.template, enrolments)

    def complete(self, review: Review) -> None:
        """One review as the script has it."""
        ratings = self.judgement[(review.seat - 1) % 2]
        workflow.complete_review(review, ratings=ratings, by=review.reviewer)

    @cached_property
    def judgement(self) -> list[list[RatingGiven]]:
        """The ratings of both seats; levels 1 and 4 cite the trainee's words."""
        sitting = self.script.sitting(LEADING_ROLE, "V1")
        item = next(code for code, given in sitting["answers"].items() if "text" in given)
        cited = [CitedRange(item, 0, 60)]
        return [
            [
                RatingGiven(code, level, RATIONALE, cited if level in (1, 4) else [])
                for code, level in levels.items()
            ]
            for levels in sitting["reviews"]
        ]


def found() -> World:
    """Program, people, content and licences."""
    script = Script(SEED)
    with transaction.atomic():
        cast = casting.gather(script)
    paths = [path for path in content_paths() if path.name.startswith(ONLY)]
    import_and_publish(cast.program, paths, by=cast.author)
    casting.license_reviewers(cast)
    return World(cast, script, casting.assessment(cast, 1))


def _enrol(world: World, count: int) -> list[Enrolment]:
    people = User.objects.bulk_create(
        User(email=f"{uuid4().hex}@bench.example.org", name="A trainee", password="!")  # noqa: S106
        for _ in range(count)
    )
    today = timezone.now().date()
    Membership.objects.bulk_create(
        Membership(program=world.cast.program, person=person, role=Role.TRAINEE, starts_on=today)
        for person in people
    )
    return Enrolment.objects.bulk_create(
        Enrolment(cohort=world.cast.cohort, trainee=person, trainee_number=uuid4().hex)
        for person in people
    )


def _sit(world: World, enrolment: Enrolment, *, until_words: bool = False) -> Attempt:
    now, by = timezone.now(), enrolment.trainee
    attempt = assign_attempt(
        enrolment,
        world.assessment,
        world.assessment.forms.get(number=1),
        opens_at=now,
        closes_at=now + WINDOW,
        by=world.cast.director,
    )
    begin(attempt)
    answers = world.script.sitting(LEADING_ROLE, "V1")["answers"]
    submission = attempt.submissions.get()
    stage = submission.current_stage
    while stage is not None:
        if until_words and stage.items.filter(kind="free_text").exists():
            break
        for item in stage.items.all():
            if item.code in answers:
                save_answer(submission, item.code, answers[item.code], by=by)
        stage = commit_stage(submission, stage.code, by=by)
    return attempt


def _copies(template: Attempt, enrolments: Sequence[Enrolment]) -> list[Attempt]:
    """Rows like the template's, for each enrolment; what was written is sealed for its person."""
    template.refresh_from_db()
    submission = template.submissions.get()
    commits, answers = list(submission.commits.all()), list(submission.answers.all())
    sealer = Sealer(template.enrolment.trainee_id)
    words = {a.pk: sealer.unseal(bytes(a.sealed_text)) for a in answers if a.sealed_text}
    attempts = [copy_of(template, enrolment=enrolment) for enrolment in enrolments]
    submissions = [copy_of(submission, attempt=attempt) for attempt in attempts]
    Attempt.objects.bulk_create(attempts)
    Submission.objects.bulk_create(submissions)
    StageCommit.objects.bulk_create(
        copy_of(commit, submission=row) for row in submissions for commit in commits
    )
    for row in submissions:
        own = Sealer(row.attempt.enrolment.trainee_id)
        Answer.objects.bulk_create(
            copy_of(
                answer,
                submission=row,
                sealed_text=own.seal(words[answer.pk]) if answer.pk in words else None,
            )
            for answer in answers
        )
    return attempts


def copy_of(row: Any, **changes: Any) -> Any:
    """A new row with the same values but for its key and these."""
    model: type[models.Model] = type(row)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    del values["id"]
    for name in changes:
        values.pop(f"{name}_id", None)
    return model(**values | changes)
