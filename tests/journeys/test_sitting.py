"""A whole sitting: by mouse, by keyboard alone, on a phone, without JavaScript."""

import re

from playwright.sync_api import Page, expect

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Attempt
from assessments.vignettes.items import KINDS
from tests import factories
from tests.journeys.hall import PHONE, Hall, stages

SAID = "I stay with you. ابقى معك。一緒にいます。"


def given(attempt: Attempt) -> dict[str, dict[str, object]]:
    submission = factories.submission_of(attempt)
    return {one.item.code: one.response for one in answers_given(submission)}


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "saved")


def task(page: Page, number: int):
    return page.locator(f"#task-{number}")


def test_the_hall_asks_every_kind_of_item(db: None) -> None:
    """It touches the database too, so that there is one when this module runs by itself."""
    kinds = {item["kind"] for stage in stages() for item in stage["items"]}
    assert kinds == set(KINDS) - {"recorded"}  # which is answered like free text


WHOLE = {
    "first-words": {"text": SAID},
    "actions": {"ratings": {"greet": 4, "wait": 3, "hurry": 1}},
    "order": {"order": ["call", "breathe", "leave"]},
    "pick": {"chosen": ["breathe", "call"]},
    "one": {"choice": "call"},
    "both": {"most": "breathe", "least": "leave"},
    "decide": {"choice": "leave"},
}


