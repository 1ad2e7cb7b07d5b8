"""Items of a briefing dragged by their handles, in a real browser: mouse, finger, edges, Escape."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.paper.paper import Item, Kind
from assistant.paper.paper import Paper as Briefing
from tests.browser import axe
from tests.browser.backend import FakeBackend
from tests.browser.pinning import ITEM, counted, pin, said, words
from tests.browser.steps import colours, contrast, fits

pytestmark = pytest.mark.browser

HANDLE, LINE = f"{ITEM} .handle", "#briefing-drop"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def middle(page: Any, selector: str, at: int) -> tuple[float, float]:
    box = page.locator(selector).nth(at).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def grab(page: Any, at: int) -> None:
    page.locator(HANDLE).nth(at).scroll_into_view_if_needed()
    page.mouse.move(*middle(page, HANDLE, at))
    page.mouse.down()


def drag_past(page: Any, at: int, to: int) -> None:
    """Take the item at one place by its handle to where another stands, a little beyond."""
    grab(page, at)
    x, y = middle(page, ITEM, to)
    page.mouse.move(x, y + (8 if to > at else -8), steps=5)


def test_an_item_is_dragged_down_and_up_and_the_new_place_is_said(tab: Any) -> None:
    pin(tab)
    first, second, third = words(tab)
    drag_past(tab, 0, 1)
    line = tab.locator(LINE).bounding_box()
    under = tab.locator(ITEM).nth(1).bounding_box()
    assert abs(line["y"] + line["height"] / 2 - under["y"] - under["height"]) < 3
    assert tab.locator(f"{ITEM}.dragged").count() == 1
    tab.mouse.up()
    said(tab, "#briefing-said", "Moved to place 2 of 3.")
    assert words(tab) == [second, first, third]
    assert not tab.is_visible(LINE)
    assert tab.locator(f"{ITEM}.dragged").count() == 0
    drag_past(tab, 2, 0)
    tab.mouse.up()
    said(tab, "#briefing-said", "Moved to place 1 of 3.")
    assert words(tab) == [third, second, first]
    tab.reload()
    tab.wait_for_selector(ITEM)
    assert words(tab) == [third, second, first]


def test_escape_and_its_own_place_leave_it_where_it_was(tab: Any) -> None:
    pin(tab)
    before = words(tab)
    drag_past(tab, 0, 2)
    assert tab.is_visible(LINE)
    tab.keyboard.press("Escape")
    said(tab, "#briefing-said", "Left where it was.")
    assert not tab.is_visible(LINE)
    tab.mouse.up()
    tab.evaluate("document.querySelector('#briefing-said').textContent = ''")
    grab(tab, 1)
    tab.mouse.move(*middle(tab, ITEM, 1))
    assert not tab.is_visible(LINE)
    tab.mouse.up()
    said(tab, "#briefing-said", "Left where it was.")
    assert words(tab) == before


def test_turning_to_another_view_ends_the_dragging(tab: Any) -> None:
    pin(tab)
    before = words(tab)
    drag_past(tab, 0, 2)
    tab.evaluate("location.hash = 'questions'")
    tab.wait_for_selector("#question textarea:visible")
    tab.mouse.up()
    tab.click(".views a[data-view=briefing]")
    tab.wait_for_selector(ITEM)
    assert words(tab) == before


def test_an_open_form_keeps_its_words_and_the_focus_while_another_item_is_moved(tab: Any) -> None:
    pin(tab)
    tab.click(f"{ITEM} >> nth=1 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "Half written")
    grab(tab, 0)
    tab.mouse.move(*middle(tab, ITEM, 2), steps=4)
    tab.mouse.move(middle(tab, ITEM, 2)[0], middle(tab, ITEM, 2)[1] + 20)
    tab.mouse.up()
    said(tab, "#briefing-said", "Moved to place 3 of 3.")
    assert tab.input_value("#briefing-items textarea") == "Half written"
    assert tab.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_handles_are_for_pointers_alone(tab: Any) -> None:
    pin(tab)
    assert tab.locator(HANDLE).count() == 3
    assert tab.get_attribute(HANDLE, "aria-hidden") == "true"
    assert tab.evaluate(f"document.querySelector('{HANDLE}').tabIndex") == -1
    for left in (2, 1):
        tab.click(f"{ITEM} >> nth=0 >> [data-do=remove]")
        counted(tab, left)
    tab.wait_for_function(f"document.querySelectorAll('{HANDLE}').length === 0")


@pytest.mark.parametrize("tab", [
    {"viewport": {"width": width, "height": 860}, "color_scheme": scheme}
    for width in (1280, 320) for scheme in ("light", "dark")], indirect=True)
def test_handles_and_undo_can_be_seen_and_axe_finds_nothing(tab: Any) -> None:
    pin(tab)
    assert contrast(*colours(tab, HANDLE)) >= 3
    drag_past(tab, 0, 1)
    assert fits(tab)
    tab.keyboard.press("Escape")
    tab.mouse.up()
    if axe.source() is None:
        pytest.skip(axe.HOW)
    assert axe.violations(tab) == []
    tab.click(".views a[data-view=ask]")
    tab.click("#current .pins [data-pin]")
    tab.wait_for_selector("#current [data-repin]")
    assert fits(tab)
    tab.evaluate("document.querySelector('#ask').style.position = 'static'")
    assert axe.violations(tab) == []


def test_what_is_removed_in_another_tab_meanwhile_ends_the_dragging(tab: Any) -> None:
    pin(tab)
    other = tab.context.new_page()
    other.goto(tab.url)
    other.wait_for_selector(ITEM)
    drag_past(tab, 0, 1)
    other.click(f"{ITEM} >> nth=0 >> [data-do=remove]")
    counted(other, 2)
    tab.mouse.up()
    tab.wait_for_selector('#briefing-trouble:has-text("no longer in the briefing")')


def many(backend: FakeBackend, tab: Any, count: int) -> None:
    """A briefing of many notes in the place of the one that is open."""
    owner = tab.evaluate("localStorage.getItem('findings-owner')")
    key = tab.evaluate("localStorage.getItem('findings-briefing')")
    notes = [Item(kind=Kind.NOTE, words=f"Note {n}") for n in range(count)]

    def filled(paper: Briefing) -> Briefing:
        return paper.added(notes, {})

    backend.papers.change(owner, key, filled)
    tab.reload()
    tab.wait_for_selector(f"{ITEM}.note")


def test_near_the_edge_the_page_goes_along(tab: Any, backend: FakeBackend) -> None:
    pin(tab)
    many(backend, tab, 40)
    first = words(tab)[0]
    grab(tab, 0)
    tab.mouse.move(300, 855, steps=3)
    tab.wait_for_function("window.innerHeight + window.scrollY >= "
                          "document.documentElement.scrollHeight - 1", timeout=20_000)
    assert tab.is_visible(LINE)
    tab.mouse.move(300, 5, steps=3)
    tab.wait_for_function("window.scrollY === 0", timeout=20_000)
    tab.keyboard.press("Escape")
    tab.mouse.up()
    assert words(tab)[0] == first


@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_a_finger_drags_too_and_does_not_scroll(tab: Any) -> None:
    pin(tab)
    first, second, third = words(tab)
    tab.locator(HANDLE).nth(0).scroll_into_view_if_needed()
    assert fits(tab)
    box = tab.locator(HANDLE).nth(0).bounding_box()
    assert min(box["width"], box["height"]) >= 44
    finger = tab.context.new_cdp_session(tab)
    scrolled = tab.evaluate("window.scrollY")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = middle(tab, HANDLE, 0)
    below = middle(tab, ITEM, 1)[1] + 8
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x, y + (below - y) * step / 5))
    tab.wait_for_selector(LINE)
    assert tab.evaluate("window.scrollY") == scrolled
    touch("touchEnd")
    said(tab, "#briefing-said", "Moved to place 2 of 3.")
    assert words(tab) == [second, first, third]
