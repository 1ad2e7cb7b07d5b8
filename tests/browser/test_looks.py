"""Narrow screens and contrast, on both views, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.backend import HOSTILE, MANY, PHONES, shipped_report
from tests.browser.shelf import BROKEN, GOOD
from tests.browser.shelf import HOSTILE as HOSTILE_FILE
from tests.browser.steps import (
    CARD,
    DONE,
    LISTED,
    ask,
    colours,
    contrast,
    drop,
    file,
    fits,
    luminance,
    marked,
    open_library,
)

pytestmark = pytest.mark.browser

BACKLOG = shipped_report().findings[0].text


@pytest.mark.parametrize("tab", [{"viewport": {"width": 360, "height": 740}, "has_touch": True},
                                 {"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_narrow_screens_of_answers_never_scroll_sideways(tab: Any) -> None:
    assert fits(tab)
    ask(tab, MANY)
    assert fits(tab)
    tab.click(f"{DONE} .cite >> nth=0")
    assert marked(tab) == BACKLOG
    tab.wait_for_timeout(100)
    assert fits(tab)
    spot = tab.locator("#report mark").first.bounding_box()
    assert 0 <= spot["y"] < tab.viewport_size["height"]
    ask(tab, HOSTILE)
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_have_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_selector("#report mark")
    for selector in (".said p", ".status", ".by", ".card .place", ".badge", ".lead", ".cite",
                     ".suggestion", ".number", "#report p", "#report mark", "#reader-position",
                     "#send", ".tagline", ".foot p", "[data-testid=block-info]"):
        ink, paper = colours(tab, selector)
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)
    dark = luminance(tab.evaluate("getComputedStyle(document.body).backgroundColor")) < 0.1
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("tab", [{"viewport": {"width": 390, "height": 844}, "has_touch": True},
                                 {"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_narrow_screens_of_the_library_never_scroll_sideways(tab: Any) -> None:
    open_library(tab)
    assert fits(tab)
    drop(tab, file("x" * 120 + ".txt", HOSTILE_FILE), file("b.txt", BROKEN))
    tab.wait_for_selector(f"{CARD} [data-do=add]")
    assert fits(tab)
    tab.click(f"{CARD} [data-do=add]")
    tab.wait_for_selector(f'{LISTED}:has-text("onerror") [data-do=ask_remove]')
    tab.click(f'{LISTED}:has-text("onerror") [data-do=edit]')
    tab.wait_for_selector(f"{LISTED} form")
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_library_has_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    open_library(tab)
    drop(tab, file("a.txt", GOOD), file("b.txt", BROKEN))
    tab.wait_for_selector(f"{CARD} [data-do=add]")
    tab.wait_for_selector(f"{CARD} .trouble:visible")
    for selector in (".views a[aria-current]", ".views a:not([aria-current])", ".drop .plain",
                     "#adding-limits", f"{CARD} .stage", f"{CARD} .stage.failed",
                     f"{CARD} .trouble:not([hidden])", f"{CARD} .guessed",
                     f"{CARD} .grade.positive", f"{CARD} .grade.negative",
                     f"{CARD} .field span", f"{CARD} .hint",
                     f"{CARD} .field input", f"{CARD} [data-do=add]", f"{CARD} [data-do=put_away]",
                     f"{LISTED} .origin", f"{LISTED} .counts", f"{LISTED} summary"):
        ink, paper = colours(tab, selector)
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)
