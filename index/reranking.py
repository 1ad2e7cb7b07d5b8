"""How likely a passage answers a question, from a cross-encoder that reads both together.

The weights are trained for this project (``evals/training``): MiniLM, six layers, int8, run by
onnxruntime. ``index/data/reranker/NOTICE.md`` names what they were trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from corpus import sentences
from index.crossencoder import CrossEncoder
from index.once import once
from index.words import stems

FOLDER = Path(__file__).parent / "data" / "reranker"
LONGEST = 160
_WINDOW_WORDS = 80
_MOST_WINDOWS = 6
_MOST_READ = 24
_SHORT = 300


class Reranker(Protocol):
    """Anything that says how well passages answer a question."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage: over 0, it more likely answers than not."""
        ...


class OnnxReranker:
    """The trained cross-encoder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises ``FixConfiguration`` where the weights are missing or altered."""
        self._model = CrossEncoder(folder, LONGEST)

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage; of a long one the best window counts. Of many long ones only
        those windows are read that share most words with the question."""
        most = max(1, _MOST_READ // max(len(passages), 1))
        asked = stems(question)
        parts = [sorted(windows(passage), key=lambda text: -len(asked & stems(text)))[:most]
                 if len(passage) > _SHORT else [passage] for passage in passages]
        logits = self._model.logits([(question, part) for group in parts for part in group])
        return [max(next(logits) for _ in group) for group in parts]


def windows(passage: str) -> list[str]:
    """A passage as texts short enough to be read whole: itself, or for a long one runs of
    sentences of some 80 words, the first six."""
    if len(passage.split()) <= _WINDOW_WORDS + 20:
        return [passage]
    found: list[str] = []
    run: list[str] = []
    for sentence in sentences.split(passage):
        if run and len(" ".join([*run, sentence]).split()) > _WINDOW_WORDS:
            found.append(" ".join(run))
            run = run[-1:] if len(run[-1].split()) < _WINDOW_WORDS // 2 else []
        run.append(sentence)
    return [*found, " ".join(run)][:_MOST_WINDOWS]


@once
def open_reranker() -> OnnxReranker:
    """The reranker that ships with the program, opened once. Raises ``FixConfiguration``."""
    return OnnxReranker()
