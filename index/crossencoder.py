"""A small cross-encoder that ships with the program: two texts read together, one logit out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import FixConfiguration
from index.weights import digest

if TYPE_CHECKING:
    from tokenizers import Encoding


class CrossEncoder:
    """An int8 model in a folder with its tokenizer and a manifest that holds its hash, run by
    onnxruntime. Safe to call from several threads."""

    def __init__(self, folder: Path, longest: int) -> None:
        """``longest`` is the most tokens of a pair that are read. Raises ``FixConfiguration``
        where the weights are missing or altered."""
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            told = json.loads((folder / "manifest.json").read_text("utf-8"))
            whole = digest(folder / "model.onnx") == told.get("sha256")
        except (OSError, ValueError) as error:
            raise _broken(folder) from error
        if not whole:
            raise _broken(folder)
        options = onnxruntime.SessionOptions()
        # A pair is too small to be shared out: each is read on one core, several side by side.
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest, strategy="longest_first")

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Iterator[float]:
        """A logit for each pair, in order. No batches: int8 arithmetic is scaled by what is in a
        batch, so in company a pair's score would depend on the others."""
        encoded = self._tokenizer.encode_batch(list(pairs))
        if len(encoded) == 1:
            return iter([self._logit(encoded[0])])
        return _readers().map(self._logit, encoded)

    def _logit(self, item: Encoding) -> float:
        outputs = self._session.run(None, {
            "input_ids": np.array([item.ids], np.int64),
            "attention_mask": np.ones((1, len(item.ids)), np.int64),
            "token_type_ids": np.array([item.type_ids], np.int64)})
        return float(outputs[0][0])


@cache
def _readers() -> ThreadPoolExecutor:
    """The threads that read pairs, for all models and all who ask: one for each core."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="reader")


def _broken(folder: Path) -> FixConfiguration:
    return FixConfiguration(f"The weights of the {folder.name} model are missing or altered.",
                            "Install the program again.")
