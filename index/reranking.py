"""How likely a passage answers a question, from a cross-encoder that reads both together.

The weights are trained for this project (``evals/training``): MiniLM, six layers, int8, run by
onnxruntime. ``index/data/reranker/NOTICE.md`` names what they were trained on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus import sentences
from corpus.errors import FixConfiguration
from index.weights import digest
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

    def __init__(self, folder: Path = FOLDER, threads: int = 0) -> None:
        """Raises ``FixConfiguration`` where the weights are missing or altered."""
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            told = json.loads((folder / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _broken() from error
        if digest(folder / "model.onnx") != told.get("sha256"):
            raise _broken()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST, strategy="longest_first")

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage; of a long one the best window counts. Of many long ones only
        those windows are read that share most words with the question."""
        most = max(1, _MOST_READ // max(len(passages), 1))
        asked = stems(question)
        parts = [sorted(windows(passage), key=lambda text: -len(asked & stems(text)))[:most]
                 if len(passage) > _SHORT else [passage] for passage in passages]
        logits = self._logits(question, [part for group in parts for part in group])
        return [max(next(logits) for _ in group) for group in parts]

    def _logits(self, question: str, texts: Sequence[str]) -> Iterator[float]:
        """One pair at a time: int8 arithmetic is scaled by what is in a batch, so in company a
        pair's score would depend on the others. Batches would not be quicker either."""
        for item in self._tokenizer.encode_batch([(question, text) for text in texts]):
            outputs = self._session.run(None, {
                "input_ids": np.array([item.ids], np.int64),
                "attention_mask": np.ones((1, len(item.ids)), np.int64),
                "token_type_ids": np.array([item.type_ids], np.int64)})
            yield float(outputs[0][0])


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


@cache
def open_reranker() -> OnnxReranker:
    """The reranker that ships with the program, opened once. Raises ``FixConfiguration``."""
    return OnnxReranker()


def _broken() -> FixConfiguration:
    return FixConfiguration("The reranker's weights are missing or altered.",
                            "Install the program again.")
