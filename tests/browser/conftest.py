"""Fixtures of the browser tests: a page over a fake backend, and a browser to see it with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.backend import FakeBackend
from tests.browser.chromium import HOW, Guard, browser, executable, free_port

INTERACTIVE_MS = 20_000


@pytest.fixture(scope="session")
def chromium() -> None:
    """Skips the test, with what to do, where no browser is installed."""
    pytest.importorskip("playwright")
    if executable() is None:
        pytest.skip(HOW)


@pytest.fixture
def backend() -> FakeBackend:
    """A fresh fake for each test, so that none sees another's fetched model."""
    return FakeBackend()


@pytest.fixture
def url(backend: FakeBackend) -> Iterator[str]:
    """The page over the fake, served on a free port and stopped afterwards."""
    import app
    from assistant.settings import load

    running = app.launch(backend, load(port=free_port()))
    yield running.url
    running.close()


@pytest.fixture
def tab(chromium: None, url: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """An open page. Fails a test whose page asked for anything outside this machine, broke its
    content policy or raised an error in its script."""
    with browser(**getattr(request, "param", {"viewport": {"width": 1280, "height": 860}})) as (
            context, guard):
        page = context.new_page()
        faults = watch(page)
        page.goto(url)
        page.wait_for_selector("#question textarea", timeout=INTERACTIVE_MS)
        yield page
        assert_clean(guard, faults)


def watch(page: Any) -> list[str]:
    """Errors of the page's scripts and console, as they come."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return faults


def assert_clean(guard: Guard, faults: list[str]) -> None:
    """Nothing left the machine and nothing went wrong in the browser."""
    assert guard.outside == []
    assert faults == []
