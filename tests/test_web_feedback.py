"""The controls under an answer, as HTML and as calls, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Status
from assistant.feedback import CORRECTION_LIMIT, Entry, Feedback, Reason, Verdict
from assistant.web.chat import turn_html
from assistant.web.dialogue import answer, rewrite
from assistant.web.feedback import feedback_html, form_html, thanks_words
from assistant.web.marks import Marks
from assistant.web.session import Phase, Session, Turn
from assistant.web.viewer import reader_html
from tests.browser.backend import CHIEF, ERROR, GRADE, PARTIAL, PHONES, FakeBackend
from tests.test_web_render import HARMLESS, HOSTILE, Seen, answered, turn


class Visit:
    """A session whose answers can be marked."""

    def __init__(self) -> None:
        self.backend, self.session = FakeBackend(), Session()
        self.marks = Marks(self.backend.feedback)
        self.marks.follow(self.session)

    def ask(self, question: str, alone: bool = False) -> Turn:
        turn = self.session.begin(question, alone=alone)
        assert turn is not None
        list(answer(self.backend, self.session, turn))
        return turn

    def say(self, turn: Turn, do: str, **more: object) -> dict[str, str]:
        return self.marks.serve({"do": do, "visit": turn.visit, "mark": turn.mark, **more})

    def kept(self) -> list[Entry]:
        return self.backend.feedback.entries()


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_a_helpful_answer_is_kept_with_its_conversation(visit: Visit) -> None:
    visit.ask(PHONES)
    turn = visit.ask(GRADE)
    reply = visit.say(turn, "up")
    assert reply["said"] == "Thank you. Kept on this machine, with the question and answer."
    assert 'data-feedback="up" aria-pressed="true"' in reply["html"]
    assert reply["html"] == feedback_html(turn)
    (entry,) = visit.kept()
    assert entry.verdict is Verdict.UP
    assert entry.question == GRADE
    assert entry.answer == turn.answer
    assert [question for question, _ in entry.history] == [PHONES]


def test_a_question_asked_as_it_stands_has_no_conversation(visit: Visit) -> None:
    visit.ask(PHONES)
    visit.say(visit.ask(GRADE, alone=True), "up")
    assert visit.kept()[0].history == ()


@pytest.mark.parametrize("question", [CHIEF, PARTIAL, ERROR])
def test_refusals_partial_answers_and_errors_are_marked_as_well(
        visit: Visit, question: str) -> None:
    turn = visit.ask(question)
    assert 'class="feedback"' in turn_html(turn, last=True)
    assert "problem" not in visit.say(turn, "down", reason="should_have_answered")
    assert visit.kept()[0].answer == turn.answer
    assert visit.kept()[0].answer.status is not Status.ANSWERED


def test_what_is_not_right_is_said_changed_and_taken_back(visit: Visit) -> None:
    turn = visit.ask(PHONES)
    visit.say(turn, "up")
    reply = visit.say(turn, "down", reason="other", correction=f"  {HOSTILE}\n ")
    assert "Marked: Something else." in reply["said"]
    assert Seen(reply["html"]).tags <= HARMLESS
    assert Seen(reply["html"]).handlers == []
    (entry,) = visit.kept()
    assert (entry.reason, entry.correction) == (Reason.OTHER, HOSTILE)
    assert visit.say(turn, "undo")["said"] == "Taken back."
    assert visit.kept() == []
    assert turn.given is None
    assert visit.say(turn, "undo")["said"] == "Taken back."
    assert len(visit.backend.feedback.path.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("wish", [
    None, [], "up", {}, {"do": "up"}, {"do": "up", "visit": 5, "mark": None},
    {"do": "up", "visit": "x", "mark": "y"}])
def test_only_who_holds_an_answer_can_mark_it(visit: Visit, wish: object) -> None:
    visit.ask(PHONES)
    assert "no longer knows this answer" in visit.marks.serve(wish)["problem"]
    stranger = Visit()
    turn = stranger.ask(PHONES)
    assert "problem" in visit.say(turn, "up")
    assert "problem" in visit.say(replace(turn, visit=visit.session.key), "up")
    assert visit.kept() == []


@pytest.mark.parametrize(("more", "words"), [
    ({}, "Choose one"), ({"reason": "because"}, "Choose one"), ({"reason": 5}, "Choose one"),
    ({"reason": "other", "correction": "x" * (CORRECTION_LIMIT + 1)}, "2000 characters")])
def test_what_does_not_fit_is_said_and_not_kept(
        visit: Visit, more: dict[str, object], words: str) -> None:
    turn = visit.ask(PHONES)
    assert words in visit.say(turn, "down", **more)["problem"]
    assert turn.given is None
    assert visit.kept() == []


def test_a_home_that_can_not_be_written_is_told_and_the_answer_stays(
        visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    visit.marks = Marks(Feedback(tmp_path / "file"))
    visit.marks.follow(visit.session)
    turn = visit.ask(PHONES)
    assert "can't be written" in visit.say(turn, "up")["problem"]
    assert turn.given is None
    assert turn.phase is Phase.DONE


def test_a_fault_is_said_in_words(
        visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(entry: Entry) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(visit.backend.feedback, "keep", breaks)
    assert "fault in the program" in visit.say(visit.ask(PHONES), "up")["problem"]
    assert "secret detail" in caplog.text


def test_another_version_of_an_answer_is_marked_anew(visit: Visit) -> None:
    turn = visit.ask(PHONES)
    visit.say(turn, "up")
    old = turn.mark
    assert visit.session.begin_again(turn)
    assert feedback_html(turn) == ""
    list(rewrite(visit.backend, visit.session, turn))
    assert turn.mark != old
    assert turn.given is None
    assert "problem" in visit.marks.serve({"do": "up", "visit": turn.visit, "mark": old})
    visit.say(turn, "down", reason="other")
    assert [one.answer.model for one in visit.kept()] == ["quotes", "small model"]


def test_a_failed_rewriting_leaves_the_mark(visit: Visit) -> None:
    turn = visit.ask(PHONES)
    visit.say(turn, "up")
    turn.settle(Phase.DONE, note="No.")
    assert turn.given is not None
    assert "Thank you" in feedback_html(turn)


def test_a_cleared_conversation_can_not_be_marked(visit: Visit) -> None:
    turn = visit.ask(PHONES)
    visit.session.clear()
    assert "Ask the question again" in visit.say(turn, "up")["problem"]


def test_there_is_nothing_to_mark_without_an_answer() -> None:
    assert feedback_html(turn(None, Phase.STOPPED)) == ""
    assert feedback_html(turn(answered(), Phase.RUNNING)) == ""
    assert feedback_html(turn(answered())).count("<button") == 2


def test_what_was_said_is_shown_again_and_stays_text() -> None:
    one = turn(answered())
    one.given = Entry("i", Verdict.DOWN, "q", answered(), reason=Reason.SOMETHING_MISSING,
                      correction=HOSTILE)
    made = turn_html(one, last=False)
    assert Seen(made).tags <= HARMLESS
    assert Seen(made).handlers == []
    assert 'data-reason="something_missing"' in made
    assert 'data-feedback="down" aria-pressed="true"' in made
    assert "Marked: Something is missing." in thanks_words(one.given)


def test_the_form_offers_every_reason_once_for_the_page() -> None:
    made = form_html()
    assert made.count('type="radio"') == len(Reason)
    assert f'maxlength="{CORRECTION_LIMIT}"' in made
    assert "Kept on this machine" in made
    assert reader_html().count("feedback-form") == 1
    assert not any(sign in made for sign in ("{{", "${", "`", "\\"))
