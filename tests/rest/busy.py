"""A program with twenty rows and more in every list, most of them copies: cheap to make."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.desk.services import keep_comment
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication
from assessments.sittings.models import Sitting
from assessments.sittings.states import LeftOut
from assessments.vignettes.models import Option
from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.appeals.models import Appeal
from competency.batches.models import IssuingRun
from competency.cases.services import take_complaint
from competency.certificates.models import Certificate
from competency.certificates.transcripts import sign_transcript
from competency.credentials.models import IssuerIdentity
from competency.decisions.models import Decision
from competency.hours.services import submit_hours
from competency.integrity import runs
from competency.integrity.services import ask_for_check
from competency.invitations.services import invite
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.privacy.services import give_consent
from competency.programs.models import Enrolment, Membership
from competency.programs.roles import Role
from competency.reports.models import Report, ReportSchedule
from competency.rosters.services import check_roster
from competency.sharing.models import ShareLink
from tests import factories
from tests.factories import Campus

MANY = 21
ROSTER = b"email,role\nnew@example.org,author\n"


@dataclass
class Busy:
    campus: Campus
    reviewer: User
    trainee: User
    staff: User
    sitting: Sitting
    webhook: UUID


def copy_of(row: Any, **changes: Any) -> Any:
    """A new row like this one, apart from its key and `changes`."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    for name in changes:
        values.pop(f"{name}_id", None)
    return type(row).objects.create(**values | changes)


def busy() -> Busy:
    campus = factories.campus(supervisors=2)
    certificate = factories.issued(campus)
    decision = certificate.decision
    hook = factories.webhook(campus.program, campus.director)
    roster = check_roster(campus.program, ROSTER, file_name="r.csv", by=campus.director)
    hours = submit_hours(
        decision.enrolment, kind="practicum", hours=1, on=campus.cohort.starts_on,
        by=decision.enrolment.trainee,
    )  # fmt: skip
    for number in range(MANY):
        factories.delivery(copy_of(hook))
        factories.delivery(hook)
        _content(campus, number)
        attempt = _judging(Attempt.objects.get(pk=decision.attempt_id), number)
        further = copy_of(decision, attempt_id=attempt.pk)
        _register(further, certificate, number)
        _rights(campus, further, number)
        factories.opened_case(further)
        _trail(campus)
        keep_comment(f"Comment {number}.", by=campus.supervisors[0])
        factories.parked()
        invite(campus.program, f"new{number}@example.org", [Role.TRAINEE], by=campus.director)
        notify(Kind.AWAITING_REVIEWER, uuid4(), [campus.director.pk])
        _reports(campus)
        copy_of(roster)
        copy_of(hours)
        factories.cohort(campus.program)
        _decided(decision, factories.enrolment(campus.cohort))
        for person in (campus.author, campus.director, campus.certifier):
            factories.member(factories.program(), Role.AUTHOR, person)
    sitting = factories.opened_sitting(campus, enrolment=factories.enrolment(campus.cohort))
    place = sitting.places.get()
    before = {"created_at": sitting.created_at, "attempt": None, "left_out": LeftOut.COMPETENT}
    for enrolment in campus.cohort.enrolments.exclude(pk=place.enrolment_id)[:MANY]:
        copy_of(place, enrolment=enrolment, **before)
        copy_of(sitting, idempotency_key=uuid4())
    _desks(campus, decision)
    reviewer, staff = campus.supervisors[0], factories.superuser()
    return Busy(campus, reviewer, certificate.holder, staff, sitting, hook.pk)


def _desks(campus: Campus, decision: Decision) -> None:
    """Further reviewers of the program, each with a seat that is not judged yet."""
    done = factories.reviews_of(Attempt.objects.get(pk=decision.attempt_id))[0]
    waiting = {"state": "assigned", "completed_at": None, "active_seconds": None}
    for seat in range(MANY):
        person = factories.person()
        membership = {"role": Role.SUPERVISOR, "starts_on": timezone.now().date()}
        Membership.objects.create(program=campus.program, person=person, **membership)
        copy_of(done, reviewer=person, seat=seat + 9, **waiting)


def _decided(decision: Decision, enrolment: Enrolment) -> None:
    """A further trainee with the same result."""
    attempt = copy_of(Attempt.objects.get(pk=decision.attempt_id), enrolment=enrolment)
    copy_of(decision, enrolment=enrolment, attempt_id=attempt.pk)


def _rights(campus: Campus, decision: Decision, number: int) -> None:
    """A further notice, consent, complaint and appeal."""
    give_consent("sitting", notice=factories.notice(), by=campus.author)
    take_complaint(campus.program, subject=f"Noise {number}", text="Loud.", by=campus.author)
    Appeal.objects.create(
        decision=decision,
        sealed_grounds=Sealer(decision.enrolment.trainee_id).seal("Look again."),
        lodged_at=timezone.now(),
    )


def _reports(campus: Campus) -> None:
    """Past the services: the trail is long enough."""
    asked = {"program": campus.program, "format": "csv"}
    now = timezone.now()
    Report.objects.create(
        **asked, contents="credentials", asked_by=campus.director, created_at=now, as_of=now
    )
    schedule = ReportSchedule.objects.create(**asked, created_by=campus.director)
    schedule.recipients.add(campus.director)


def _trail(campus: Campus) -> None:
    runs.run(ask_for_check(campus.program, by=campus.director).pk)


def _content(campus: Campus, number: int) -> None:
    """A further version of everything that has versions."""
    for row in (
        campus.framework,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        campus.key,
        campus.assessment,
    ):
        factories.next_version(row, number=number + 2)


def _judging(first: Attempt, number: int) -> Attempt:
    """A further attempt, with work for the reviewer of its submission in every queue."""
    attempt: Attempt = copy_of(first, number=number + 2)
    origin = factories.submission_of(first)
    submission = copy_of(origin, attempt=attempt)
    reviews = [copy_of(row, submission=submission) for row in origin.reviews.all()]
    option = Option.objects.filter(item__stage__version=origin.vignette_version_id)[0]
    for review in reviews:
        judge = review.reviewer
        flag = HarmFlag.objects.create(submission=submission, option=option, round=review.seat)
        HarmJudgement.objects.create(flag=flag, judge=judge, fresh_reader=True)
        adjudication = Adjudication.objects.create(
            submission=submission, adjudicator=judge, round=review.seat
        )
        criteria = origin.vignette_version.rubric_version.criteria.all()
        adjudication.disputed.set(criteria)
    for each in origin.reviews.values_list("reviewer", flat=True):
        Opinion.objects.create(attempt=attempt, round=1, judge_id=each, pseudonym=f"BCD-{number}")
    factories.late_answer(attempt)
    return attempt


def _register(decision: Decision, certificate: Certificate, number: int) -> None:
    code = f"{uuid4().hex[:12]}".upper()
    copy_of(certificate, decision=decision, number=f"COPY-{number}", code=code)
    identity = IssuerIdentity.objects.get(issuer=certificate.program.issuer)
    copy_of(sign_transcript(identity, by=certificate.holder))
    ShareLink.objects.create(certificate=certificate, token=uuid4().hex)
    run = IssuingRun.objects.create(
        program=certificate.program, started_by=decision.settled_by, total=1
    )
    IssuingRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
