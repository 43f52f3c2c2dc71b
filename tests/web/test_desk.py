"""The marking desk as a plain form, its autosave, and what a supervisor else judges."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.attempts.services import release_results
from assessments.desk.models import Comment, DeskChoice, ReviewDraft
from assessments.desk.services import draft_of
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Citation, Review
from assessments.reviews.services import lapse, start_review
from benchmarks.growth import multiply
from tests import factories
from tests.factories import Campus, contents
from tests.web.conftest import Browser, said

CODES = ("C1", "C3", "D1")


@pytest.fixture
def review(campus: Campus) -> Review:
    return factories.reviews_of(factories.under_review(campus))[0]


@pytest.fixture
def client(review: Review, browser: Browser) -> Client:
    return browser(review.reviewer)


def form(level: str = "3", **changes: Any) -> dict[str, Any]:
    filled = {f"level:{code}": level for code in CODES}
    filled |= {f"rationale:{code}": "It shows." for code in CODES}
    return filled | {"summary": "Well held."} | changes


def address(review: Review, act: str = "") -> str:
    return f"/reviews/{review.pk}{act and '/' + act}"


def send(client: Client, review: Review, fields: dict[str, Any], revision: int = 0) -> Any:
    """As the page saves by itself."""
    lists = {name: [value] for name, value in fields.items()}
    body = {"revision": revision, "idem": str(uuid4()), "fields": lists}
    return client.post(address(review, "draft"), json.dumps(body), "application/json")


class TestThePlainForm:
    def test_shows_the_response_in_numbered_sentences_beside_every_criterion(
        self, client: Client, review: Review
    ) -> None:
        response = client.get(address(review))
        page = said(response)
        assert contents.GOOD_WORDS in page
        assert "Staying, done well." in page
        assert "The answer is safe and complete." in page
        assert 'id="s1"' in response.content.decode()
        assert Review.objects.get(pk=review.pk).state == "assigned"  # looking takes nothing up

    def test_completes_a_review_and_opens_the_next(
        self, client: Client, review: Review, campus: Campus
    ) -> None:
        other = factories.under_review(campus)
        following = Review.objects.filter(
            submission__attempt=other, reviewer=review.reviewer
        ).first()
        response = client.post(address(review, "submit"), form(), follow=True)
        assert Review.objects.get(pk=review.pk).state == "completed"
        assert f"Review {review.pseudonym} is complete" in said(response)
        if following:
            assert response.request["PATH_INFO"] == address(following)

    def test_keeps_what_is_typed_and_names_what_is_missing(
        self, client: Client, review: Review
    ) -> None:
        given = form("4", **{"rationale:C3": "", "summary": "Nearly."})
        page = client.post(address(review, "submit"), given)
        words = said(page, 422)
        assert "Everything you wrote is kept" in words
        assert "Cite the trainee’s own words: level 4 asks for evidence." in words
        assert "Say briefly why C3 is at this level." in words
        assert "Nearly." in page.content.decode()
        assert draft_of(review).content["summary"] == "Nearly."

    def test_takes_evidence_by_number_and_marks_it(self, client: Client, review: Review) -> None:
        cited = {f"evidence:{code}": "1" for code in CODES}
        client.post(address(review, "submit"), form("3", keep="1", **cited))
        html = client.get(address(review)).content.decode()
        assert '<mark data-marks="1 2 3">' in html
        client.post(address(review, "submit"), form("4", revision="1", **cited))
        (first, *_) = Citation.objects.filter(rating__review=review)
        assert (first.start, first.end) == (0, len(contents.GOOD_WORDS))

    def test_refuses_evidence_that_is_no_sentence(self, client: Client, review: Review) -> None:
        page = client.post(address(review, "submit"), form("3", **{"evidence:C1": "99"}))
        assert "There is no sentence 99" in said(page, 422)

    def test_reports_harm_as_an_act_of_its_own(self, client: Client, review: Review) -> None:
        harm = {"harm:C3.H1": "on", "harm-note:C3.H1": "Left.", "harm-evidence:C3.H1": "1"}
        bare = form("3", **harm | {"harm-evidence:C3.H1": ""})
        assert "Cite the words that show the harm." in said(
            client.post(address(review, "submit"), bare), 422
        )
        client.post(address(review, "submit"), form("3", revision="1", **harm))
        assert review.harm_observations.get().note == "Left."

    def test_judges_each_critical_choice(self, campus: Campus, browser: Browser) -> None:
        attempt = factories.under_review(campus, answers=contents.harmful_answers())
        review = factories.reviews_of(attempt)[0]
        client = browser(review.reviewer)
        assert "A critical choice" in said(client.get(address(review)))
        assert "Judge whether this choice" in said(
            client.post(address(review, "submit"), form()), 422
        )
        judged = form(**{"flag:decide": "yes", "flag-reason:decide": "She is left alone."})
        client.post(address(review, "submit"), judged | {"revision": "1"})
        assert HarmJudgement.objects.get(judge=review.reviewer).harmful is True

    def test_another_tab_is_not_written_over(self, client: Client, review: Review) -> None:
        send(client, review, form("2"))
        page = client.post(address(review, "submit"), form("4", revision="0"))
        words = said(page, 409)
        assert "changed in another tab" in words
        assert draft_of(review).content["ratings"][0]["level"] == 2
        assert 'value="4" data-words="C1: 4" checked' in page.content.decode()

    def test_stepping_back_needs_a_reason(self, client: Client, review: Review) -> None:
        assert "Say why you step back" in said(client.post(address(review, "recuse")), 422)
        client.post(address(review, "recuse"), {"reason": "I know the hand."})
        assert Review.objects.get(pk=review.pk).state == "recused"
        assert client.get(address(review)).status_code == 404

    def test_a_complete_review_can_be_read_and_not_sent_again(
        self, client: Client, review: Review
    ) -> None:
        client.post(address(review, "submit"), form())
        assert "Complete, and it cannot change." in said(client.get(address(review)))
        assert "cannot be given twice" in said(client.post(address(review, "submit"), form()), 409)

    def test_what_a_trainee_writes_is_shown_as_written(
        self, campus: Campus, browser: Browser
    ) -> None:
        nasty = "<script>alert(1)</script> see https://example.org/x & {{ 7|add:7 }}. I stay."
        answers = contents.good_answers() | {"first-words": {"text": nasty}}
        review = factories.reviews_of(factories.under_review(campus, answers=answers))[0]
        html = browser(review.reviewer).get(address(review)).content.decode()
        assert "<script>alert" not in html
        assert 'href="https://example.org' not in html
        assert "{{ 7|add:7 }}" in html


class TestAutosave:
    def test_tells_the_revision(self, client: Client, review: Review) -> None:
        assert send(client, review, form()).json()["revision"] == 1
        assert send(client, review, form("2"), 1).json()["revision"] == 2
        assert ReviewDraft.objects.get().review_id == review.pk

    def test_answers_a_stale_tab_with_the_newer_fields(
        self, client: Client, review: Review
    ) -> None:
        send(client, review, form("2", **{"evidence:C1": "1"}))
        refused = send(client, review, form("4"))
        assert refused.status_code == 409
        body = refused.json()
        assert body["code"] == "stale_revision"
        assert body["revision"] == 1
        assert body["idem"] == str(ReviewDraft.objects.get().idem)
        assert body["fields"]["level:C1"] == ["2"]
        assert body["fields"]["evidence:C1"] == ["1"]

    def test_tells_a_lapsed_reviewer_why(self, client: Client, review: Review) -> None:
        send(client, review, form())
        review.refresh_from_db()
        lapse(review)
        refused = send(client, review, form("2"), 1)
        assert refused.status_code == 409
        assert "no longer yours" in refused.json()["detail"]

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"revision": "x", "idem": 1, "fields": {}}'])
    def test_refuses_what_it_cannot_read(self, client: Client, review: Review, body: str) -> None:
        answer = client.post(address(review, "draft"), body, "application/json")
        assert answer.status_code == 422

    def test_is_closed_to_everyone_else(
        self, review: Review, browser: Browser, campus: Campus
    ) -> None:
        others = [person for person in campus.supervisors if person != review.reviewer]
        assert send(browser(others[0]), review, form()).status_code == 404
        assert send(browser(None), review, form()).status_code == 302


class TestQueue:
    def test_leads_to_the_next(self, client: Client, review: Review) -> None:
        assert "1 response waits for you" in said(client.get("/reviews"))
        assert client.get("/reviews/next").headers["Location"] == address(review)
        client.post(address(review, "submit"), form())
        assert client.get("/reviews/next").headers["Location"] == "/reviews"

    def test_costs_the_same_for_one_and_for_many(self, browser: Browser, db: None) -> None:
        pair = factories.campus(supervisors=2)
        reviews = [factories.reviews_of(factories.under_review(pair))[0] for _ in range(1)]
        client = browser(pair.supervisors[0])
        pages = ["/reviews", "/reviews/record", address(_own(pair))]
        for page in pages:
            client.get(page)  # what is read once for all is read now
        before = [_queries(client, page) for page in pages]
        for _ in range(3):
            factories.under_review(pair)
        assert reviews
        assert [_queries(client, page) for page in pages] == before

    def test_keeps_comments_and_the_choice_of_keys(self, client: Client, review: Review) -> None:
        client.post("/reviews/comments", {"text": "Stays near.", "criterion": "C1"})
        comment = Comment.objects.get()
        assert "Stays near." in said(client.get(address(review)))
        assert "Write the comment" in said(
            client.post("/reviews/comments", {"text": " "}, follow=True)
        )
        client.post(f"/reviews/comments/{comment.pk}/forget")
        assert not Comment.objects.exists()
        client.post("/reviews/keys", {})
        assert not DeskChoice.objects.single_keys_of(review.reviewer)
        assert 'data-single-keys="off"' in client.get(address(review)).content.decode()

    def test_compares_ratings_after_the_release(self, campus: Campus, browser: Browser) -> None:
        decision = factories.ratified(campus, {"C1": 3, "C3": 4, "D1": 4}, 4)
        attempt = factories.attempt_of(decision)
        review = factories.reviews_of(attempt)[0]
        client = browser(review.reviewer)
        assert "No result of a response you judged" in said(client.get("/reviews/record"))
        release_results(attempt, by=campus.director)
        page = said(client.get("/reviews/record"))
        assert "66.7%" in page
        assert "−0.33" in page


@pytest.mark.parametrize("many", [200, pytest.param(10_000, marks=pytest.mark.soak)])
def test_a_long_queue_costs_as_many_statements_as_one_of_two(
    campus: Campus, browser: Browser, many: int
) -> None:
    attempts = [factories.under_review(campus) for _ in range(2)]
    reviewer = factories.reviews_of(attempts[0])[0].reviewer
    own = Review.objects.open_for(reviewer)
    client, at = browser(reviewer), address(own[0])
    client.get("/reviews"), client.get(at)  # what is read once by each process
    few = _queries(client, "/reviews"), _queries(client, at)

    multiply([attempt.pk for attempt in attempts], 2, many // own.count())

    assert own.count() >= many
    assert (_queries(client, "/reviews"), _queries(client, at)) == few
    assert client.get("/reviews").content.decode().count('class="pseudonym"') <= 50
    assert client.get("/reviews/next").status_code == 302


def _own(campus: Campus) -> Review:
    return Review.objects.open_for(campus.supervisors[0])[0]


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


class TestOtherDesks:
    def test_a_third_person_settles_with_both_reviews_in_sight(
        self, campus: Campus, browser: Browser
    ) -> None:
        adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
        client = browser(adjudication.adjudicator)
        page = said(client.get(f"/adjudications/{adjudication.pk}"))
        assert "Reviewer A" in page
        assert "Reviewer B" in page
        codes = [row.code for row in adjudication.disputed.all()]
        given = {f"level:{code}": "3" for code in codes}
        refused = client.post(f"/adjudications/{adjudication.pk}/settle", given)
        assert f"Give a reason for {codes[0]}." in said(refused, 422)
        given |= {f"reason:{code}": "On balance." for code in codes}
        client.post(f"/adjudications/{adjudication.pk}/settle", given)
        adjudication.refresh_from_db()
        assert adjudication.completed_at is not None

    def test_what_is_written_on_the_way_is_kept_and_shown_again(
        self, campus: Campus, browser: Browser
    ) -> None:
        adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
        client, at = browser(adjudication.adjudicator), f"/adjudications/{adjudication.pk}"
        code = adjudication.disputed.all()[0].code
        fields = {f"level:{code}": ["3"], f"reason:{code}": ["He stays."]}
        body = {"revision": 0, "idem": str(uuid4()), "fields": fields}

        kept = client.post(f"{at}/draft", body, content_type="application/json")
        stale = client.post(
            f"{at}/draft", body | {"idem": str(uuid4())}, content_type="application/json"
        )

        assert kept.json()["revision"] == 1
        assert stale.status_code == 409
        assert stale.json()["fields"] == fields
        page = client.get(at).content.decode()
        assert "He stays." in page
        assert 'data-revision="1"' in page

    def test_a_fresh_reader_sees_the_passage_and_nothing_else(
        self, campus: Campus, browser: Browser
    ) -> None:
        attempt = factories.under_review(campus)
        for harmful, review in enumerate(factories.reviews_of(attempt)):
            harms = [factories.harm(review.submission)] if harmful else []
            factories.give(review, harms=harms)
        factories.run_workflow(attempt)
        reading = HarmJudgement.objects.get(judged_at=None)
        client = browser(reading.judge)
        page = client.get(f"/readings/{reading.pk}")
        assert contents.GOOD_WORDS[:3] in said(page)
        assert contents.GOOD_WORDS not in page.content.decode()
        url = f"/readings/{reading.pk}/judge"
        assert "Say whether" in said(client.post(url, {"reason": "So."}), 422)
        assert "Say why" in said(client.post(url, {"harmful": "no"}), 422)
        client.post(url, {"harmful": "no", "reason": "It is a greeting."})
        reading.refresh_from_db()
        assert reading.harmful is False


def test_a_review_that_was_begun_is_opened_first(client: Client, review: Review) -> None:
    start_review(review, by=review.reviewer)
    assert client.get("/reviews/next").headers["Location"] == address(review)
