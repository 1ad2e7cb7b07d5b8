"""Sessions written and read again, the list that a browser gets, and what a long answer sends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from assistant.answer import Answer
from assistant.conversations import FOLDER, Conversations
from assistant.feedback import Entry, Feedback, Verdict
from assistant.updates import Stage, Update
from assistant.web.cards import CARDS_SHOWN
from assistant.web.chat import turn_html
from assistant.web.choosing import Chosen
from assistant.web.conversations import Drawer, kept_html, owner_of
from assistant.web.events import Events, past_html
from assistant.web.keeping import Keeping, turn_data, turn_of
from assistant.web.marks import Marks
from assistant.web.pace import INTERVAL_S, paced
from assistant.web.page import Page
from assistant.web.session import Phase, Session, Turn
from corpus.errors import GiveUp
from index.filter import Filter
from tests.browser import answers
from tests.browser.backend import (
    CHIEF,
    ERROR,
    GRADE,
    HOSTILE_TEXT,
    MANY,
    PARTIAL,
    PHONES,
    FakeBackend,
    shipped_report,
)
from tests.test_web_render import Seen

ANN, BOB = "a" * 64, "b" * 64
CITED = FakeBackend()._citations(shipped_report().findings)


class Named:
    """A page whose components are their own names."""

    def __init__(self, home: Path) -> None:
        feedback = Feedback(home)
        self.marks = Marks(feedback)
        self.keeping = Keeping(Conversations(home), feedback)

    def __getattr__(self, name: str) -> str:
        return name


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def events(backend: FakeBackend, tmp_path: Path) -> Events:
    return Events(cast(Page, Named(tmp_path)), backend)


def ask(events: Events, session: Session, *questions: str, owner: str = ANN,
        **more: Any) -> list[dict[Any, Any]]:
    changes: list[dict[Any, Any]] = []
    for question in questions:
        changes += events.ask(question, session, owner=owner, **more)
    return changes


def sent(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def opened(events: Events, owner: str, identifier: str) -> Session:
    session = Session()
    changes = events.turn_to(session, sent(do="open", id=identifier, owner=owner))
    assert changes["hint"] == ""
    return session


def identifier(session: Session) -> str:
    assert session.kept is not None
    return session.kept.id


def looks(session: Session) -> list[str]:
    """Each turn as it is seen, whoever looks at it."""
    return [turn_html(turn, last=False).replace(turn.mark, "").replace(turn.visit, "")
            .split('data-announce="')[0] + turn_html(turn, last=False).split("<h2", 1)[1]
            .replace(turn.mark, "").replace(turn.visit, "") for turn in session.turns]


def test_a_reopened_conversation_looks_as_it_did_and_nothing_is_asked_again(
        events: Events, backend: FakeBackend) -> None:
    session = Session()
    ask(events, session, PHONES, CHIEF, ERROR, PARTIAL, MANY, answers.COMPARE, answers.BRIEF,
        answers.EXPLAINED, answers.VAGUE, HOSTILE_TEXT)
    asked = len(backend.histories)
    again = opened(events, ANN, identifier(session))
    assert [turn.answer for turn in again.turns] == [turn.answer for turn in session.turns]
    assert looks(again) == looks(session)
    assert len(backend.histories) == asked
    assert again.history(again.turns[-1]) == session.history(session.turns[-1])


@pytest.mark.parametrize("phase", [Phase.DONE, Phase.STOPPED, Phase.FAILED])
def test_a_turn_is_read_as_it_was_written(phase: Phase) -> None:
    made = answers.explained("And?", CITED, "And the phones?", {"years": [2017]})
    chosen = Chosen(Filter(reports=frozenset({"r"}), years=frozenset({2017})), {"r": "A title"}, 3,
                    ("Gone",))
    turn = Turn(4, "And\n?", phase=phase, answer=made, note="A note", written=True, alone=True,
                chosen=chosen, visit="v", revision=1)
    again = turn_of(json.loads(json.dumps(turn_data(turn))))
    again.number, again.visit, again.mark = 4, "v", turn.mark
    assert again.__dict__ == turn.__dict__
    assert turn_html(again, last=True) == turn_html(turn, last=True)


def test_a_turn_that_was_running_says_that_it_was_cut_off() -> None:
    again = turn_of(turn_data(Turn(1, PHONES)))
    assert again.phase is Phase.FAILED
    assert "closed before this answer was finished" in again.note
    assert 'data-turn-act="again"' in turn_html(again, last=False)


def test_what_was_asked_is_kept_before_it_is_answered(events: Events, tmp_path: Path) -> None:
    session = Session()
    steps = events.ask(PHONES, session, owner=ANN)
    assert "kept" in next(steps)
    assert opened(events, ANN, identifier(session)).turns[0].phase is Phase.FAILED
    session.leave()
    list(steps)
    assert opened(events, ANN, identifier(session)).turns[0].phase is Phase.FAILED


def test_a_follow_up_in_a_reopened_conversation_knows_what_was_said(
        events: Events, backend: FakeBackend) -> None:
    session = Session()
    ask(events, session, PHONES)
    again = opened(events, ANN, identifier(session))
    ask(events, again, GRADE)
    assert [question for question, _ in backend.histories[-1]] == [PHONES]
    assert identifier(again) == identifier(session)
    assert len(opened(events, ANN, identifier(session)).turns) == 2


def test_marks_of_answers_come_back_to_their_reader_alone(events: Events,
                                                          tmp_path: Path) -> None:
    session = Session()
    ask(events, session, PHONES)
    turn = session.turns[0]
    assert turn.answer is not None
    Feedback(tmp_path).keep(Entry(turn.mark, Verdict.UP, PHONES, turn.answer))
    own = opened(events, ANN, identifier(session)).turns[0]
    assert own.given is not None
    assert own.mark == turn.mark
    copy = opened(events, BOB, identifier(session)).turns[0]
    assert copy.given is None
    assert copy.mark != turn.mark


def test_asking_on_in_a_copy_leaves_the_original_alone(events: Events) -> None:
    session = Session()
    ask(events, session, PHONES)
    copy = opened(events, BOB, identifier(session))
    assert copy.kept is None
    assert "copy of a conversation" in kept_html(copy)
    ask(events, copy, GRADE, owner=BOB)
    assert identifier(copy) != identifier(session)
    assert "copy of a conversation" not in kept_html(copy)
    assert len(opened(events, ANN, identifier(session)).turns) == 1
    assert len(opened(events, BOB, identifier(copy)).turns) == 2


def test_a_wrong_id_says_so_and_leaves_the_conversation_as_it_is(events: Events) -> None:
    session = Session()
    ask(events, session, PHONES)
    for wrong in ("0" * 32, "", "<script>", None, 7, {"a": 1}):
        changes = events.turn_to(session, sent(do="open", id=wrong, owner=ANN))
        assert "This conversation is not here" in changes["hint"]
        assert "current" not in changes
        assert "<script>" not in changes["hint"]
    quiet = events.turn_to(session, sent(do="open", id="0" * 32, owner=ANN, quiet=True))
    assert quiet["hint"] == ""
    assert len(session.turns) == 1


BROKEN_TURNS = ["{}", "[]", "7", '{"question": 1}', "{"]


@pytest.mark.parametrize("line", BROKEN_TURNS)
def test_a_turn_that_cannot_be_read_is_told_and_changes_nothing(
        events: Events, tmp_path: Path, line: str) -> None:
    session = Session()
    ask(events, session, PHONES)
    (path,) = (tmp_path / FOLDER).glob("*/*.jsonl")
    path.write_text(path.read_text().split("\n")[0] + f"\n{line}\n")
    other = Session()
    with pytest.raises(GiveUp, match="can’t be read"):
        events.page.keeping.open(other, ANN, identifier(session))
    assert other.turns == []


def test_nothing_is_kept_for_a_browser_that_shows_no_secret(events: Events,
                                                            tmp_path: Path) -> None:
    for owner in ("", "short", "A" * 64, "../" * 20, "a" * 64 + "\n"):
        session = Session()
        assert all("kept" not in change for change in ask(events, session, PHONES, owner=owner))
        assert session.kept is None
    assert owner_of(None) == owner_of(["a" * 64]) == ""
    assert not (tmp_path / FOLDER).exists()


def test_a_home_that_cannot_be_written_is_told_and_answers_go_on(
        events: Events, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file")
    session = Session()
    ask(events, session, PHONES)
    assert session.turns[0].phase is Phase.DONE
    assert "could not be kept" in kept_html(session)


def test_an_edited_question_takes_the_place_of_the_last_one_only(
        events: Events, backend: FakeBackend) -> None:
    session = Session()
    ask(events, session, PHONES, CHIEF)
    first, last = session.turns
    ask(events, session, GRADE, editing=str(last.number))
    assert [turn.question for turn in session.turns] == [PHONES, GRADE]
    assert [question for question, _ in backend.histories[-1]] == [PHONES]
    for other in (str(last.number), str(first.number), "", "x", "[1]", "9" * 5000, "1e5", None):
        ask(events, session, CHIEF, editing=other)
    assert [turn.question for turn in session.turns] == [PHONES, GRADE, *[CHIEF] * 8]


def test_asking_again_takes_the_place_of_the_answer(events: Events,
                                                    backend: FakeBackend) -> None:
    session = Session()
    ask(events, session, ERROR, PHONES)
    for turn in session.turns:
        mark = turn.mark
        changes = list(events.again(session, ANN, sent(again=turn.number)))
        assert changes
        assert turn.mark != mark
        assert turn.note == ""
    assert len(session.turns) == 2
    assert [question for question, _ in backend.histories[-1]] == []
    assert list(events.again(session, ANN, sent(again=99))) == []
    assert list(events.again(session, ANN, sent(again=None))) == []


def test_only_the_last_turn_is_edited_and_only_a_failed_one_before_it_asked_again(
        events: Events) -> None:
    session = Session()
    ask(events, session, ERROR, PHONES, GRADE)
    acts = [[part.split('"')[0] for part in turn_html(turn, turn is session.last)
             .split('data-turn-act="')[1:]] for turn in session.turns]
    assert acts == [["again"], [], ["again", "edit"]]


def listing(store: Conversations, owner: str = ANN, **wish: object) -> dict[str, Any]:
    return Drawer(store).serve({"do": "list", "owner": owner, **wish})


def test_the_list_shows_titles_as_text(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    store.keep(ANN, HOSTILE_TEXT[:100], [{}])
    reply = listing(store)
    assert reply["count"] == 1
    assert Seen(reply["html"]).tags <= {"li", "button", "span", "p", "time", "details", "summary",
                                        "div"}
    assert listing(store, BOB)["count"] == 0
    assert "listed here" in listing(store, BOB)["note"]


def test_one_browser_cannot_act_on_anothers_by_its_id(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = store.keep(ANN, "Why?", [{}])
    assert head is not None
    for wish in ({"do": "rename", "title": "x"}, {"do": "delete"}, {"do": "undo"}):
        assert "problem" in listing(store, BOB, id=head.id, **wish)
    assert [one.title for one in store.listing(ANN).heads] == ["Why?"]


@pytest.mark.parametrize("wish", [None, [], "x", {}, {"owner": 7}, {"owner": ANN, "do": "fly"},
                                  {"owner": ANN, "do": "delete", "id": "../x"},
                                  {"owner": ANN, "do": "rename", "id": None, "title": []}])
def test_whatever_a_browser_sends_the_problem_comes_back_in_words(
        tmp_path: Path, wish: object) -> None:
    assert Drawer(Conversations(tmp_path)).serve(wish)["problem"]


# What a long answer sends while it is put together.
SENTENCES = 400


class Streaming(FakeBackend):
    """Sends a thousand findings and one sentence after another, faster than can be read."""

    def stream(self, *_: object, **__: object) -> Iterator[Update]:
        made: Answer = answers.listed("q", CITED)
        yield Update(Stage.EVIDENCE, made.citations)
        for count in range(1, SENTENCES + 1):
            time.sleep(0.002)
            yield Update(Stage.SENTENCE, made.citations, made.sentences[:count])
        yield Update(Stage.DONE, made.citations, made.sentences, made)


def test_a_long_answer_sends_no_more_than_it_must(tmp_path: Path) -> None:
    events, session = Events(cast(Page, Named(tmp_path)), Streaming()), Session()
    begun = time.monotonic()
    changes = ask(events, session, "q")
    most = (time.monotonic() - begun) / INTERVAL_S + 2
    _begun, *running, ended = changes
    assert 1 <= len(running) <= min(most, SENTENCES / 4)
    # Meanwhile only the answer itself is sent, with a screenful of it and of its findings.
    assert all(set(change) == {"current"} for change in running)
    assert max(len(change["current"].encode()) for change in running) < 40_000
    assert all(change["current"].count('class="card ') <= CARDS_SHOWN for change in running)
    assert len({change["current"] for change in running}) == len(running)
    assert "Writing from 1000 findings" in running[-1]["current"]
    assert ended["current"].count('data-open="1000"') >= 1


def test_an_earlier_turn_that_is_asked_again_is_sent_when_it_begins_and_ends(
        tmp_path: Path) -> None:
    events, session = Events(cast(Page, Named(tmp_path)), Streaming()), Session()
    ask(events, session, "q", "r")
    changes = list(events.again(session, ANN, sent(again=session.turns[0].number)))
    assert sum("past" in change for change in changes) <= 3
    assert changes[-1]["past"] == past_html(session)


def test_at_most_twenty_updates_reach_the_page_in_a_second() -> None:
    assert pytest.approx(1 / 20) == INTERVAL_S
    begun = time.monotonic()
    shown = sum(1 for _ in paced(iter(range(5000))))
    assert shown <= (time.monotonic() - begun) / INTERVAL_S + 1


def test_a_stopped_turn_is_kept_as_stopped(events: Events) -> None:
    session = Session()
    turn = session.begin(PHONES)
    assert turn is not None
    session.stop()
    turn.settle(Phase.STOPPED, note="You stopped it.")
    session.finish(turn)
    events.page.keeping.keep(session, ANN, begins=True)
    again = opened(events, ANN, identifier(session)).turns[0]
    assert (again.phase, again.note) == (Phase.STOPPED, "You stopped it.")
