"""Rows for tests, made as the site makes them: by the services, past every rule and constraint.

    from tests.factories import handed_in, member, proposed

People and programs
    person()  superuser()  program()  member(program, "director")  membership(…)
    program_with("director", "author")  →  program, director, author
    cohort(program)  enrolment(cohort)  parked()
    webhook(program, director)  delivery(webhook)
    notice()  →  the privacy notice in force from then on

Content (`contents` has it as plain data, to change and pass in)
    published_framework(program, author)  published_rubric(…)  published_profile(…)
    published_standard(program, author, cut="3.00")  published_vignette(…)  published_key(…)

A campus: a program with director, author, certifier, three licensed supervisors, a cohort and a
published assessment. It takes a tenth of a second or two to build, so take the fixture `campus`,
which is built once per module and rolled back with it; call `campus(standard={"minima": {}})` for
one that differs, or for a foreign program; `other_assessment(campus)` has a second one.

Attempts, each built on the one before; every builder takes the campus and perhaps a trainee
    assigned → started → sat → handed_in → under_review → reviewed → proposed → ratified
    → awarded → issued          (proposed and ratified give the Decision, the last two the
                                 Certificate, the others the Attempt)
    reviewed(campus, 3, {"C1": 1})    the two reviewers' levels: for all criteria, or by criterion
    erased(person)                    somebody who asked to be erased
    opened_sitting(campus)    the assessment opened for everybody in the cohort
    released(campus)  appealed(campus)    a *not yet* that its trainee sees; an appeal against one
    proposed(campus, 4, 4)            *competent*;  (3, 3) *refer*;  (2, 2) *not yet*
    sat(campus, answers=contents.harmful_answers())

    made_report(campus, "csv")    a report that the director asked for, ready

    give(review, 4)  settle(adjudication)  run_workflow(attempt)  reviews_of(attempt)
    submission_of(attempt)  trainee_of(attempt)  decision_of(attempt)  attempt_of(decision)

Nothing here goes through Celery: `run_workflow` takes the steps the workers would take. The
fixture `eager_tasks` makes `.delay()` run at once instead; with
`django_capture_on_commit_callbacks(execute=True)` the chain then runs as it does on the site.
"""

from tests.factories import contents
from tests.factories.assessments import (
    Campus,
    adjudication_of,
    answer,
    appealed,
    assigned,
    attempt_of,
    awarded,
    campus,
    decision_of,
    drafted_assessment,
    drafted_key,
    drafted_vignette,
    erased,
    give,
    handed_in,
    harm,
    issued,
    late_answer,
    license_reviewer,
    made_report,
    opened_case,
    opened_sitting,
    other_assessment,
    proposed,
    published_key,
    published_vignette,
    ratified,
    ratings,
    released,
    review_again,
    reviewed,
    reviews_of,
    run_workflow,
    sat,
    settle,
    started,
    stopped_run,
    submission_of,
    supervisor,
    trainee_of,
    under_review,
)
from tests.factories.competency import (
    PASSWORD,
    cohort,
    count_rows,
    delivery,
    drafted_framework,
    drafted_rubric,
    drafted_standard,
    enrolment,
    member,
    membership,
    next_version,
    notice,
    parked,
    person,
    program,
    program_with,
    published_framework,
    published_profile,
    published_rubric,
    published_standard,
    superuser,
    webhook,
)
from tests.factories.contents import GOOD_WORDS

__all__ = [
    "GOOD_WORDS",
    "PASSWORD",
    "Campus",
    "adjudication_of",
    "answer",
    "appealed",
    "assigned",
    "attempt_of",
    "awarded",
    "campus",
    "cohort",
    "contents",
    "count_rows",
    "decision_of",
    "delivery",
    "drafted_assessment",
    "drafted_framework",
    "drafted_key",
    "drafted_rubric",
    "drafted_standard",
    "drafted_vignette",
    "enrolment",
    "erased",
    "give",
    "handed_in",
    "harm",
    "issued",
    "late_answer",
    "license_reviewer",
    "made_report",
    "member",
    "membership",
    "next_version",
    "notice",
    "opened_case",
    "opened_sitting",
    "other_assessment",
    "parked",
    "person",
    "program",
    "program_with",
    "proposed",
    "published_framework",
    "published_key",
    "published_profile",
    "published_rubric",
    "published_standard",
    "published_vignette",
    "ratified",
    "ratings",
    "released",
    "review_again",
    "reviewed",
    "reviews_of",
    "run_workflow",
    "sat",
    "settle",
    "started",
    "stopped_run",
    "submission_of",
    "superuser",
    "supervisor",
    "trainee_of",
    "under_review",
    "webhook",
]
