"""A campus with everything needed to sit, and attempts at every point of the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assessments.attempts import services as attempts
from assessments.attempts.models import Attempt, LateAnswer, Submission
from assessments.calibration.models import Licence
from assessments.calibration.services import grant_licence
from assessments.harm.models import HarmFlag
from assessments.instruments import services as instruments
from assessments.instruments.models import Assessment, Form
from assessments.reviews.judgements import CitedRange, HarmGiven, RatingGiven, mapped_criteria
from assessments.reviews.models import Adjudication, Review
from assessments.rights.services import erase_person
from assessments.sittings.models import Sitting
from assessments.sittings.services import open_sitting
from assessments.vignettes import services as vignettes
from assessments.vignettes.models import Item, Key, VignetteVersion
from assessments.workflow import pipeline
from assessments.workflow import services as workflow
from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.batches import services as batches
from competency.batches.models import IssuingRun
from competency.cases.models import Case
from competency.cases.services import open_case
from competency.certificates import issuing
from competency.certificates.models import Certificate
from competency.decisions.models import Decision, StandardVersion
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.privacy.models import Erasure
from competency.programs.models import Cohort, Enrolment, Membership, Program
from competency.programs.roles import Role
from competency.reports import making
from competency.reports.models import Report
from competency.reports.services import Wish, ask_for_report
from tests.factories import competency, contents


@dataclass
class Campus:
    """A program, its people and a published assessment: everything needed to sit and to judge."""

    program: Program
    cohort: Cohort
    director: User
    author: User
    certifier: User
    supervisors: list[User]
    framework: FrameworkVersion
    rubric: RubricVersion
    profile: ScopeProfileVersion
    standard: StandardVersion
    vignette: VignetteVersion
    key: Key
    assessment: Assessment

    @property
    def form(self) -> Form:
        return self.assessment.forms.get(number=1)


def campus(
    *,
    supervisors: int = 3,
    licensed: bool = True,
    standard: Mapping[str, Any] | None = None,
    vignette: Mapping[str, Any] | None = None,
    key: Mapping[str, Any] | None = None,
) -> Campus:
    """A new program with people, content and a published assessment of one vignette.

    `standard` overrides parts of the Standard: `campus(standard={"formative": True})`.
    """
    program, director, author, certifier = competency.program_with(
        Role.DIRECTOR, Role.AUTHOR, Role.CERTIFIER
    )
    framework = competency.published_framework(program, author)
    rubric = competency.published_rubric(program, author, framework=framework)
    profile = competency.published_profile(program, author)
    policy = competency.published_standard(program, author, **(standard or {}))
    case = published_vignette(program, author, vignette, rubric=rubric)
    scoring = published_key(case, author, key, profile=profile)
    made = Campus(
        program=program,
        cohort=competency.cohort(program),
        director=director,
        author=author,
        certifier=certifier,
        supervisors=[],
        framework=framework,
        rubric=rubric,
        profile=profile,
        standard=policy,
        vignette=case,
        key=scoring,
        assessment=drafted_assessment(program, author, rubric, profile, policy, case),
    )
    instruments.publish_assessment(made.assessment, by=author)
    for _ in range(supervisors):
        supervisor(made, licensed=licensed)
    return made


def supervisor(campus: Campus, who: User | None = None, *, licensed: bool = True) -> User:
    """One more supervisor, licensed for the rubric."""
    joined = competency.member(campus.program, Role.SUPERVISOR, who)
    campus.supervisors.append(joined)
    if licensed:
        license_reviewer(campus, joined)
    return joined


def license_reviewer(campus: Campus, reviewer: User) -> Licence:
    return grant_licence(
        campus.program,
        reviewer,
        campus.rubric,
        grounds="Rated the benchmark set.",
        by=campus.director,
    )


def drafted_vignette(
    program: Program,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    rubric: RubricVersion | None = None,
) -> VignetteVersion:
    return vignettes.draft_vignette(
        program,
        contents.vignette_content(**(content or {})),
        rubric_version=rubric or competency.published_rubric(program, by),
        by=by,
    )


def published_vignette(
    program: Program,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    rubric: RubricVersion | None = None,
) -> VignetteVersion:
    version = drafted_vignette(program, by, content, rubric=rubric)
    vignettes.publish_vignette(version, by=by)
    return version


def drafted_key(
    vignette: VignetteVersion,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    profile: ScopeProfileVersion,
) -> Key:
    return vignettes.draft_key(
        vignette, contents.key_content(**(content or {})), scope_profile_version=profile, by=by
    )


def published_key(
    vignette: VignetteVersion,
    by: User,
    content: Mapping[str, Any] | None = None,
    *,
    profile: ScopeProfileVersion,
) -> Key:
    key = drafted_key(vignette, by, content, profile=profile)
    vignettes.publish_key(key, by=by)
    return key


def drafted_assessment(
    program: Program,
    by: User,
    rubric: RubricVersion,
    profile: ScopeProfileVersion,
    standard: StandardVersion,
    *cases: VignetteVersion,
    **changes: Any,
) -> Assessment:
    """An assessment with one form on which the vignettes stand in this order."""
    placed = {str(case): case for case in cases}
    form = {"number": 1, "title": "Form 1", "vignettes": [{"vignette": ref} for ref in placed]}
    return instruments.draft_assessment(
        program,
        contents.assessment_content(**{"forms": [form]} | changes),
        rubric_version=rubric,
        scope_profile_version=profile,
        standard_version=standard,
        vignettes=placed,
        by=by,
    )


def other_assessment(campus: Campus, code: str = "OTHER") -> Campus:
    """The same campus with another assessment of the same things."""
    assessment = drafted_assessment(
        campus.program,
        campus.author,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        code=code,
    )
    instruments.publish_assessment(assessment, by=campus.author)
    return replace(campus, assessment=assessment)


def assigned(campus: Campus, trainee: User | Enrolment | None = None, **options: Any) -> Attempt:
    """An attempt that is open now and was not started."""
    if not isinstance(trainee, Enrolment):
        trainee = competency.enrolment(campus.cohort, trainee)
    now = timezone.now()
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=7)}
    return attempts.assign_attempt(
        trainee, campus.assessment, campus.form, by=campus.director, **window | options
    )


def opened_sitting(campus: Campus, **options: Any) -> Sitting:
    """The campus's assessment, open now and for a week, for everybody in its cohort."""
    now = timezone.now()
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=7)}
    given = {"by": campus.director} | window | options
    return open_sitting(campus.cohort, campus.assessment, **given)


