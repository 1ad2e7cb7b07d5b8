"""Running a turn: from the backend's updates to what the session knows of the answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from assistant.answer import Answer, Status
from assistant.backend import Backend, ComposerName
from assistant.operating.asking import steps_of
from assistant.web.pace import paced
from assistant.web.session import Phase, Session, Turn
from assistant.web.words import say
from corpus.errors import FindingsError

logger = logging.getLogger(__name__)


def answer(backend: Backend, session: Session, turn: Turn,
           composer: ComposerName = "auto") -> Iterator[Turn]:
    """Answer the running ``turn``; yields it after each change, settled at the last.

    Ends without a last yield when the conversation was cleared meanwhile. Closing the iterator
    cancels the work behind it. A fault becomes a turn that says so in words.
    """
    cancel = session.cancel
    final: Answer | None = None
    try:
        stream = steps_of(session.asker, backend.stream(
            turn.question, session.history(turn), composer=composer, cancel=cancel,
            choices=turn.choices))
        for update in paced(iter(stream)):
            final = turn.take(update)
            if not session.holds(turn):
                return
            if final is None:
                yield turn
        _settle(turn, final, session.stopped)
    except FindingsError as error:
        turn.settle(Phase.FAILED, note=str(error))
    except Exception:
        logger.exception("a question failed")
        turn.settle(Phase.FAILED, note=say("error.unexpected"))
    finally:
        cancel.set()
        session.finish(turn)
    yield turn


def _settle(turn: Turn, final: Answer | None, stopped: bool) -> None:
    if final is not None and (final.status.has_answer or not stopped):
        turn.settle(Phase.DONE, final)
    elif stopped:
        turn.settle(Phase.STOPPED, note=say("error.stopped"))
    else:
        turn.settle(Phase.FAILED, note=say("error.unfinished"))


def rewrite(backend: Backend, session: Session, turn: Turn) -> Iterator[Turn]:
    """Put the answer of a finished ``turn`` into prose; yields it after each change.

    The turn must have been begun again. The answer that was there stays, with a note that says
    why, when the model fails, is stopped, or writes nothing that passes the check.
    """
    cancel = session.cancel
    final: Answer | None = None
    reason = ""
    turn.note = say("write.working")
    try:
        yield turn
        stream = steps_of(session.asker, backend.stream(
            turn.question, session.history(turn), composer="prose", cancel=cancel,
            choices=turn.choices))
        for update in paced(iter(stream)):
            final = turn.take(update)
            if not session.holds(turn):
                return
            if final is None:
                yield turn
    except FindingsError as error:
        reason = str(error)
    except Exception:
        logger.exception("writing an answer up failed")
        reason = say("error.unexpected")
    finally:
        cancel.set()
        session.finish(turn)
    _settle_rewrite(turn, final, session.stopped, reason)
    yield turn


def _settle_rewrite(turn: Turn, final: Answer | None, stopped: bool, reason: str) -> None:
    if final is not None and final.status.has_answer and final.model != "quotes":
        turn.written = True
        turn.settle(Phase.DONE, final)
        return
    if stopped:
        reason = say("write.kept_stopped")
    elif final is not None and final.status is Status.ERROR:
        reason = final.text
    elif final is not None and not reason:
        # The composer fell back: asking the same again would end the same way.
        turn.written = True
        reason = final.notice or say("write.kept_check")
    turn.settle(Phase.DONE, note=say("write.kept", reason=reason).strip())
