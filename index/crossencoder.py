"""A small cross-encoder that ships with the program: two texts read together, one logit out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import FixConfiguration
from index.weights import TOKENIZER_SHA256, digest
from index.workers import opened, side_by_side

if TYPE_CHECKING:
    from tokenizers import Encoding


class CrossEncoder:
    """An int8 model in a folder with its tokenizer and a manifest that holds its hash, run by
    onnxruntime. Safe to call from several threads."""

    def __init__(self, folder: Path, longest: int) -> None:
        """``longest`` is the most tokens of a pair that are read. Raises ``FixConfiguration``
        where the weights are missing or altered."""
        from tokenizers import Tokenizer

        try:
            told = json.loads((folder / "manifest.json").read_text("utf-8"))
            whole = digest(folder / "model.onnx") == told.get("sha256") \
                and digest(folder / "tokenizer.json") == TOKENIZER_SHA256
        except (OSError, ValueError) as error:
            raise _broken(folder) from error
        if not whole:
            raise _broken(folder)
        self._session = opened(folder / "model.onnx")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest, strategy="longest_first")

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Iterator[float]:
        """A logit for each pair, in order. No batches: int8 arithmetic is scaled by what is in a
        batch, so in company a pair's score would depend on the others."""
        return side_by_side(self._logit, self._tokenizer.encode_batch(list(pairs)))

    def _logit(self, item: Encoding) -> float:
        outputs = self._session.run(None, {
            "input_ids": np.array([item.ids], np.int64),
            "attention_mask": np.ones((1, len(item.ids)), np.int64),
            "token_type_ids": np.array([item.type_ids], np.int64)})
        return float(outputs[0][0])


def _broken(folder: Path) -> FixConfiguration:
    return FixConfiguration(f"The weights of the {folder.name} model are missing or altered.",
                            "Install the program again.")