def trainee_of(attempt: Attempt) -> User:
    return attempt.enrolment.trainee


def submission_of(attempt: Attempt) -> Submission:
    """The submission to the first vignette, fresh from the database."""
    return attempt.submissions.order_by("position")[0]


def started(campus: Campus, trainee: User | Enrolment | None = None, **options: Any) -> Attempt:
    attempt = assigned(campus, trainee, **options)
    attempts.start_attempt(attempt, by=trainee_of(attempt))
    return attempt


def answer(attempt: Attempt, answers: Mapping[str, Any] | None = None) -> None:
    """Go through every vignette, saving the answers given and committing each stage."""
    answers = contents.good_answers() if answers is None else answers
    by = trainee_of(attempt)
    for submission in attempt.submissions.order_by("position"):
        while stage := submission.current_stage:
            for item in stage.items.all():
                if item.code in answers:
                    attempts.save_answer(submission, item.code, answers[item.code], by=by)
            attempts.commit_stage(submission, stage.code, by=by)


def sat(
    campus: Campus,
    trainee: User | Enrolment | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    **options: Any,
) -> Attempt:
    """An attempt with every stage finished, not yet handed in."""
    attempt = started(campus, trainee, **options)
    answer(attempt, answers)
    return attempt


def handed_in(campus: Campus, trainee: User | Enrolment | None = None, **options: Any) -> Attempt:
    """An attempt that is frozen; the workflow has not seen it yet."""
    attempt = sat(campus, trainee, **options)
    workflow.hand_in(attempt, by=trainee_of(attempt))
    return attempt


