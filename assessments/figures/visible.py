"""Whose figures a person may see, where the rows themselves do not say so."""

from django.db.models import QuerySet

from assessments.instruments.models import Assessment
from competency.accounts.models import User
from competency.programs.models import Cohort, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission


def assessments_reported_to(person: User) -> QuerySet[Assessment]:
    """Assessments of programs whose reports this person may take out."""
    rows = Assessment.objects.filter(program__in=programs_where(person, Permission.REPORT_EXPORT))
    return rows.select_related(
        "program",
        "standard_version__standard",
        "rubric_version__rubric",
        "rubric_version__framework_version__framework",
        "scope_profile_version__profile",
    )


def cohorts_reported_to(person: User) -> QuerySet[Cohort]:
    """Cohorts of programs whose reports this person may take out."""
    rows = Cohort.objects.filter(program__in=programs_where(person, Permission.REPORT_EXPORT))
    return rows.select_related("program")


def programs_compared_for(person: User) -> QuerySet[Program]:
    """All programs for the people who run the site; for others those they may report on."""
    if person.is_staff:
        return Program.objects.all()
    return programs_where(person, Permission.REPORT_EXPORT)
