"""The report reader in a real browser: contents, kinds of finding, long reports, keys, phones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.model import Report
from tests.browser.backend import METADATA, PHONES, FakeBackend, shipped_report
from tests.browser.reading import open_at, shelve_long
from tests.browser.steps import DONE, ask, colours, contrast, fits, marked

pytestmark = pytest.mark.browser

BACKLOG, RETRIEVE, JUDGED, OFFENDERS, _ = shipped_report().findings
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
NARROW = {"viewport": {"width": 320, "height": 640}}
COUNT, COPY_QUOTE = "#reader-count", "#reader [data-do=copy_quote]"


@pytest.fixture
def paged(backend: FakeBackend, tmp_path: Path) -> Report:
    return shelve_long(backend, tmp_path)


def test_contents_lead_to_headings_and_show_where_one_is(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    tab.wait_for_selector("#outline [aria-current=true]")
    assert "investigating crime" in tab.inner_text("#outline [aria-current=true]")
    letters = tab.inner_text('#outline button:has-text("investigating crime") .letter')
    assert letters.startswith("RI")
    tab.click('#outline button:has-text("preventing crime")')
    tab.wait_for_selector('#outline [aria-current=true]:has-text("preventing crime")')
    assert tab.evaluate("document.activeElement.tagName") == "H4"
    assert "preventing crime" in tab.evaluate("document.activeElement.textContent")
    fold = tab.locator("#outline .parts").first
    assert fold.get_attribute("aria-expanded") == "true"
    fold.click()
    assert tab.locator("#outline button[data-section]:visible").count() == 1
    assert tab.get_attribute("#outline button:visible[data-section]", "aria-current") == "true"


def test_a_kind_is_marked_counted_and_stepped_through(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=1")
    assert marked(tab) == RETRIEVE.text
    assert "2 of 2" in tab.inner_text("#reader-position")
    tab.select_option("#reader-kind", label="Strengths (1)")
    assert tab.inner_text(COUNT) == "1 of 1"
    assert marked(tab) == OFFENDERS.text
    assert tab.locator("#report .lit.positive").count() >= 1
    tab.select_option("#reader-kind", "all")
    assert tab.inner_text(COUNT) == "4 of 4"
    tab.click("#reader [data-do=finding_previous]")
    assert tab.inner_text(COUNT) == "3 of 4"
    assert marked(tab) == JUDGED.text
    tab.click("#reader [data-do=previous]")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('1 of')")
    assert marked(tab) == BACKLOG.text
    assert tab.inner_text(COUNT).endswith("of 4")
    tab.click("#reader [data-do=close]")
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    assert tab.input_value("#reader-kind") == "all"
    assert tab.locator("#report .lit").count() >= 4
    tab.select_option("#reader-kind", "")
    assert tab.locator("#report .lit").count() == 0
    assert tab.inner_text(COUNT) == ""
    none = tab.locator("#reader-kind option[value=cause_of_concern]")
    assert none.is_disabled()
    assert none.text_content() == "Causes of concern (0)"


def test_a_badge_in_the_text_opens_its_finding(tab: Any) -> None:
    open_at(tab, f"report={METADATA.id}")
    tab.click('#report .flag:has-text("Strength")')
    assert marked(tab) == OFFENDERS.text
    assert tab.inner_text("#opened-place").startswith("Strength")


def test_a_span_of_a_fetched_report_is_marked_within_a_second(
        tab: Any, record_testsuite_property: Any) -> None:
    ask(tab, PHONES)
    tab.wait_for_timeout(800)
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    took = _marked_after(tab)
    record_testsuite_property("marked_after_ms", took)
    assert took < 1000


def test_a_long_report_opens_scrolls_and_steps_quickly(tab: Any, paged: Report,
                                                       record_testsuite_property: Any) -> None:
    assert len(paged.text) > 900_000
    open_at(tab, "finding=long250")
    assert "number 250" in marked(tab)
    record_testsuite_property("long_opened_after_ms", _marked_after(tab))
    assert _spot(tab)
    tab.select_option("#reader-kind", "weakness")
    assert tab.inner_text(COUNT) == "251 of 300"
    took = tab.evaluate("""() => { const begun = performance.now();
        for (let n = 0; n < 20; n += 1)
            document.querySelector('#reader [data-do=finding_previous]').click();
        return (performance.now() - begun) / 20; }""")
    record_testsuite_property("long_step_ms", took)
    assert took < 1000
    assert "number 230" in marked(tab)
    tab.wait_for_timeout(200)
    assert _spot(tab)
    tab.click('#outline button:has-text("Section number 2") >> nth=0')
    tab.wait_for_selector('#outline [aria-current=true]:has-text("Section number 2")')


def _marked_after(page: Any) -> float:
    """Milliseconds from the wish to open to the marked span."""
    return float(page.evaluate(
        "performance.getEntriesByName('findings:marked').at(-1).duration"))


def _spot(page: Any) -> bool:
    """Whether the mark is in the sight of the text's own frame."""
    return bool(page.evaluate("""() => {
        const box = document.querySelector('#report').getBoundingClientRect();
        const mark = document.querySelector('#report mark').getBoundingClientRect();
        return mark.top >= box.top && mark.bottom <= box.bottom; }"""))


