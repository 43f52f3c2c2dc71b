"""Which rows a person may meet, where the models do not say so themselves."""

from django.db.models import QuerySet

from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from competency.accounts.models import User
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

PROGRAM = "attempt__enrolment__cohort__program"


def reviews_of(person: User) -> QuerySet[Review]:
    """A reviewer's own, in programs where they still review."""
    programs = programs_where(person, Permission.REVIEW_DO)
    own = Review.objects.assigned_to(person)
    return own.filter(**{f"submission__{PROGRAM}__in": programs})


def adjudications_of(person: User) -> QuerySet[Adjudication]:
    programs = programs_where(person, Permission.REVIEW_DO)
    own = Adjudication.objects.filter(adjudicator=person)
    return own.filter(**{f"submission__{PROGRAM}__in": programs})


def harm_readings_of(person: User) -> QuerySet[HarmJudgement]:
    """Passages this person was asked to read afresh, read ones included."""
    programs = programs_where(person, Permission.REVIEW_DO)
    own = HarmJudgement.objects.filter(judge=person, fresh_reader=True)
    return own.filter(**{f"flag__submission__{PROGRAM}__in": programs})


def opinions_of(person: User) -> QuerySet[Opinion]:
    """Referred attempts this person was asked about, those they spoke on included."""
    programs = programs_where(person, Permission.REVIEW_DO)
    return Opinion.objects.filter(judge=person, **{f"{PROGRAM}__in": programs})
