"""Signing in with a browser, what each role is offered, and what is said when it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.access.passwords import hashed
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.settings import load
from tests.browser import axe
from tests.browser.backend import METADATA, PHONES, FakeBackend
from tests.browser.chromium import browser, free_port
from tests.browser.conftest import INTERACTIVE_MS, assert_clean, watch
from tests.browser.shelf import GOOD
from tests.browser.steps import CARD, LISTED, ask, colours, contrast, drop, file, fits, open_library

PASSWORD = "three random words"
LONG = "w" * 60


@pytest.fixture
def users(tmp_path: Path) -> UsersFile:
    """Anna, an editor, and readers with plain and awkward names."""
    made, kept = UsersFile(tmp_path / "users.toml"), hashed(PASSWORD)
    made.add(User("Anna", Role.EDITOR, kept))
    made.add(User("Rita", Role.READER, kept))
    made.add(User(f"<b>{LONG}", Role.READER, kept))
    return made


@pytest.fixture
def url(users: UsersFile, backend: FakeBackend) -> Iterator[str]:
    """The page with sign-in."""
    import app

    running = app.launch(backend, load(port=free_port(), users=users.path))
    yield running.url
    running.close()


@pytest.fixture(params=[{"viewport": {"width": 1280, "height": 860}}])
def door(chromium: None, url: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser that came to the page and sees the sign-in form."""
    with browser(**request.param) as (context, guard):
        page = context.new_page()
        faults = watch(page)
        page.goto(url)
        page.wait_for_selector("#password")
        yield page
        # A refusal stands in the console as well.
        assert_clean(guard, [one for one in faults if "status of 403" not in one
                             and "status of 401" not in one])


def sign_in(page: Any, name: str, password: str = PASSWORD) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")


def enter(page: Any, name: str) -> None:
    sign_in(page, name)
    page.wait_for_selector("#question textarea", timeout=INTERACTIVE_MS)
    page.wait_for_selector(".account")


def test_an_editor_signs_in_asks_adds_and_signs_out(door: Any, url: str) -> None:
    assert door.evaluate("document.activeElement.id") == "name"
    enter(door, "Anna")
    assert "Anna, editor" in door.inner_text(".account")
    ask(door, PHONES)
    open_library(door)
    drop(door, file("borsetshire.txt", GOOD))
    door.click(f"{CARD} [data-do=add]")
    door.wait_for_selector(f'{LISTED}:has-text("Borsetshire: Effectiveness")')
    door.click(".account button")
    door.wait_for_selector("#password")
    door.goto(url)
    door.wait_for_selector("#password")


def test_a_wrong_password_is_told_and_the_name_kept(door: Any) -> None:
    sign_in(door, "Anna", "not the right one")
    door.wait_for_selector("[role=alert]")
    assert "don’t go together" in door.inner_text("[role=alert]")
    assert door.input_value("#name") == "Anna"
    assert door.input_value("#password") == ""
    assert door.evaluate("document.activeElement.id") == "password"
    assert "Not signed in" in door.title()
    enter(door, "Anna")


def test_a_reader_is_not_offered_what_only_editors_may(door: Any, backend: FakeBackend) -> None:
    enter(door, "Rita")
    open_library(door)
    assert "signed in as a reader" in door.inner_text("#reader-note")
    assert not door.is_visible("#adding")
    assert door.query_selector(f"{LISTED} [data-do]") is None
    assert METADATA.title in door.inner_text(LISTED)
    door.click(".views a[data-view=ask]")
    ask(door, PHONES)
    door.click("#write")
    door.wait_for_selector('#panel:has-text("Only an editor can fetch it")')
    assert not door.is_visible("#fetch")


