"""Nothing that somebody who judges can fetch tells whose the words are, or what others judged.

Two trainees give the same answers and differ in everything that identifies them. Whatever their
reviewers can fetch must be the same, byte for byte, once each review's own id and pseudonym are
taken out.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Adjudication, Review
from competency.accounts.models import User
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn
from tests.rest.routes import acts

PLACES = (
    "api-review",
    "api-adjudication",
    "api-harm-reading",
)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z")


@pytest.fixture
def campus(db: None) -> Campus:
    """Here for weeks, with people enough that each of two attempts finds fresh ones."""
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        return factories.campus(supervisors=8, standard={"minima": {}})


def sat(campus: Campus, name: str, email: str, number: str, when: timedelta) -> Attempt:
    """Handed in at another time, from another cohort, under another name."""
    with time_machine.travel(timezone.now() - when):
        cohort = factories.cohort(campus.program, f"Cohort of {name}")
        place = factories.enrolment(cohort, factories.person(name, email=email))
        attempt = factories.handed_in(campus, place, answers=contents.harmful_answers())
    factories.run_workflow(attempt)
    return attempt


@pytest.fixture
def twins(campus: Campus) -> tuple[Attempt, Attempt]:
    ada = sat(campus, "Adaeze Nwosu", "ada@example.org", "A-1", timedelta(days=9))
    return ada, sat(campus, "Wren Halvorsen", "wren@example.com", "B-77", timedelta(days=5))


def judge(attempt: Attempt) -> None:
    """Both reviewers complete; they dispute C1, and one sees harm."""
    first, second = factories.reviews_of(attempt)
    factories.give(first, {"C1": 4}, flags=True)
    factories.give(second, {"C1": 2}, flags=False)
    factories.run_workflow(attempt)


def traces(attempt: Attempt) -> Iterator[str]:
    """Everything that identifies a trainee, their work or when it was done."""
    enrolment = attempt.enrolment
    trainee, cohort = enrolment.trainee, enrolment.cohort
    yield from (trainee.name, trainee.email, str(trainee.pk), enrolment.trainee_number)
    yield from (cohort.name, str(cohort.pk), str(enrolment.pk), str(attempt.pk))
    for submission in attempt.submissions.all():
        yield from (str(submission.pk), submission.content_hash)
        yield from (str(pk) for pk in submission.answers.values_list("pk", flat=True))
        yield from (str(pk) for pk in submission.commits.values_list("pk", flat=True))
        yield from (str(pk) for pk in submission.harm_flags.values_list("pk", flat=True))
    for moment in (attempt.handed_in_at, attempt.started_at, attempt.opens_at):
        assert moment is not None
        yield moment.date().isoformat()


def others(attempt: Attempt, person: User) -> Iterator[str]:
    """Everything that would tell of the other people who judge."""
    reviews = Review.objects.filter(submission__attempt=attempt).exclude(reviewer=person)
    for review in reviews:
        yield from (str(review.pk), review.pseudonym, str(review.reviewer_id))
        yield from (review.reviewer.name, review.reviewer.email)


def fetched(api: SignIn, person: User, subject: Any) -> str:
    """All that this person can GET anywhere in the interface, with this subject's address."""
    client, texts = api(person), []
    for name, method, _ in acts():
        if method == "GET" and name != "api-me":
            for arguments in ({}, {"pk": subject.pk}):
                try:
                    address = reverse(name, kwargs=arguments)
                except NoReverseMatch:
                    continue
                response = client.get(address)
                headers = str(sorted(response.headers.items()))
                texts.append(f"{name} {response.status_code} {headers} {response.content.decode()}")
    return "\n".join(texts)


def own_view(api: SignIn, person: User, subject: Any) -> str:
    """What one judging of one response shows, without its own id, pseudonym and own time."""
    name = {
        Review: "api-review",
        Adjudication: "api-adjudication",
        HarmJudgement: "api-harm-reading",
    }[type(subject)]
    shown = api(person).get(reverse(name, kwargs={"pk": subject.pk})).json()
    # Which of two reviews is called A is left to chance.
    shown["reviews"] = sorted(str(row["ratings"]) for row in shown.get("reviews", []))
    text = json.dumps(shown).replace(str(subject.pk), "ID")
    return MOMENT.sub("THEN", text.replace(getattr(subject, "pseudonym", "no name"), "NAME"))


