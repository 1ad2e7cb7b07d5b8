"""The page of a run in a real browser: what slipped in does not run, what is offered works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from evals.suite.page.document import page
from tests.browser.chromium import HOW, browser, executable
from tests.suite.pages import HOSTILE, everywhere, question, run, scored, summary

ADDRESS = "http://127.0.0.1/run.html"


@pytest.fixture
def tab(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of a run in a browser; a test fails whose page asked for anything or had an error,
    such as a style that its policy refuses."""
    pytest.importorskip("playwright")
    if executable() is None:
        pytest.skip(HOW)
    source = page(request.param)
    with browser(viewport={"width": 390, "height": 844}) as (context, guard):
        context.route(ADDRESS, lambda route: route.fulfill(body=source, content_type="text/html"))
        opened = context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda line: faults.append(line.text))
        opened.goto(ADDRESS)
        yield opened
        assert (guard.outside, faults) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize("tab", [everywhere(HOSTILE)], indirect=True, ids=["hostile"])
def test_nothing_from_outside_runs(tab: Any) -> None:
    tab.click("text=Open all shown")
    assert tab.evaluate("window.hit") is None
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("tab", [run(
    question("d1"), question("d2", kind="list", scores={"right": scored(0.0)}),
    question("d3", question="Who leads it?", scores={}),
    by_kind={"list": [summary("right")]})], indirect=True, ids=["three"])
def test_questions_can_be_picked_and_addressed(tab: Any) -> None:
    def there() -> list[str]:
        found: list[str] = tab.eval_on_selector_all(
            "details.question:not([hidden]) > .body", "all => all.map(one => one.id)")
        return found

    assert there() == ["d1", "d2", "d3"]
    for state, wanted in (("wrong", ["d2"]), ("right", ["d1"]), ("unscored", ["d3"])):
        tab.select_option("[name=state]", state)
        assert there() == wanted
    assert tab.inner_text("output") == "1 of 3 questions"
    tab.goto(f"{ADDRESS}#d2")
    assert there() == ["d1", "d2", "d3"]
    assert tab.eval_on_selector_all("details.question[open] > .body",
                                    "all => all.map(one => one.id)") == ["d2"]
    tab.fill("[name=words]", "who leads")
    assert there() == ["d3"]
    tab.click(".heat a")
    assert there() == ["d2"]
