"""What the tests of the briefing share: pinning, and what can be read off the view."""

from __future__ import annotations

from typing import Any

from tests.browser.backend import PHONES
from tests.browser.steps import ask

ITEM = "#briefing-items > li[data-key]"


def counted(page: Any, count: int) -> None:
    """Wait until the link says how many items there are."""
    page.wait_for_selector(f'.views [data-view=briefing][data-count="{count or ""}"]',
                           state="attached")


def said(page: Any, where: str, text: str) -> None:
    page.wait_for_function("([where, text]) => document.querySelector(where).textContent === text",
                           arg=[where, text])


def pin(page: Any, question: str = PHONES, count: int = 3) -> None:
    """Ask, pin the answer, and turn to the briefing."""
    ask(page, question)
    page.click("#current .pins [data-pin]")
    counted(page, count)
    page.click(".views a[data-view=briefing]")
    page.wait_for_selector(ITEM)


def words(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        f"{ITEM} :is(.words, h4)",
        "all => all.map((one) => one.firstChild.textContent)")
    return found


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? "
                             "document.activeElement.textContent"))
