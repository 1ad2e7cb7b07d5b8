"""Every view as axe-core sees it, at desktop and phone width, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe
from tests.browser.backend import MANY, PHONES
from tests.browser.shelf import BROKEN, GOOD
from tests.browser.steps import CARD, DONE, ask, drop, file, open_library

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DARK = {**WIDE, "color_scheme": "dark"}
DARK_PHONE = {**PHONE, "color_scheme": "dark"}
EVERYWHERE = pytest.mark.parametrize("tab", [WIDE, PHONE, DARK, DARK_PHONE], indirect=True,
                                     ids=["wide", "phone", "dark", "dark-phone"])


@pytest.fixture(autouse=True)
def _needs_axe() -> None:
    if axe.source() is None:
        pytest.skip(axe.HOW)


@EVERYWHERE
def test_the_start_and_answers(tab: Any) -> None:
    assert axe.violations(tab) == []
    ask(tab, PHONES)
    assert axe.violations(tab) == []
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_selector("#report mark")
    assert axe.violations(tab) == []


@pytest.mark.parametrize("tab", [WIDE, PHONE], indirect=True, ids=["wide", "phone"])
def test_a_long_list_unfolded_and_why(tab: Any) -> None:
    ask(tab, MANY)
    for fold in tab.locator("#current details > summary").all():
        if fold.is_visible():
            fold.click()
    assert axe.violations(tab) == []


@EVERYWHERE
def test_the_library_with_files_arriving(tab: Any) -> None:
    open_library(tab)
    assert axe.violations(tab) == []
    drop(tab, file("good.txt", GOOD), file("broken.pdf", BROKEN))
    tab.wait_for_selector(f"{CARD} [data-do=add]")
    assert axe.violations(tab) == []


@EVERYWHERE
def test_a_briefing_with_something_pinned(tab: Any) -> None:
    tab.click(".views a[data-view=briefing]")
    tab.wait_for_selector("#briefing-heading")
    assert axe.violations(tab) == []
    tab.click(".views a[data-view=ask]")
    ask(tab, PHONES)
    tab.click(f"{DONE} .card [data-pin] >> nth=0")
    tab.wait_for_selector('.views [data-view=briefing][data-count="1"]', state="attached")
    tab.click(".views a[data-view=briefing]")
    tab.wait_for_selector("#briefing-items > li")
    assert axe.violations(tab) == []


@EVERYWHERE
def test_the_evaluation(tab: Any) -> None:
    tab.click(".views a[data-view=evaluation]")
    tab.wait_for_selector("#evaluation-heading")
    tab.wait_for_timeout(500)
    assert axe.violations(tab) == []


def test_it_can_find_something(tab: Any) -> None:
    tab.evaluate("document.querySelector('#chat').append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in axe.violations(tab))
