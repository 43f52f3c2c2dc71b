"""A campus on which everybody has something to look at, and the pages that each of them opens."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from assessments.attempts.services import release_results
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Review
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.cases.services import take_complaint
from competency.certificates.models import Certificate
from competency.certificates.transcripts import sign_transcript
from competency.hours.profiles import adopt_profile, choose_profile
from competency.hours.services import submit_hours
from competency.integrity import runs
from competency.integrity.services import ask_for_check
from competency.invitations.links import token_of
from competency.invitations.services import invite
from competency.privacy.services import give_consent
from competency.programs import services as programs
from competency.programs.roles import Role
from competency.rosters.services import check_roster
from competency.sharing import services as sharing
from tests import factories
from tests.factories import PASSWORD, Campus, contents

ROSTER = """email,name,role,cohort,trainee_number,shoes
lena@example.org,Lena Ruiz,trainee,Autumn,A-1,38
ida@example,Ida Kern,trainee,Autumn,A-1,39
"""
DOORS = [
    f"/account/{door}"
    for door in (
        "closed",
        "sign-up",
        "email/sent",
        "email/confirm/worn-out",
        "password/reset",
        "password/reset/sent",
        "password/reset/done",
        "password/reset/1-worn",
    )
]
OWN_ACCOUNT = [
    f"/account/{page}"
    for page in (
        "email",
        "password",
        "sessions",
        "second-factor",
        "second-factor/app",
        "second-factor/codes/new",
        "second-factor/passkeys",
    )
]


@dataclass
class Town:
    """People who can sign in, what they open, and what the journeys are about."""

    campus: Campus
    certificate: Certificate
    pages: list[tuple[str, list[str]]]
    trainee: User


def town() -> Town:
    campus = factories.campus(supervisors=4)
    auditor = factories.member(campus.program, Role.AUDITOR)
    factories.drafted_framework(
        campus.program, campus.author, contents.framework_content(code="NEXT", title="The next")
    )
    refer = factories.proposed(campus, 3, 3)
    competent = factories.proposed(campus)
    factories.ratified(campus)
    issued = factories.issued(campus)
    released = factories.attempt_of(issued.decision)
    release_results(released, by=campus.director)
    waiting = factories.assigned(campus)
    sitting, sat, handed_in = (
        made(campus) for made in (factories.started, factories.sat, factories.handed_in)
    )
    harmful = factories.under_review(campus, answers=contents.harmful_answers())
    for number, each in enumerate(factories.reviews_of(harmful)):
        factories.give(each, flags=bool(number))
    factories.run_workflow(harmful)
    reading = HarmJudgement.objects.get(judged_at=None)
    adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
    review = factories.reviews_of(factories.under_review(campus))[0]
    done = Review.objects.filter(state="completed")[0]
    opinion = Opinion.objects.create(
        attempt=harmful, round=1, judge=campus.supervisors[0], pseudonym="BCD-FGH"
    )
    case = factories.opened_case(competent)
    late = factories.late_answer(harmful)
    seated = factories.opened_sitting(campus, enrolment=factories.enrolment(campus.cohort))
    place = seated.places.get()
    window = "opens_at=2027-03-01T08:00&closes_at=2027-03-08T20:00"
    opening = f"/cohorts/{campus.cohort.pk}/sittings/new?assessment={campus.assessment.pk}&{window}"
    asked = invite(campus.program, "new@example.org", ["trainee"], by=campus.director)
    supervised = factories.enrolment(campus.cohort)
    programs.place(supervised, campus.supervisors[1], by=campus.director)
    required = adopt_profile(campus.program, "colorado", by=campus.director)
    choose_profile(campus.cohort, required, by=campus.director)
    worked = submit_hours(
        supervised, kind="practicum", hours=6, on=campus.cohort.starts_on, by=supervised.trainee
    )
    roster = check_roster(
        campus.program, ROSTER.encode(), file_name="autumn.csv", by=campus.director
    )
    appeal = factories.appealed(campus)
    fresh = factories.member(campus.program, Role.CERTIFIER)
    appealable = factories.released(campus)
    trainee = appealable.enrolment.trainee
    run = factories.stopped_run(campus)
    notice = factories.notice(text="# Why\n\nTo judge.\n\n- one\n- two")
    give_consent("sitting", notice=notice, by=issued.holder)
    complaint = take_complaint(campus.program, subject="Noise", text="Loud.", by=trainee)
    checked = ask_for_check(campus.program, by=campus.director)
    runs.run(checked.pk)
    stuck = factories.parked()
    hook = factories.webhook(campus.program, campus.director)
    staff = factories.superuser()
    User.objects.update(password=make_password(PASSWORD))
    content = "/content/{}s/{}".format
    achievement = f"/achievements/{issued.credentials.get().achievement_id}"
    sharing.agree(issued, "details", by=issued.holder)
    sharing.agree(issued, "listed", by=issued.holder)
    link = sharing.make_link(issued, by=issued.holder, note="For the clinic")
    own = f"/certificates/{issued.pk}"
    identity = issued.credentials.get().achievement.identity
    transcript = sign_transcript(identity, by=issued.holder)
    passed_on = sharing.share_transcript(transcript, by=issued.holder)
    pages = [
        ("", [*DOORS, f"/join/{token_of(asked.pk)}"]),
        (
            "",
            [
                "/sign-in",
                "/v",
                f"/v/{issued.code}",
                "/v/2222-2222-2222",
                achievement,
                f"/s/{link.token}",
                f"/s/{passed_on.token}",
                f"/registry?q={issued.number}",
                "/nowhere",
            ],
        ),
        (
            campus.certifier.email,
            [
                "/",
                "/decisions",
                "/decisions/ratify",
                f"/decisions/{refer.pk}",
                "/certificates",
                own,
                "/certificates/issuing",
                f"/certificates/issuing/{run.pk}",
            ],
        ),
        (
            campus.director.email,
            [
                "/",
                f"/decisions/{competent.pk}",
                "/cohorts",
                f"/cohorts/{campus.cohort.pk}",
                f"/cohorts/{campus.cohort.pk}/trainees",
                f"/cohorts/{campus.cohort.pk}/report",
                content("assessment", campus.assessment.pk) + "/technical-report",
                f"/trainees/{appeal.decision.enrolment.trainee_id}",
                "/sittings",
                "/workload",
                f"/sittings/{seated.pk}",
                opening,
                f"/attempts/{place.attempt_id}/more-time",
                "/people",
                "/people/invite",
                f"/people/{supervised.trainee_id}",
                f"/places/{supervised.pk}",
                "/cohorts/new",
                "/rosters",
                "/hours",
                f"/hours/{worked.pk}",
                "/hours/required",
                f"/hours/required/{required.pk}",
                f"/rosters/{roster.pk}",
                f"/cohorts/{campus.cohort.pk}/settings",
                f"/attempts/{harmful.pk}/seats",
                f"/attempts/{harmful.pk}/suspect",
                "/cases",
                f"/cases/{case.pk}",
                "/late-answers",
                f"/late-answers/{late.pk}",
                f"/attempts/{released.pk}",
                "/reports",
                f"/reports/{factories.made_report(campus).pk}",
                "/auditors",
                "/auditors/new",
                f"/audit/events/{AuditEvent.objects.latest('pk').pk}",
                "/webhooks",
                "/webhooks/new",
                f"/webhooks/{hook.pk}",
                f"/deliveries/{factories.delivery(hook).pk}",
                f"/auditors/{auditor.memberships.get().pk}",
                "/preferences",
                "/notifications",
                "/notifications/choices",
                *OWN_ACCOUNT,
            ],
        ),
        (
            campus.author.email,
            [
                "/",
                "/content",
                content("framework", campus.framework.pk),
                content("rubric", campus.rubric.pk),
                content("scope-profile", campus.profile.pk),
                content("standard", campus.standard.pk),
                content("assessment", campus.assessment.pk),
                content("vignette", campus.vignette.pk) + f"?key={campus.key.pk}",
                "/decisions",
            ],
        ),
        ("", ["/privacy"]),
        (fresh.email, ["/appeals", f"/appeals/{appeal.pk}"]),
        (
            trainee.email,
            [
                "/privacy",
                f"/attempts/{appealable.attempt_id}",
                f"/attempts/{appealable.attempt_id}/appeal",
                "/complaints",
                "/complaints/new",
                "/my-data/erase",
            ],
        ),
        (issued.holder.email, ["/my-data", "/my-data/how-long", "/my-data/erase", "/privacy"]),
        (appeal.decision.enrolment.trainee.email, [f"/appeals/{appeal.pk}", "/my-data/erase"]),
        (campus.director.email, [f"/complaints/{complaint.pk}"]),
        (opinion.judge.email, [f"/opinions/{opinion.pk}"]),
        (
            review.reviewer.email,
            ["/", "/reviews", "/reviews/record", f"/reviews/{review.pk}"],
        ),
        (done.reviewer.email, [f"/reviews/{done.pk}"]),
        (review.reviewer.email, [f"/reviews/{review.pk}/concern"]),
        (reading.judge.email, [f"/readings/{reading.pk}"]),
        (adjudication.adjudicator.email, [f"/adjudications/{adjudication.pk}"]),
        (factories.trainee_of(waiting).email, ["/", "/practice", f"/attempts/{waiting.pk}"]),
        (
            factories.trainee_of(sitting).email,
            [f"/attempts/{sitting.pk}", f"/attempts/{sitting.pk}/1"],
        ),
        (
            factories.trainee_of(sat).email,
            [f"/attempts/{sat.pk}/hand-in", f"/attempts/{sat.pk}/1?stage=arrival"],
        ),
        (
            factories.trainee_of(handed_in).email,
            [f"/attempts/{handed_in.pk}", f"/attempts/{handed_in.pk}/receipt"],
        ),
        (
            issued.holder.email,
            [
                "/",
                f"/attempts/{released.pk}",
                "/certificates",
                own,
                f"{own}/wallet",
                f"/certificates/transcripts/{transcript.pk}",
            ],
        ),
        (
            auditor.email,
            ["/", "/audit", "/audit/events", f"/audit/checks/{checked.pk}"],
        ),
        (staff.email, ["/programs/compared", "/", "/parked", f"/parked/{stuck.pk}"]),
    ]
    return Town(campus, issued, pages, issued.holder)
