"""Choosing where to look, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from index.filter import Filter
from tests.browser import answers
from tests.browser.backend import PHONES, FakeBackend
from tests.browser.steps import DONE, LISTED, add_good, ask, colours, contrast, fits, open_library

pytestmark = pytest.mark.browser

MANY = [answers.LINCOLNSHIRE, answers.LANCASHIRE, *answers.many_reports(20)]


@pytest.fixture
def backend() -> FakeBackend:
    """A library of many forces and years."""
    return FakeBackend(more=MANY)


def choose(tab: Any, *values: str) -> None:
    """Tick what has these values, then close the choices."""
    tab.click("#scope-open")
    for value in values:
        tab.check(f"#places input[value='{value}']")
    tab.click("[data-places=done]")


def chips(tab: Any) -> list[str]:
    return [text.removesuffix("×").strip() for text in tab.locator(".chip").all_inner_texts()]


def test_a_question_is_asked_where_the_reader_chose(tab: Any, backend: FakeBackend) -> None:
    assert tab.inner_text("#scope-all") == "all reports"
    assert not tab.is_visible("#places")
    choose(tab, "Lincolnshire", "2018", "weakness")
    assert chips(tab) == ["Lincolnshire", "2018 (PEEL 2018/19)", "Weaknesses"]
    ask(tab, PHONES)
    lincolnshire = Filter(forces=frozenset({"Lincolnshire"}), years=frozenset({2018}),
                          kinds=frozenset({"weakness"}))
    assert backend.choices[-1].scope == lincolnshire
    assert tab.inner_text(f"{DONE} .looked") == "Looked in: Lincolnshire, 2018, weaknesses"
    tab.click(".chip:has-text('Weaknesses')")
    tab.click(f"{DONE} .suggestion >> nth=0")
    tab.wait_for_function("document.querySelectorAll('#past .turn').length === 1")
    tab.wait_for_selector(DONE)
    assert backend.choices[-1].scope == Filter(
        forces=lincolnshire.forces, years=lincolnshire.years)
    tab.click("#new")
    tab.wait_for_selector(".intro")
    assert chips(tab) == ["Lincolnshire", "2018 (PEEL 2018/19)"]


def test_an_answer_is_written_up_where_it_was_looked_for(tab: Any, backend: FakeBackend) -> None:
    from assistant.backend import ProseState, ProseStatus

    backend.state = ProseState(ProseStatus.READY, "small model")
    choose(tab, "Lincolnshire")
    ask(tab, PHONES)
    tab.click(".chip")
    tab.click("#write")
    tab.wait_for_selector(f'{DONE} .by:has-text("small model")')
    assert backend.choices[0] == backend.choices[1]
    assert backend.choices[1].scope.forces == {"Lincolnshire"}


def test_keyboard_alone_chooses_and_takes_away(tab: Any) -> None:
    tab.wait_for_function("document.activeElement?.closest('#question')")
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate("document.activeElement.id") == "scope-open"
    tab.keyboard.press("Enter")
    assert tab.get_attribute("#scope-open", "aria-expanded") == "true"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    assert chips(tab) == ["Force number 0"]
    assert tab.inner_text("#places-count") == "Looks in 3 of 23 reports."
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#places")
    assert tab.evaluate("document.activeElement.id") == "scope-open"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.ariaLabel") == (
        "Force number 0: stop looking only there")
    tab.keyboard.press("Enter")
    assert chips(tab) == []
    assert tab.evaluate("document.activeElement.id") == "scope-open"


def test_choices_that_exclude_each_other_are_said(tab: Any, backend: FakeBackend) -> None:
    tab.click("#scope-open")
    tab.check("#places input[value=Lincolnshire]")
    tab.check("#places input[value='2017']")
    assert tab.inner_text("#places-count").startswith("No report is all of these together.")
    tab.fill("#question textarea", PHONES)
    tab.press("#question textarea", "Enter")
    tab.wait_for_selector("#hint [role=alert]")
    assert tab.input_value("#question textarea") == PHONES
    assert backend.choices == []
    tab.click("[data-places=clear]")
    ask(tab, PHONES)


def test_long_groups_can_be_searched(tab: Any) -> None:
    tab.click("#scope-open")
    assert tab.locator("#places .sift").count() == 1
    tab.fill("#places .sift", "LANCA")
    assert tab.locator("#places .reports li:visible").count() == 1
    tab.check("#places .reports li:visible input")
    assert chips(tab) == ["Lancashire: Effectiveness 2018"]


def test_choices_last_as_long_as_the_tab(tab: Any, url: str, backend: FakeBackend) -> None:
    choose(tab, "lancashire-2018")
    tab.reload()
    tab.wait_for_selector(".chip")
    ask(tab, PHONES)
    assert backend.choices[-1].scope.reports == {"lancashire-2018"}
    other = tab.context.new_page()
    other.goto(url)
    other.wait_for_selector("#scope-open")
    assert other.locator(".chip").count() == 0


def test_a_report_that_goes_away_is_no_longer_looked_in(tab: Any, backend: FakeBackend) -> None:
    choose(tab, "lancashire-2018", "2018")
    backend.shelf.reports.pop("lancashire-2018")
    ask(tab, PHONES)
    gone = "Lancashire: Effectiveness 2018 is no longer in the library"
    assert gone in tab.inner_text(f"{DONE} .note")
    assert backend.choices[-1].scope == Filter(years=frozenset({2018}))
    tab.wait_for_selector(f"#scope-said:has-text('{gone}')")
    assert chips(tab) == ["2018 (PEEL 2018/19)"]
    assert tab.locator("#places input[value=lancashire-2018]").count() == 0


@pytest.mark.parametrize("tab", [{"viewport": {"width": 390, "height": 844}, "has_touch": True},
                                 {"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_narrow_screens_choose_without_scrolling_sideways(tab: Any) -> None:
    tab.click("#scope-open")
    assert fits(tab)
    for value in ("Lincolnshire", "2018", "lincolnshire-2018", "area_for_improvement"):
        tab.check(f"#places input[value='{value}']")
    assert fits(tab)
    tab.click("[data-places=done]")
    assert tab.locator("#scope").bounding_box()["height"] < 60
    ask(tab, PHONES)
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_choices_have_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    tab.click("#scope-open")
    selectors = ["#scope-all", "#scope-open > span", "#places legend", "#places label",
                 "#places-count", ".places-end .plain"]
    for selector in selectors:
        ink, paper = colours(tab, selector)
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)
    tab.check("#places input[value='2018']")
    ink, paper = colours(tab, ".chip")
    assert contrast(ink, paper) >= 4.5


class TestOneReport:
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend()

    def test_only_kinds_can_be_chosen_until_there_are_more(self, tab: Any) -> None:
        assert tab.inner_text("#scope-all") == "the whole report"
        tab.click("#scope-open")
        assert tab.locator("#places fieldset:visible").count() == 1
        tab.check("#places input[value=strength]")
        ask(tab, PHONES)
        assert tab.inner_text(f"{DONE} .looked") == "Looked in: strengths"
        add_good(tab)
        tab.click(".views a[data-view=ask]")
        tab.wait_for_selector("#places fieldset.forces:visible")
        assert chips(tab) == ["Strengths"]
        tab.check("#places input[value=Borsetshire]")
        open_library(tab)
        tab.click(f'{LISTED}:has-text("Borsetshire") [data-do=ask_remove]')
        tab.click(f'{LISTED}:has-text("Borsetshire") [data-do=remove]')
        tab.wait_for_selector("#removed > li")
        tab.click(".views a[data-view=ask]")
        tab.wait_for_selector("#scope-said:has-text('Borsetshire is no longer')")
        assert chips(tab) == ["Strengths"]


class TestEmptyLibrary:
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend(empty=True)

    def test_there_is_nothing_to_choose(self, tab: Any) -> None:
        assert not tab.is_visible("#scope")