def test_the_address_leads_on_to_its_view(chromium: None, url: str) -> None:
    with browser(viewport={"width": 1280, "height": 860}) as (context, guard):
        page = context.new_page()
        page.goto(f"{url}/#library")
        page.wait_for_selector("#password")
        sign_in(page, "Rita")
        page.wait_for_selector(LISTED, timeout=INTERACTIVE_MS)
        assert guard.outside == []


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_link_on_another_site_leads_on_to_what_it_names(chromium: None, url: str,
                                                          signed_in: bool) -> None:
    """The browser keeps the cookie back at first; the link's place in the page is not lost."""
    with browser(viewport={"width": 1280, "height": 860}) as (context, guard):
        page = context.new_page()
        if signed_in:
            page.goto(url)
            enter(page, "Rita")
        seen: list[str] = []
        page.on("request", lambda sent: seen.append(sent.url))
        # The same server by another name is another site.
        elsewhere = context.new_page()
        elsewhere.on("request", lambda sent: seen.append(sent.url))
        elsewhere.goto(url.replace("127.0.0.1", "localhost") + "/sign-in")
        elsewhere.evaluate("""(to) => { const link = document.createElement("a");
            link.href = to; document.body.append(link); link.click(); }""", f"{url}/#library")
        if not signed_in:
            elsewhere.wait_for_url(f"{url}/sign-in#library")
            sign_in(elsewhere, "Rita", "not the right one")
            elsewhere.wait_for_selector("[role=alert]")
            sign_in(elsewhere, "Rita")
        elsewhere.wait_for_selector(LISTED, timeout=INTERACTIVE_MS)
        assert elsewhere.url == f"{url}/#library"
        assert any(one.startswith(f"{url}/onward") for one in seen)
        assert guard.outside == []


@pytest.mark.parametrize("named", ["#/evil.example", "#//evil.example/", "#@evil.example",
                                   "#javascript:alert(1)", "#\\\\evil.example"])
def test_what_a_link_names_leads_to_no_other_site(chromium: None, url: str, named: str) -> None:
    with browser(viewport={"width": 1280, "height": 860}) as (context, guard):
        page = context.new_page()
        page.goto(f"{url}/onward{named}")
        page.wait_for_selector("#password")
        assert page.url.startswith(f"{url}/sign-in#")
        assert guard.outside == []


def test_a_sign_in_that_ended_is_said(door: Any, users: UsersFile, url: str) -> None:
    enter(door, "Rita")
    users.remove("Rita")
    door.fill("#question textarea", PHONES)
    door.press("#question textarea", "Enter")
    door.wait_for_selector("#signed-out:not([hidden])")
    assert "You are no longer signed in" in door.inner_text("#signed-out")
    assert door.get_attribute("#signed-out", "role") == "alert"
    door.click("#signed-out a")
    door.wait_for_selector("#password")


def test_files_of_one_are_not_shown_to_another(door: Any, url: str, backend: FakeBackend) -> None:
    enter(door, "Anna")
    open_library(door)
    drop(door, file("borsetshire.txt", GOOD))
    door.wait_for_selector(CARD)
    door.context.clear_cookies()
    other = door.context.new_page()
    other.goto(url)
    enter(other, "Rita")
    open_library(other)
    assert other.query_selector(CARD) is None
    door.context.clear_cookies()
    again = door.context.new_page()
    again.goto(url)
    enter(again, "Anna")
    again.goto(f"{url}/#library")
    again.wait_for_selector(CARD, timeout=INTERACTIVE_MS)


@pytest.mark.parametrize("door", [
    {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False},
    {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}], indirect=True)
def test_the_form_works_on_a_small_screen_without_script(door: Any) -> None:
    sign_in(door, f"{LONG}{LONG}", "not the right one")
    door.wait_for_selector("[role=alert]")
    box = door.query_selector("button").bounding_box()
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_can_be_read(chromium: None, url: str, scheme: str) -> None:
    with browser(viewport={"width": 390, "height": 700}, color_scheme=scheme) as (context, _):
        page = context.new_page()
        page.goto(url)
        sign_in(page, "Anna", "not the right one")
        page.wait_for_selector("[role=alert]")
        for selector in (".problem", ".help", "button", "h1", "label"):
            ink, paper = colours_of(page, selector)
            assert contrast(ink, paper) >= 4.5, selector
        assert fits(page)


def colours_of(page: Any, selector: str) -> tuple[str, str]:
    return colours(page, selector)


@pytest.mark.parametrize("door", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_the_form_and_a_readers_page_are_accessible(door: Any) -> None:
    if axe.source() is None:
        pytest.skip(axe.HOW)
    assert axe.violations(door) == []
    sign_in(door, "Anna", "wrong words here")
    door.wait_for_selector("[role=alert]")
    assert axe.violations(door) == []
    enter(door, "Rita")
    assert axe.violations(door) == []


def test_a_long_name_breaks_and_is_no_markup(door: Any) -> None:
    enter(door, f"<b>{LONG}")
    assert f"<b>{LONG}, reader" in door.inner_text(".account")
    assert door.query_selector(".account b") is None
    assert fits(door)
    assert door.query_selector(".account button").bounding_box()["height"] >= 24
