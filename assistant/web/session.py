"""What one browser tab has asked so far. Nothing is shared between sessions; ``keeping`` writes
a conversation down and reads it again."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from assistant.answer import Answer, Citation, Intent, Sentence, Status
from assistant.backend import Choices
from assistant.conversation import Head
from assistant.feedback import Entry
from assistant.updates import Update
from assistant.web.choosing import Chosen, gone_words

# A model has no use for more, and a long conversation should not slow every new question down.
HISTORY_TURNS = 20

# A complete list stays in the reports' own words: a model might leave some of it out.
COMPLETE = (Intent.LIST, Intent.COUNT)


class Phase(StrEnum):
    """How far a turn has come."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


def _token() -> str:
    return secrets.token_hex(16)


@dataclass(eq=False)
class Turn:
    """One question and what is known of its answer.

    ``answer`` is the last finished answer. While it is being written up, ``citations`` and
    ``sentences`` hold the new version and ``answer`` still the old one, so that a failure
    loses nothing. ``note`` is a line for the reader that comes from the page, not the answer.
    ``chosen`` and ``alone`` are what was chosen beside the question, for every run of it.
    ``mark`` names the answer, ``visit`` its session, both past guessing, and ``given`` is what
    its reader said of it; another answer gets another mark. ``reopened`` says that the turn
    was read from disk as it stands, and so is no news.
    """

    number: int
    question: str
    phase: Phase = Phase.RUNNING
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
    note: str = ""
    written: bool = False
    revision: int = 0
    chosen: Chosen = field(default_factory=Chosen)
    alone: bool = False
    visit: str = ""
    mark: str = field(default_factory=_token)
    given: Entry | None = None
    reopened: bool = False
    unwritten: bool = False

    @property
    def choices(self) -> Choices:
        """What the backend is told beside the question."""
        return Choices(self.chosen.scope, self.alone)

    def take(self, update: Update) -> Answer | None:
        """Note what an update brings; the final answer if this is the last one."""
        self.citations, self.sentences = update.citations, update.sentences
        return update.answer

    def settle(self, phase: Phase, answer: Answer | None = None, note: str = "") -> None:
        """End this run of the turn; without ``answer`` the one that was there stays."""
        self.phase, self.note = phase, f"{gone_words(self.chosen)} {note}".strip()
        if answer is not None:
            self.answer, self.mark, self.given = answer, _token(), None
        self.citations = self.sentences = ()
        self.reopened = False
        self.revision += 1

    @property
    def can_be_written(self) -> bool:
        """Whether a language model could still put this answer into prose."""
        return (self.answer is not None and self.answer.status.has_answer and not self.written
                and self.answer.intent not in COMPLETE and self.answer.model == "quotes"
                and self.phase is not Phase.RUNNING)


class Session:
    """The turns of one conversation, and which of them is running. Safe across threads.

    ``cancel`` belongs to the running turn. ``waiting`` is the turn that is to be written up once
    the language model is there. ``key`` names the session, past guessing. ``kept`` is what is
    known of the conversation on disk, ``copied`` the id of another reader's that it was opened
    from, and ``trouble`` says why it is not kept. ``user`` is who is signed in, ``asker`` the key
    that the log knows somebody by. ``visited``: a page has been opened on it; ``left``: that page
    was closed.
    """

    def __init__(self) -> None:
        self.key = _token()
        self.turns: list[Turn] = []
        self.running: Turn | None = None
        self.waiting: Turn | None = None
        self.cancel = threading.Event()
        self.stopped = self.left = self.visited = False
        self.kept: Head | None = None
        self.copied = ""
        self.trouble = ""
        self.user: str | None = None
        self.asker = ""
        self._count = 0
        self._lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Gradio copies the initial value for every visitor: each gets an empty session.
        return type(self)()

    def begin(self, question: str, chosen: Chosen | None = None,
              alone: bool = False, instead: int = 0) -> Turn | None:
        """A new running turn; None while another one runs. It takes the place of the last turn
        where that has the number ``instead``."""
        with self._lock:
            if self.running is not None:
                return None
            if self.turns and self.turns[-1].number == instead:
                self.turns.pop()
            self._count += 1
            turn = Turn(self._count, question, chosen=chosen or Chosen(), alone=alone,
                        visit=self.key)
            self.turns.append(turn)
            self._run(turn)
            return turn

    def begin_again(self, turn: Turn) -> bool:
        """Run a finished turn once more; False while another runs or when it was cleared away."""
        with self._lock:
            if self.running is not None or turn not in self.turns:
                return False
            turn.phase, turn.note = Phase.RUNNING, ""
            self._run(turn)
            return True

    def _run(self, turn: Turn) -> None:
        self.running, self.cancel = turn, threading.Event()
        self.stopped = self.left = False

    def finish(self, turn: Turn) -> None:
        """The turn runs no more; whatever still works for it is told to stop."""
        with self._lock:
            if self.running is turn:
                self.cancel.set()
                self.running = None

    def stop(self) -> None:
        """Ask the running turn to end. Harmless when nothing runs."""
        with self._lock:
            self.stopped = True
            self.cancel.set()

    def leave(self) -> None:
        """The visitor closed the page: nothing works on for them. The turns stay, since a tab
        that lost its connection comes back to them."""
        self.stop()
        self.waiting, self.left = None, True

    def clear(self) -> None:
        """Start a new conversation; a running turn is cancelled and its result dropped."""
        self.stop()
        with self._lock:
            self.turns.clear()
            self.running = self.waiting = self.kept = None
            self.copied = self.trouble = ""

    def take_up(self, turns: Sequence[Turn]) -> None:
        """Go on with a conversation that was read from disk, in place of the one that is here."""
        self.clear()
        with self._lock:
            for turn in turns:
                self._count += 1
                turn.number, turn.visit, turn.reopened = self._count, self.key, True
                self.turns.append(turn)

    def numbered(self, number: object) -> Turn | None:
        """The turn with this number."""
        return next((turn for turn in list(self.turns) if turn.number == number), None)

    def holds(self, turn: Turn) -> bool:
        """Whether the turn still belongs to this conversation."""
        return turn in self.turns

    @property
    def last(self) -> Turn | None:
        """The latest turn."""
        return self.turns[-1] if self.turns else None

    def history(self, turn: Turn) -> list[tuple[str, str]]:
        """Question and answer of the finished turns before ``turn``, oldest first."""
        pairs = [(one.question, answer.text) for one, answer in self._answered(turn)]
        return pairs[-HISTORY_TURNS:]

    def _answered(self, turn: Turn) -> Iterator[tuple[Turn, Answer]]:
        for one in list(self.turns):
            if one is turn:
                return
            if one.answer is not None and one.answer.status is not Status.ERROR:
                yield one, one.answer
