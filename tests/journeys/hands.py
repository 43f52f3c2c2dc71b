"""Two ways to work a page: with a pointer, or with keys alone."""

from typing import Protocol

from playwright.sync_api import Locator

MOST_STEPS = 300  # from the top of a page to the last of its controls
HAS_FOCUS = "one => one === document.activeElement"
IN_GROUP = """one => {
    const here = document.activeElement;
    const together = ["type", "name", "form"].every(what => here[what] === one[what]);
    return here === one || one.type === "radio" && together;
}"""


class Hands(Protocol):
    def press(self, control: Locator) -> None: ...

    def tick(self, control: Locator) -> None: ...

    def write(self, control: Locator, text: str) -> None: ...


class Pointer:
    """Points and clicks; a control that only its label shows is clicked there."""

    def press(self, control: Locator) -> None:
        control.click()

    def tick(self, control: Locator) -> None:
        inside = control.locator("xpath=ancestor::label[1]")
        if inside.count():
            inside.click()
        else:
            control.check()

    def write(self, control: Locator, text: str) -> None:
        control.fill(text)


class Keys:
    """Tab to a control, arrows within a group, Space and Enter; it never points at anything."""

    def press(self, control: Locator) -> None:
        _tab_to(control, HAS_FOCUS)
        control.page.keyboard.press("Enter")

    def tick(self, control: Locator) -> None:
        _tab_to(control, IN_GROUP)
        for _ in range(MOST_STEPS):
            if control.evaluate(HAS_FOCUS):
                break
            control.page.keyboard.press("ArrowDown")
        if not control.is_checked():
            control.page.keyboard.press("Space")
        assert control.is_checked()

    def write(self, control: Locator, text: str) -> None:
        _tab_to(control, HAS_FOCUS)
        control.page.keyboard.insert_text(text)


def _tab_to(control: Locator, there: str) -> None:
    for _ in range(MOST_STEPS):
        if control.evaluate(there):
            return
        control.page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {control}")
