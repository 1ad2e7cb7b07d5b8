"""What the page and the command line may ask of a running assistant."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from assistant.updates import Update
from corpus.model import Metadata, Report
from index.filter import Filter

History = Sequence[tuple[str, str]]
ComposerName = Literal["auto", "quotes", "prose"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader chose beside the question.

    ``scope`` holds where the question itself names no force, year, report or kind. ``alone``:
    take the question as it stands, though there is a conversation before it.
    """

    scope: Filter = field(default_factory=Filter)
    alone: bool = False


NO_CHOICES = Choices()


class ProseStatus(StrEnum):
    """Whether a language model can write an answer up now."""

    READY = "ready"
    ABSENT = "absent"      # the embedded model has not been fetched
    FETCHING = "fetching"
    LOADING = "loading"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProseState:
    """The state of the model that writes prose, with progress while it is fetched."""

    status: ProseStatus
    model: str
    done_bytes: int = 0
    total_bytes: int = 0
    message: str = ""


class Backend(Protocol):
    """The assistant as its callers see it. Safe to call from several threads."""

    def stream(self, question: str, history: History = (), *, composer: ComposerName = "auto",
               cancel: threading.Event | None = None,
               choices: Choices = NO_CHOICES) -> Iterator[Update]:
        """Answer step by step; the last update is DONE and holds the answer. Never raises for
        a question: errors come as an answer with the status ``error``."""
        ...

    def reports(self) -> list[Metadata]:
        """The indexed reports, by title."""
        ...

    def report(self, report_id: str) -> Report | None:
        """An indexed report with its text and findings; None when it is not there."""
        ...

    def suggestions(self) -> list[str]:
        """Questions that the indexed reports answer, to start from."""
        ...

    def prose_state(self) -> ProseState:
        """Whether "Write it up" works now, and how a running fetch is doing."""
        ...

    def fetch_prose(self) -> None:
        """Start fetching (or resuming) the embedded model in the background; returns at once."""
        ...
