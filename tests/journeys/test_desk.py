"""Marking in a real browser: by clicks, by keys, side by side, through lapses and lost doors."""

from gzip import compress

import pytest
from playwright.sync_api import Page, expect

from assessments.desk.services import draft_of, keep_comment
from assessments.reviews.models import Review
from assessments.reviews.services import lapse
from tests.factories import PASSWORD
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.desks import Desks, small_desks, story_desks

pytestmark = pytest.mark.usefixtures("transactional_db", "eager_tasks")
CRITERIA = ("C1", "C3", "D1")
SEVEN = ("C1", "C2", "C3", "D1", "D3", "F1", "F2")
MOST_KEYS = 20
SOON_OVER = "() => document.querySelector('[data-undo]').hidden === false"


@pytest.fixture
def before(transactional_db: None) -> Desks:
    return small_desks()


def at_desk(visit: Visit, here: Desks, reviewer: int = 0, attempt: int = 0) -> Visitor:
    visitor = visit()
    visitor.sign_in(here.reviewers[reviewer].email)
    open_desk(visitor, here.review(reviewer, attempt))
    return visitor


def open_desk(visitor: Visitor, review: Review) -> Page:
    page = visitor.go(f"/reviews/{review.pk}")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_function(
        "document.documentElement.dataset.desk === 'ready'"
        " && document.documentElement.dataset.drafts === 'ready'"
    )


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "saved")


def hurry(page: Page) -> None:
    """The ten seconds go by at once."""
    page.clock.run_for(11_000)


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_seven_criteria_fit_the_screen_and_take_few_keys(
    transactional_db: None, visit: Visit
) -> None:
    here = story_desks()
    reviewer = here.reviewers[0]
    for code in SEVEN:
        keep_comment(f"Does what level 3 asks on {code}.", criterion=code, by=reviewer)
    visitor = visit()
    visitor.page.clock.install()
    visitor.sign_in(reviewer.email)
    page = visitor.go("/reviews")
    # A browser focuses with its first frame, which on a busy machine comes after the load.
    expect(page.get_by_role("link", name="Start the next")).to_be_focused()
    loaded: dict[str, str] = {}  # address to kind
    page.on("requestfinished", lambda sent: loaded.update({sent.url: sent.resource_type}))
    page.keyboard.press("Enter")  # start the next
    page.wait_for_url("**/reviews/*-*")
    ready(page)
    assert page.url in loaded
    assert len(loaded) > 5
    assert sum(weight(page, *each) for each in loaded.items()) <= FIRST_LOAD
    for number in range(1, len(SEVEN) + 1):
        page.locator(f"#panel-{number} legend").click()
        assert page.evaluate(BELOW_THE_DOCK) == [], number
    page.locator("#panel-1 legend").click()
    first, keys = page.url.rsplit("/", 1)[1], Keys(page)
    for _ in SEVEN:
        keys("3", "5")
    keys("Control+Enter")
    assert keys.pressed <= MOST_KEYS
    page.wait_for_function(SOON_OVER)
    hurry(page)
    expect(page.get_by_text("is complete and locked.")).to_be_visible()
    done = Review.objects.get(pk=first)
    assert done.state == "completed"
    assert list(done.ratings.values_list("level", flat=True)) == [3] * len(SEVEN)
    ready(page)
    assert page.url.rsplit("/", 1)[1] not in (first, "reviews")  # the next is open
    assert visitor.complaints == []


BELOW_THE_DOCK = """() => {
    const dock = document.querySelector(".dock").getBoundingClientRect().top;
    return [...document.querySelectorAll(".crit[data-code]")]
        .filter((each) => each.getBoundingClientRect().bottom > dock).map((each) => each.id);
}"""
FIRST_LOAD = 150_000


def weight(page: Page, address: str, kind: str) -> int:
    """Bytes of what the page loaded, text as a server compresses it."""
    answer = page.request.get(address, max_redirects=0)
    if answer.status != 200:
        return 0
    is_text = kind in ("document", "script", "stylesheet")
    return len(compress(answer.body()) if is_text else answer.body())


def test_a_review_by_clicks_with_evidence_and_harm(before: Desks, visit: Visit) -> None:
    visitor = at_desk(visit, before)
    page, review = visitor.page, before.review()
    for number, code in enumerate(CRITERIA, 1):
        panel = page.locator(f"#panel-{number}")
        panel.locator("legend").click()
        panel.locator(".levels label").nth(0 if code == "C1" else 2).click()
        panel.get_by_placeholder("Why this level").fill(f"On {code}.")
    # What is missing is opened: level 1 asks for the trainee's own words
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#panel-1 [data-quick]").first).to_be_focused()
    select(page, "I say my name", "my name")
    page.get_by_role("button", name="Cite for 1").click()
    expect(page.locator("#panel-1 .chip-cited").first).to_contain_text("my name")
    expect(page.locator("mark", has_text="my name").first).to_be_visible()
    # Harm is an act of its own, with words and evidence of its own
    page.locator("#panel-1 summary", has_text="Report harm").click()
    harm = page.locator("#panel-1 [data-harm]").first
    harm.get_by_role("checkbox").check()
    harm.locator("[data-quick]").fill("1")
    harm.locator("[data-quick]").press("Enter")
    harm.get_by_label("What harm you see").fill("He is left alone with it.")
    saved(page)
    page.reload()
    ready(page)
    expect(page.locator("mark", has_text="my name").first).to_be_visible()
    page.clock.install()
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_function(SOON_OVER)
    hurry(page)
    expect(page.get_by_text("is complete and locked.")).to_be_visible()
    review.refresh_from_db()
    cited = review.ratings.get(criterion__code="C1").citations.get()
    assert cited.answer is not None
    assert cited.end - cited.start == len("my name")
    assert review.harm_observations.get().note == "He is left alone with it."
    assert visitor.complaints == []


