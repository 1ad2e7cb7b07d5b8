"""How likely evidence supports a claim, from a cross-encoder that reads both together.

The weights are trained for this project (``evals/training/support.py``): MiniLM, six layers, int8,
run by onnxruntime. ``assistant/data/support/NOTICE.md`` names what they were trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from assistant.verify.condense import condensed
from corpus import sentences
from index.crossencoder import CrossEncoder
from index.once import once

FOLDER = Path(__file__).parent.parent / "data" / "support"
LONGEST = 192


class Entailment(Protocol):
    """Anything that says how far evidence supports a claim."""

    def logit(self, claim: str, evidence: Sequence[str]) -> float:
        """Over 0: the evidence, taken together, more likely supports the claim than not."""
        ...


class OnnxEntailment:
    """The trained cross-encoder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises ``FixConfiguration`` where the weights are missing or altered."""
        self._model = CrossEncoder(folder, LONGEST)

    def logit(self, claim: str, evidence: Sequence[str]) -> float:
        """A claim of several sentences is worth what the worst of them is worth. Long evidence
        is cut to the sentences that the claim is about."""
        whole = " ".join(evidence)
        parts = [part for part in sentences.split(claim) if len(part.split()) > 2] or [claim]
        return min(self._model.logits([(part, condensed(part, whole)) for part in parts]))


@once
def open_entailment() -> OnnxEntailment:
    """The model that ships with the program, opened once. Raises ``FixConfiguration``."""
    return OnnxEntailment()