def test_keyboard_alone_goes_through_the_reader(tab: Any) -> None:
    ask(tab, PHONES)
    tab.focus(f"{DONE} .cite >> nth=0")
    tab.keyboard.press("Enter")
    marked(tab)
    tab.focus("#reader [data-do=ask_here]")
    seen = []
    for _ in range(60):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("""() => { const one = document.activeElement;
            const named = one.dataset.section ? 'section' : one.id || one.tagName;
            return one.dataset.do ?? named; }"""))
        if seen[-1] == "copy_link":
            break
    order = list(dict.fromkeys(seen))
    expected = ["close", "next", "reader-kind", "contents", "section", "fold", "report",
                "copy_quote", "copy_link"]
    assert [one for one in order if one in expected] == expected
    tab.focus("#reader [data-do=next]")
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('2 of')")
    tab.wait_for_function("document.activeElement.dataset.do === 'previous'")
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#reader")
    assert tab.evaluate("document.activeElement.matches('.cite[data-open=\"2\"]')")


@pytest.mark.parametrize("tab", [PHONE, NARROW], indirect=True)
def test_on_a_phone_contents_are_folded_and_all_fits(tab: Any, paged: Report) -> None:
    open_at(tab, "finding=long42")
    assert "number 42" in marked(tab)
    assert not tab.is_visible("#outline")
    assert "Section number 4" in tab.inner_text("#reader-here")
    tab.click("#reader [data-do=contents]")
    tab.wait_for_selector("#outline:visible")
    tab.click('#outline button:has-text("Section number 7")')
    assert not tab.is_visible("#outline")
    tab.wait_for_selector('#reader-here:has-text("Section number 7")')
    assert fits(tab)
    tab.click("#reader [data-do=show_page]")
    tab.wait_for_selector("#original .trouble:visible, #original img")
    assert fits(tab)
    below = tab.evaluate("""() => document.querySelector('#reader').getBoundingClientRect().top
        >= document.querySelector('#chat').getBoundingClientRect().bottom""")
    assert below
    small = tab.evaluate("""() => [...document.querySelectorAll('#reader button')]
        .filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect())
        .filter((box) => box.height < 24 || box.width < 24).length""")
    assert small == 0


@pytest.mark.parametrize("tab", [{"viewport": {"width": 1280, "height": 860},
                                  "color_scheme": scheme} for scheme in ("light", "dark")],
                         indirect=True)
def test_colours_can_be_told_and_read(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    tab.select_option("#reader-kind", "all")
    tab.wait_for_selector("#report .lit.negative")
    for selector in (".of", "#reader-kind", COUNT, "#outline [data-section]", "#outline .letter",
                     "#outline [aria-current]", "#opened-place", COPY_QUOTE, "#report mark",
                     "#report .lit.negative", "#report .lit.positive"):
        inside = selector if selector.startswith("#r") else f"#reader {selector}"
        assert contrast(*colours(tab, inside)) >= 4.5, selector