def select(page: Page, sentence: str, words: str) -> None:
    """Select words in a sentence, as a mouse would."""
    page.locator(".st", has_text=sentence).first.evaluate(
        """(element, words) => {
            element.scrollIntoView();
            const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            do walk.nextNode(); while (!walk.currentNode.data.includes(words));
            const node = walk.currentNode;
            const at = node.data.indexOf(words);
            getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        words,
    )


def test_two_reviewers_at_once_see_only_their_own(before: Desks, visit: Visit) -> None:
    one, other = at_desk(visit, before, 0), at_desk(visit, before, 1)
    one.page.keyboard.press("2")
    other.page.keyboard.press("4")
    saved(one.page)
    saved(other.page)
    assert draft_of(before.review(0)).content["ratings"][0]["level"] == 2
    assert draft_of(before.review(1)).content["ratings"][0]["level"] == 4
    one.page.reload()
    ready(one.page)
    expect(one.page.locator("[data-rated]")).to_have_text("1")
    expect(one.page.locator("input[name='level:C1'][value='2']")).to_be_checked()


def test_a_stale_tab_asks_which_version_stands(before: Desks, visit: Visit) -> None:
    here, there = at_desk(visit, before), at_desk(visit, before)  # two devices of one person
    here.page.keyboard.press("2")
    saved(here.page)
    there.page.keyboard.press("4")
    choice = there.page.get_by_role("alertdialog")
    expect(choice).to_contain_text("C1: 4")
    expect(choice).to_contain_text("C1: 2")
    choice.get_by_role("button", name="Take that one").click()
    expect(there.page.locator("input[name='level:C1'][value='2']")).to_be_checked()
    assert draft_of(before.review()).content["ratings"][0]["level"] == 2


def test_an_expired_session_loses_nothing(before: Desks, visit: Visit) -> None:
    visitor = at_desk(visit, before)
    page, context = visitor.page, visitor.page.context
    page.keyboard.press("3")
    saved(page)
    context.clear_cookies()
    page.keyboard.press("n")
    page.keyboard.type("Written without a session.")
    expect(page.get_by_text("You have been signed out.")).to_be_visible()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    tab = opened.value
    tab.get_by_label("E-mail address").fill(before.reviewers[0].email)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/reviews")
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    kept = draft_of(before.review()).content["ratings"][0]
    assert (kept["level"], kept["rationale"]) == (3, "Written without a session.")


def test_a_lease_that_lapses_says_so_and_leaves_the_words(before: Desks, visit: Visit) -> None:
    visitor = at_desk(visit, before)
    page = visitor.page
    page.keyboard.press("3")
    saved(page)
    lapse(before.review())
    page.keyboard.press("n")
    page.keyboard.type("Too late, but mine.")
    expect(page.get_by_text("This review is no longer yours")).to_be_visible()
    expect(page.locator("#why-1")).to_have_value("Too late, but mine.")


SCRIPTS = "سأبقى معك 👩‍👩‍👧‍👦 هنا. cafe\u0301 نعم 🇫🇷🇯🇵؟ 一緒にいます。"


def test_evidence_holds_in_any_script(transactional_db: None, visit: Visit) -> None:
    here = small_desks({"first-words": {"text": SCRIPTS}})
    visitor = at_desk(visit, here)
    page = visitor.page
    page.keyboard.press("3")
    for sentence, part in (("سأبقى", "👩‍👩‍👧‍👦"), ("cafe", "fe"), ("نعم", "🇯🇵")):
        select(page, sentence, part)
        page.keyboard.press("e")
    saved(page)
    cited = draft_of(here.review()).content["ratings"][0]["citations"]
    words = [SCRIPTS[each["start"] : each["end"]] for each in cited]
    assert words == ["👩‍👩‍👧‍👦", "fe\u0301", "🇯🇵"]
    drawn = page.locator("mark").all_inner_texts()
    page.reload()
    ready(page)
    assert page.locator("mark").all_inner_texts() == drawn == words


def test_single_keys_can_be_switched_off_and_typing_commands_nothing(
    before: Desks, visit: Visit
) -> None:
    visitor = at_desk(visit, before)
    page = visitor.page
    page.keyboard.press("n")
    page.keyboard.type("3 j k 4")
    expect(page.locator("[data-rated]")).to_have_text("0")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single letters").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.locator("[data-rated]")).to_have_text("0")
    saved(page)
    page.reload()
    ready(page)
    page.keyboard.press("3")
    expect(page.locator("[data-rated]")).to_have_text("0")


def test_every_desk_works_without_scripts(before: Desks, visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(before.reviewers[0].email)
    page = visitor.go(f"/reviews/{before.review().pk}")
    for number in range(1, 4):
        panel = page.locator(f"#panel-{number}")
        panel.locator(".levels label").nth(3).click()
        panel.get_by_placeholder("Why this level").fill("It adapts.")
        panel.get_by_label("Evidence, by number").first.fill("1-2")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is complete and locked.")).to_be_visible()
    review = before.review()
    assert review.state == "completed"
    assert review.ratings.count() == 3
