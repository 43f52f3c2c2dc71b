"""One row of every kind in a program, and who in it each row concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from assessments.desk.services import keep_comment
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.cases.services import take_complaint
from competency.certificates.transcripts import sign_transcript
from competency.hours.profiles import adopt_profile
from competency.hours.services import submit_hours
from competency.integrity.services import ask_for_check
from competency.invitations.links import token_of
from competency.invitations.services import invite
from competency.notifications.models import Notification
from competency.programs import services as programs
from competency.programs.models import Membership
from competency.programs.roles import Role
from competency.reports.schedules import schedule_report
from competency.rosters.services import check_roster
from competency.sharing import services as sharing
from tests import factories
from tests.factories import Campus, contents

Arguments = Mapping[str, Any]


@dataclass
class World:
    """A campus with `rows` (kind → what its address takes) and `people` (kind → role → person)."""

    campus: Campus
    rows: dict[str, Arguments] = field(default_factory=dict)
    people: dict[str, dict[str, User]] = field(default_factory=dict)

    def person(self, role: str, kind: str = "") -> User:
        """Who of this role has to do with a row of this kind; anyone of the role otherwise."""
        return self.people.get(kind, {}).get(role) or self.people[""][role]


def world() -> World:
    """A program with something of everything in it, told by the factories."""
    campus = factories.campus(supervisors=4)
    made = World(campus)
    made.people[""] = {
        Role.DIRECTOR: campus.director,
        Role.AUTHOR: campus.author,
        Role.CERTIFIER: campus.certifier,
        Role.SUPERVISOR: campus.supervisors[0],
        Role.AUDITOR: factories.member(campus.program, Role.AUDITOR),
    }
    _content(made)
    _attempts(made)
    _judging(made)
    made.rows["mailed link"] = {"uidb36": "1", "key": "worn-out"}
    made.rows["program"] = {"pk": campus.program.pk}
    made.rows["cohort"] = {"pk": campus.cohort.pk}
    waiting = factories.enrolment(campus.cohort)
    made.rows["sitting"] = {"pk": factories.opened_sitting(campus, enrolment=waiting).pk}
    _running(made)
    made.rows["membership"] = {"pk": Membership.objects.filter(program=campus.program)[0].pk}
    auditor = made.people[""][Role.AUDITOR]
    made.rows["auditor"] = {"pk": Membership.objects.get(person=auditor).pk}
    hook = factories.webhook(campus.program, campus.director)
    made.rows["webhook"] = {"pk": hook.pk}
    made.rows["delivery"] = {"pk": factories.delivery(hook).pk}
    made.rows["integrity check"] = {"pk": ask_for_check(campus.program, by=campus.director).pk}
    made.rows["report"] = {"pk": factories.made_report(campus).pk}
    monthly = schedule_report(
        campus.program, format="csv", recipients=[campus.director], by=campus.director
    )
    made.rows["report schedule"] = {"pk": monthly.pk}
    made.rows["mishap"] = {"pk": factories.parked().pk}
    made.rows["audit event"] = {"pk": AuditEvent.objects.filter(program_id=campus.program.pk)[0].pk}
    return made


def _running(made: World) -> None:
    """A trainee with a supervisor, more time, and somebody who must not judge them."""
    campus = made.campus
    place, by = factories.enrolment(campus.cohort), campus.director
    supervised = programs.place(place, campus.supervisors[3], by=by)
    granted = programs.accommodate(place, extra_percent=25, reason="Ill.", by=by)
    tie = programs.declare_conflict(
        campus.program, place.trainee, campus.author, reason="Kin.", by=by
    )
    roster = check_roster(
        campus.program, b"email,role\nnew@example.org,author", file_name="r.csv", by=by
    )
    profile = adopt_profile(campus.program, "oregon", by=by)
    entry = submit_hours(
        place,
        kind="practicum",
        hours="4",
        on=timezone.now().date(),
        evidence=b"%PDF-1.7",
        evidence_name="log.pdf",
        by=place.trainee,
    )
    made.people["own hours"] = {Role.TRAINEE: place.trainee}
    made.people["hours"] = {Role.TRAINEE: place.trainee, Role.SUPERVISOR: campus.supervisors[3]}
    made.rows |= {
        "hours profile": {"pk": profile.pk},
        "hours": {"pk": entry.pk},
        "own hours": {"pk": entry.pk},
        "person": {"pk": place.trainee_id},
        "roster": {"pk": roster.pk},
        "placement": {"pk": supervised.pk},
        "accommodation": {"pk": granted.pk},
        "conflict": {"pk": tie.pk},
    }


def _content(made: World) -> None:
    campus = made.campus
    made.rows |= {
        "framework": {"pk": campus.framework.pk},
        "rubric": {"pk": campus.rubric.pk},
        "scope profile": {"pk": campus.profile.pk},
        "standard": {"pk": campus.standard.pk},
        "vignette": {"pk": campus.vignette.pk},
        "key": {"pk": campus.key.pk},
        "assessment": {"pk": campus.assessment.pk},
    }


def _attempts(made: World) -> None:
    attempt = factories.sat(made.campus)
    trainee = factories.trainee_of(attempt)
    made.people[""][Role.TRAINEE] = trainee
    made.rows["attempt"] = {"pk": attempt.pk}
    asked = invite(made.campus.program, "new@example.org", ["trainee"], by=made.campus.director)
    made.rows["invitation"] = {"pk": asked.pk, "token": token_of(asked.pk)}
    told = Notification.objects.filter(person=trainee)[0]
    made.rows["notification"] = {"pk": told.pk}
    made.people["notification"] = {Role.TRAINEE: trainee}
    guarded = factories.member(made.campus.program, Role.TRAINEE)
    passkey = Authenticator.objects.create(
        user=guarded, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"}
    )
    made.rows["passkey"] = {"pk": passkey.pk}
    made.people["passkey"] = {Role.TRAINEE: guarded}
    made.rows["enrolment"] = {"pk": attempt.enrolment_id}
    made.rows["trainee"] = {"pk": trainee.pk}
    made.rows["submission"] = {"pk": attempt.pk, "position": 1}
    certificate = factories.issued(made.campus)
    made.rows["certificate"] = {"pk": certificate.pk}
    made.rows["certificate code"] = {"code": certificate.code}
    credential = certificate.credentials.get()
    made.rows["credential"] = {"pk": credential.pk}
    made.rows["achievement"] = {"pk": credential.achievement_id}
    made.rows["status list"] = {"pk": credential.status_list_id}
    made.rows["issuer path"] = {"path": credential.key.identity.path}
    made.rows["own certificate"] = made.rows["certificate"]
    sharing.agree(certificate, "details", by=certificate.holder)
    link = sharing.make_link(certificate, by=certificate.holder)
    made.rows["share link"] = {"pk": link.pk, "token": link.token}
    ticket = sharing.wallet_ticket(certificate, by=certificate.holder)
    made.rows["wallet"] = {"ticket": ticket}
    transcript = sign_transcript(credential.key.identity, by=certificate.holder)
    made.rows["transcript"] = {"pk": transcript.pk}
    for kind in ("certificate", "own certificate", "share link", "transcript"):
        made.people[kind] = {Role.TRAINEE: certificate.holder}
    proposal = factories.proposed(made.campus)
    made.rows["issuing run"] = {"pk": factories.stopped_run(made.campus).pk}
    made.rows["decision"] = {"pk": proposal.pk}
    made.rows["case"] = {"pk": factories.opened_case(factories.proposed(made.campus)).pk}
    made.rows["late answer"] = {"pk": factories.late_answer(attempt).pk}
    factories.ratified(made.campus, 2, 2)  # decided, for a director to release
    made.rows["own attempt"] = {"pk": attempt.pk}
    _rights(made)


def _rights(made: World) -> None:
    """An appeal that waits for somebody fresh, and a complaint of a trainee."""
    campus = made.campus
    appeal = factories.appealed(campus)
    appellant = appeal.decision.enrolment.trainee
    fresh = factories.member(campus.program, Role.CERTIFIER)
    made.rows |= {"appeal": {"pk": appeal.pk}, "own appeal": {"pk": appeal.pk}}
    made.people["own appeal"] = {Role.TRAINEE: appellant}
    made.people["appeal"] = {Role.TRAINEE: appellant, Role.CERTIFIER: fresh}
    trainee = made.people[""][Role.TRAINEE]
    lodged = take_complaint(campus.program, subject="Noise", text="It was loud.", by=trainee)
    made.rows["complaint"] = {"pk": lodged.pk}


def _judging(made: World) -> None:
    campus = made.campus
    review = factories.reviews_of(factories.under_review(campus))[0]
    adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
    disputed = factories.under_review(campus, answers=contents.harmful_answers())
    for harmful, each in enumerate(factories.reviews_of(disputed)):
        factories.give(each, 3, flags=bool(harmful))
    factories.run_workflow(disputed)
    reading = HarmJudgement.objects.get(flag__submission__attempt=disputed, judged_at=None)
    opinion = Opinion.objects.create(
        attempt=disputed, round=1, judge=campus.supervisors[3], pseudonym="BBB-BBB"
    )
    comment = keep_comment("Stays near him.", by=review.reviewer)
    made.rows |= {
        "comment": {"pk": comment.pk},
        "review": {"pk": review.pk},
        "adjudication": {"pk": adjudication.pk},
        "harm reading": {"pk": reading.pk},
        "opinion": {"pk": opinion.pk},
    }
    made.people |= {
        "comment": {Role.SUPERVISOR: review.reviewer},
        "review": {Role.SUPERVISOR: review.reviewer},
        "adjudication": {Role.SUPERVISOR: adjudication.adjudicator},
        "harm reading": {Role.SUPERVISOR: reading.judge},
        "opinion": {Role.SUPERVISOR: opinion.judge},
    }