def test_by_mouse_from_the_briefing_to_the_receipt(hall: Hall) -> None:
    attempt = factories.assigned(hall.campus)
    visitor = hall.visitor(factories.trainee_of(attempt))
    page = visitor.go(f"/attempts/{attempt.pk}")

    # Given the briefing, which asks for one's word
    expect(page.get_by_text("60 minutes").or_(page.get_by_text("Your time")).first).to_be_visible()
    page.get_by_role("button", name="Start the clock").click()
    expect(page.get_by_role("alert")).to_contain_text("Give your word")
    page.get_by_label("The answers will be my own work").check()
    page.get_by_role("button", name="Start the clock").click()

    # When every kind of item is answered
    expect(page.get_by_role("heading", name="You come in")).to_be_visible()
    task(page, 1).get_by_role("textbox").fill(SAID)
    for row, rating in (("Greet", "Very"), ("Wait", "Mostly"), ("Hurry", "Not at all")):
        task(page, 2).get_by_role("radiogroup", name=row).get_by_label(rating).check()
    task(page, 3).get_by_role("button", name="Move up: Call").click()
    task(page, 4).get_by_label("Breathe").check()
    task(page, 4).get_by_label("Call").check()
    task(page, 5).get_by_label("Call").check()
    task(page, 6).get_by_label("Most helpful: Breathe").check()
    task(page, 6).get_by_label("Least helpful: Breathe").check()
    task(page, 6).get_by_label("Most helpful: Breathe").check()
    task(page, 6).get_by_label("Least helpful: Leave").check()
    task(page, 7).get_by_label("Leave").check()
    expect(page.get_by_text("7 of 7 answered.")).to_be_visible()
    saved(page)
    assert given(attempt) == WHOLE

    # Then finishing says what it does, and the story goes on from the decision
    page.get_by_role("button", name="Finish stage 1").click()
    sheet = page.get_by_role("dialog", name="Finish stage 1?")
    expect(sheet).to_contain_text("closed for good")
    sheet.get_by_role("button", name="Not yet").click()
    page.get_by_role("button", name="Finish stage 1").click()
    sheet.get_by_role("button", name="Finish stage 1").click()
    expect(page.get_by_text("You decided: Leave.")).to_be_visible()
    expect(page.get_by_role("heading", name="Outside the door")).to_be_visible()

    # And what is finished can be read, not changed
    page.get_by_text("Read earlier stages").click()
    page.get_by_role("link", name="You come in").click()
    expect(page.get_by_text("finished, to read")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    page.get_by_role("link", name="Back to the open stage").click()
    for number in (2, 3):
        page.get_by_role("button", name=f"Finish stage {number}").click()
        expect(page.get_by_role("dialog")).to_contain_text("Not answered yet")
        page.get_by_role("dialog").get_by_role("button", name=f"Finish stage {number}").click()

    # And handing in tells the blanks and gives a receipt
    page.get_by_role("link", name="Look over and hand in").click()
    expect(page.get_by_text("3 tasks left blank:")).to_be_visible()
    page.get_by_role("button", name="Hand in for good").click()
    expect(page.get_by_text("Handed in. Your receipt is below.")).to_be_visible()
    page.get_by_role("link", name="The receipt as a page to print").click()
    hashed = factories.submission_of(attempt).content_hash
    expect(page.get_by_text(hashed)).to_be_visible()
    assert page.evaluate("indexedDB.databases().then(all => all.length)") <= 1
    assert visitor.complaints == []


def test_by_keyboard_alone(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    page.locator("html[data-drafts=ready][data-sitting=ready]").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    task(page, 1).get_by_role("textbox").focus()
    page.keyboard.type("I stay.")
    page.keyboard.press("Tab")  # the first row of ratings: one stop, arrows choose
    for steps in (4, 3, 1):
        page.keyboard.press("Space")
        for _ in range(steps - 1):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    expect(task(page, 3).get_by_role("button", name="Move up: Breathe")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(task(page, 3).get_by_role("status")).to_have_text("Call: place 1 of 3")
    expect(task(page, 3).get_by_role("button", name="Move up: Call")).to_be_focused()
    task(page, 4).get_by_label("Breathe").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    task(page, 7).get_by_label("Stay").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # a stage is not finished by a stray key
    saved(page)
    assert given(attempt) == {
        "first-words": {"text": "I stay."},
        "actions": {"ratings": {"greet": 4, "wait": 3, "hurry": 1}},
        "order": {"order": ["call", "breathe", "leave"]},
        "pick": {"chosen": ["breathe", "call"]},
        "one": {"choice": "call"},
        "decide": {"choice": "stay"},
    }
    page.get_by_role("button", name="Finish stage 1").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("dialog").get_by_role("button", name="Finish stage 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="In the room")).to_be_visible()
    assert visitor.complaints == []


def test_on_a_phone_by_touch(hall: Hall) -> None:
    attempt, visitor = hall.seat(**PHONE)
    page = visitor.page
    page.locator("html[data-drafts=ready][data-sitting=ready]").wait_for()
    task(page, 1).get_by_role("textbox").tap()
    page.keyboard.type("I stay.")
    row = task(page, 2).get_by_role("radiogroup", name="Greet")
    row.get_by_text("Very").tap()
    expect(row.get_by_text("Very")).to_be_visible()  # a box with its words, not a bare circle
    task(page, 3).get_by_role("button", name="Move down: Breathe").tap()
    task(page, 4).get_by_text("Call").tap()
    task(page, 7).get_by_text("Stay.").tap()
    saved(page)
    assert given(attempt)["order"] == {"order": ["call", "breathe", "leave"]}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Finish stage 1").tap()
    page.get_by_role("dialog").get_by_role("button", name="Finish stage 1").tap()
    expect(page.get_by_role("heading", name="In the room")).to_be_visible()
    assert visitor.complaints == []


def test_a_row_is_dragged_into_its_place(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    page.locator("html[data-sitting=ready]").wait_for()
    rows = task(page, 3).get_by_role("listitem")
    rows.nth(2).scroll_into_view_if_needed()
    last, first = rows.nth(2).bounding_box(), rows.nth(0).bounding_box()
    assert last
    assert first
    page.mouse.move(last["x"] + 90, last["y"] + 20)
    page.mouse.down()
    page.mouse.move(first["x"] + 90, first["y"] + 2, steps=5)
    page.mouse.up()
    saved(page)
    assert given(attempt)["order"] == {"order": ["leave", "breathe", "call"]}


def test_without_javascript_one_reads_answers_and_hands_in(hall: Hall) -> None:
    attempt, visitor = hall.seat(java_script_enabled=False)
    page = visitor.page
    task(page, 1).get_by_role("textbox").fill(SAID)
    task(page, 2).get_by_role("radiogroup", name="Greet").get_by_label("Very").check()
    for option, place in (("Breathe", "1"), ("Call", "1")):
        task(page, 3).get_by_label(option, exact=True).select_option(place)
    page.get_by_role("button", name="Save").click()

    # Two in one place cannot be; nothing is lost, and the rest is saved
    expect(page.get_by_role("alert")).to_contain_text("Two actions share a place")
    expect(task(page, 1).get_by_role("textbox")).to_have_value(SAID)
    expect(task(page, 3).get_by_label("Call", exact=True)).to_have_value("1")
    task(page, 3).get_by_label("Call", exact=True).select_option("2")

    # A decision is needed before the story can go on
    finish = page.get_by_role("button", name="Finish stage 1")
    finish.click()
    page.get_by_role("dialog").get_by_role("button", name="Finish stage 1").click()
    expect(page.get_by_role("alert")).to_contain_text("Decide what you do")
    task(page, 7).get_by_label("Stay").check()
    finish.click()
    page.get_by_role("dialog").get_by_role("button", name="Finish stage 1").click()
    page.get_by_role("button", name="Finish stage 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Finish stage 2").click()
    page.get_by_role("link", name="Look over and hand in").click()
    page.get_by_role("button", name="Hand in for good").click()
    expect(page.get_by_text(re.compile("Being marked")).first).to_be_visible()
    assert given(attempt)["first-words"] == {"text": SAID}
    assert given(attempt)["order"] == {"order": ["breathe", "call"]}
