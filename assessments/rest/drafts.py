"""A review as it grows, one's own comments, and one's record after release."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.desk import record
from assessments.desk.models import Comment
from assessments.desk.services import draft_of, forget_comment, keep_comment, save_draft
from assessments.rest.judgements import CODE, MOST, Cited
from assessments.rest.reviews import Reviews
from assessments.reviews.models import Review
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Key, Text, Truth, Whole
from competency.rest.views import DetailView, ListView, RestView, Shows

MOST_REVISIONS = 2**31 - 1


class DraftedRating(Input):
    """A level and a rationale as far as they are given."""

    criterion = Text(max_length=CODE)
    level = Whole(min_value=1, max_value=4, required=False, allow_null=True, default=None)
    rationale = Text(required=False, allow_blank=True, default="")
    citations = Cited(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]


class DraftedHarm(Input):
    indicator = Text(max_length=CODE)
    note = Text(required=False, allow_blank=True, default="")
    citation = Cited(required=False, allow_null=True, default=None)


class DraftedFlag(Input):
    item = Text(max_length=CODE)
    harmful = Truth(required=False, allow_null=True, default=None)
    reason = Text(required=False, allow_blank=True, default="")


class Drafted(Input):
    """The whole draft, over the revision last seen (0 before the first), under a key of its own.

    One that was seen already changes nothing; an older revision is refused: 409 `stale_revision`.
    """

    revision = Whole(min_value=0, max_value=MOST_REVISIONS)
    idempotency_key = Key()
    ratings = DraftedRating(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    harms = DraftedHarm(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    flags = DraftedFlag(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    summary = Text(required=False, allow_blank=True, default="")


class RangeDraftedSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(read_only=True)
    start = serializers.IntegerField(read_only=True)
    end = serializers.IntegerField(read_only=True)


class RatingDraftedSerializer(serializers.Serializer[Any]):
    criterion = serializers.CharField(read_only=True)
    level = serializers.IntegerField(read_only=True, allow_null=True)
    rationale = serializers.CharField(read_only=True)
    citations = RangeDraftedSerializer(many=True, read_only=True)


class HarmDraftedSerializer(serializers.Serializer[Any]):
    indicator = serializers.CharField(read_only=True)
    note = serializers.CharField(read_only=True)
    citation = RangeDraftedSerializer(read_only=True, allow_null=True)


class FlagDraftedSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(read_only=True)
    harmful = serializers.BooleanField(read_only=True, allow_null=True)
    reason = serializers.CharField(read_only=True)


class DraftSerializer(serializers.Serializer[Any]):
    """A draft as it is kept; revision 0 and nothing in it where there is none."""

    revision = serializers.IntegerField(read_only=True)
    ratings = RatingDraftedSerializer(source="content.ratings", many=True, read_only=True)
    harms = HarmDraftedSerializer(source="content.harms", many=True, read_only=True)
    flags = FlagDraftedSerializer(source="content.flags", many=True, read_only=True)
    summary = serializers.CharField(source="content.summary", read_only=True)


class ReviewDraft(Reviews, DetailView):
    """One's own draft of a review. Saving takes the review up; nobody else ever sees it."""

    takes, shows = Drafted, DraftSerializer
    conflicts = True
    acts = {"PUT": "SaveReviewDraft"}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(draft_of(self.get_object()))

    def put(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        review: Review = self.get_object()
        given = self.given()
        revision, idem = given.pop("revision"), given.pop("idempotency_key")
        save_draft(review, given, revision=revision, idem=idem, by=self.person)
        return self.shown(draft_of(review))


class CommentSerializer(serializers.ModelSerializer[Comment]):
    class Meta:
        model = Comment
        fields = ("id", "criterion", "text")
        read_only_fields = fields


class NewComment(Input):
    """Words to use again, on one criterion or (left out) on any."""

    text = Text(max_length=2000)
    criterion = Text(max_length=20, required=False, allow_blank=True, default="")


class OwnComments(RestView):
    policy = requires(Permission.REVIEW_DO)
    model = Comment
    shows: Shows = CommentSerializer

    def rows(self, person: User) -> QuerySet[Comment]:
        return Comment.objects.kept_by(person)


class CommentList(OwnComments, ListView):
    """One's own comments; POST keeps one more."""

    takes = NewComment
    conflicts = True
    acts = {"POST": "KeepComment"}

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(keep_comment(**self.given(), by=self.person))


class ForgetComment(OwnComments):
    """Forget one comment."""

    shows = None
    success = 204
    pagination_class = None

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        forget_comment(self.get_object(), by=self.person)
        return Response(status=204)


class LevelUseSerializer(serializers.Serializer[record.LevelUse]):
    level = serializers.IntegerField(read_only=True)
    count = serializers.IntegerField(read_only=True)
    share = serializers.FloatField(read_only=True)


class ComparedSerializer(serializers.Serializer[record.Compared]):
    """Over released results: shares in [0, 1]; severity in levels above the other."""

    criteria = serializers.IntegerField(read_only=True)
    exact = serializers.FloatField(read_only=True)
    adjacent = serializers.FloatField(read_only=True)
    severity = serializers.FloatField(read_only=True)


class RecordSerializer(serializers.Serializer[User]):
    levels = serializers.SerializerMethodField()
    compared = serializers.SerializerMethodField(help_text="Null before a release.")
    median_minutes = serializers.SerializerMethodField()

    @extend_schema_field(LevelUseSerializer(many=True))
    def get_levels(self, person: User) -> Any:
        rows: Any = record.use_of_levels(person)
        return LevelUseSerializer(rows, many=True).data

    @extend_schema_field(ComparedSerializer(allow_null=True))
    def get_compared(self, person: User) -> Any:
        found = record.compared(person)
        return ComparedSerializer(found).data if found else None

    def get_median_minutes(self, person: User) -> float | None:
        return record.median_minutes(person)


class ReviewRecord(RestView):
    """How one's own ratings compared once results were released, one's time and use of levels."""

    policy = requires(Permission.REVIEW_DO)
    model = Review
    shows = RecordSerializer
    pagination_class = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.person)
