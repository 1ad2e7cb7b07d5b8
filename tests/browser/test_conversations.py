"""Conversations that outlast their tab, links to them, and asking with less typing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import app
from assistant.conversations import Conversations
from assistant.settings import load
from tests.browser.answers import LONG_WORDS
from tests.browser.backend import CHIEF, ERROR, GRADE, PHONES, SLOW, FakeBackend
from tests.browser.chromium import browser, free_port
from tests.browser.steps import DONE, ask, colours, contrast, fits

pytestmark = pytest.mark.browser

BOX = "#question textarea"
ODD = "<b>Why</b> ${1} {{value}} & so on?"
ROW = "#conversations ul > li"
PHONE = [{"viewport": {"width": 390, "height": 844}, "has_touch": True},
         {"viewport": {"width": 320, "height": 640}}]


def another_browser(tab: Any, address: str) -> Any:
    """The page with another browser's secret: nothing else tells one from another."""
    page = tab.context.new_page()
    page.add_init_script("localStorage.setItem('findings-owner', 'f'.repeat(64))")
    page.goto(address)
    page.wait_for_selector(BOX)
    return page


def listed(page: Any) -> list[str]:
    return [str(one) for one in page.locator(f"{ROW} .title").all_inner_texts()]


def count(page: Any, number: int) -> None:
    page.wait_for_function(
        f"document.querySelectorAll('#conversations ul > li').length === {number}")


def questions(page: Any) -> list[str]:
    return [str(one) for one in page.eval_on_selector_all(
        "#chat .turn", "all => all.map((one) => one.dataset.question)")]


def begin_anew(page: Any) -> None:
    page.click("#new")
    page.wait_for_selector(".turn", state="detached")


def act(page: Any, name: str, row: int = 0) -> None:
    page.click(f"{ROW} >> nth={row} >> summary")
    page.click(f"{ROW} >> nth={row} >> [data-conversation={name}]")


def link_of(page: Any, row: int = 0) -> str:
    return "#conversation=" + str(page.locator(ROW).nth(row).get_attribute("data-id"))


def shown(page: Any) -> str:
    """The conversation as it stands, without what names this visit."""
    html = page.evaluate("[...document.querySelectorAll('#chat .turn')]"
                         ".map((one) => one.innerHTML).join('')")
    return re.sub(r' data-visit="\w+"| is-open|why-\d+', "", html)


def test_a_reload_brings_the_conversation_back_as_it_was(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} [data-feedback=up]")
    tab.wait_for_selector(f"{DONE} .thanks")
    ask(tab, CHIEF)
    count(tab, 1)
    before, asked = shown(tab), len(backend.histories)
    tab.reload()
    tab.wait_for_selector(f'{DONE} .asked:has-text("{CHIEF}")')
    assert shown(tab) == before
    assert tab.locator("#past .thanks").count() == 1
    assert len(backend.histories) == asked
    assert not tab.is_visible(".intro")
    tab.wait_for_function("document.activeElement?.closest('#question')")
    tab.wait_for_function("document.querySelector('#announce').textContent"
                          ".startsWith('Conversation opened')")
    ask(tab, GRADE)
    assert [question for question, _ in backend.histories[-1]] == [PHONES, CHIEF]
    count(tab, 1)
    tab.click("#past [data-feedback=undo]")
    tab.wait_for_selector("#past .thanks", state="detached")


def test_conversations_are_listed_newest_first_and_open(tab: Any) -> None:
    ask(tab, PHONES)
    ask(tab, GRADE)
    begin_anew(tab)
    ask(tab, CHIEF)
    count(tab, 2)
    tab.wait_for_selector(f'{ROW}:has-text("Today · 2 questions") >> text={PHONES}')
    tab.wait_for_selector(f'#conversations [aria-current]:has-text("{CHIEF}")')
    assert listed(tab) == [CHIEF, PHONES]
    tab.click(f"{ROW} >> nth=1 >> .title")
    tab.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    assert questions(tab) == [PHONES, GRADE]
    tab.wait_for_function(
        f"document.querySelector('#conversations [aria-current]')?.textContent === '{PHONES}'")
    tab.wait_for_selector("#write", state="visible")
    tab.click("#conversations-body [data-conversation=new]")
    tab.wait_for_selector(".intro:visible")
    tab.wait_for_selector("#conversations [aria-current]", state="detached")


