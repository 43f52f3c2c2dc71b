"""The whole way through a program by clicks and by keys alone, without a script."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from assessments.attempts.models import Attempt
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Review
from assessments.reviews.states import OPEN
from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.programs.roles import Role
from tests import factories
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.hands import Hands, Keys, Pointer

pytestmark = pytest.mark.usefixtures("transactional_db", "eager_tasks")
WORDS = "I say my name. I sit down where you can see me, and I stay."


class Town:
    """A browser for each person, signed in, without scripts, worked by the same hands."""

    def __init__(self, visit: Visit, hands: Hands) -> None:
        self.visit, self.hands = visit, hands
        self.visitors = dict[Any, Visitor]()

    def go(self, person: User, path: str) -> Page:
        if person.pk not in self.visitors:
            visitor = self.visitors[person.pk] = self.visit(java_script_enabled=False)
            client = Client()
            client.force_login(person)
            session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            visitor.page.context.add_cookies([{**session, "url": visitor.site}])  # type: ignore[typeddict-item]
        return self.visitors[person.pk].go(path)


@pytest.fixture(params=[Pointer(), Keys()], ids=["clicks", "keys"])
def there(visit: Visit, request: pytest.FixtureRequest) -> Town:
    return Town(visit, request.param)


def test_from_the_first_answer_to_the_certificate_that_an_appeal_led_to(there: Town) -> None:
    hands = there.hands
    campus = factories.campus(supervisors=8, standard={"pilot": False, "keyed_cut": "0.10"})
    second = factories.member(campus.program, Role.CERTIFIER)
    attempt = factories.assigned(campus)
    trainee = factories.trainee_of(attempt)

    # Given a trainee who leaves the client alone, and hands in
    sit(there.go(trainee, f"/attempts/{attempt.pk}"), hands)

    # When two reviewers differ on a level and on harm
    for review, level, harmful in zip(seats(attempt), (2, 4), (True, False), strict=True):
        judge(there, review, {"C1": level, "C3": 3, "D1": 2}, harmful=harmful)

    # Then a third person settles the level, and a fresh reader the harm
    adjudication = factories.adjudication_of(attempt)
    page = there.go(adjudication.adjudicator, f"/adjudications/{adjudication.pk}")
    hands.tick(page.locator(".settle-one .levels input").nth(1))
    hands.write(page.get_by_label("Why this level stands"), "The first words help, and no more.")
    hands.press(page.get_by_role("button", name="Settle"))
    expect(page.get_by_text("Settled. The submission goes on.")).to_be_visible()
    read_afresh(there, attempt)

    # And a certifier puts a name under what follows, and the director releases it
    ratify(there, campus.certifier, trainee, "Not yet competent")
    page = there.go(campus.director, "/")
    hands.press(page.get_by_role("button", name="Release results"))
    expect(page.get_by_text("The results are released.")).to_be_visible()

    # When the trainee appeals, and a certifier who comes to it fresh grants it
    page = there.go(trainee, f"/attempts/{attempt.pk}")
    expect(page.get_by_role("heading", name="Not yet competent", exact=True)).to_be_visible()
    hands.press(page.locator("a[href$='/appeal']").first)
    hands.write(page.get_by_label("Why it should be looked at again"), "I came back at once.")
    hands.press(page.get_by_role("button", name="Lodge the appeal"))
    expect(page.get_by_text("Your appeal is lodged.")).to_be_visible()
    page = there.go(second, "/appeals")
    hands.press(page.get_by_role("link", name=trainee.name).first)
    hands.press(page.get_by_role("button", name="Take it up"))
    hands.tick(page.get_by_label("Granted: fresh people"))
    hands.write(page.get_by_label("Reasons"), "Coming back was not weighed.")
    hands.press(page.get_by_role("button", name="Decide, with my name under it"))
    expect(page.get_by_text("The appeal is decided.")).to_be_visible()

    # Then fresh people judge, and their judgment leads to a certificate that anyone can check
    for review in seats(attempt):
        judge(there, review, {"C1": 4, "C3": 4, "D1": 4}, harmful=False)
    ratify(there, campus.certifier, trainee, "Competent")
    certificate = Certificate.objects.get(decision__attempt_id=attempt.pk)
    page = there.go(trainee, f"/v/{certificate.code}")
    expect(page.get_by_text("This certificate is valid.")).to_be_visible()
    assert Decision.objects.filter(attempt_id=attempt.pk).count() == 2
    assert [visitor.complaints for visitor in there.visitors.values() if visitor.complaints] == []


def sit(page: Page, hands: Hands) -> None:
    hands.tick(page.get_by_label("The answers will be my own work"))
    hands.press(page.get_by_role("button", name="Start the clock"))
    hands.write(words_of(page), WORDS)
    for row, rating in (("Greet", "Very"), ("Wait", "Mostly"), ("Hurry", "Not at all")):
        group = page.locator("#task-2").get_by_role("radiogroup", name=row)
        hands.tick(group.get_by_label(rating))
    hands.tick(page.locator("#task-3").get_by_label("Leave."))
    finish(page, hands, 1)
    hands.write(words_of(page), "I come back and say that I left.")
    finish(page, hands, 2)
    hands.write(words_of(page), WORDS)
    hands.tick(page.get_by_label("Most helpful: Voice"))
    hands.tick(page.get_by_label("Least helpful: Lecture"))
    finish(page, hands, 3)
    hands.press(page.get_by_role("link", name="Look over and hand in"))
    hands.press(page.get_by_role("button", name="Hand in for good"))
    expect(page.get_by_text("Handed in. Your receipt is below.")).to_be_visible()


def words_of(page: Page) -> Locator:
    return page.locator("#task-1").get_by_role("textbox")


def finish(page: Page, hands: Hands, number: int) -> None:
    hands.press(page.get_by_role("button", name=f"Finish stage {number}"))
    dialog = page.get_by_role("dialog")
    hands.press(dialog.get_by_role("button", name=f"Finish stage {number}"))
    expect(dialog).to_be_hidden()


def seats(attempt: Attempt) -> list[Review]:
    rows = Review.objects.filter(submission__attempt=attempt, state__in=OPEN)
    return list(rows.select_related("reviewer").order_by("seat"))


def judge(there: Town, review: Review, levels: dict[str, int], *, harmful: bool) -> None:
    page, hands = there.go(review.reviewer, "/reviews/next"), there.hands
    for number, level in enumerate(levels.values(), 1):
        panel = page.locator(f"#panel-{number}")
        hands.tick(panel.locator(".levels input").nth(level - 1))
        hands.write(panel.get_by_placeholder("Why this level"), "It shows in the words cited.")
        hands.write(panel.get_by_label("Evidence, by number").first, "1")
    flag = page.locator("fieldset.flagged")
    hands.tick(flag.locator(".levels input").nth(0 if harmful else 1))
    hands.write(flag.get_by_placeholder("Why, in a sentence"), "The client was left alone.")
    hands.press(page.get_by_role("button", name="Submit"))
    expect(page.get_by_text("is complete and locked.")).to_be_visible()


def read_afresh(there: Town, attempt: Attempt) -> None:
    asked = HarmJudgement.objects.get(flag__submission__attempt=attempt, judged_at=None)
    page, hands = there.go(asked.judge, f"/readings/{asked.pk}"), there.hands
    hands.tick(page.get_by_label("No, it would not"))
    hands.write(page.get_by_label("Why, in a sentence"), "They came back at once.")
    hands.press(page.get_by_role("button", name="Give this judgment"))
    expect(page.get_by_text("Judged. Your reading settles the flag.")).to_be_visible()


def ratify(there: Town, certifier: User, trainee: User, outcome: str) -> None:
    page, hands = there.go(certifier, "/decisions?state=proposed"), there.hands
    hands.press(page.get_by_role("link", name=trainee.name))
    hands.press(page.get_by_role("button", name=f"Ratify: {outcome}"))
    expect(page.get_by_text("Ratified, with your name under it.")).to_be_visible()