def judgings(attempt: Attempt) -> dict[type[Any], list[tuple[User, Any]]]:
    seats = factories.reviews_of(attempt)
    adjudications = Adjudication.objects.filter(submission__attempt=attempt)
    readings = HarmJudgement.objects.filter(flag__submission__attempt=attempt, fresh_reader=True)
    return {
        Review: [(row.reviewer, row) for row in seats],
        Adjudication: [(row.adjudicator, row) for row in adjudications],
        HarmJudgement: [(row.judge, row) for row in readings],
    }


def test_two_trainees_who_differ_in_identity_alone_cannot_be_told_apart(
    api: SignIn, twins: tuple[Attempt, Attempt]
) -> None:
    for step in (lambda attempt: None, judge):
        for attempt in twins:
            step(attempt)
        ada, wren = (judgings(attempt) for attempt in twins)
        for kind in ada:
            assert len(ada[kind]) == len(wren[kind])
            for (one, mine), (other, theirs) in zip(ada[kind], wren[kind], strict=True):
                assert own_view(api, one, mine) == own_view(api, other, theirs)
    assert all(ada[kind] for kind in (Review, Adjudication, HarmJudgement))


@pytest.mark.parametrize("judged", [False, True])
def test_nothing_that_can_be_fetched_identifies_the_trainee(
    api: SignIn, twins: tuple[Attempt, Attempt], judged: bool
) -> None:
    for attempt in twins:
        if judged:
            judge(attempt)
        for people in judgings(attempt).values():
            for person, subject in people:
                text = fetched(api, person, subject)
                assert [trace for trace in traces(attempt) if trace in text] == []


def test_a_reviewer_finds_no_trace_of_the_other_review(
    api: SignIn, twins: tuple[Attempt, Attempt]
) -> None:
    attempt, _ = twins
    first, second = factories.reviews_of(attempt)
    before = own_view(api, first.reviewer, first)
    factories.give(second, {"C1": 4, "C3": 1}, flags=True)
    factories.run_workflow(attempt)
    assert own_view(api, first.reviewer, first) == before
    factories.give(first, 3, flags=False)
    complete = own_view(api, first.reviewer, first)
    factories.run_workflow(attempt)
    assert own_view(api, first.reviewer, first) == complete
    text = fetched(api, first.reviewer, first)
    assert [trace for trace in others(attempt, first.reviewer) if trace in text] == []


def test_two_reviewers_of_one_response_find_nothing_in_common(
    api: SignIn, twins: tuple[Attempt, Attempt]
) -> None:
    """No random key of the response itself: none is the same in both reviews."""
    first, second = factories.reviews_of(twins[0])
    keys = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    texts = [api(row.reviewer).get(f"/api/v1/reviews/{row.pk}/") for row in (first, second)]
    mine, theirs = (set(keys.findall(text.content.decode())) for text in texts)
    assert mine == {str(first.pk)}
    assert theirs == {str(second.pk)}


def test_the_order_of_the_queue_tells_nothing_of_time(
    api: SignIn, twins: tuple[Attempt, Attempt], campus: Campus
) -> None:
    for person in campus.supervisors:
        rows = api(person).get("/api/v1/reviews/").json()["results"]
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids)


def test_pages_of_the_queue_carry_no_time(api: SignIn, db: None) -> None:
    campus = factories.campus(supervisors=2)
    for _ in range(2):
        factories.under_review(campus)
    page = api(campus.supervisors[0]).get("/api/v1/reviews/", {"page_size": 1}).json()
    assert page["next"] is not None
    position = page["results"][0]["id"]
    cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]
    assert json.loads(urlsafe_b64decode(cursor)) == [False, position]
    rest = api(campus.supervisors[0]).get(page["next"]).json()
    assert len(rest["results"]) == 1


def test_a_reviewer_meets_no_trainee_anywhere_else(
    api: SignIn, twins: tuple[Attempt, Attempt], campus: Campus
) -> None:
    """Not among programs, content or certificates either."""
    idle = factories.member(campus.program, Role.SUPERVISOR)
    text = fetched(api, idle, twins[0])
    for attempt in twins:
        assert [trace for trace in traces(attempt) if trace in text] == []