def test_a_restart_and_a_closed_tab_lose_nothing(chromium: None, backend: FakeBackend) -> None:
    with browser(viewport={"width": 1280, "height": 860}) as (context, _):
        port = free_port()
        running = app.launch(backend, load(port=port))
        page = context.new_page()
        page.goto(running.url)
        ask(page, PHONES)
        count(page, 1)
        page.close()
        running.close()
        running = app.launch(backend, load(port=port))
        try:
            page = context.new_page()
            page.goto(running.url)
            count(page, 1)
            assert questions(page) == []
            page.click(f"{ROW} .title")
            page.wait_for_selector(DONE)
            assert questions(page) == [PHONES]
        finally:
            running.close()


def test_a_tab_closed_while_it_was_answered_can_ask_again(
        tab: Any, url: str, backend: FakeBackend) -> None:
    tab.fill(BOX, SLOW)
    tab.press(BOX, "Enter")
    tab.wait_for_selector("#current .turn[data-phase=running] .card")
    page = tab.context.new_page()
    tab.close()
    assert backend.cancelled.wait(10)
    page.goto(url)
    page.click(f"{ROW} .title")
    page.wait_for_selector("#current .turn[data-phase=failed]")
    assert "page was closed before this answer was finished" in page.inner_text("#current .note")
    page.click("#current [data-turn-act=again]")
    page.wait_for_selector("#current .turn[data-phase=running]")
    page.click("#stop")
    page.wait_for_selector("#current .turn[data-phase=stopped]")


def test_a_conversation_gets_another_title(tab: Any) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    act(tab, "rename")
    assert tab.input_value("#conversation-title") == PHONES
    tab.keyboard.press("Escape")
    assert tab.locator("#conversation-title").count() == 0
    act(tab, "rename")
    tab.fill("#conversation-title", "<script>alert(1)</script> Phones")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{ROW} .title:has-text("Phones")')
    ask(tab, GRADE)
    tab.wait_for_selector(f'{ROW}:has-text("2 questions")')
    assert listed(tab) == ["<script>alert(1)</script> Phones"]
    assert tab.locator("#conversations script").count() == 0


