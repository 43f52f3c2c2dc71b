"""Sitting an attempt: the trainee's own, stage by stage, never beyond the stage reached."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.attempts import services
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.pauses import pause_attempt, resume_attempt
from assessments.rest.attempts import AttemptDetailSerializer, with_names
from assessments.rest.receipts import ReceiptSerializer
from assessments.rest.stages import SavedSerializer, SubmissionSerializer
from assessments.workflow.services import hand_in
from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Input, Key, Nothing, Text, Whole
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, RestView, Shows

MOST_REVISIONS = 2**31 - 1


@extend_schema_serializer(examples=[example("With an identity check", {"identity_check": "ID 17"})])
class Start(Input):
    """`identity_check` says how identity was checked; it is printed on the certificate."""

    identity_check = Text(max_length=SHORT, default="", allow_blank=True)


@extend_schema_serializer(
    examples=[
        example("Free text", {"revision": 3, "response": {"text": "I stay near him."}}),
        example("Rating of actions", {"revision": 0, "response": {"ratings": {"a": 1, "b": 4}}}),
        example("Decision", {"revision": 0, "response": {"choice": "b"}}),
        example("Most and least", {"revision": 1, "response": {"most": "a", "least": "c"}}),
        example(
            "Sent again because the answer was lost",
            {
                "revision": 3,
                "response": {"text": "I stay near him."},
                "idempotency_key": "0b5d2f0e-3c57-4a53-9d2c-6d4f2b9b6a11",
            },
        ),
    ]
)
class AnswerGiven(Input):
    """A response, whose parts depend on the item's kind, over the revision last seen."""

    response = serializers.DictField()
    revision = Whole(
        min_value=0,
        max_value=MOST_REVISIONS,
        help_text="The revision this replaces, 0 where there was none. An older one is refused.",
    )
    idempotency_key = Key(
        required=False, help_text="Of this write. One that was seen already changes nothing."
    )


class OwnAttempt(RestView):
    policy = requires(Permission.ATTEMPT_SIT)
    model = Attempt
    shows: Shows = AttemptDetailSerializer

    def rows(self, person: User) -> QuerySet[Attempt]:
        return with_names(Attempt.objects.of_trainee(person))


class StartAttempt(OwnAttempt, ActView):
    """Start the clock, which the server owns from here on."""

    takes = Start

    def act(self, subject: Attempt, **given: Any) -> None:
        services.start_attempt(subject, **given, by=self.person)


class PauseAttempt(OwnAttempt, ActView):
    """Stop the clock, for as long as the allowance lasts. Nothing is written meanwhile."""

    def act(self, subject: Attempt, **given: Any) -> None:
        pause_attempt(subject, by=self.person)


class ResumeAttempt(OwnAttempt, ActView):
    """Start the clock again; the time that the pause took is given back."""

    def act(self, subject: Attempt, **given: Any) -> None:
        resume_attempt(subject, by=self.person)


class HandIn(OwnAttempt, ActView):
    """Hand in a finished attempt: frozen, hashed, on its way to marking."""

    shows = ReceiptSerializer

    def act(self, subject: Attempt, **given: Any) -> None:
        hand_in(subject, by=self.person)


class Receipt(OwnAttempt, DetailView):
    """What was handed in, when, and the hash by which it can be recognised."""

    shows = ReceiptSerializer
    conflicts = True

    def get_object(self) -> Attempt:
        attempt: Attempt = super().get_object()
        if attempt.handed_in_at is None:
            raise DomainError("Nothing was handed in yet.", code="not_handed_in")
        return attempt


class OwnSubmission(OwnAttempt):
    """Addressed by its place in the attempt."""

    shows: Shows = SubmissionSerializer
    pagination_class = None

    def submission(self) -> Submission:
        own = Submission.objects.of_trainee(self.person)
        submission: Submission = get_object_or_404(
            own.select_related("vignette_version", "attempt__enrolment__cohort"),
            attempt=self.kwargs["pk"],
            position=self.kwargs["position"],
        )
        if submission.attempt.started_at is None:
            raise DomainError("Start the attempt first.", code="not_started")
        return submission


class SubmissionDetail(OwnSubmission):
    """The stages reached so far, with one's answers. What follows is not told."""

    conflicts = True

    def get(self, request: Request, **kwargs: Any) -> Response:
        return self.shown(self.submission())


class SaveAnswer(OwnSubmission):
    """Save one answer of the current stage; 409 `stale_revision` where a newer one is there."""

    takes, shows = AnswerGiven, SavedSerializer

    def put(self, request: Request, **kwargs: Any) -> Response:
        submission, given = self.submission(), self.given()
        saved = services.save_answer(submission, self.kwargs["item"], **given, by=self.person)
        return self.shown(saved)


class CommitStage(OwnSubmission):
    """Finish the current stage for good; the next one is revealed."""

    takes = Nothing

    def post(self, request: Request, **kwargs: Any) -> Response:
        submission = self.submission()
        self.given()
        services.commit_stage(submission, self.kwargs["stage"], by=self.person)
        return self.shown(submission)
