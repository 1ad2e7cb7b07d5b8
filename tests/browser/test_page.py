"""The page in a real browser, over a fake backend, cut off from the network."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.backend import (
    CHIEF,
    ERROR,
    GRADE,
    HOSTILE,
    HOSTILE_TEXT,
    MANY,
    PARTIAL,
    PHONES,
    SLOW,
    FakeBackend,
    shipped_report,
)
from tests.browser.steps import DONE, ask, marked

pytestmark = pytest.mark.browser

BACKLOG, RETRIEVE, JUDGED = (one.text for one in shipped_report().findings[:3])


def test_the_question_box_is_ready_and_a_question_is_answered(tab: Any) -> None:
    tab.wait_for_function("document.activeElement?.closest('#question')")
    tab.keyboard.type(PHONES)
    tab.keyboard.press("Shift+Enter")
    assert tab.input_value("#question textarea") == PHONES + "\n"
    tab.keyboard.press("Enter")
    tab.wait_for_selector(DONE)
    assert "Answered from 2 findings" in tab.inner_text(f"{DONE} .status")
    assert tab.locator(f"{DONE} .card").count() == 2
    assert tab.input_value("#question textarea") == ""
    assert tab.title() == "Findings"


def test_a_citation_opens_the_report_with_the_quote_marked(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    assert marked(tab) == BACKLOG
    assert tab.is_visible("#report mark")
    tab.click("#reader [data-do=next]")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('2 of')")
    assert marked(tab) == RETRIEVE
    assert tab.is_disabled("#reader [data-do=next]")
    tab.click(f"{DONE} .card >> nth=0")
    tab.wait_for_function("document.querySelector('#reader-position').textContent.includes('1 of')")
    assert marked(tab) == BACKLOG
    tab.click("#reader [data-do=close]")
    assert not tab.is_visible("#reader")
    assert tab.locator("#report mark").count() == 0


def test_a_marked_span_shows_without_asking_the_program(tab: Any) -> None:
    ask(tab, PHONES)
    tab.wait_for_timeout(500)
    tab.context.set_offline(True)
    tab.click("#current .cite >> nth=0")
    tab.wait_for_selector("#report mark", timeout=5_000)
    tab.context.set_offline(False)


def test_a_quote_over_two_lines_is_marked_whole(tab: Any) -> None:
    ask(tab, MANY)
    tab.click(f"{DONE} .cite >> nth=4")
    quote = shipped_report().findings[4].text
    assert "\n" in quote
    assert marked(tab) == quote
    assert tab.locator("#report mark").count() == 2


def test_keyboard_alone_asks_reads_and_closes(tab: Any) -> None:
    tab.wait_for_function("document.activeElement?.closest('#question')")
    tab.keyboard.type(PHONES)
    tab.keyboard.press("Enter")
    tab.wait_for_selector(DONE)
    for _ in range(20):
        tab.keyboard.press("Shift+Tab")
        if tab.evaluate("document.activeElement.matches('.cite[data-open=\"2\"]')"):
            break
    assert "Citation 2: area for improvement, How effective is the force at investigating" in (
        tab.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert tab.inner_text("#tip .tip-quote") == RETRIEVE
    assert tab.inner_text("#tip .tip-place").startswith("Area for improvement · ")
    tab.keyboard.press("Enter")
    assert marked(tab) == RETRIEVE
    assert tab.evaluate("document.activeElement.tagName") == "MARK"
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#reader")
    assert tab.evaluate("document.activeElement.matches('.cite[data-open=\"2\"]')")


def test_a_suggestion_asks_itself(tab: Any, backend: FakeBackend) -> None:
    tab.click(f'.suggestion:has-text("{PHONES}")')
    tab.wait_for_selector(DONE)
    assert not tab.is_visible(".intro")
    tab.click(f'{DONE} .suggestion:has-text("{GRADE}")')
    tab.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    assert "Requires improvement" in tab.inner_text(f"{DONE} .said")
    assert tab.inner_text(f"{DONE} .grade").lower() == "requires improvement"
    asked, answered = backend.histories[1][0]
    assert asked == PHONES
    assert "[1]" in answered


def test_evidence_stands_before_the_sentences(tab: Any) -> None:
    tab.fill("#question textarea", SLOW)
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#current .turn[data-phase=running] .card")
    assert tab.inner_text("#current .said").strip() == ""
    assert "Writing from 2 findings" in tab.inner_text("#current .status")
    tab.click("#stop")
    tab.wait_for_selector("#current .turn[data-phase=stopped]")


def test_stop_ends_the_work_behind_it(tab: Any, backend: FakeBackend) -> None:
    tab.fill("#question textarea", SLOW)
    tab.press("#question textarea", "Enter")
    tab.click("#stop")
    tab.wait_for_selector("#current .turn[data-phase=stopped]")
    assert backend.cancelled.wait(5)
    assert "Stopped" in tab.inner_text("#current .status")
    assert not tab.is_visible("#stop")
    ask(tab, GRADE)


def test_closing_the_tab_ends_the_work_behind_it(tab: Any, backend: FakeBackend) -> None:
    tab.fill("#question textarea", SLOW)
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#current .turn[data-phase=running] .card")
    tab.close()
    assert backend.cancelled.wait(10)


def test_two_visitors_do_not_see_each_other(tab: Any, url: str, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    other = tab.context.new_page()
    other.goto(url)
    other.wait_for_selector("#question textarea")
    assert other.locator(".turn").count() == 0
    ask(other, GRADE)
    assert backend.histories[-1] == []
    ask(tab, GRADE)
    assert [question for question, _ in backend.histories[-1]] == [PHONES]


def test_a_new_conversation_forgets_the_old(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_selector("#report mark")
    tab.click("#new")
    tab.wait_for_selector(".intro")
    assert tab.locator(".turn").count() == 0
    tab.wait_for_selector("#reader", state="hidden")
    ask(tab, GRADE)
    assert backend.histories[-1] == []


def test_earlier_answers_stay_and_open(tab: Any) -> None:
    ask(tab, PHONES)
    ask(tab, GRADE)
    tab.click("#past .cite >> nth=0")
    assert marked(tab) == BACKLOG
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_function("document.querySelector('#report mark')?.textContent.startsWith('North')")
    assert marked(tab) == JUDGED


def test_every_outcome_is_said_in_words(tab: Any) -> None:
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#hint [role=alert]")
    ask(tab, PARTIAL)
    assert "1 sentence was left out" in tab.inner_text(f"{DONE} .status")
    ask(tab, CHIEF)
    assert "Not in the reports" in tab.inner_text(f"{DONE} .status")
    assert "Nearest findings, not an answer" in tab.inner_text(f"{DONE} .nearest")
    assert tab.locator(f"{DONE} .number").count() == 0
    tab.click(f"{DONE} .nearest .link >> nth=0")
    assert marked(tab) == shipped_report().findings[3].text
    ask(tab, ERROR)
    assert "Run findings index" in tab.inner_text(f"{DONE} .said")
    assert not tab.is_visible("#write")


def test_an_answer_is_announced_once(tab: Any) -> None:
    tab.evaluate("""() => {
        window.heard = [];
        const said = document.querySelector('#announce');
        new MutationObserver(() => window.heard.push(said.textContent))
            .observe(said, {childList: true, characterData: true});
    }""")
    ask(tab, PHONES)
    tab.wait_for_function("window.heard.length > 0")
    tab.wait_for_timeout(300)
    heard = tab.evaluate("window.heard")
    assert len(heard) == 1
    assert heard[0].startswith("Answered from 2 findings. The force has a backlog")


def test_write_it_up_says_the_size_fetches_and_rewrites(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click("#write")
    tab.wait_for_selector("#panel .panel")
    assert "1.1 GB once" in tab.inner_text("#panel")
    assert backend.state.done_bytes == 0
    tab.click('#fetch:has-text("Fetch 1.1 GB")')
    tab.wait_for_selector("#panel progress")
    assert "335 of 1,117 MB, 30 per cent" in tab.inner_text("#panel")
    ask(tab, GRADE)
    assert tab.is_visible("#panel progress")
    backend.release.set()
    tab.wait_for_selector('#past .said:has-text("Phones wait to be examined")', timeout=10_000)
    tab.wait_for_selector('#past .by:has-text("small model")', timeout=10_000)
    assert tab.locator("#panel .panel").count() == 0
    tab.wait_for_selector("#write")
    tab.click("#write")
    tab.wait_for_selector(f'{DONE} .by:has-text("small model")', timeout=10_000)
    assert "The disk is full." not in tab.inner_text("#panel")
    assert not tab.is_visible("#write")


def test_a_failed_fetch_says_why_and_can_be_tried_again(tab: Any, backend: FakeBackend) -> None:
    from assistant.backend import ProseState, ProseStatus

    backend.state = ProseState(ProseStatus.FAILED, "small model", message="The disk is full.")
    ask(tab, PHONES)
    tab.click("#write")
    tab.wait_for_selector('#panel:has-text("The disk is full.")')
    backend.release.set()
    tab.click('#fetch:has-text("Try again")')
    tab.wait_for_selector(f'{DONE} .by:has-text("small model")', timeout=10_000)
    assert "The disk is full." not in tab.inner_text("#panel")


def test_hostile_text_stays_text(tab: Any) -> None:
    ask(tab, HOSTILE)
    assert HOSTILE_TEXT in tab.text_content(f"{DONE} .said")
    assert tab.text_content(f"{DONE} .card q") == HOSTILE_TEXT
    tab.click(f"{DONE} .cite >> nth=0")
    assert marked(tab) == HOSTILE_TEXT
    tab.fill("#question textarea", HOSTILE_TEXT)
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector(f"{DONE} .asked:has-text('onerror')")
    assert HOSTILE_TEXT in tab.text_content(f"{DONE} .asked")
    assert tab.locator("#work :is(img, script, a, iframe)").count() == 0
    assert tab.title() == "Findings"


def test_forty_citations_are_folded_and_all_there(tab: Any) -> None:
    ask(tab, MANY)
    assert tab.locator(f"{DONE} .card").count() == 40
    assert not tab.is_visible(f"{DONE} .card >> nth=39")
    tab.click(f'{DONE} summary:has-text("Show the other 20 of 40")')
    tab.click(f"{DONE} .cite >> nth=39")
    assert marked(tab) == shipped_report().findings[39 % 5].text
    tab.click(f"{DONE} .more summary")
    assert tab.is_visible(f"{DONE} .card >> nth=39")


class TestEmptyLibrary:
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend(empty=True)

    def test_says_how_to_add_reports(self, tab: Any) -> None:
        assert "no reports to answer from" in tab.inner_text(".intro")
        assert "findings index" in tab.inner_text(".intro code")
        assert "No report is indexed" in tab.inner_text(".masthead")
