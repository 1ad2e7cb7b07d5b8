"""Texts into vectors, by the exported model through onnxruntime; no torch is needed here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.weights import NAME, Exported

Vectors = NDArray[np.float32]
_MOST_TOKENS = 256
_BATCH = 8
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
    """all-MiniLM-L6-v2 (384 dimensions, the first 256 tokens of a text)."""

    def __init__(self, exported: Exported, threads: int = 0) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.name = NAME
        self.fingerprint = f"{NAME}:{exported.sha256[:16]}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Spinning threads would take the cores from a language model that decodes meanwhile.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(exported.folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(exported.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, (texts, 384), in the order of ``texts``; texts of like length share a
        batch, so little is spent on padding."""
        result = np.zeros((len(texts), 384), np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for begin in range(0, len(order), _BATCH):
            chosen = order[begin:begin + _BATCH]
            hidden, mask = self._run([encoded[i].ids for i in chosen])
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
            result[chosen] = _unit(pooled)
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

    def _run(self, ids: Sequence[Sequence[int]]) -> tuple[Vectors, NDArray[np.int64]]:
        width = max(len(row) for row in ids)
        inputs = np.zeros((len(ids), width), np.int64)
        mask = np.zeros((len(ids), width), np.int64)
        for number, row in enumerate(ids):
            inputs[number, :len(row)] = row
            mask[number, :len(row)] = 1
        outputs = self._session.run(None, {"input_ids": inputs, "attention_mask": mask,
                                           "token_type_ids": np.zeros_like(inputs)})
        return np.asarray(outputs[0], np.float32), mask


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
