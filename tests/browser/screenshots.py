"""Pictures of the page over the real service: ``python -m tests.browser.screenshots OUTDIR``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.browser.chromium import browser, free_port

QUESTIONS = ("Why are phone examinations holding up cases?",
             "What is the grade for investigating crime?",
             "List every area for improvement on investigations",
             "Who is the chief constable?")
VIEWS = {"desktop-light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
         "desktop-dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
         "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}}
DONE = "#current .turn[data-phase=done]"


def shoot(url: str, folder: Path, questions: tuple[str, ...] = QUESTIONS) -> list[Path]:
    """Take every picture of the page at ``url``: start, library, answers, reader, in each view."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name, view in VIEWS.items():
        with browser(**view) as (context, _):
            page = context.new_page()
            page.goto(url)
            page.wait_for_selector("#question textarea")
            page.wait_for_timeout(800)
            taken.append(_picture(page, folder / f"{name}-start.png"))
            taken.append(_library(page, folder / f"{name}-library.png"))
            for number, question in enumerate(questions, 1):
                _ask(page, question)
                taken.append(_picture(page, folder / f"{name}-answer-{number}.png"))
                if number == 1:
                    taken.append(_reading(page, folder / f"{name}-reader.png"))
    return taken


def _ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f'{DONE} .asked:has-text("{question}")', timeout=60_000)
    page.wait_for_timeout(300)


def _reading(page: Any, path: Path) -> Path:
    page.click(f"{DONE} .cite >> nth=0")
    page.wait_for_selector("#report mark")
    page.mouse.move(2, 2)
    _picture(page, path)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    return path


def _library(page: Any, path: Path) -> Path:
    page.click(".views a[data-view=library]")
    page.wait_for_selector("#shelved > li")
    _picture(page, path)
    page.click(".views a[data-view=ask]")
    page.wait_for_selector("#question textarea")
    return path


def _picture(page: Any, path: Path) -> Path:
    page.wait_for_timeout(200)
    page.screenshot(path=str(path))
    return path


def main(folder: Path) -> None:
    """Open the real service over the shipped reports and photograph it."""
    import app
    from assistant.service import open_service
    from assistant.settings import load

    settings = load(port=free_port())
    service = open_service(settings)
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
