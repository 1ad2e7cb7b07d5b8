"""The whole path in a real browser: the shipped report, the real index, a cited answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import browser, free_port
from tests.browser.conftest import assert_clean, watch

pytestmark = [pytest.mark.browser, pytest.mark.real_embedder]

DONE = "#current .turn[data-phase=done]"


@pytest.fixture(scope="module")
def served(chromium: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The real service over the shipped reports, in a home of its own, and its address."""
    service_module = pytest.importorskip("assistant.service")
    import app
    from assistant.settings import load

    settings = load(home=Path(tmp_path_factory.mktemp("home")), port=free_port())
    service = service_module.open_service(settings)
    running = app.launch(service, settings)
    yield running.url, service
    running.close()
    service.close()


def test_a_question_is_answered_and_its_citation_opens_the_report(served: Any) -> None:
    url, service = served
    with browser(viewport={"width": 1280, "height": 860}) as (context, guard):
        page = context.new_page()
        faults = watch(page)
        page.goto(url)
        page.wait_for_selector("#question textarea")
        page.fill("#question textarea", "Why are phone examinations holding up cases?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector(DONE, timeout=60_000)
        assert "answered" in page.get_attribute(f"{DONE} .status", "class").split()
        count = page.locator(f"{DONE} .card").count()
        assert count >= 1
        for n in range(1, count + 1):
            card = page.locator(f'{DONE} .card[data-n="{n}"]')
            page.click(f'{DONE} .said .cite[data-open="{n}"] >> nth=0')
            page.wait_for_function(
                "(n) => document.querySelector('#current .card.is-open')?.dataset.n == n", arg=n)
            marked = page.evaluate("[...document.querySelectorAll('#report mark')]"
                                   ".map((one) => one.textContent).join('')")
            report = service.report(card.get_attribute("data-report"))
            start, end = (int(card.get_attribute(f"data-{edge}")) for edge in ("start", "end"))
            assert marked == report.text[start:end] == card.locator("q").text_content()
            assert page.is_visible("#report mark")
        assert_clean(guard, faults)


def test_what_the_reports_do_not_say_is_refused(served: Any) -> None:
    url, _ = served
    with browser(viewport={"width": 390, "height": 844}) as (context, guard):
        page = context.new_page()
        faults = watch(page)
        page.goto(url)
        page.wait_for_selector("#question textarea")
        page.fill("#question textarea", "Who is the chief constable?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector(DONE, timeout=60_000)
        assert "not_in_reports" in page.get_attribute(f"{DONE} .status", "class").split()
        assert page.locator(f"{DONE} .said .cite").count() == 0
        assert_clean(guard, faults)
