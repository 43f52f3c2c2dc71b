"""Who judges an attempt: every seat, what keeps others from it, and a director's hand."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assessments.attempts.models import Attempt, Submission
from assessments.reviews.models import Review
from assessments.reviews.states import ReviewState
from assessments.workflow import seats
from assessments.workflow.services import license_reviewer
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Key, Text, Whole
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, RestView


class SeatSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seat = serializers.IntegerField()
    round = serializers.IntegerField()
    state = serializers.ChoiceField(ReviewState.choices)
    reviewer = PersonSerializer()
    leased_until = serializers.DateTimeField()


class StandingSerializer(serializers.Serializer[Any]):
    person = PersonSerializer()
    eligible = serializers.BooleanField()
    bars = serializers.ListField(child=serializers.CharField())


class BenchSerializer(serializers.Serializer[Any]):
    """One submission: its seats, and everyone who reviews in the program."""

    position = serializers.IntegerField()
    state = serializers.CharField()
    seats = SeatSerializer(many=True)
    standings = StandingSerializer(many=True)


class BenchesSerializer(serializers.Serializer[Any]):
    attempt = serializers.UUIDField()
    submissions = BenchSerializer(many=True)


def benches(attempt: Attempt) -> dict[str, Any]:
    rows = list(
        attempt.submissions.select_related(
            "attempt__assessment__standard_version", "attempt__enrolment__cohort"
        ).order_by("position")
    )
    taken = seats.seats_of(rows)
    return {
        "attempt": attempt.pk,
        "submissions": [
            {
                "position": row.position,
                "state": row.state,
                "seats": taken[row],
                "standings": seats.standings(row),
            }
            for row in rows
        ],
    }


class Oversees(RestView):
    policy = requires(Permission.REVIEW_OVERSEE)
    model = Attempt
    shows = BenchesSerializer

    def rows(self, person: User) -> QuerySet[Attempt]:
        return Attempt.objects.run_by(person).select_related(
            "assessment__rubric_version", "enrolment__cohort__program"
        )


class Seats(Oversees, DetailView):
    """Every seat of an attempt, and what keeps each reviewer of the program from it."""

    def shown(self, subject: Any) -> Any:
        return super().shown(benches(subject))


@extend_schema_serializer(
    examples=[
        example(
            "Somebody else for a seat",
            {
                "position": 1,
                "reviewer": "018f4e7a-0000-7000-8000-000000000001",
                "instead_of": "018f4e7a-0000-7000-8000-000000000002",
                "reason": "The first is on leave.",
            },
        )
    ]
)
class Seating(Input):
    """`position` names the submission; `instead_of` the review whose seat is taken back."""

    position = Whole(min_value=1, max_value=1000)
    reviewer = Key()
    instead_of = Key(required=False)
    reason = Text()


class SeatByHand(Seats, ActView):
    """Fill an empty seat, or give one that is not judged yet to somebody else."""

    takes = Seating

    def act(self, subject: Attempt, **given: Any) -> None:
        submission: Submission = get_object_or_404(subject.submissions, position=given["position"])
        reviewer = seats.reviewer_known(submission, given["reviewer"], "reviewer")
        said = {"reason": given["reason"], "by": self.person}
        if "instead_of" not in given:
            seats.seat_by_hand(submission, reviewer, **said)
            return
        review: Review = get_object_or_404(submission.reviews, pk=given["instead_of"])
        seats.reassign(review, reviewer, **said)


@extend_schema_serializer(
    examples=[
        example(
            "A supervisor",
            {
                "person": "018f4e7a-0000-7000-8000-000000000001",
                "grounds": "Rated benchmark set 1 with a weighted kappa of 0.81.",
            },
        )
    ]
)
class License(Input):
    person = Key()
    grounds = Text()


class LicenseReviewer(Oversees, ActView):
    """License a supervisor for the rubric of an attempt; whatever waits is drawn again."""

    takes = License

    def shown(self, subject: Any) -> Any:
        return super().shown(benches(subject))

    def act(self, subject: Attempt, **given: Any) -> None:
        person = seats.reviewer_known(subject.submissions.all()[0], given["person"], "person")
        license_reviewer(
            subject.enrolment.cohort.program,
            person,
            subject.assessment.rubric_version,
            grounds=given["grounds"],
            by=self.person,
        )
