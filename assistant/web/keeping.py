"""A session written down and read again, so that a conversation outlasts its tab."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from assistant.answer import Answer
from assistant.conversation import UNREADABLE, damaged
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback
from assistant.web.choosing import Chosen
from assistant.web.session import Phase, Session, Turn
from assistant.web.words import say
from corpus.errors import FindingsError
from index.filter import Filter

logger = logging.getLogger(__name__)

Data = Mapping[str, Any]


class Keeping:
    """Keeps the conversations of sessions for an owner, whoever that is. Safe across threads."""

    def __init__(self, store: Conversations, feedback: Feedback) -> None:
        self._store = store
        self._feedback = feedback

    def keep(self, session: Session, owner: str, begins: bool = False) -> None:
        """Write the session's turns down; what went wrong is told in ``session.trouble``.

        ``begins`` where a question was just asked. Nothing is kept for no owner, nor of what
        ends because the page was closed: another tab may be going on with it.
        """
        turns = list(session.turns)
        if not owner or not turns or (session.left and not begins):
            return
        try:
            kept = self._store.keep(owner, turns[0].question, [turn_data(one) for one in turns],
                                    session.kept, begins)
        except FindingsError as error:
            session.trouble = str(error)
            return
        except Exception:
            logger.exception("a conversation could not be kept")
            session.trouble = say("library.unexpected")
            return
        # The session may have turned to another conversation meanwhile.
        if turns[0] in session.turns:
            session.trouble = ""
            session.kept, session.copied = kept, "" if kept else session.copied

    def open(self, session: Session, owner: str, identifier: str) -> None:
        """Put a conversation that was kept in place of the one that is here, as it was.

        Another reader's becomes a copy: what is asked on goes into a conversation of this owner.
        Raises ``GiveUp`` or another of the page's errors, and then the session is as before.
        """
        found = self._store.find(owner, identifier)
        try:
            turns = [turn_of(one) for one in found.turns]
        except UNREADABLE as error:
            logger.warning("a conversation can't be read (%s)", type(error).__name__)
            raise damaged() from error
        if found.own:
            given = self._given()
            for turn, data in zip(turns, found.turns, strict=True):
                turn.mark = str(data.get("mark") or turn.mark)
                turn.given = given.get(turn.mark)
        session.take_up(turns)
        session.kept, session.copied = (found.head, "") if found.own else (None, identifier)

    def _given(self) -> dict[str, Entry]:
        try:
            return {entry.id: entry for entry in self._feedback.entries()}
        except FindingsError as error:
            logger.warning("marks of answers can't be read: %s", error)
            return {}


def turn_data(turn: Turn) -> dict[str, Any]:
    """A turn as a JSON object, with all that its reader has seen of it."""
    chosen = turn.chosen
    return {"question": turn.question, "phase": turn.phase.value, "note": turn.note,
            "written": turn.written, "alone": turn.alone, "mark": turn.mark,
            "chosen": {"scope": chosen.scope.to_dict(), "titles": dict(chosen.titles),
                       "library": chosen.library, "gone": list(chosen.gone)},
            "answer": turn.answer.model_dump(mode="json") if turn.answer else None}


def turn_of(data: Data) -> Turn:
    """A turn read back; one that was still running has failed. Its mark is a new one: who may
    mark the answer is the caller's business. Raises one of ``UNREADABLE`` for what is none."""
    chosen = data["chosen"]
    turn = Turn(0, str(data["question"]), phase=Phase(data["phase"]), note=str(data["note"]),
                written=bool(data["written"]), alone=bool(data["alone"]), revision=1,
                chosen=Chosen(_filter(chosen["scope"]), dict(chosen["titles"]),
                              int(chosen["library"]), tuple(map(str, chosen["gone"]))),
                answer=Answer.model_validate(data["answer"]) if data["answer"] else None)
    if turn.phase is Phase.RUNNING:
        turn.phase = Phase.DONE if turn.answer else Phase.FAILED
        turn.note = "" if turn.answer else say("conversations.cut_off")
    return turn


def _filter(scope: Mapping[str, Any]) -> Filter:
    return Filter(**{name: frozenset(values) for name, values in scope.items()})