def run_workflow(attempt: Attempt) -> None:
    """Take every automatic step that is due, as the workers would, until people must act."""
    moved = True
    while moved:
        moved = False
        for submission in attempt.submissions.order_by("position"):
            while pipeline.advance_submission(submission.pk):
                moved = True
        while pipeline.advance_attempt(attempt.pk):
            moved = True
    attempt.refresh_from_db()


def under_review(
    campus: Campus, trainee: User | Enrolment | None = None, **options: Any
) -> Attempt:
    """An attempt that is scored and has its reviewers (or awaits them)."""
    attempt = handed_in(campus, trainee, **options)
    run_workflow(attempt)
    return attempt


def reviews_of(attempt: Attempt) -> list[Review]:
    """The reviews of the first vignette's present round that stand, by seat."""
    submission = submission_of(attempt)
    standing = ["assigned", "in_progress", "completed"]
    return list(
        submission.reviews.filter(round=submission.round, state__in=standing).order_by("seat")
    )


def ratings(
    submission: Submission, levels: int | Mapping[str, int] = 3, *, rationale: str = "It shows."
) -> list[RatingGiven]:
    """One rating per mapped criterion, citing the first words where a level asks for it."""
    cited = cited_words(submission)
    given = []
    for criterion in mapped_criteria(submission):
        level = levels if isinstance(levels, int) else levels.get(criterion.code, 3)
        evidence = cited if level in (1, 4) else []
        given.append(RatingGiven(criterion.code, level, rationale, evidence))
    return given


def cited_words(submission: Submission) -> list[CitedRange]:
    """The first three characters of the first written answer, if there is one."""
    written = submission.answers.filter(item__kind="free_text", words__gt=0)
    first = written.order_by("item__stage__position", "item__position").first()
    return [CitedRange(first.item.code, 0, 3)] if first else []


def harm(submission: Submission, indicator: str = "C3.H1", note: str = "This harms.") -> HarmGiven:
    """A harm indicator ticked on the first words."""
    return HarmGiven(indicator, note, cited_words(submission)[0])


def give(
    review: Review,
    levels: int | Mapping[str, int] = 3,
    *,
    harms: Sequence[HarmGiven] = (),
    flags: Mapping[str, tuple[bool, str]] | bool | None = None,
) -> None:
    """Complete a review at these levels: one for all, or by criterion (3 where it is left out).

    `flags` judges every critical choice: True is harmful, False is not.
    """
    if isinstance(flags, bool):
        raised = HarmFlag.objects.filter(submission=review.submission, option__isnull=False)
        flags = {flag.option.item.code: (flags, "I read it so.") for flag in raised if flag.option}
    workflow.complete_review(
        review,
        ratings=ratings(review.submission, levels),
        harms=harms,
        flags=flags,
        by=review.reviewer,
    )


def reviewed(
    campus: Campus,
    *levels: int | Mapping[str, int],
    trainee: User | Enrolment | None = None,
    flags: bool | None = None,
    **options: Any,
) -> Attempt:
    """An attempt with one review per given level (two at level 3 by default), workflow run.

    Reviewers who agree lead to a proposed decision; those who do not, to an adjudication.
    """
    attempt = under_review(campus, trainee, **options)
    for review, level in zip(reviews_of(attempt), levels or (3, 3), strict=True):
        give(review, level, flags=flags)
    run_workflow(attempt)
    return attempt


def review_again(attempt: Attempt, *levels: int | Mapping[str, int]) -> None:
    """Complete the reviews of the present round."""
    for review, level in zip(reviews_of(attempt), levels or (3, 3), strict=True):
        give(review, level)
    run_workflow(attempt)


