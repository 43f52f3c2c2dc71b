"""Nothing typed is ever lost: offline, 502, a lost answer, a crash, two tabs, two devices, a
session that ends, a clock that runs out."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Answer, Attempt, LateAnswer
from assessments.workflow import pipeline
from tests import factories
from tests.journeys.hall import Hall, fail_saves

KEPT = """async () => {
    const base = await new Promise(done => {
        const asked = indexedDB.open("drafts", 1);
        asked.onsuccess = () => done(asked.result);
    });
    const asked = base.transaction("drafts").objectStore("drafts").getAll();
    const all = await new Promise(done => { asked.onsuccess = () => done(asked.result) });
    base.close();
    return all.map(record => Object.values(record.fields)[0][0]);
}"""


def test_the_hall_has_a_database(db: None) -> None:
    """There is one when this module runs by itself."""
    assert not Attempt.objects.exists()


def words_of(attempt: Attempt) -> str:
    given = {one.item.code: one.text for one in answers_given(factories.submission_of(attempt))}
    return given.get("first-words", "")


def box(page: Page):
    return page.locator("#task-1").get_by_role("textbox")


def at_rest(page: Page, state: str = "saved") -> None:
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", state)


def ends_in(attempt: Attempt, seconds: int) -> None:
    """Move the clock of an attempt, as an hour of sitting would."""
    due = timezone.now() + timedelta(seconds=seconds)
    began = due - timedelta(hours=1)
    Attempt.objects.filter(pk=attempt.pk).update(due_at=due, started_at=began)


def typed(page: Page, text: str) -> None:
    page.locator("html[data-drafts=ready]").wait_for()
    box(page).fill(text)


def test_offline_in_the_middle_of_an_answer_and_back(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    typed(page, "First.")
    at_rest(page)
    page.context.set_offline(True)
    typed(page, "First, and more.")
    at_rest(page, "device")
    expect(page.get_by_text("Kept on this device").first).to_be_visible()
    expect(page.get_by_text("The connection is away.")).to_be_visible()
    assert page.evaluate(KEPT) == ["First, and more."]

    # Finishing waits, and says so
    page.get_by_role("button", name="Finish stage 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Finish stage 1").click()
    expect(page.get_by_text("This cannot go off yet")).to_be_visible()
    page.context.set_offline(False)
    at_rest(page)
    assert words_of(attempt) == "First, and more."
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("arrive", [False, True], ids=["502", "lost reply"])
def test_a_save_that_fails_is_sent_again_and_counts_once(hall: Hall, arrive: bool) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    fail_saves(page, times=1, arrive=arrive)
    typed(page, "Once.")
    at_rest(page, "device")
    at_rest(page)
    assert words_of(attempt) == "Once."
    assert Answer.objects.get(submission__attempt=attempt).revision == 1


def test_more_typed_after_a_lost_reply_is_no_conflict(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    fail_saves(page, times=1, arrive=True)
    typed(page, "Once.")
    at_rest(page, "device")
    typed(page, "Once, and more.")
    at_rest(page)
    assert words_of(attempt) == "Once, and more."


def test_a_page_that_crashed_before_it_could_save_gives_the_words_back(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    fail_saves(page, times=99)
    typed(page, "Typed and gone.")
    page.wait_for_function(f"({KEPT})().then(all => all.length === 1)")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    page.context.unroute("**/answers/*")
    again.goto(f"{hall.site}/attempts/{attempt.pk}/1")
    expect(box(again)).to_have_value("Typed and gone.")
    at_rest(again)
    assert words_of(attempt) == "Typed and gone."
    again.reload()
    expect(box(again)).to_have_value("Typed and gone.")


def test_a_second_tab_follows_the_first(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    first, second = visitor.page, visitor.page.context.new_page()
    second.goto(first.url)
    second.locator("html[data-drafts=ready]").wait_for()
    typed(first, "In the first.")
    at_rest(first)
    expect(box(second)).to_have_value("In the first.")
    typed(second, "In the first, and in the second.")
    at_rest(second)
    expect(box(first)).to_have_value("In the first, and in the second.")
    assert words_of(attempt) == "In the first, and in the second."


def test_words_that_another_tab_sent_are_saved_here_too(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    page.route("**/answers/*", lambda route: route.fulfill(status=502))  # the other may save
    typed(page, "Sent by the other.")
    at_rest(page, "device")
    page.context.new_page().goto(f"{hall.site}/")
    at_rest(page)
    assert words_of(attempt) == "Sent by the other."
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("kept", ["here", "there"])
def test_two_devices_keep_both_versions_until_the_person_chooses(hall: Hall, kept: str) -> None:
    attempt, visitor = hall.seat()
    page, other = visitor.page, hall.visitor(factories.trainee_of(attempt)).page
    other.goto(page.url)
    typed(other, "On the other device.")
    at_rest(other)
    typed(page, "On this one.")
    at_rest(page, "elsewhere")
    asked = page.get_by_role("alert").filter(has_text="also changed elsewhere")
    expect(asked).to_contain_text("On this one.")
    expect(asked).to_contain_text("On the other device.")
    assert words_of(attempt) == "On the other device."
    asked.get_by_role("button", name="Keep this" if kept == "here" else "Take the other").click()
    at_rest(page)
    chosen = "On this one." if kept == "here" else "On the other device."
    expect(box(page)).to_have_value(chosen)
    assert words_of(attempt) == chosen
    typed(page, f"{chosen} And on.")
    at_rest(page)
    assert words_of(attempt) == f"{chosen} And on."


def test_a_session_that_ended_is_renewed_and_the_words_are_there(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    page.locator("html[data-drafts=ready]").wait_for()
    page.context.clear_cookies(name="sessionid")
    typed(page, "Nobody is signed in.")
    at_rest(page, "out")
    expect(page.get_by_role("alert").filter(has_text="You were signed out")).to_be_visible()
    expect(box(page)).to_have_value("Nobody is signed in.")
    hall.sign_in(page.context, factories.trainee_of(attempt))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    at_rest(page)
    assert words_of(attempt) == "Nobody is signed in."


def test_signing_out_sends_what_is_left_and_leaves_nothing_behind(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    fail_saves(page, times=1)
    typed(page, "Left behind?")
    at_rest(page, "device")
    page.goto(f"{hall.site}/")
    page.locator("html[data-drafts=ready]").wait_for()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert words_of(attempt) == "Left behind?"
    assert page.evaluate(KEPT) == []


def test_the_clock_runs_out_and_what_is_there_is_handed_in(hall: Hall) -> None:
    person, attempt = hall.trainee()
    visitor = hall.visitor(person)
    visitor.page.clock.install()
    page = visitor.go(f"/attempts/{attempt.pk}/1")
    page.locator("html[data-sitting=ready]").wait_for()
    for forward, left in (("50:00", "10 minutes"), ("05:00", "5 minutes"), ("04:00", "One minute")):
        page.clock.fast_forward(forward)
        expect(page.locator("[data-clock-spoken]")).to_have_text(f"{left} left.")
    typed(page, "The last words.")
    ends_in(attempt, 1)
    page.clock.fast_forward("02:00")
    expect(page.get_by_role("heading", name="Time is over")).to_be_visible()
    assert words_of(attempt) == "The last words."

    # Within the grace a draft still counts; after it, it is kept for a ruling
    ends_in(attempt, -90)
    pipeline.advance_attempt(attempt.pk)
    page.clock.fast_forward("01:00")  # the page asks again now and then
    expect(page.get_by_text("Being marked: two people")).to_be_visible(timeout=30_000)
    assert not LateAnswer.objects.exists()
    assert visitor.complaints == []


def test_words_that_come_after_time_are_kept_for_a_ruling(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    page.locator("html[data-drafts=ready]").wait_for()
    page.context.set_offline(True)
    typed(page, "Offline to the end.")
    at_rest(page, "device")
    ends_in(attempt, -90)
    pipeline.advance_attempt(attempt.pk)
    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="Time is over.")).to_be_visible()
    assert words_of(attempt) == ""
    assert LateAnswer.objects.filter(submission__attempt=attempt).count() == 1
    assert page.evaluate(KEPT) == []


def test_a_pause_stops_the_clock_and_hides_the_case(hall: Hall) -> None:
    attempt, visitor = hall.seat()
    page = visitor.page
    typed(page, "Before the pause.")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="The clock stands still")).to_be_visible()
    assert words_of(attempt) == "Before the pause."
    page.goto(f"{hall.site}/attempts/{attempt.pk}/1")
    expect(page.get_by_role("heading", name="The clock stands still")).to_be_visible()
    expect(page.get_by_text("Who is there?")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(box(page)).to_have_value("Before the pause.")
    assert visitor.complaints == []


def test_extra_time_is_applied_without_a_word(hall: Hall) -> None:
    person, attempt = hall.trainee(extra_seconds=1800)
    page = hall.visitor(person).go(f"/attempts/{attempt.pk}/1")
    expect(page.get_by_text("90 min", exact=True)).to_be_visible()
    for word in ("extra", "accommodat"):
        assert word not in page.content().lower()
    page.get_by_role("button", name="Hide the clock").click()
    expect(page.get_by_text("90 min", exact=True)).to_be_hidden()
    page.reload()
    expect(page.get_by_text("90 min", exact=True)).to_be_hidden()
