"""What can be taken along from the report reader and what leads to it: quotes, links, pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.model import Report
from tests.browser import answers
from tests.browser.backend import HOSTILE, METADATA, PHONES, FakeBackend, shipped_report
from tests.browser.conftest import watch
from tests.browser.reading import LONG, copies, open_at, shelve_long, take_copies
from tests.browser.steps import DONE, LISTED, ask, fits, marked, open_library

pytestmark = pytest.mark.browser

BACKLOG, RETRIEVE = shipped_report().findings[:2]
COPY_QUOTE = "#reader [data-do=copy_quote]"


@pytest.fixture
def paged(backend: FakeBackend, tmp_path: Path) -> Report:
    return shelve_long(backend, tmp_path)


def test_a_quote_is_copied_with_its_reference_and_said_once(tab: Any, url: str) -> None:
    ask(tab, PHONES)
    take_copies(tab)
    tab.click(f"{DONE} .card [data-copy] >> nth=0")
    link = f"{url}/#finding={BACKLOG.id}"
    expected = (f"“{BACKLOG.words}” ({METADATA.title}, {BACKLOG.section[-1]}) {link}")
    assert copies(tab) == [expected]
    assert not tab.is_visible("#reader")
    tab.wait_for_function(
        "document.querySelector('#announce').textContent === 'Quote copied with its reference'")
    assert tab.inner_text(f"{DONE} .card [data-copy] >> nth=0") == "Copied"
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    tab.click(COPY_QUOTE)
    tab.click("#reader [data-do=copy_link]")
    tab.wait_for_function("window.copies.length === 3")
    assert copies(tab)[1:] == [expected, link]


def test_every_card_of_a_long_list_can_be_copied(tab: Any, url: str,
                                                 backend: FakeBackend) -> None:
    ask(tab, answers.LONG)
    tab.click("#current .more summary")
    assert tab.locator("#current .card").count() == 1000
    assert tab.locator("#current .card [data-copy]").count() == 1000
    take_copies(tab)
    card = tab.locator("#current .card.small[data-n='51']")
    known = backend.kept[METADATA.id].findings
    found = known[50 % len(known)]
    button = card.locator("[data-copy]")
    assert button.get_attribute("aria-label") == "Copy quote of finding 51 with its reference"
    button.click()
    assert copies(tab) == [f"“{found.words}” ({METADATA.title}, {found.section[-1]}) "
                           f"{url}/#finding={found.id}"]
    assert not tab.is_visible("#reader")
    tab.locator("#current .card.small[data-n='1000'] [data-copy]").press("Enter")
    tab.wait_for_function("window.copies.length === 2")
    assert card.locator("[data-copy] + .pin").count() == 1


@pytest.mark.parametrize("tab", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_small_cards_and_their_buttons_fit_a_narrow_page(tab: Any) -> None:
    ask(tab, answers.LONG)
    tab.click("#current .more summary")
    tab.wait_for_selector("#current .card.small .pin")
    assert fits(tab)
    sizes = tab.eval_on_selector_all(
        "#current .card.small .tools > button",
        "all => all.slice(0, 20).map((one) => one.getBoundingClientRect().height)")
    assert min(sizes) >= 24


def test_copying_works_the_older_way_and_says_where_it_does_not(tab: Any) -> None:
    ask(tab, PHONES)
    tab.evaluate("""() => { window.copies = [];
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
        document.execCommand = () => {
            window.copies.push(document.activeElement.value); return window.allowed !== false; };
    }""")
    button = f"{DONE} .card [data-copy] >> nth=0"
    tab.click(button)
    assert BACKLOG.words in copies(tab)[0]
    tab.wait_for_selector(f'{button} >> text="Copied"')
    assert tab.evaluate("document.activeElement.matches('[data-copy]')")
    tab.evaluate("() => { window.allowed = false; }")
    tab.click(button)
    tab.wait_for_selector(f'{button} >> text="Not copied"')
    tab.wait_for_function(
        "document.querySelector('#announce').textContent.includes('did not allow copying')")


def test_a_link_opens_its_finding_on_first_load(tab: Any, url: str) -> None:
    other = tab.context.new_page()
    faults = watch(other)
    other.goto(f"{url}/#finding={RETRIEVE.id}")
    assert marked(other) == RETRIEVE.text
    assert other.is_visible("#report mark")
    assert other.inner_text("#opened-place").startswith("Area for improvement")
    assert not other.is_visible("#cited")
    other.keyboard.press("Escape")
    assert not other.is_visible("#reader")
    assert other.url.endswith("#questions")
    other.wait_for_function("document.activeElement?.closest('#question')")
    assert faults == []


@pytest.mark.parametrize("fragment", ["finding=nosuch", "report=nosuch", "finding=%E0%A4%A",
                                      "finding=%3Cimg%20src%3Dx%3E"])
def test_a_link_that_leads_nowhere_says_so(tab: Any, fragment: str) -> None:
    open_at(tab, fragment)
    tab.wait_for_selector("#reader-trouble:visible")
    assert "can’t be followed" in tab.inner_text("#reader-trouble")
    assert not tab.is_visible("#contents")
    assert not tab.is_visible("#opened")
    tab.click("#reader [data-do=close]")
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    assert marked(tab) == BACKLOG.text
    assert not tab.is_visible("#reader-trouble")


def test_a_report_is_read_from_the_library_and_focus_comes_back(tab: Any) -> None:
    open_library(tab)
    read = f'{LISTED} a:has-text("Read")'
    assert tab.get_attribute(read, "aria-label") == f"Read {METADATA.title}"
    tab.focus(read)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#report .piece:visible")
    assert tab.inner_text("#reader-title") == METADATA.title
    tab.wait_for_function("document.activeElement?.id === 'reader-title'")
    assert not tab.is_visible("#cited")
    tab.keyboard.press("Escape")
    tab.wait_for_selector(f"{LISTED}:visible")
    tab.wait_for_function("document.activeElement?.textContent === 'Read'")


def test_asking_about_the_open_report_sets_where_to_look(tab: Any, backend: FakeBackend) -> None:
    open_library(tab)
    tab.click(f'{LISTED} a:has-text("Read")')
    tab.wait_for_selector("#report .piece:visible")
    tab.click("#reader [data-do=ask_here]")
    tab.wait_for_function("document.activeElement?.closest('#question')")
    assert METADATA.title in tab.inner_text("#scope-chips")
    ask(tab, PHONES)
    assert backend.choices[-1].scope.reports == frozenset({METADATA.id})
    assert tab.is_visible("#reader")
    tab.click("#reader [data-do=close]")
    assert tab.is_visible(DONE)


def test_pages_are_shown_in_the_margin_and_as_printed(tab: Any, paged: Report) -> None:
    open_at(tab, "finding=long3")
    assert marked(tab) == "The force has weakness number 3 in this respect."
    assert "page 2" in tab.inner_text("#opened-place")
    assert tab.inner_text('#report .page-mark[data-page="2"]') == "Page 2"
    tab.click('#reader button:has-text("Show the original page 2")')
    tab.wait_for_selector("#original img")
    assert tab.inner_text("#original-page") == "Original page 2 of 3"
    assert tab.get_attribute("#original img", "alt") == (
        "Page 2 of A long report, as in the original file")
    tab.wait_for_function("document.querySelector('#original img').naturalWidth > 1000")
    tab.click("#original [data-do=page_next]")
    tab.wait_for_selector('#original-page:has-text("page 3 of 3")')
    assert tab.is_disabled("#original [data-do=page_next]")
    tab.keyboard.press("Escape")
    assert tab.is_visible("#report mark")
    assert tab.evaluate("document.activeElement.dataset.do") == "show_page"
    tab.select_option("#reader-kind", "weakness")
    for _ in range(4):
        tab.click("#reader [data-do=finding_next]")
    tab.click('#reader button:has-text("Show the original page 4")')
    tab.wait_for_selector("#original .trouble:visible")
    assert "has no page 4" in tab.inner_text("#original .trouble")


def test_a_missing_original_is_told_in_words(tab: Any, paged: Report,
                                             backend: FakeBackend) -> None:
    backend.sources.files[LONG.id].path.unlink()
    open_at(tab, "finding=long3")
    marked(tab)
    tab.click("#reader [data-do=show_page]")
    tab.wait_for_selector("#original .trouble:visible")
    assert "no longer where it was" in tab.inner_text("#original .trouble")
    tab.click("#original [data-do=back]")
    assert tab.is_visible("#report mark")


def test_a_text_file_has_no_page_and_no_button(tab: Any) -> None:
    open_at(tab, f"finding={BACKLOG.id}")
    marked(tab)
    assert not tab.is_visible("#reader [data-do=show_page]")
    assert "page" not in tab.inner_text("#opened-place")
    assert tab.locator(".page-mark").count() == 0


def test_hostile_text_stays_text_in_the_reader(tab: Any) -> None:
    ask(tab, HOSTILE)
    tab.click(f"{DONE} .cite >> nth=0")
    marked(tab)
    take_copies(tab)
    tab.click(COPY_QUOTE)
    assert copies(tab)[0].startswith("“<script>document.title")
    assert tab.locator("#reader :is(img, script, iframe)").count() == 0
    assert tab.title() == "Findings"
