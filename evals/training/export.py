"""Exports a trained cross-encoder: ``python -m evals.training.export WEIGHTS.pt --base BASE``.

Writes ``index/data/reranker``, or with ``--check`` ``assistant/data/support``: the model in ONNX
with int8 weights (per-channel, seven bits, so that processors without VNNI don't overflow), the
tokenizer and a manifest with the hash. Prints how far the int8 model is from the original.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.verify import entailment
from evals.training.claims import written
from evals.training.crossencoder import fresh, predicted
from evals.training.rows import Pair, domain
from index import reranking
from index.crossencoder import CrossEncoder
from index.weights import digest

_HERE = Path(__file__).parent


def to_onnx(model: Any, path: Path) -> None:
    """Write a cross-encoder as ONNX: token ids in, one logit a pair out."""
    import torch

    encoder, head = model[0].auto_model.eval(), model[2].linear

    class Pairs(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.head = encoder, head

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor,
                    token_type_ids: torch.Tensor) -> torch.Tensor:
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask,
                                  token_type_ids=token_type_ids).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return self.head(pooled).squeeze(-1)  # type: ignore[no-any-return]

    names = ["input_ids", "attention_mask", "token_type_ids"]
    dynamic: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in names}
    example = torch.ones(2, 12, dtype=torch.long)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Pairs(), (example, example, example * 0), str(path), input_names=names,
                          output_names=["logits"], opset_version=17, dynamo=False,
                          dynamic_axes={**dynamic, "logits": {0: "batch"}})


def export(weights: Path, base: Path, folder: Path, longest: int,
           held: Sequence[Pair]) -> dict[str, Any]:
    """Export into ``folder``; returns the manifest and how well the int8 model keeps to the
    original on pairs held out from training."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = fresh(base, longest)
    model.load_state_dict(torch.load(weights, weights_only=True))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        to_onnx(model, whole)
        quantize_dynamic(whole, folder / "model.onnx", weight_type=QuantType.QInt8,
                         per_channel=True, reduce_range=True)
    shutil.copy(base / "tokenizer.json", folder / "tokenizer.json")
    told = {"sha256": digest(folder / "model.onnx"),
            "size": (folder / "model.onnx").stat().st_size}
    (folder / "manifest.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return {**told, **_compared(model, CrossEncoder(folder, longest), held)}


def _compared(model: Any, small: CrossEncoder, held: Sequence[Pair]) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    whole = predicted(model, held)
    logits = np.array(list(small.logits([(p.question, p.passage) for p in held])))
    labels = [p.label for p in held]
    return {"auc": round(float(roc_auc_score(labels, whole)), 4),
            "auc_int8": round(float(roc_auc_score(labels, logits)), 4),
            "same_side": round(float(np.mean((whole > 0.5) == (logits > 0))), 4)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Export and report."""
    parser = argparse.ArgumentParser(description="Export the reranker or the check's model.")
    parser.add_argument("weights", type=Path, help="what the training left")
    parser.add_argument("--base", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--check", action="store_true", help="it is the model of the check")
    options = parser.parse_args(arguments)
    if options.check:
        folder, longest = entailment.FOLDER, entailment.LONGEST
        pairs = written(sorted(_HERE.glob("claims*.jsonl")))
    else:
        folder, longest = reranking.FOLDER, reranking.LONGEST
        pairs = domain(sorted(_HERE.glob("domain*.jsonl")))
    told = export(options.weights, options.base, folder, longest,
                  [p for p in pairs if p.held_out])
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
