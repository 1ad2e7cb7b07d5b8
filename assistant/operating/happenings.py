"""What happens while the program runs, told as data to whoever listens: logs and figures.

Where nobody listens, as in most commands, telling costs nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

logger = logging.getLogger(__name__)


class Why(StrEnum):
    """Why somebody was turned away."""

    QUESTIONS = "questions"    # asked too often
    CALLS = "calls"            # a program called too often
    UPLOADS = "uploads"        # sent too many files
    LINE = "line"              # too many questions wait already
    WRITING = "writing"        # too many wait for the language model
    SIGN_IN = "sign_in"        # guessed too often, or too many sign in at once
    STOPPING = "stopping"      # the program is about to end


class Outcome(StrEnum):
    """How a piece of work ended that is no question."""

    DONE = "done"
    NOTHING = "nothing"                        # there was nothing to do
    TRY_AGAIN = "try_again"
    FIX_CONFIGURATION = "fix_configuration"
    GIVE_UP = "give_up"
    FORM_REFUSED = "form_refused"              # a model's server took no schema; asked without
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question begins. ``request`` is its id, ``who`` the key of whoever asks, or ""."""

    request: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question ended. ``status`` is the answer's, or "stopped" where nobody waited for one.
    Times are in seconds from the question; ``evidence_s`` is None where there was none."""

    request: str
    who: str
    status: str
    intent: str
    composer: str
    evidence_s: float | None
    total_s: float
    question: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody was turned away; ``wait_s`` is when they may come back, 0 where nobody knows."""

    why: Why
    who: str = ""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """A password or token opened nothing. ``how`` is "password" or "token"."""

    how: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A call of a language model ended; tokens are None where its server didn't count them."""

    outcome: Outcome
    seconds: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Synced:
    """The index was brought in step, or that failed; counts are of reports, ``findings`` of what
    the index holds."""

    outcome: Outcome
    seconds: float
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Turned:
    """The program changed: "started", "ready", "unready", "stopping", "stopped". ``reason`` is a
    code."""

    to: str
    reason: str = ""


Happening = Asked | Answered | Refused | SignInFailed | Written | Synced | Turned
Listener = Callable[[Happening], None]

_listeners: list[Listener] = []
_lock = threading.Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have ``listener`` told of everything until the end of the block. It is called in the thread
    in which something happens and must be quick."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def tell(happening: Happening) -> None:
    """Tell everybody who listens. Never raises: what is told is no part of the work itself."""
    for listener in tuple(_listeners):
        try:
            listener(happening)
        except Exception:
            logger.exception("a happening could not be taken down")
