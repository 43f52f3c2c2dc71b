"""The receipt for what was handed in."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts.models import Attempt, Submission
from assessments.rest.content import VignetteNameSerializer


class ReceivedSerializer(serializers.ModelSerializer[Submission]):
    vignette = VignetteNameSerializer(source="vignette_version", read_only=True)

    class Meta:
        model = Submission
        fields = ("position", "vignette", "received_at", "content_hash")
        read_only_fields = fields


class ReceiptSerializer(serializers.Serializer[Attempt]):
    """Names each submission by its SHA-256: nobody can change it unseen."""

    attempt = serializers.UUIDField(source="pk", read_only=True)
    handed_in_at = serializers.DateTimeField(read_only=True)
    submissions = serializers.SerializerMethodField()

    @extend_schema_field(ReceivedSerializer(many=True))
    def get_submissions(self, attempt: Attempt) -> Any:
        rows = attempt.submissions.select_related("vignette_version__vignette")
        return ReceivedSerializer(rows.order_by("position"), many=True).data
