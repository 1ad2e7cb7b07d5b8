"""The library view in a real browser: drop, look, correct, add, remove, undo."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.backend import GRADE, METADATA, PHONES, FakeBackend
from tests.browser.shelf import (
    BROKEN,
    GOOD,
    HOSTILE,
    HOSTILE_WORDS,
    PROBLEM,
    REPLACING,
    shelved,
)
from tests.browser.steps import CARD, DONE, LISTED, add_good, ask, drop, file, marked, open_library

pytestmark = pytest.mark.browser

# What text of a file could have become: the page's own links lead to its own views.
FOREIGN = "#library-frame :is(img, script, b, a:not([href^='#']), iframe)"



def test_two_files_are_read_shown_corrected_and_added(tab: Any, backend: FakeBackend) -> None:
    shelf = backend.shelf
    shelf.parsed.clear()
    shelf.indexed.clear()
    open_library(tab)
    drop(tab, file("borsetshire.txt", GOOD), file("locked.txt", BROKEN))
    tab.wait_for_selector(f"{CARD} >> nth=1")
    assert tab.locator(f"{CARD} progress").count() == 2
    assert "Reading the file" in tab.inner_text(f"{CARD} >> nth=0")
    shelf.parsed.set()
    good = f'{CARD}:has-text("borsetshire.txt")'
    tab.wait_for_selector(f"{good} [data-do=add]")
    failed = tab.inner_text(f'{CARD}:has-text("locked.txt")')
    assert "Can’t be added" in failed
    assert PROBLEM in failed
    preview = tab.inner_text(good)
    assert "2 details are guessed" in preview
    assert "12 strengths, 1 weakness" in preview
    assert "21 findings" in preview
    assert tab.locator(f"{good} .field .guessed").count() == 2
    tab.fill(f"{good} input[name=year]", "later")
    tab.click(f"{good} [data-do=add]")
    tab.wait_for_selector(f"{good} [data-trouble]:visible")
    assert "not a year" in tab.inner_text(f"{good} [data-trouble]")
    tab.fill(f"{good} input[name=year]", "2018")
    tab.check(f"{good} input[name=confirm]")
    tab.click(f"{good} [data-do=add]")
    tab.wait_for_selector("#library-progress progress")
    said = tab.inner_text("#library-progress")
    assert "Indexing the reports. 1 of 3" in said
    assert "Answers come from the index as it was" in said
    assert "Borsetshire" not in tab.inner_text(".indexed")
    shelf.indexed.set()
    tab.wait_for_selector(f'{LISTED}:has-text("Borsetshire: Effectiveness")')
    listed = tab.inner_text(f'{LISTED}:has-text("Borsetshire")')
    assert "PEEL 2018" in listed
    assert "guessed" not in listed
    assert "Added on this page: borsetshire.txt" in listed
    assert shelf.given[-1][1] == {"year": "2018", "force": "Borsetshire"}
    tab.wait_for_selector('.indexed:has-text("Borsetshire: Effectiveness")')
    assert "has been added to the library" in tab.inner_text("#library-said")
    tab.click(f"{CARD} [data-do=put_away]")
    tab.wait_for_selector(CARD, state="detached")


def test_several_files_are_added_at_once(tab: Any, backend: FakeBackend) -> None:
    open_library(tab)
    drop(tab, file("a.txt", GOOD), file("b.txt", REPLACING), file("c.txt", BROKEN))
    tab.wait_for_selector('#add-all button:has-text("Add all 2")')
    assert "takes the place of “Northamptonshire PEEL 2017" in tab.inner_text(
        f'{CARD}:has-text("b.txt")')
    tab.click("#add-all button")
    tab.wait_for_selector(f'{LISTED}:has-text("Northamptonshire, revised")')
    tab.wait_for_selector(f'{LISTED}:has-text("Borsetshire")')
    assert tab.locator(LISTED).count() == 2
    assert tab.locator(CARD).count() == 1
    assert not tab.is_visible("#add-all")
    assert [given for _, given in backend.shelf.given] == [{}, {}]
    assert tab.locator(f'{LISTED}:has-text("Borsetshire") .guessed').count() == 2


def test_a_report_is_removed_after_a_question_and_brought_back(tab: Any,
                                                               backend: FakeBackend) -> None:
    add_good(tab)
    card = f'{LISTED}:has-text("Borsetshire")'
    assert tab.locator(f"{LISTED} [data-do=ask_remove]").count() == 1
    tab.click(f"{card} [data-do=ask_remove]")
    tab.wait_for_selector(f"{card} .confirm")
    assert "You can undo this" in tab.inner_text(f"{card} .confirm")
    tab.click(f"{card} [data-do=cancel]")
    assert tab.evaluate("document.activeElement.dataset.do") == "ask_remove"
    tab.click(f"{card} [data-do=ask_remove]")
    tab.click(f"{card} [data-do=remove]")
    tab.wait_for_selector("#removed [data-do=restore]")
    assert tab.evaluate("document.activeElement.dataset.do") == "restore"
    assert tab.locator(card).count() == 0
    assert "borsetshire-2018" in backend.shelf.gone
    tab.wait_for_function("!document.querySelector('.indexed').textContent.includes('Borset')")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(card)
    assert tab.locator("#removed > li").count() == 0
    tab.wait_for_selector('.indexed:has-text("Borsetshire")')


def test_details_are_corrected_later_and_a_refusal_keeps_what_was_typed(
        tab: Any, backend: FakeBackend) -> None:
    add_good(tab)
    card = f'{LISTED}:has-text("borsetshire.txt")'
    tab.click(f"{card} [data-do=edit]")
    tab.wait_for_selector(f"{card} form")
    tab.fill(f"{card} input[name=title]", "Borsetshire 2018")
    tab.fill(f"{card} input[name=year]", "soon")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f"{card} [data-trouble]:visible")
    assert tab.input_value(f"{card} input[name=title]") == "Borsetshire 2018"
    tab.fill(f"{card} input[name=year]", "2018")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{card} h4:has-text("Borsetshire 2018")')
    assert tab.locator(f"{card} form").count() == 0
    assert backend.shelf.given[-1][1] == {"title": "Borsetshire 2018", "year": "2018"}
    assert tab.locator(f"{card} .guessed").count() == 1
    assert "have been saved" in tab.inner_text("#library-said")


def test_hostile_names_and_details_stay_text(tab: Any) -> None:
    open_library(tab)
    name = '<img src=x onerror=alert(1)>..‮txt.exe.txt'
    drop(tab, file(name, HOSTILE))
    tab.wait_for_selector(f"{CARD} [data-do=add]")
    shown = tab.text_content(f"{CARD} h4")
    assert "<img src=x onerror=alert(1)>" in shown
    assert "‮" not in shown
    assert HOSTILE_WORDS in tab.text_content(f"{CARD} .title")
    assert tab.input_value(f"{CARD} input[name=title]") == HOSTILE_WORDS
    tab.click(f"{CARD} [data-do=add]")
    tab.wait_for_selector(f'{LISTED}:has-text("onerror")')
    assert tab.locator(FOREIGN).count() == 0
    tab.click(f'{LISTED}:has-text("onerror") [data-do=ask_remove]')
    tab.click(f"{LISTED} [data-do=remove]")
    tab.wait_for_selector("#removed > li")
    assert HOSTILE_WORDS in tab.text_content("#removed p >> nth=0")
    assert tab.locator(FOREIGN).count() == 0


def test_files_that_cannot_be_taken_are_named(tab: Any) -> None:
    open_library(tab)
    tab.evaluate("document.querySelector('#library-view').dataset.limit = 20")
    drop(tab, file("large.txt", b"x" * 30), file("ok.txt", BROKEN))
    tab.wait_for_selector(CARD)
    assert "large.txt: the file is larger than" in tab.inner_text("#adding-trouble")
    tab.evaluate("document.querySelector('#library-view').dataset.atOnce = 1")
    drop(tab, file("one.txt", BROKEN), file("two.txt", BROKEN))
    tab.wait_for_selector(f"{CARD} >> nth=1")
    assert "Only the first" in tab.inner_text("#adding-trouble")
    assert "large.txt" not in tab.inner_text("#adding-trouble")
    assert tab.locator(f'{CARD}:has-text("two.txt")').count() == 0


def test_files_can_be_dropped_anywhere(tab: Any) -> None:
    tab.evaluate("""(text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.txt"));
        document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
    }""", GOOD.decode())
    tab.wait_for_selector(f'{CARD}:has-text("dropped.txt") [data-do=add]')
    assert tab.is_visible("#library-view")


def test_the_library_is_asked_for_only_when_it_is_opened(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    asked = []
    tab.on("request", lambda one: asked.append(one.url) if "component_server" in one.url else None)
    tab.wait_for_timeout(500)
    assert asked == []
    assert not tab.is_visible("#library-view")
    open_library(tab)
    assert tab.title() == "Library · Findings"
    assert tab.evaluate("document.activeElement.id") == "library-heading"
    assert not tab.is_visible("#question")
    tab.wait_for_timeout(500)
    settled = len(asked)
    tab.wait_for_timeout(1_500)
    assert len(asked) == settled
    tab.go_back()
    tab.wait_for_selector("#question textarea")
    assert tab.title() == "Findings"
    assert tab.is_visible("#current .turn")
    assert tab.get_attribute(".views a[data-view=ask]", "aria-current") == "page"


def test_a_link_opens_the_library(tab: Any, url: str) -> None:
    other = tab.context.new_page()
    other.goto(f"{url}#library")
    other.wait_for_selector(LISTED)
    assert METADATA.title in other.inner_text(LISTED)
    assert "From the library folder" in other.inner_text(LISTED)


def test_unread_files_and_a_long_library(tab: Any, backend: FakeBackend) -> None:
    from dataclasses import replace

    backend.shelf.files_unread = ["scan.pdf: it holds pictures of pages and no text."]
    for number in range(30):
        known = replace(METADATA, id=f"r{number}", title=f"Report {number}",
                        force=f"Force {number}")
        backend.shelf.reports[known.id] = shelved(known)
    open_library(tab)
    assert "1 file of the library can’t be read" in tab.inner_text("#unread")
    assert "scan.pdf: it holds pictures" in tab.inner_text("#unread")
    assert "31 reports" in tab.inner_text("#library-count")
    tab.fill("#library-filter input", "force 23")
    tab.wait_for_function("document.querySelectorAll('#shelved > li:not([hidden])').length === 1")
    assert "1 report has these words" in tab.inner_text("#library-filtered")


def test_keyboard_alone_adds_a_report(tab: Any) -> None:
    tab.focus(".views a[data-view=library]")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(LISTED)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "files"
    drop(tab, file("borsetshire.txt", GOOD))
    tab.wait_for_selector(f"{CARD} [data-do=add]")
    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.dataset.do") == "add":
            break
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "Add borsetshire.txt")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{LISTED}:has-text("Borsetshire")')


def test_the_reader_reads_a_report_anew_after_it_changed(tab: Any, backend: FakeBackend) -> None:
    from dataclasses import replace

    ask(tab, PHONES)
    tab.click("#current .cite >> nth=0")
    quote = marked(tab)
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    old = backend.kept[METADATA.id]
    moved = tuple(replace(one, start=one.start + 4, end=one.end + 4) for one in old.findings)
    backend.kept[METADATA.id] = replace(old, text="NEW\n" + old.text, findings=moved)
    ask(tab, PHONES)
    tab.wait_for_selector("#past .cite")
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_function("document.querySelector('#report').textContent.startsWith('NEW')")
    assert marked(tab) == quote
    tab.click("#past .cite >> nth=0")
    assert marked(tab) == quote


def test_a_finding_that_is_gone_from_its_report_is_said_to_be(tab: Any,
                                                              backend: FakeBackend) -> None:
    from dataclasses import replace

    ask(tab, PHONES)
    tab.wait_for_timeout(500)
    old = backend.kept[METADATA.id]
    backend.kept[METADATA.id] = replace(old, text=old.text.replace("backlog", "pile-up"),
                                        findings=old.findings[1:])
    ask(tab, GRADE)
    tab.click("#past .cite >> nth=0")
    tab.wait_for_selector('#reader-position:has-text("has been changed since this answer")')
    assert tab.locator("#report mark").count() == 0
    tab.click("#past .cite >> nth=1")
    assert marked(tab).startswith("The force should improve its ability")


def test_nothing_that_arrived_is_left_lying_about(tab: Any, url: str) -> None:
    import tempfile

    open_library(tab)
    drop(tab, file("a.txt", GOOD), file("b.txt", BROKEN))
    tab.wait_for_selector(f"{CARD} >> nth=1")
    ours = [one for one in Path(tempfile.gettempdir()).glob("findings-arrivals-*/files")
            if time.time() - one.stat().st_mtime < 60]
    assert ours
    assert [one for folder in ours for one in folder.rglob("*") if one.is_file()] == []


class TestEmptyLibrary:
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend(empty=True)

    def test_the_first_report_is_added(self, tab: Any) -> None:
        tab.click('.intro a:has-text("Open the library")')
        tab.wait_for_selector('#library-count:has-text("no report in the library yet")')
        drop(tab, file("borsetshire.txt", GOOD))
        tab.click(f"{CARD} [data-do=add]")
        tab.wait_for_selector(LISTED)
        tab.click(".views a[data-view=ask]")
        tab.wait_for_selector('.indexed:has-text("Borsetshire")')
        tab.wait_for_selector(".intro h2")
        assert "There are no reports" not in tab.inner_text(".intro")
