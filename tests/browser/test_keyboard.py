"""The main path by keyboard alone: ask, read the finding, come back, pin, open the briefing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.backend import PHONES
from tests.browser.steps import DONE, marked

pytestmark = pytest.mark.browser

_MOST = 120


def tab_to(page: Any, selector: str, key: str = "Tab") -> None:
    """Move the focus on until it is on an element that meets a selector."""
    for _ in range(_MOST):
        page.keyboard.press(key)
        if page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
    pytest.fail(f"the keyboard does not come to {selector}")


@pytest.mark.parametrize("tab", [{"viewport": {"width": 1280, "height": 860}},
                                 {"viewport": {"width": 390, "height": 844}}], indirect=True,
                         ids=["wide", "phone"])
def test_a_question_its_evidence_and_a_briefing(tab: Any) -> None:
    tab.wait_for_function("document.activeElement === document.querySelector('#question textarea')")
    tab.keyboard.type(PHONES)
    tab.keyboard.press("Enter")
    tab.wait_for_selector(DONE)
    tab_to(tab, ".cite", "Shift+Tab")
    opened = tab.evaluate("document.activeElement.dataset.open")
    tab.keyboard.press("Enter")
    assert marked(tab)
    tab.wait_for_function("document.activeElement.matches('#report mark')")
    tab.keyboard.press("Escape")
    tab.wait_for_function(
        f"document.activeElement.matches('.cite[data-open=\"{opened}\"]')")
    tab_to(tab, ".card [data-pin]")
    tab.keyboard.press("Enter")
    tab.wait_for_selector('.views [data-view=briefing][data-count="1"]', state="attached")
    tab_to(tab, ".views a[data-view=briefing]", "Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.activeElement.id === 'briefing-heading'")
    tab.wait_for_selector("#briefing-items > li")


def test_what_has_the_focus_can_be_seen(tab: Any) -> None:
    tab.keyboard.press("Tab")
    for _ in range(25):
        tab.keyboard.press("Tab")
        seen = tab.evaluate("""() => {
            const one = document.activeElement, style = getComputedStyle(one);
            if (one === document.body) return true;
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
                || style.boxShadow !== 'none' || one.matches('input, textarea, select');
        }""")
        assert seen, tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")
