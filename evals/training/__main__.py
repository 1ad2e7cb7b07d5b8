"""Trains the reranker: ``python -m evals.training QA.jsonl.gz --base FOLDER --out FOLDER``.

``--base`` is all-MiniLM-L6-v2 as sentence-transformers saves it. First the public pairs, then the
pairs written for this project, twice over, mixed with public ones. Prints the area under the
curve on held-out documents by source, and leaves the torch weights in ``--out``; the export to
onnxruntime is ``evals.training.export``. About 40 minutes on two cores that do nothing else.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.training.crossencoder import fresh, predicted, train
from evals.training.rows import SEED, Pair, domain, public

_HERE = Path(__file__).parent
# The first stage only brings the untrained head to life: its learning rate is still near the
# highest when it ends, and the second stage, which mixes in public pairs, brings it down.
_FIRST_STEPS = 300
_MIXED_IN = 20_000
_TIMES = 2


def report(model: Any, held: Sequence[Pair]) -> dict[str, float]:
    """The area under the curve on held-out pairs, all together and by source."""
    from sklearn.metrics import roc_auc_score

    chances = predicted(model, held)
    found = {"all": float(roc_auc_score([p.label for p in held], chances))}
    for source in sorted({p.source for p in held}):
        rows = [i for i, p in enumerate(held) if p.source == source]
        labels = [held[i].label for i in rows]
        if len(set(labels)) == 2:
            found[source] = float(roc_auc_score(labels, chances[rows]))
    return {key: round(value, 3) for key, value in found.items()}


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Train in two stages and report."""
    import torch

    parser = argparse.ArgumentParser(description="Train the reranker.")
    parser.add_argument("data", type=Path, help="qa.jsonl.gz")
    parser.add_argument("--base", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the weights")
    parser.add_argument("--stage", choices=("public", "domain", "both"), default="both")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    model = fresh(options.base)
    pairs = public(options.data)
    aside = [p for p in pairs if p.held_out]
    held = random.Random(SEED).sample(aside, min(1500, len(aside)))
    kept = [p for p in pairs if not p.held_out]
    first, last = options.out / "public.pt", options.out / "domain.pt"
    if options.stage != "domain":
        _tell(f"{len(kept)} public pairs, {sum(p.label for p in kept)} answered")
        train(model, kept, rate=1e-4, tell=_tell, stop_after=_FIRST_STEPS,
              checkpoint=lambda step: torch.save(model.state_dict(), first))
    if options.stage != "public":
        model.load_state_dict(torch.load(first, weights_only=True))
        own = domain(sorted(_HERE.glob("domain*.jsonl")))
        learnt = [p for p in own if not p.held_out]
        mixed = learnt * _TIMES + random.Random(SEED + 1).sample(kept, _MIXED_IN)
        tested = [*held, *(p for p in own if p.held_out)]
        _tell(f"{len(learnt)} pairs of this project, {_TIMES} times, and {_MIXED_IN} public ones")
        train(model, mixed, rate=1e-4, tell=_tell,
              checkpoint=lambda step: torch.save(model.state_dict(), last))
        torch.save(model.state_dict(), last)
        _tell(f"held out: {report(model, tested)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
