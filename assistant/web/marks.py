"""What readers say of their answers: taken from the page, checked, and handed to the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from assistant.feedback import CORRECTION_LIMIT, Entry, Feedback, Reason, Verdict
from assistant.web.feedback import feedback_html, thanks_words
from assistant.web.session import Session, Turn
from assistant.web.words import plain, say
from corpus.errors import FindingsError, GiveUp

logger = logging.getLogger(__name__)

Wish = Mapping[str, Any]


class Marks:
    """Serves the controls under answers. Safe to call from several threads; never raises for what
    a browser sends: problems come back in words. Only who holds an answer can mark it."""

    def __init__(self, store: Feedback) -> None:
        self._store = store
        self._sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._lock = threading.Lock()

    def follow(self, session: Session) -> None:
        """Take what this session's reader says of its answers, as long as it lasts."""
        self._sessions[session.key] = session

    def serve(self, wish: object) -> dict[str, str]:
        """Do what ``wish["do"]`` names (up, down or undo) with the answer that ``visit`` and
        ``mark`` name.

        The reply holds the controls as ``html`` and a line to say aloud as ``said``, or else
        a ``problem`` in words, and then nothing was kept.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        try:
            session, turn = self._found(_text(known, "visit"), _text(known, "mark"))
            with self._lock:
                said = self._done(known, session, turn)
            return {"html": feedback_html(turn), "said": plain(said)}
        except FindingsError as error:
            return {"problem": plain(str(error))}
        except Exception:
            logger.exception("what a reader said of an answer could not be taken")
            return {"problem": say("library.unexpected")}

    def turn(self, visit: str, mark: str) -> Turn:
        """The turn whose answer these name. Raises ``GiveUp`` where nobody holds it any more."""
        return self._found(visit, mark)[1]

    def _found(self, visit: str, mark: str) -> tuple[Session, Turn]:
        session = self._sessions.get(visit)
        for turn in list(session.turns) if session is not None else ():
            if turn.mark == mark and session is not None:
                return session, turn
        raise GiveUp(say("feedback.gone"))

    def _done(self, wish: Wish, session: Session, turn: Turn) -> str:
        if wish.get("do") == "undo":
            if turn.given is not None:
                self._store.withdraw(turn.mark)
                turn.given = None
            return say("feedback.undone")
        entry = _entry(wish, session, turn)
        self._store.keep(entry)
        turn.given = entry
        return thanks_words(entry)


def _entry(wish: Wish, session: Session, turn: Turn) -> Entry:
    verdict = Verdict.UP if wish.get("do") == "up" else Verdict.DOWN
    correction = _text(wish, "correction").strip() if verdict is Verdict.DOWN else ""
    if len(correction) > CORRECTION_LIMIT:
        raise GiveUp(say("feedback.too_long", limit=CORRECTION_LIMIT))
    reason = _text(wish, "reason")
    if verdict is Verdict.DOWN and reason not in set(Reason):
        raise GiveUp(say("feedback.choose"))
    if turn.answer is None:
        raise GiveUp(say("feedback.gone"))
    history = () if turn.alone else tuple(session.history(turn))
    return Entry(turn.mark, verdict, turn.question, turn.answer, history,
                 Reason(reason) if verdict is Verdict.DOWN else None, correction)


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""
