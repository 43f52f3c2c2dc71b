"""The people of the story, their program and its content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from assessments.content.importing import import_and_publish
from assessments.demo.script import DATA, Script, content_paths
from assessments.instruments.models import Assessment
from assessments.sittings.models import Sitting
from assessments.sittings.services import open_sitting
from assessments.workflow.services import license_reviewer
from competency.accounts.models import User, vouch_for
from competency.privacy.services import publish_notice
from competency.programs import services as programs
from competency.programs.models import Cohort, Enrolment, Issuer, Program
from competency.programs.roles import Area, Role

PASSWORD = "credence-demo-2026"  # noqa: S105  (printed by the demo)
LICENCE_GROUNDS = "Pilot panel: took part in the rubric’s rater training; benchmarks are owed."
WINDOW = timedelta(days=14)
CORE = "PAT-CORE-1"
NOTICE = "privacy-notice.md"


@dataclass
class Cast:
    """Who and what the story has once its first scene is set."""

    program: Program
    cohort: Cohort
    staff: User
    director: User
    author: User
    certifiers: list[User]
    auditor: User
    supervisors: list[User]
    trainees: list[User]

    def trainee(self, email: str) -> User:
        return next(person for person in self.trainees if person.email == email)


def gather(script: Script) -> Cast:
    """Accounts, program, roles, cohort, places and supervisors."""
    people, hashed = script.people, make_password(PASSWORD)

    def account(person: dict[str, Any], **fields: Any) -> User:
        user = User(email=person["email"], name=person["name"], password=hashed, **fields)
        user.timezone = people["program"]["timezone"]
        user.full_clean()
        user.save()
        vouch_for(user)
        return user

    staff = account(
        {"email": "staff@example.org", "name": "Site staff"}, is_staff=True, is_superuser=True
    )
    program = _found(people["program"], staff)
    cast = Cast(
        program=program,
        cohort=Cohort.objects.create(
            program=program, name=people["cohort"]["title"], starts_on=date(2026, 3, 2)
        ),
        staff=staff,
        director=account(people["director"]),
        author=account(people["author"]),
        certifiers=[account(person) for person in people["certifiers"]],
        auditor=account(people["auditor"]),
        supervisors=[account(person) for person in people["supervisors"]],
        trainees=[account(sitting) for sitting in script.trainees],
    )
    _give_roles(cast)
    _enrol(cast, script)
    title, _, text = (DATA / NOTICE).read_text(encoding="utf-8").partition("\n")
    publish_notice(title=title.removeprefix("# "), text=text, by=staff)
    return cast


def _found(content: dict[str, Any], staff: User) -> Program:
    issuer = Issuer.objects.create(**content["issuer"])
    return programs.found_program(
        code=content["code"].lower(),
        name=content["name"],
        issuer=issuer,
        timezone_name=content["timezone"],
        approval_number=content["approval_number"],
        by=staff,
    )


def _give_roles(cast: Cast) -> None:
    holders = [
        (Role.DIRECTOR, [cast.director]),
        (Role.AUTHOR, [cast.author]),
        (Role.CERTIFIER, cast.certifiers),
        (Role.SUPERVISOR, cast.supervisors),
    ]
    for role, people in holders:
        for person in people:
            programs.grant_role(cast.program, person, role, by=cast.staff)
    programs.grant_role(
        cast.program,
        cast.auditor,
        Role.AUDITOR,
        by=cast.staff,
        ends_on=timezone.now().date() + timedelta(days=365),
        scope="Pilot year: decisions, certificates and the record behind them.",
        areas=Area.values,
    )


def _enrol(cast: Cast, script: Script) -> None:
    supervisors = {person.email: person for person in cast.supervisors}
    own = {
        trainee: supervisors[supervisor]
        for supervisor, trainees in script.people["supervises"].items()
        for trainee in trainees
    }
    for number, trainee in enumerate(cast.trainees, start=1):
        enrolment = programs.enrol(
            cast.cohort, trainee, trainee_number=f"T-{number:03d}", by=cast.director
        )
        programs.place(enrolment, own[trainee.email], by=cast.director)


def publish_content(cast: Cast) -> None:
    """The author publishes framework, rubric, vignettes, keys, Standards and assessments."""
    import_and_publish(cast.program, content_paths(), by=cast.author)


def assessment(cast: Cast, number: int) -> Assessment:
    return Assessment.objects.get(program=cast.program, code=CORE, number=number)


def open_assessment(cast: Cast, number: int, people: Sequence[User]) -> None:
    """The director opens an assessment for the cohort, or for these of its trainees."""
    if len(people) == len(cast.trainees):
        open_for(cast, number, None)
        return
    enrolments = Enrolment.objects.filter(cohort=cast.cohort, trainee__in=people)
    for enrolment in enrolments.order_by("trainee_number"):
        open_for(cast, number, enrolment)


def open_for(
    cast: Cast, number: int, enrolment: Enrolment | None, lasting: timedelta = WINDOW
) -> Sitting:
    opened = assessment(cast, number)
    now = timezone.now()
    return open_sitting(
        cast.cohort,
        opened,
        opens_at=now,
        closes_at=now + lasting,
        enrolment=enrolment,
        first_form=opened.forms.get(number=1),
        by=cast.director,
    )


def license_reviewers(cast: Cast) -> None:
    """The director licenses the supervisors; what waits for reviewers goes on."""
    rubric = assessment(cast, 1).rubric_version
    for reviewer in cast.supervisors:
        license_reviewer(cast.program, reviewer, rubric, grounds=LICENCE_GROUNDS, by=cast.director)
