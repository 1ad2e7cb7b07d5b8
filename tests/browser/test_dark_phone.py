"""The reader and conversations on a phone in dark mode: what is done there, what fits, axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import axe
from tests.browser.backend import CHIEF, GRADE, METADATA, PHONES, FakeBackend, shipped_report
from tests.browser.conftest import watch
from tests.browser.reading import copies, open_at, shelve_long, take_copies
from tests.browser.steps import DONE, ask, colours, contrast, fits, luminance, marked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("tab", [
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
         "color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}],
        indirect=True, ids=["390", "320"])]

BACKLOG, RETRIEVE, JUDGED, OFFENDERS, _ = shipped_report().findings
ROW = "#conversations ul > li"
COUNT = "#reader-count"


def sound(page: Any) -> None:
    """The view fits, is dark, and axe has nothing to say of it. What stands under the question box
    as the page happens to be scrolled is no fault: the box is put back into its place first."""
    assert fits(page)
    page.evaluate("document.querySelector('#ask').style.position = 'static'")
    assert luminance(colours(page, "body")[1]) < 0.1
    if axe.source() is None:
        pytest.skip(axe.HOW)
    assert axe.violations(page) == []


def in_sight(page: Any, selector: str) -> bool:
    """Whether the top of the first such element is within the window."""
    top = page.evaluate(
        "(one) => document.querySelector(one).getBoundingClientRect().top", selector)
    return bool(0 <= top < page.viewport_size["height"])


def test_a_citation_opens_below_and_is_brought_into_sight(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    assert marked(tab) == BACKLOG.text
    tab.wait_for_timeout(300)
    assert in_sight(tab, "#report mark")
    for part in ("#report mark", "#reader-title", "#opened-place", "#reader-here"):
        assert contrast(*colours(tab, part)) >= 4.5, part
    sound(tab)
    tab.click("#reader [data-do=close]")
    assert not tab.is_visible("#reader")
    assert tab.evaluate("document.activeElement.matches('.cite[data-open=\"1\"]')")


def test_citations_are_stepped_through_and_quotes_copied(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    tab.click("#reader [data-do=next]")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('2 of')")
    assert marked(tab) == RETRIEVE.text
    assert in_sight(tab, "#report mark")
    take_copies(tab)
    tab.click("#reader [data-do=copy_quote]")
    assert copies(tab)[0].startswith(f"“{RETRIEVE.words}” ({METADATA.title}")
    tab.click("#reader [data-do=previous]")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('1 of')")
    assert marked(tab) == BACKLOG.text
    sound(tab)


def test_kinds_are_marked_and_stepped_through(tab: Any) -> None:
    open_at(tab, f"report={METADATA.id}")
    tab.wait_for_selector("#report .piece:visible")
    tab.select_option("#reader-kind", label="Strengths (1)")
    assert tab.inner_text(COUNT) == "1 of 1"
    assert marked(tab) == OFFENDERS.text
    tab.select_option("#reader-kind", "all")
    tab.wait_for_selector("#report .lit.negative")
    tab.click("#reader [data-do=finding_previous]")
    assert tab.inner_text(COUNT) == "3 of 4"
    assert marked(tab) == JUDGED.text
    for part in ("#report .lit.negative", "#report .lit.positive", COUNT, "#reader-kind"):
        assert contrast(*colours(tab, part)) >= 4.5, part
    sound(tab)


def test_a_deep_link_opens_its_finding_on_first_load(tab: Any, url: str, backend: FakeBackend,
                                                     tmp_path: Path) -> None:
    shelve_long(backend, tmp_path)
    other = tab.context.new_page()
    faults = watch(other)
    other.goto(f"{url}/#finding=long42")
    assert marked(other) == "The force has weakness number 42 in this respect."
    other.wait_for_timeout(300)
    assert in_sight(other, "#report mark")
    other.click("#reader [data-do=contents]")
    other.wait_for_selector("#outline:visible")
    sound(other)
    other.click("#reader [data-do=contents]")
    other.click("#reader [data-do=show_page]")
    other.wait_for_selector("#original .trouble:visible, #original img")
    sound(other)
    assert faults == []


def begun(page: Any) -> None:
    """Two conversations, the list of them unfolded."""
    ask(page, PHONES)
    ask(page, GRADE)
    page.click("#new")
    page.wait_for_selector(".turn", state="detached")
    ask(page, CHIEF)
    page.wait_for_function("document.querySelectorAll('#conversations ul > li').length === 2")
    page.click("[data-conversation=fold]")
    page.wait_for_selector("#conversations-body:visible")


def act(page: Any, name: str, row: int) -> None:
    page.click(f"{ROW} >> nth={row} >> summary")
    page.click(f"{ROW} >> nth={row} >> [data-conversation={name}]")


def test_conversations_are_listed_and_open(tab: Any) -> None:
    begun(tab)
    assert tab.locator(f"{ROW} .title").all_inner_texts() == [CHIEF, PHONES]
    tab.click(f"{ROW} >> nth=1 >> summary")
    for part in (f"{ROW}.current .title", f"{ROW}:not(.current) .when",
                 f"{ROW}:not(.current) .link", "[data-conversation=fold]"):
        assert contrast(*colours(tab, part)) >= 4.5, part
    sound(tab)
    tab.click(f"{ROW} >> nth=1 >> .title")
    tab.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    tab.wait_for_selector("#conversations-body", state="hidden")
    sound(tab)


def test_a_conversation_is_renamed(tab: Any) -> None:
    begun(tab)
    act(tab, "rename", 1)
    sound(tab)
    tab.fill("#conversation-title", "Phones")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{ROW} .title:has-text("Phones")')
    assert tab.locator(f"{ROW} .title").all_inner_texts() == [CHIEF, "Phones"]


def test_a_conversation_is_deleted_and_comes_back_with_undo(tab: Any) -> None:
    begun(tab)
    act(tab, "delete", 1)
    undo = "[data-conversation=undo]"
    tab.wait_for_selector(f"{undo}:visible")
    assert tab.locator(f"{ROW} .title").all_inner_texts() == [CHIEF]
    assert contrast(*colours(tab, undo)) >= 4.5
    sound(tab)
    tab.click(undo)
    tab.wait_for_function("document.querySelectorAll('#conversations ul > li').length === 2")


def test_a_link_reopens_a_conversation_in_another_browser(tab: Any, url: str) -> None:
    begun(tab)
    link = "#conversation=" + str(tab.locator(ROW).nth(1).get_attribute("data-id"))
    other = tab.context.new_page()
    other.add_init_script("localStorage.setItem('findings-owner', 'f'.repeat(64))")
    other.goto(f"{url}/{link}")
    other.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    assert "copy of a conversation" in other.inner_text("#kept")
    assert contrast(*colours(other, "#kept p")) >= 4.5
    sound(other)
