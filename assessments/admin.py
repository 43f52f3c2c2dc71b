"""The back office of evidence: read, never written, and names stay apart from judgements."""

from django.contrib import admin

from assessments.attempts.models import Answer, Attempt, Submission
from assessments.reviews.models import Review
from competency.admin import Reading, register_for_reading


@admin.register(Attempt)
class AttemptAdmin(Reading):
    list_display = ("enrolment", "assessment", "number", "state", "handed_in_at", "released_at")
    search_fields = ("enrolment__trainee__name", "enrolment__trainee_number", "pk__exact")
    list_select_related = ("enrolment__trainee", "enrolment__cohort", "assessment")


@admin.register(Submission)
class SubmissionAdmin(Reading):
    list_display = ("pk", "vignette_version", "state", "round", "received_at", "content_hash")
    search_fields = ("pk__exact", "content_hash")
    list_select_related = ("vignette_version__vignette",)


@admin.register(Answer)
class AnswerAdmin(Reading):
    """Without the words: they are sealed, and staff have no key."""

    list_display = ("submission_id", "item", "words", "revision", "saved_at", "locked")
    exclude = ("sealed_text",)


@admin.register(Review)
class ReviewAdmin(Reading):
    list_display = ("pseudonym", "reviewer", "state", "round", "seat", "leased_until")
    search_fields = ("pseudonym", "reviewer__name", "reviewer__email", "submission_id__exact")


register_for_reading("assessments")
