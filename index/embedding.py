"""Texts into vectors, by the exported model through onnxruntime; no torch is needed here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.weights import NAME, Exported
from index.workers import opened, side_by_side

if TYPE_CHECKING:
    from tokenizers import Encoding

Vectors = NDArray[np.float32]
_MOST_TOKENS = 256
# Texts whose tokens are held in memory at a time.
_AT_ONCE = 1024
_COMMON, _VOCABULARY = 1996, 30522


class Embedder(Protocol):
    """Anything that turns texts into unit vectors."""

    name: str
    fingerprint: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, (texts, dimensions)."""
        ...

    def rarity(self, word: str) -> float:
        """How telling a lower-case word is by how rare it is in English, from .15 to 1."""
        ...

    def is_word(self, word: str) -> bool:
        """Whether a lower-case word is one that the model knows as a whole."""
        ...


class OnnxEmbedder:
    """all-MiniLM-L6-v2 (384 dimensions, the first 256 tokens of a text). Safe across threads.

    A text's vector does not depend on what it is embedded with: an index that was stopped and
    taken up again ends as if it had not been.
    """

    def __init__(self, exported: Exported) -> None:
        from tokenizers import Tokenizer

        self.name = NAME
        self.fingerprint = f"{NAME}:{exported.sha256[:16]}"
        self._session = opened(exported.folder / "model.onnx")
        self._tokenizer = Tokenizer.from_file(str(exported.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, (texts, 384), in the order of ``texts``."""
        result = np.zeros((len(texts), 384), np.float32)
        for begin in range(0, len(texts), _AT_ONCE):
            encoded = self._tokenizer.encode_batch(list(texts[begin:begin + _AT_ONCE]))
            for number, vector in enumerate(side_by_side(self._vector, encoded), begin):
                result[number] = vector
        return result

    def rarity(self, word: str) -> float:
        """How telling a word is: the model's vocabulary is ordered by how common its words are,
        and a word that it has only in pieces is rare."""
        place = self._tokenizer.token_to_id(word)
        if place is None:
            return 1.0
        return max(0.15, math.log(1 + max(place - _COMMON, 1)) / math.log(_VOCABULARY - _COMMON))

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary, some 25,000 English words, has this one whole."""
        return self._tokenizer.token_to_id(word) is not None

    def _vector(self, item: Encoding) -> Vectors:
        ids = np.array([item.ids], np.int64)
        hidden = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids),
                                          "token_type_ids": np.zeros_like(ids)})[0]
        mean: Vectors = np.asarray(hidden, np.float32)[0].mean(axis=0)
        return _unit(mean)


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