def adjudication_of(attempt: Attempt) -> Adjudication:
    return Adjudication.objects.get(submission__attempt=attempt, completed_at=None)


def settle(adjudication: Adjudication, level: int = 3) -> None:
    """Settle every disputed criterion at one level."""
    settled = {row.code: (level, "On balance.") for row in adjudication.disputed.all()}
    workflow.adjudicate(adjudication, settled, by=adjudication.adjudicator)


def decision_of(attempt: Attempt) -> Decision:
    """The newest decision of an attempt."""
    return Decision.objects.filter(attempt_id=attempt.pk).latest("round")


def proposed(campus: Campus, *levels: int | Mapping[str, int], **options: Any) -> Decision:
    """A decision that waits for a certifier. Levels 3 and 4 twice make it *competent*."""
    return decision_of(reviewed(campus, *(levels or (4, 4)), **options))


def attempt_of(decision: Decision) -> Attempt:
    return Attempt.objects.get(pk=decision.attempt_id)


def ratified(campus: Campus, *levels: int | Mapping[str, int], **options: Any) -> Decision:
    """A ratified decision; where it says *competent*, its certificate is awarded."""
    decision = proposed(campus, *levels, **options)
    workflow.ratify(decision, by=campus.certifier)
    run_workflow(attempt_of(decision))
    return decision


def released(campus: Campus, *levels: int) -> Decision:
    """A ratified *not yet competent*, or by `levels`, that its trainee can see."""
    decision = ratified(campus, *(levels or (2, 2)))
    attempts.release_results(attempt_of(decision), by=campus.director)
    return decision


def appealed(campus: Campus) -> Appeal:
    """An appeal that nobody took up yet."""
    decision = released(campus)
    by = decision.enrolment.trainee
    return workflow.lodge_appeal(decision, grounds="I named the nightstand twice.", by=by)


def erased(person: User) -> Erasure:
    """Somebody who asked to be erased, with nothing under way."""
    return erase_person(person, by=person)


def awarded(campus: Campus, **options: Any) -> Certificate:
    """A certificate that was awarded and not issued yet."""
    return Certificate.objects.get(decision=ratified(campus, **options))


def stopped_run(campus: Campus) -> IssuingRun:
    """A run over one awarded certificate that nobody has begun."""
    awarded(campus)
    run = batches.start_run(campus.program, by=campus.certifier)
    batches.stop_run(run, by=campus.certifier)
    return run


def issued(campus: Campus, **options: Any) -> Certificate:
    """A certificate on the register."""
    certificate = awarded(campus, **options)
    issuing.issue(certificate.pk)
    certificate.refresh_from_db()
    return certificate


def opened_case(decision: Decision, by: User | None = None, **options: Any) -> Case:
    """A suspected breach that holds a decision; a director opened it unless `by` did."""
    given = {"kind": "copying", "grounds": "Two passages are word for word alike."} | options
    director = Membership.objects.current().filter(program=decision.program_id, role=Role.DIRECTOR)
    opener = by or director.order_by("pk")[0].person
    return open_case(decision.enrolment, decision.attempt_id, by=opener, **given)


def late_answer(attempt: Attempt) -> LateAnswer:
    """An answer to the first item that arrived after time and grace, waiting for a ruling."""
    submission = attempt.submissions.order_by("position")[0]
    item = Item.objects.filter(stage__version=submission.vignette_version_id).order_by("pk")[0]
    return LateAnswer.objects.create(submission=submission, item=item, arrived_at=timezone.now())


def made_report(campus: Campus, kind: str = "csv", **wish: Any) -> Report:
    """A report that the director asked for, made as a worker makes it."""
    report = ask_for_report(campus.program, Wish(kind, **wish), by=campus.director)
    making.make(report.pk)
    report.refresh_from_db()
    return report
