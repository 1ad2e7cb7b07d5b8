"""What a visitor does on the page, and what can be read off it."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.shelf import GOOD

DONE = "#current .turn[data-phase=done]"
CARD = "#arrivals > li"
LISTED = "#shelved > li"


def ask(page: Any, question: str) -> None:
    """Type a question, send it with Enter, wait until it is answered."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f'{DONE} .asked:has-text("{question}")')


def marked(page: Any) -> str:
    """All marked text of the open report, in order."""
    page.wait_for_selector("#report mark")
    return str(page.evaluate(
        "[...document.querySelectorAll('#report mark')].map((one) => one.textContent).join('')"))


def fits(page: Any) -> bool:
    """Whether the page can't be scrolled sideways."""
    return bool(page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def file(name: str, content: bytes) -> dict[str, Any]:
    """A file as a browser hands it over."""
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def open_library(page: Any) -> None:
    """Follow the link to the library and wait for its reports."""
    page.click(".views a[data-view=library]")
    page.wait_for_selector(f"{LISTED}, #library-count:has-text('no report')")


def drop(page: Any, *files: dict[str, Any]) -> None:
    """Choose files."""
    page.set_input_files("#files", list(files))


def add_good(page: Any) -> None:
    """Add one report as it was read."""
    open_library(page)
    drop(page, file("borsetshire.txt", GOOD))
    page.click(f"{CARD} [data-do=add]")
    page.wait_for_selector(f'{LISTED}:has-text("Borsetshire: Effectiveness")')


def colours(page: Any, selector: str) -> tuple[str, str]:
    """The computed colour of an element's text and of what is behind it."""
    ink, paper = page.evaluate("""(selector) => {
        const element = document.querySelector(selector);
        let behind = element;
        while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
            behind = behind.parentElement;
        return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
    }""", selector)
    return str(ink), str(paper)


def luminance(colour: str) -> float:
    """Relative luminance of a computed colour, as WCAG defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two computed colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
