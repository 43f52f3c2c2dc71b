"""Two trainees who differ in identity alone cannot be told apart by any page of whoever judges."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.desk.services import draft_of
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Adjudication, Review
from competency.notifications import mailing
from competency.notifications.models import Notification
from tests import factories
from tests.factories import Campus, contents
from tests.web.conftest import Browser
from tests.web.test_desk import form, send

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+')
PSEUDONYM = re.compile(r"\b[B-DF-HJ-NP-TV-XZ]{3}-[B-DF-HJ-NP-TV-XZ]{3}\b")


@pytest.fixture
def campus(db: None) -> Campus:
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        return factories.campus(supervisors=8, standard={"minima": {}})


def sat(campus: Campus, name: str, when: timedelta) -> Attempt:
    """The same answers, at another time, from another cohort, under another name."""
    with time_machine.travel(timezone.now() - when):
        cohort = factories.cohort(campus.program, f"Cohort of {name}")
        place = factories.enrolment(cohort, factories.person(name))
        attempt = factories.handed_in(campus, place, answers=contents.harmful_answers())
        factories.run_workflow(attempt)
    return attempt


@pytest.fixture
def twins(campus: Campus) -> list[Attempt]:
    days = (timedelta(days=6, hours=3), timedelta(days=6, hours=9))
    return [
        sat(campus, name, when) for name, when in zip(("Ada Nwosu", "Bo Li"), days, strict=True)
    ]


def opaque(response: HttpResponse) -> str:
    """Everything that was sent, without keys drawn by lot."""
    headers = sorted((name, value) for name, value in response.headers.items())
    cookies = sorted(response.cookies)
    text = response.content.decode() + str(headers) + str(cookies)
    for pattern in (KEY, PSEUDONYM):
        text = pattern.sub("LOT", text)
    # The lengths that a header tells are of the page before.
    return re.sub(r"'Content-Length', '\d+'", "", TOKEN.sub(r"\1LOT", text))


def by_letter(attempt: Attempt) -> list[Review]:
    """The reviews in the order drawn by lot in which a third person sees them, as A and B."""
    return sorted(factories.reviews_of(attempt), key=lambda review: review.pk)


def judge(attempt: Attempt) -> None:
    first, second = by_letter(attempt)
    factories.give(first, {"C1": 4}, flags=True)
    factories.give(second, {"C1": 2}, flags=False)
    factories.run_workflow(attempt)


def pages(attempt: Attempt) -> list[tuple[Any, str]]:
    """(who, address) of everything there is to judge in an attempt."""
    reviews = [(row.reviewer, f"/reviews/{row.pk}") for row in by_letter(attempt)]
    disputes = [
        (row.adjudicator, f"/adjudications/{row.pk}")
        for row in Adjudication.objects.filter(submission__attempt=attempt)
    ]
    readings = [
        (row.judge, f"/readings/{row.pk}")
        for row in HarmJudgement.objects.filter(flag__submission__attempt=attempt, judged_at=None)
    ]
    return reviews + disputes + readings


@pytest.mark.parametrize("judged", [False, True])
def test_what_is_sent_is_the_same_for_both_byte_for_byte(
    twins: list[Attempt], browser: Browser, judged: bool
) -> None:
    for attempt in twins:
        if judged:
            judge(attempt)
    ada, bo = (pages(attempt) for attempt in twins)
    assert len(ada) == len(bo) > 1
    for (one, mine), (other, theirs) in zip(ada, bo, strict=True):
        shown = [opaque(browser(who).get(path)) for who, path in ((one, mine), (other, theirs))]
        assert without_people(shown[0], one) == without_people(shown[1], other)


def without_people(text: str, who: Any) -> str:
    """The reader's own name and queue are theirs to see."""
    own = (who.name, who.email, "".join(word[0] for word in who.name.split()).upper())
    for word in own:
        text = text.replace(word, "READER")
    return re.sub(r'\d+ in your queue|name="next" value="LOT"|data-next-url="[^"]*"|'
                  r'Submit, open next|Submit\b', "", text)  # fmt: skip


def test_autosave_answers_alike_and_tells_nothing_of_the_other(
    twins: list[Attempt], browser: Browser
) -> None:
    told = []
    for attempt in twins:
        mine, theirs = factories.reviews_of(attempt)
        send(browser(theirs.reviewer), theirs, form("4", **{"evidence:C1": "1"}))
        client = browser(mine.reviewer)
        first = send(client, mine, form("2"))
        stale = send(client, mine, form("3"))
        told.append([opaque(first), opaque(stale)])
        assert stale.json()["fields"]["level:C1"] == ["2"]
    assert [re.sub(r'"at": "[^"]*"', "", text) for text in told[0]] == [
        re.sub(r'"at": "[^"]*"', "", text) for text in told[1]
    ]


def test_the_mail_of_both_is_the_same(twins: list[Attempt]) -> None:
    mailed = []
    for attempt in twins:
        judge(attempt)
        asked = [address.rpartition("/")[2] for _, address in pages(attempt)]
        for told in Notification.objects.filter(subject_id__in=asked).order_by("kind", "pk"):
            assert mailing.mail(told.pk)
        mailed.append(sorted(KEY.sub("LOT", str(letter.message())) for letter in mail.outbox))
        mail.outbox.clear()
    ada, bo = (["".join(without_envelope(letter)) for letter in letters] for letters in mailed)
    assert len(ada) > 2
    assert ada == bo


def without_envelope(letter: str) -> list[str]:
    """What differs because it goes to another person at another moment."""
    lines = letter.splitlines(keepends=True)
    return [line for line in lines if not line.startswith(("To:", "Date:"))]


def test_nothing_names_the_trainee_or_when_or_the_other_reviewer(
    twins: list[Attempt], browser: Browser
) -> None:
    for attempt in twins:
        for who, path in pages(attempt):
            client = browser(who)
            for address in (path, "/reviews", "/", "/reviews/record"):
                text = str(client.get(address).headers) + client.get(address).content.decode()
                assert [trace for trace in traces(attempt, who) if trace in text] == []


def traces(attempt: Attempt, reader: Any) -> list[str]:
    enrolment, submission = attempt.enrolment, factories.submission_of(attempt)
    assert attempt.handed_in_at is not None
    assert submission.received_at is not None
    told = [enrolment.trainee.name, enrolment.trainee.email, enrolment.cohort.name]
    told += [str(row.pk) for row in (attempt, submission, enrolment, enrolment.trainee)]
    told += [attempt.handed_in_at.isoformat()[:16], submission.content_hash]
    told += [str(pk) for pk in submission.answers.values_list("pk", flat=True)]
    for review in Review.objects.filter(submission=submission).exclude(reviewer=reader):
        told += [str(review.pk), review.pseudonym, review.reviewer.email]
        told.append(review.leased_until.isoformat()[:16])
    return told


def test_the_draft_of_one_reviewer_is_nowhere_in_the_others_pages(
    twins: list[Attempt], browser: Browser
) -> None:
    mine, theirs = factories.reviews_of(twins[0])
    client: Client = browser(mine.reviewer)
    before = opaque(client.get(f"/reviews/{mine.pk}"))
    send(browser(theirs.reviewer), theirs, form("1", summary="A secret of the other."))
    assert draft_of(theirs).content["summary"] == "A secret of the other."
    assert opaque(client.get(f"/reviews/{mine.pk}")) == before
