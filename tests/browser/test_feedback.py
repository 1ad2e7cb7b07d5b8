"""Marking answers as helpful or not right, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.backend import ProseState, ProseStatus
from assistant.feedback import Feedback, Reason, Verdict
from tests.browser.backend import (
    CHIEF,
    ERROR,
    GRADE,
    HOSTILE_TEXT,
    PARTIAL,
    PHONES,
    FakeBackend,
)
from tests.browser.steps import DONE, ask, colours, contrast, fits

pytestmark = pytest.mark.browser

BOX = f"{DONE} .feedback"
FORM = f"{BOX} form"
FIELD = f"{FORM} textarea"
PAST = "#past .feedback"


def has_focus(tab: Any, selector: str) -> bool:
    return bool(tab.evaluate("(one) => document.activeElement.matches(one)", selector))


def send(tab: Any, reason: Reason, correction: str = "", box: str = BOX) -> None:
    """Say what is not right, in an open form, and wait for the thanks."""
    tab.check(f"{box} form input[value={reason.value}]")
    tab.fill(f"{box} form textarea", correction)
    tab.click(f"{box} form [type=submit]")
    tab.wait_for_selector(f'{box} .thanks:has-text("Thank you")')


def test_a_helpful_answer_is_marked_and_the_mark_taken_back(
        tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks")
    assert tab.inner_text(f"{BOX} .thanks") == (
        "Thank you. Kept on this machine, with the question and answer.")
    assert tab.get_attribute(f"{BOX} [data-feedback=up]", "aria-pressed") == "true"
    assert has_focus(tab, "[data-feedback=up]")
    assert tab.inner_text("#announce").startswith("Thank you.")
    assert [one.verdict for one in backend.feedback.entries()] == [Verdict.UP]
    tab.click(f"{BOX} [data-feedback=undo]")
    tab.wait_for_selector(f"{BOX} .thanks", state="detached")
    assert has_focus(tab, "[data-feedback=up]")
    assert tab.inner_text("#announce") == "Taken back."
    assert backend.feedback.entries() == []
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks")
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks", state="detached")


def test_what_is_not_right_is_said_with_the_keyboard_alone(
        tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.focus(f"{BOX} [data-feedback=down]")
    tab.keyboard.press("Enter")
    assert has_focus(tab, "input[value=wrong_evidence]")
    assert tab.get_attribute(f"{BOX} [data-feedback=down]", "aria-expanded") == "true"
    tab.keyboard.press("Tab")
    assert has_focus(tab, ".feedback textarea")
    tab.keyboard.type("It names")
    tab.keyboard.press("Enter")
    tab.keyboard.type("a backlog.")
    tab.keyboard.press("Control+Enter")
    assert tab.inner_text(f"{BOX} .trouble") == "Choose one of these first."
    assert has_focus(tab, "input[value=wrong_evidence]")
    tab.keyboard.press("ArrowDown")
    assert has_focus(tab, "input[value=something_missing]")
    assert not tab.is_visible(f"{BOX} .trouble")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f"{BOX} .thanks")
    assert has_focus(tab, "[data-feedback=change]")
    assert "Marked: Something is missing." in tab.inner_text("#announce")
    (entry,) = backend.feedback.entries()
    assert (entry.reason, entry.correction) == (Reason.SOMETHING_MISSING, "It names\na backlog.")


def test_every_control_has_a_name(tab: Any) -> None:
    ask(tab, PHONES)
    group = tab.get_by_role("group", name="What you think of this answer")
    group.get_by_role("button", name="Not right").click()
    form = tab.get_by_role("form", name="What is not right with this answer")
    assert form.get_by_role("group", name="What is not right?").count() == 1
    for name in ("It rests on the wrong evidence", "Something is missing",
                 "It is not what I asked", "It says more than the report",
                 "It should have answered", "Something else"):
        assert form.get_by_role("radio", name=name).count() == 1
    assert form.get_by_role("textbox", name="What should it have said?").count() == 1
    assert "Kept on this machine, with the question and answer." in form.inner_text()


@pytest.mark.parametrize("away", ["cancel", "escape", "again"])
def test_a_form_is_put_away_without_a_word(tab: Any, backend: FakeBackend, away: str) -> None:
    ask(tab, PHONES)
    tab.click(f"{DONE} .cite >> nth=0")
    tab.wait_for_selector("#report mark")
    tab.click(f"{BOX} [data-feedback=down]")
    tab.fill(FIELD, "Nothing.")
    if away == "escape":
        tab.keyboard.press("Escape")
    else:
        tab.click(f"{BOX} [data-feedback={'cancel' if away == 'cancel' else 'down'}]")
    assert tab.locator(FORM).count() == 0
    assert has_focus(tab, "[data-feedback=down]")
    assert tab.is_visible("#reader")
    assert backend.feedback.entries() == []
    tab.click(f"{BOX} [data-feedback=down]")
    assert tab.input_value(FIELD) == ""


def test_what_was_said_can_be_changed(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=down]")
    send(tab, Reason.OTHER, HOSTILE_TEXT)
    ask(tab, GRADE)
    assert "Marked: Something else." in tab.inner_text(f"{PAST} .thanks")
    tab.click(f"{PAST} [data-feedback=change]")
    assert tab.input_value(f"{PAST} textarea") == HOSTILE_TEXT
    assert tab.is_checked(f"{PAST} input[value=other]")
    assert not tab.is_visible(f"{PAST} .thanks")
    send(tab, Reason.NOT_ASKED, "Another.", PAST)
    (entry,) = backend.feedback.entries()
    assert (entry.reason, entry.correction) == (Reason.NOT_ASKED, "Another.")
    tab.click(f"{PAST} [data-feedback=up]")
    tab.wait_for_selector(f"{PAST} [data-feedback=up][aria-pressed=true]")
    assert [one.verdict for one in backend.feedback.entries()] == [Verdict.UP]
    assert tab.locator("#work :is(img, script, a, iframe)").count() == 0
    assert tab.title() == "Findings"


def test_every_outcome_can_be_marked(tab: Any, backend: FakeBackend) -> None:
    for question in (CHIEF, PARTIAL, ERROR):
        ask(tab, question)
        tab.click(f"{BOX} [data-feedback=down]")
        send(tab, Reason.SHOULD_HAVE_ANSWERED)
    assert [one.answer.status.value for one in backend.feedback.entries()] == [
        "not_in_reports", "partial", "error"]
    assert [len(one.history) for one in backend.feedback.entries()] == [0, 1, 2]


def test_what_is_being_typed_outlasts_the_next_question(tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=down]")
    tab.check(f"{FORM} input[value=beyond_report]")
    tab.fill(FIELD, "Half a thought")
    ask(tab, GRADE)
    assert tab.input_value(f"{PAST} textarea") == "Half a thought"
    assert tab.is_checked(f"{PAST} input[value=beyond_report]")
    assert tab.locator(FORM).count() == 0
    tab.click(f"{PAST} form [type=submit]")
    tab.wait_for_selector(f"{PAST} .thanks")
    assert backend.feedback.entries()[0].correction == "Half a thought"
    ask(tab, CHIEF)
    assert tab.locator(f"{PAST} form").count() == 0


def test_the_focus_stays_in_a_form_that_is_drawn_anew(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=down]")
    tab.fill(FIELD, "Half")
    tab.focus(FIELD)
    tab.evaluate("""() => {
        const turn = document.querySelector('#current .turn').parentElement;
        const drawn = turn.cloneNode(true);
        drawn.querySelector('.feedback form').remove();
        turn.innerHTML = drawn.innerHTML;
    }""")
    tab.wait_for_function("document.activeElement.matches('.feedback textarea')")
    tab.wait_for_timeout(100)
    tab.keyboard.press("End")
    tab.keyboard.type(" a thought")
    assert tab.input_value(FIELD) == "Half a thought"


def test_an_answer_that_is_written_up_is_marked_anew(tab: Any, backend: FakeBackend) -> None:
    backend.state = ProseState(ProseStatus.READY, "small model")
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks")
    tab.click("#write")
    tab.wait_for_selector(f'{DONE} .by:has-text("small model")')
    assert tab.locator(f"{BOX} .thanks").count() == 0
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks")
    assert [one.answer.model for one in backend.feedback.entries()] == ["quotes", "small model"]


def test_a_program_that_does_not_answer_is_said_and_loses_nothing(
        tab: Any, backend: FakeBackend) -> None:
    ask(tab, PHONES)
    tab.route("**/component_server/", lambda route: route.fulfill(body="no answer"))
    tab.click(f"{BOX} [data-feedback=down]")
    tab.check(f"{FORM} input[value=other]")
    tab.fill(FIELD, "Words.")
    tab.click(f"{FORM} [type=submit]")
    tab.wait_for_selector(f'{BOX} .trouble:has-text("did not answer")')
    assert tab.input_value(FIELD) == "Words."
    tab.unroute("**/component_server/")
    tab.click(f"{FORM} [type=submit]")
    tab.wait_for_selector(f"{BOX} .thanks")
    assert backend.feedback.entries()[0].correction == "Words."


class TestReadOnlyHome:
    @pytest.fixture
    def backend(self, tmp_path: Path) -> FakeBackend:
        (tmp_path / "file").write_text("x")
        fake = FakeBackend()
        fake.feedback = Feedback(tmp_path / "file")
        return fake

    def test_is_said_and_the_answer_stays(self, tab: Any) -> None:
        ask(tab, PHONES)
        tab.click(f"{BOX} [data-feedback=up]")
        tab.wait_for_selector(f'{BOX} .trouble:has-text("can\'t be written")')
        assert tab.get_attribute(f"{BOX} [data-feedback=up]", "aria-pressed") == "false"
        assert "backlog" in tab.inner_text(f"{DONE} .said")
        ask(tab, GRADE)


def test_marks_are_not_printed(tab: Any) -> None:
    ask(tab, PHONES)
    tab.emulate_media(media="print")
    assert not tab.is_visible(BOX)


@pytest.mark.parametrize("tab", [{"viewport": {"width": 390, "height": 844}, "has_touch": True},
                                 {"viewport": {"width": 320, "height": 640}, "has_touch": True}],
                         indirect=True)
def test_narrow_screens_show_the_form_whole(tab: Any) -> None:
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=up]")
    tab.wait_for_selector(f"{BOX} .thanks")
    assert fits(tab)
    tab.click(f"{BOX} [data-feedback=down]")
    tab.fill(FIELD, "word_without_an_end_" * 20)
    assert fits(tab)
    for control in tab.locator(f"{BOX} :is(button, input):visible").all():
        spot = control.bounding_box()
        assert spot["x"] >= 0
        assert spot["x"] + spot["width"] <= tab.viewport_size["width"]
        assert spot["height"] >= 18
    send(tab, Reason.SHOULD_HAVE_ANSWERED)
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_have_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    ask(tab, PHONES)
    tab.click(f"{BOX} [data-feedback=down]")
    tab.click(f"{FORM} [type=submit]")
    for selector in (".verdict.up", ".verdict.down", "legend", "fieldset label", ".correction span",
                     "textarea", ".kept", ".trouble", "[type=submit]", "[data-feedback=cancel]"):
        assert contrast(*colours(tab, f"{BOX} {selector}")) >= 4.5, selector
    send(tab, Reason.OTHER)
    for selector in (".verdict.up", ".verdict.down", ".thanks", ".link"):
        assert contrast(*colours(tab, f"{BOX} {selector}")) >= 4.5, selector