def test_a_deleted_conversation_comes_back_with_undo(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    act(tab, "delete")
    tab.wait_for_selector(".intro:visible")
    assert questions(tab) == []
    count(tab, 0)
    assert list(backend.conversations.path.glob("*/*.jsonl")) == []
    tab.wait_for_function("document.activeElement?.dataset.conversation === 'undo'")
    tab.keyboard.press("Enter")
    count(tab, 1)
    tab.wait_for_selector(DONE)
    assert questions(tab) == [PHONES]


def test_a_link_opens_a_copy_elsewhere_and_the_original_stays(
        tab: Any, url: str, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    link, before = link_of(tab), shown(tab)
    other = another_browser(tab, f"{url}/{link}")
    other.wait_for_selector(DONE)
    assert questions(other) == [PHONES]
    assert "copy of a conversation" in other.inner_text("#kept")
    assert listed(other) == []
    other.reload()
    other.wait_for_selector(DONE)
    other.click(f"{DONE} .cite >> nth=0")
    other.wait_for_selector("#report mark")
    ask(other, GRADE)
    assert [question for question, _ in backend.histories[-1]] == [PHONES]
    count(other, 1)
    assert not other.is_visible("#kept p")
    assert link_of(other) != link
    assert len(list(backend.conversations.path.glob("*/*.jsonl"))) == 2
    assert shown(tab) == before


def test_a_link_is_copied_or_shown_to_be_copied(tab: Any, url: str) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    act(tab, "link")
    tab.wait_for_selector('[data-conversation=link]:has-text("Link copied")')
    assert tab.evaluate("navigator.clipboard.readText()") == f"{url}/{link_of(tab)}"
    tab.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    tab.click(f"{ROW} [data-conversation=link]")
    assert tab.input_value(".address") == f"{url}/{link_of(tab)}"


@pytest.mark.parametrize("wrong", ["0" * 32, "", "../../etc/passwd", "%3Cscript%3E"])
def test_a_wrong_link_says_so_plainly(tab: Any, wrong: str) -> None:
    ask(tab, PHONES)
    tab.evaluate(f"location.hash = {json.dumps(f'#conversation={wrong}')}")
    tab.wait_for_selector('#hint [role=alert]:has-text("This conversation is not here")')
    assert questions(tab) == [PHONES]
    assert "conversation" not in tab.evaluate("location.hash")


def test_a_browser_that_made_up_its_secret_sees_nothing(tab: Any, url: str) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    for secret in ("f" * 64, "", "../" * 10, "*"):
        tab.evaluate(f"localStorage.setItem('findings-owner', {json.dumps(secret)})")
        page = tab.context.new_page()
        page.goto(url)
        page.wait_for_selector("#conversations .quiet:visible")
        assert listed(page) == []
        page.close()


def test_broken_files_are_told_and_passed_over(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    (path,) = backend.conversations.path.glob("*/*.jsonl")
    path.write_bytes(b"{")
    begin_anew(tab)
    ask(tab, GRADE)
    tab.wait_for_selector('#conversations .quiet:has-text("1 conversation can’t be read")')
    assert listed(tab) == [GRADE]


def test_two_tabs_on_one_conversation_do_not_lose_each_others_questions(
        tab: Any, url: str) -> None:
    ask(tab, PHONES)
    count(tab, 1)
    other = tab.context.new_page()
    other.goto(f"{url}/{link_of(tab)}")
    other.wait_for_selector(DONE)
    assert not other.is_visible("#kept p")
    ask(other, GRADE)
    ask(tab, CHIEF)
    count(tab, 2)
    tab.click(f"{ROW} >> nth=1 >> .title")
    tab.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    assert questions(tab) == [PHONES, GRADE]


def test_arrow_keys_bring_back_what_was_asked(tab: Any) -> None:
    tab.press(BOX, "ArrowUp")
    assert tab.input_value(BOX) == ""
    ask(tab, PHONES)
    ask(tab, ODD)
    for key, text in [("ArrowUp", ODD), ("ArrowUp", PHONES), ("ArrowUp", PHONES),
                      ("ArrowDown", ODD), ("ArrowDown", ""), ("ArrowUp", ODD)]:
        tab.press(BOX, key)
        assert tab.input_value(BOX) == text
    tab.press(BOX, "x")
    tab.press(BOX, "ArrowUp")
    assert tab.input_value(BOX) == f"{ODD}x"


def test_a_recalled_question_is_the_one_that_is_sent(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.press(BOX, "ArrowUp")
    tab.press(BOX, "Enter")
    tab.wait_for_function("document.querySelectorAll('#chat .turn').length === 2")
    assert questions(tab) == [PHONES, PHONES]


def test_the_last_question_is_edited_and_takes_its_place(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    ask(tab, CHIEF)
    tab.click("#current [data-turn-act=edit]")
    assert tab.input_value(BOX) == CHIEF
    assert "replaces that question" in tab.inner_text("#editing")
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#editing")
    assert tab.input_value(BOX) == ""
    tab.click("#current [data-turn-act=edit]")
    ask(tab, GRADE)
    assert questions(tab) == [PHONES, GRADE]
    assert not tab.is_visible("#editing")
    assert [question for question, _ in backend.histories[-1]] == [PHONES]
    ask(tab, CHIEF)
    assert questions(tab) == [PHONES, GRADE, CHIEF]
    tab.reload()
    tab.wait_for_selector(f'{DONE} .asked:has-text("{CHIEF}")')
    assert questions(tab) == [PHONES, GRADE, CHIEF]


def test_a_suggestion_does_not_take_the_place_of_what_is_edited(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click("#current [data-turn-act=edit]")
    tab.click(f'{DONE} .suggestion:has-text("{GRADE}")')
    tab.wait_for_selector(f'{DONE} .asked:has-text("{GRADE}")')
    assert questions(tab) == [PHONES, GRADE]
    tab.wait_for_selector("#editing", state="hidden")


def test_what_went_wrong_can_be_asked_again_in_its_place(tab: Any, backend: FakeBackend) -> None:
    ask(tab, ERROR)
    ask(tab, PHONES)
    assert tab.locator("#past [data-turn-act]").count() == 1
    asked = len(backend.histories)
    tab.click("#past [data-turn-act=again]")
    tab.wait_for_selector("#past .turn[data-revision='2']")
    tab.click("#current [data-turn-act=again]")
    tab.wait_for_selector("#current .turn[data-revision='2']")
    assert len(backend.histories) == asked + 2
    assert questions(tab) == [ERROR, PHONES]
    assert "Answered from 2 findings" in tab.inner_text(f"{DONE} .status")
    assert "Asking again" not in tab.inner_text(DONE)


@pytest.mark.parametrize("tab", PHONE, indirect=True)
def test_on_a_phone_the_list_is_folded_and_fits(tab: Any) -> None:
    assert tab.locator("#conversations-body:visible").count() == 0
    ask(tab, f"{LONG_WORDS * 3}?")
    count(tab, 1)
    tab.click("[data-conversation=fold]")
    assert tab.get_attribute("[data-conversation=fold]", "aria-expanded") == "true"
    tab.click(f"{ROW} summary")
    assert fits(tab)
    for part in (".title", "summary", ".link >> nth=0"):
        box = tab.locator(f"{ROW} {part}").first.bounding_box()
        assert box["height"] >= 24
    tab.click(f"{ROW} [data-conversation=rename]")
    assert fits(tab)
    tab.keyboard.press("Escape")
    tab.click("#current [data-turn-act=edit]")
    assert fits(tab)
    tab.click(f"{ROW} .title")
    tab.wait_for_selector("#conversations-body", state="hidden")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_has_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector(BOX)
    ask(tab, PHONES)
    begin_anew(tab)
    ask(tab, GRADE)
    count(tab, 2)
    tab.click(f"{ROW} >> nth=1 >> summary")
    for selector in ("[data-conversation=fold]", "#conversations .count", f"{ROW}.current .title",
                     f"{ROW}.current .when", f"{ROW}:not(.current) .title",
                     f"{ROW}:not(.current) .when", f"{ROW}:not(.current) .link",
                     "#conversations-body > .plain", "#current [data-turn-act]"):
        ink, paper = colours(tab, selector)
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)


def test_the_list_is_used_by_keyboard_alone(tab: Any) -> None:
    ask(tab, PHONES)
    begin_anew(tab)
    ask(tab, GRADE)
    count(tab, 2)
    tab.focus(f"{ROW} >> nth=1 >> .title")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.is_visible(f"{ROW} >> nth=1 >> .acts")
    tab.keyboard.press("Escape")
    assert not tab.is_visible(f"{ROW} >> nth=1 >> .acts")
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{DONE} .asked:has-text("{PHONES}")')


def test_a_home_that_cannot_be_written_is_told_and_answers_go_on(
        tab: Any, backend: FakeBackend) -> None:
    backend.conversations.path.write_text("a file")
    ask(tab, PHONES)
    tab.wait_for_selector('#kept .trouble:has-text("could not be kept")')
    ask(tab, GRADE)
    assert isinstance(backend.conversations, Conversations)
