"""What each role finds on the home page: lists to show, and what of them waits for the person."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from assessments.attempts.models import Attempt, LateAnswer
from assessments.attempts.states import AttemptState
from assessments.desk.queue import queue_of
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication
from assessments.web.funnel import cohorts_overseen_by, funnel
from assessments.web.library import library_page, library_rows
from assessments.web.results import with_attempts_left, with_results
from competency.appeals.models import Appeal
from competency.cases.models import Case, Complaint
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.frameworks.states import VersionState
from competency.programs.roles import Role
from competency.web.http import UserRequest
from competency.web.memberships import chosen_program, held_by, within
from competency.web.paging import ListPage, page_of

OPEN = (AttemptState.ASSIGNED, AttemptState.IN_PROGRESS)
FEW, MANY = 6, 10
OF_ATTEMPT = "enrolment__cohort__program"  # the program, from an attempt or a decision
Gathered = tuple[dict[str, Any], "list[Waiting]"]


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind, in words, and where on the page they are."""

    count: int
    words: str
    anchor: str


def _waiting(page: ListPage, words: str, anchor: str) -> Waiting:
    return Waiting(page.paginator.count, words, anchor)


def for_trainee(request: UserRequest) -> Gathered:
    attempts = within(request, Attempt.objects.of_trainee(request.user), OF_ATTEMPT)
    attempts = attempts.select_related("assessment__standard_version", OF_ATTEMPT)
    to_sit = attempts.filter(state__in=OPEN).order_by("closes_at", "pk")
    sat = attempts.exclude(state__in=OPEN).order_by("-handed_in_at", "-created_at", "pk")
    certificates = within(request, Certificate.objects.of_holder(request.user), "program")
    certificates = certificates.select_related("program")
    lists = {
        "to_sit": page_of(request, to_sit, name="to-sit", size=FEW),
        "sat": page_of(request, sat, name="sat", size=FEW),
        "certificates": page_of(
            request, certificates.order_by("-issued_at", "pk"), name="certificates", size=FEW
        ),
    }
    with_results(lists["sat"].object_list, request.user)
    with_attempts_left(lists["to_sit"].object_list, request.user)
    count = lists["to_sit"].paginator.count
    words = ngettext("assessment to sit", "assessments to sit", count)
    return lists, [_waiting(lists["to_sit"], words, "to-sit")]


def for_supervisor(request: UserRequest) -> Gathered:
    """In the order of the queue: nothing tells when a submission came in, or from whom."""
    case = (
        "submission__vignette_version__vignette",
        f"submission__attempt__{OF_ATTEMPT}",
    )
    person, program = request.user, case[-1]
    reviews = within(request, queue_of(person), program).select_related(*case)
    adjudications = within(request, Adjudication.objects.open_for(person), program)
    adjudications = adjudications.select_related(*case)
    opinions = within(request, Opinion.objects.open_for(person), f"attempt__{OF_ATTEMPT}")
    opinions = opinions.select_related("attempt__assessment", f"attempt__{OF_ATTEMPT}")
    readings = within(request, HarmJudgement.objects.open_for(person), f"flag__{program}")
    readings = readings.select_related(*(f"flag__{path}" for path in case))
    lists = {
        "reviews": page_of(request, reviews, name="reviews", size=MANY),
        "adjudications": page_of(
            request, adjudications.order_by("pk"), name="adjudications", size=FEW
        ),
        "opinions": page_of(request, opinions.order_by("pk"), name="opinions", size=FEW),
        "readings": page_of(request, readings.order_by("pk"), name="readings", size=FEW),
    }
    counts = {name: page.paginator.count for name, page in lists.items()}
    words = {
        "reviews": ngettext("review", "reviews", counts["reviews"]),
        "adjudications": ngettext("adjudication", "adjudications", counts["adjudications"]),
        "opinions": ngettext("referral to judge", "referrals to judge", counts["opinions"]),
        "readings": ngettext("harm reading", "harm readings", counts["readings"]),
    }
    return lists, [Waiting(counts[name], words[name], name) for name in lists]


def for_author(request: UserRequest) -> Gathered:
    owner = chosen_program(request)
    drafts = library_rows(request.user, [VersionState.DRAFT], owner=owner)
    published = library_rows(request.user, [VersionState.PUBLISHED], owner=owner)
    lists = {
        "drafts": library_page(request, drafts, name="drafts", size=FEW),
        "published": library_page(request, published, name="published", size=MANY),
    }
    words = ngettext("draft", "drafts", lists["drafts"].paginator.count)
    return lists, [_waiting(lists["drafts"], words, "drafts")]


def for_director(request: UserRequest) -> Gathered:
    attempts = within(request, Attempt.objects.run_by(request.user), OF_ATTEMPT)
    attempts = attempts.select_related("assessment", "enrolment__trainee", OF_ATTEMPT)
    unseated = attempts.awaiting_reviewer().order_by("handed_in_at", "pk")
    to_release = attempts.to_release().order_by("handed_in_at", "pk")
    overseen = within(request, cohorts_overseen_by(request.user), "program")
    cohorts = page_of(request, overseen, name="cohorts", size=2)
    proposed = within(request, Decision.objects.visible_to(request.user), OF_ATTEMPT)
    proposed = proposed.filter(state=DecisionState.PROPOSED)
    held = Case.objects.visible_to(request.user).filter(closed_at=None)
    late = LateAnswer.objects.run_by(request.user).filter(ruling=None)
    complaints = Complaint.objects.run_by(request.user).filter(answered_at=None)
    unseated_page = page_of(request, unseated, name="unseated", size=FEW)
    release_page = page_of(request, to_release, name="to-release", size=MANY)
    lists = {
        "unseated": unseated_page,
        "to_release": release_page,
        "cohorts": cohorts,
        "funnels": [(row, funnel(row)) for row in cohorts],
        "proposed": proposed.count(),
        "held": within(request, held, OF_ATTEMPT).count(),
        "late": within(request, late, f"submission__attempt__{OF_ATTEMPT}").count(),
        "complaints": within(request, complaints, "program").count(),
    }
    counts = unseated_page.paginator.count, release_page.paginator.count
    unseated_words = ngettext("attempt awaits a reviewer", "attempts await a reviewer", counts[0])
    release_words = ngettext("result to release", "results to release", counts[1])
    return lists, [
        Waiting(counts[0], unseated_words, "unseated"),
        Waiting(counts[1], release_words, "to-release"),
    ]


def for_certifier(request: UserRequest) -> Gathered:
    proposals = within(request, Decision.objects.waiting_for(request.user), OF_ATTEMPT)
    proposals = proposals.in_brief().select_related("enrolment__trainee", OF_ATTEMPT)
    page = page_of(request, proposals.order_by("created_at", "pk"), name="proposals", size=MANY)
    words = ngettext("proposal to settle", "proposals to settle", page.paginator.count)
    appeals = within(request, Appeal.objects.waiting_for(request.user), f"decision__{OF_ATTEMPT}")
    held = Case.objects.visible_to(request.user).filter(closed_at=None)
    lists = {
        "proposals": page,
        "appeals": appeals.count(),
        "held": within(request, held, OF_ATTEMPT).count(),
    }
    return lists, [_waiting(page, words, "proposals")]


def for_auditor(request: UserRequest) -> Gathered:
    granted = [row for row in held_by(request) if row.role == Role.AUDITOR]
    return {"granted": granted}, []
