"""Follow-ups, reasons, tables, long lists and paper, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.backend import Choices
from tests.browser import answers
from tests.browser.backend import FakeBackend, shipped_report
from tests.browser.steps import DONE, ask, colours, contrast, fits, marked

pytestmark = pytest.mark.browser

FIELD = f"{DONE} .restate textarea"
ALONE = Choices(alone=True)
QUOTES = [one.text for one in shipped_report().findings]


def settled(tab: Any, question: str, earlier: int) -> None:
    """Wait until this question is answered after so many others."""
    tab.wait_for_function(f"document.querySelectorAll('#past .turn').length === {earlier}")
    tab.wait_for_selector(f'{DONE} .asked:has-text("{question}")')


def test_how_a_follow_up_was_understood_can_be_put_right(tab: Any, backend: FakeBackend) -> None:
    ask(tab, answers.FOLLOWING)
    assert tab.inner_text(f"{DONE} .understood") == f"Understood as: {answers.STANDALONE}"
    tab.focus(f"{DONE} [data-restate=edit]")
    tab.keyboard.press("Enter")
    assert tab.input_value(FIELD) == answers.STANDALONE
    assert tab.evaluate("document.activeElement.matches('.restate textarea')")
    tab.keyboard.type(" Nothing.")
    tab.keyboard.press("Escape")
    assert not tab.is_visible(FIELD)
    assert tab.evaluate("document.activeElement.matches('[data-restate=edit]')")
    tab.keyboard.press("Enter")
    assert tab.input_value(FIELD) == answers.STANDALONE
    tab.fill(FIELD, "What is the grade for investigating crime?")
    tab.keyboard.press("Enter")
    settled(tab, "What is the grade for investigating crime?", 1)
    assert backend.choices == [Choices(), ALONE]
    assert tab.evaluate("document.activeElement.matches('#question textarea')")
    assert tab.locator("[data-restate]").count() == 0


def test_the_words_can_be_asked_as_they_stand(tab: Any, backend: FakeBackend) -> None:
    ask(tab, answers.FOLLOWING)
    tab.fill("#question textarea", "Half a question")
    tab.click(f"{DONE} [data-alone]")
    settled(tab, answers.FOLLOWING, 1)
    assert backend.choices[1] == ALONE
    assert tab.locator(f"{DONE} .restated").count() == 0
    assert tab.input_value("#question textarea") == "Half a question"


def test_buttons_send_and_cancel_as_well(tab: Any, backend: FakeBackend) -> None:
    ask(tab, answers.FOLLOWING)
    tab.click(f"{DONE} [data-restate=edit]")
    tab.click(f"{DONE} [data-restate=cancel]")
    assert not tab.is_visible(FIELD)
    tab.click(f"{DONE} [data-restate=edit]")
    tab.fill(FIELD, "  ")
    tab.click(f"{DONE} .restate [type=submit]")
    assert tab.evaluate("document.activeElement.matches('.restate textarea')")
    tab.fill(FIELD, answers.STANDALONE)
    tab.click(f"{DONE} .restate [type=submit]")
    settled(tab, answers.STANDALONE, 1)
    assert backend.choices[1] == ALONE


def test_an_answer_says_why(tab: Any) -> None:
    ask(tab, answers.EXPLAINED)
    assert not tab.is_visible(f"{DONE} .why-body")
    tab.focus(f"{DONE} .why > summary")
    tab.keyboard.press("Enter")
    assert tab.is_visible(f"{DONE} .why-body")
    body = tab.inner_text(f"{DONE} .why-body")
    for words in ("Look something up", "intent=lookup", "phoens: phones", "1,052 ms",
                  "5 more were looked at", "Phones are lost. Left out because"):
        assert words in body
    assert tab.locator(f"{DONE} .why tr.kept").count() == 2
    assert "✓ Kept" in tab.inner_text(f"{DONE} .why tr.kept >> nth=1")
    assert fits(tab)


def test_a_comparison_is_a_table_whose_marks_open_the_report(tab: Any) -> None:
    ask(tab, answers.COMPARE)
    assert tab.get_by_role("columnheader", name="Lincolnshire").count() == 1
    row = tab.get_by_role("row").filter(has_text="Strengths")
    assert row.get_by_role("rowheader").inner_text() == "Strengths"
    assert row.get_by_role("cell").nth(1).inner_text() == "Not reported"
    tab.click(f"{DONE} td li .cite >> nth=1")
    assert marked(tab) == QUOTES[1]


def test_what_is_folded_of_a_long_list_is_there_and_opens(tab: Any) -> None:
    ask(tab, answers.LONG)
    assert tab.locator(f"{DONE} .said li:visible").count() == 20
    assert tab.locator(f"{DONE} .said li").count() == 1000
    assert tab.inner_text(f"{DONE} .fold summary >> nth=0") == "Show the other 35 of 55"
    tab.click(f"{DONE} .fold summary >> nth=0")
    assert tab.locator(f"{DONE} .said li:visible").count() == 55
    tab.click(f'{DONE} .said .cite[data-open="52"]')
    assert marked(tab) == QUOTES[51 % 5]
    assert "Finding 52 of 1000" in tab.inner_text("#reader-position")
    tab.click(f"{DONE} .more summary")
    tab.click(f'{DONE} .card.small[data-n="998"] .link')
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('998')")
    assert marked(tab) == QUOTES[997 % 5]
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.matches('.card.small .link')")


def test_what_may_be_meant_can_be_asked(tab: Any) -> None:
    ask(tab, answers.VAGUE)
    assert tab.inner_text(f"{DONE} .suggestions h3") == "Did you mean"
    tab.click(f"{DONE} .suggestion >> nth=0")
    settled(tab, answers.MEANT[0], 1)


def test_the_last_answer_prints_without_its_controls(tab: Any) -> None:
    ask(tab, answers.EXPLAINED)
    ask(tab, answers.LONG)
    tab.emulate_media(media="print")
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator(f"{DONE} .said li:visible").count() == 1000
    for selector in ("#ask", "#write-row", "#past", ".views", f"{DONE} .card .link",
                     f"{DONE} .fold summary"):
        assert not tab.locator(selector).first.is_visible(), selector
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    tab.emulate_media(media="screen")
    assert tab.locator(f"{DONE} .said li:visible").count() == 20


@pytest.mark.parametrize("tab", [{"viewport": {"width": 390, "height": 844}, "has_touch": True},
                                 {"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_narrow_screens_scroll_tables_and_not_the_page(tab: Any) -> None:
    ask(tab, answers.FOLLOWING)
    tab.click(f"{DONE} [data-restate=edit]")
    tab.click(f"{DONE} .why > summary")
    assert fits(tab)
    ask(tab, answers.COMPARE)
    assert fits(tab)
    table = tab.locator(f"{DONE} .said .sideways")
    assert table.evaluate("(box) => box.scrollWidth > box.clientWidth")
    table.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('#current .sideways').scrollLeft > 0")
    ask(tab, answers.BRIEF)
    assert fits(tab)
    ask(tab, answers.LONG)
    tab.click(f"{DONE} .more summary")
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_turns_have_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    ask(tab, answers.COMPARE)
    seen = [".said thead th", ".said tbody th", "td.empty", ".said td"]
    for selector in seen:
        assert contrast(*colours(tab, f"{DONE} {selector}")) >= 4.5, selector
    ask(tab, answers.FOLLOWING)
    tab.click(f"{DONE} .why > summary")
    for selector in (".understood", ".choices .link", ".why dt", ".why dd", ".why code",
                     ".why tr.kept td", ".why tr.kept th", ".why tr.kept .none", ".why .none",
                     ".why > summary"):
        assert contrast(*colours(tab, f"{DONE} {selector}")) >= 4.5, selector
