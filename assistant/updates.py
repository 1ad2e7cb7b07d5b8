"""What a running question tells its listener, in order: evidence, sentences, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Answer, Citation, Sentence


class Stage(StrEnum):
    """How far a question has come."""

    EVIDENCE = "evidence"
    SENTENCE = "sentence"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Update:
    """One step forward. ``citations`` and ``sentences`` are all there are so far, not a delta.

    EVIDENCE: the findings are known, before any prose. SENTENCE: one more sentence has passed
    its check. DONE: ``answer`` is final and replaces everything shown before.
    """

    stage: Stage
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
