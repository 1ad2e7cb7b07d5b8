"""Undoing what was unpinned, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.backend import PHONES
from tests.browser.pinning import ITEM, counted, focused, pin, said, words
from tests.browser.steps import ask

pytestmark = pytest.mark.browser


def test_an_unpinned_answer_comes_back_with_the_authors_words_by_undo(tab: Any) -> None:
    pin(tab)
    tab.click(f"{ITEM} >> nth=0 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "My own heading")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'{ITEM} h4:text-is("My own heading")')
    tab.click(f"{ITEM} >> nth=0 >> [data-do=down]")
    said(tab, "#briefing-said", "Moved to place 2 of 3.")
    before = words(tab)
    tab.click(".views a[data-view=ask]")
    button = "#current .pins [data-pin]"
    tab.click(button)
    counted(tab, 0)
    said(tab, "#announce", "Unpinned. The briefing has 0 items. 1 item with your own words is gone "
                           "with it; Undo, beside the button, brings it back.")
    undo = tab.locator("#current .pins [data-repin]")
    assert undo.get_attribute("aria-label") == f"Undo: bring back this answer: {PHONES}"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Undo"
    tab.keyboard.press("Enter")
    counted(tab, 3)
    said(tab, "#announce", "Back in the briefing as it was. The briefing has 3 items.")
    assert undo.count() == 0
    assert focused(tab).startswith("Unpin this answer")
    tab.click(".views a[data-view=briefing]")
    tab.wait_for_selector(ITEM)
    assert words(tab) == before


def test_undo_goes_away_once_it_is_pinned_anew_or_can_do_nothing(tab: Any) -> None:
    ask(tab, PHONES)
    card = tab.locator("#current .card [data-pin]").first
    undo = tab.locator("#current .card [data-repin]")
    for count in (1, 0, 1):
        card.click()
        counted(tab, count)
    assert undo.count() == 0
    card.click()
    counted(tab, 0)
    tab.evaluate("localStorage.setItem('findings-owner', 'e'.repeat(64))")
    undo.click()
    tab.wait_for_selector('#current .pin-trouble:has-text("can’t be brought back")')
