"""Pictures of the page over the real service: ``python -m tests.browser.screenshots OUTDIR``.

The library holds the shipped report and the invented ones; the home is a fresh folder, so that
the pictures are the same each time but for dates. ``make screenshots`` makes those of the guide.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.chromium import browser, free_port

ROOT = Path(__file__).resolve().parents[2]
WHY = "Why are digital investigations delayed in Northamptonshire?"
COMPARED = "Compare Norfolk and Lincolnshire on stop and search"
VIEWS = {"desktop": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
         "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
         "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}}
DONE = "#current .turn[data-phase=done]"


def shoot(url: str, folder: Path) -> list[Path]:
    """Take every picture of the page at ``url``, in each view; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for name, view in VIEWS.items():
        with browser(**view) as (context, _):
            page = context.new_page()
            page.goto(url)
            page.wait_for_selector("#question textarea")
            page.wait_for_timeout(800)
            for scene, show in SCENES.items():
                show(page)
                page.mouse.move(2, 2)
                page.wait_for_timeout(500)
                taken.append(folder / f"{scene}-{name}.png")
                page.screenshot(path=str(taken[-1]))
    return taken


def _ask(page: Any, question: str) -> None:
    page.click(".views a[data-view=ask]")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f'{DONE} .asked:has-text("{question}")', timeout=60_000)


def _reader(page: Any) -> None:
    page.click(f"{DONE} .cite >> nth=0")
    page.wait_for_selector("#report mark")


def _compare(page: Any) -> None:
    page.keyboard.press("Escape")
    _ask(page, COMPARED)


def _library(page: Any) -> None:
    page.click(".views a[data-view=library]")
    page.wait_for_selector("#shelved > li")


def _overview(page: Any) -> None:
    page.evaluate("location.hash = 'library/overview'")
    page.wait_for_selector("#overview-frame table")


def _briefing(page: Any) -> None:
    _ask(page, WHY)
    page.click(f"{DONE} .pins [data-pin]")
    page.wait_for_selector('.views [data-view=briefing]:not([data-count=""])', state="attached")
    page.click(".views a[data-view=briefing]")
    page.wait_for_selector("#briefing-items > li")


SCENES: dict[str, Callable[[Any], None]] = {
    "start": lambda page: None, "answer": lambda page: _ask(page, WHY), "reader": _reader,
    "compare": _compare, "library": _library, "overview": _overview, "briefing": _briefing}


def main(folder: Path) -> None:
    """Open the real service over the reports and photograph it."""
    import app
    from assistant.service import open_service
    from assistant.settings import load

    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "reports"
        source.mkdir()
        for place in (ROOT / "corpus" / "reports", ROOT / "evals" / "reports"):
            for path in place.iterdir():
                if path.suffix in (".txt", ".md", ".toml") and path.name != "README.md":
                    shutil.copy(path, source)
        settings = load(home=Path(scratch) / "home", port=free_port())
        service = open_service(settings, source)
        running = app.launch(service, settings)
        try:
            shoot(running.url, folder)
        finally:
            running.close()
            service.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures go: python -m tests.browser.screenshots OUTDIR")
    main(Path(sys.argv[1]))
