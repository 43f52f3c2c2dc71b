"""Whom programs let in to audit, as those see it who let them in."""

from django.db.models import QuerySet

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.programs.models import Cohort, Membership, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission, Role

READ = "record.read"  # what is noted of each page that an auditor opens


def programs_opened_by(person: User) -> QuerySet[Program]:
    """Those into which this person may let auditors: one's own, and for staff all."""
    if person.is_staff:
        return Program.objects.all()
    return programs_where(person, Permission.PROGRAM_RUN)


def cohorts_opened_by(person: User) -> QuerySet[Cohort]:
    return Cohort.objects.filter(program__in=programs_opened_by(person))


def audits_overseen_by(person: User) -> QuerySet[Membership]:
    """Every grant to an auditor in these programs, past ones included."""
    return Membership.objects.filter(role=Role.AUDITOR, program__in=programs_opened_by(person))


def reads_under(grant: Membership) -> QuerySet[AuditEvent]:
    """What was read on the strength of a grant."""
    return AuditEvent.objects.filter(subject_id=grant.pk, action=READ)
