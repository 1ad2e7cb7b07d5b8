"""Trains the reranker: ``python -m evals.training QA.jsonl.gz --base FOLDER --out FOLDER``.

``--base`` is all-MiniLM-L6-v2 as sentence-transformers saves it. First the public pairs, then the
pairs written for this project, mixed with public ones, in two rounds. Prints the area under the
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
# Name, weights to begin with, weights to leave, how many times over the project's own pairs are
# learnt, how many public ones are mixed in, and the highest learning rate.
_STAGES = (("domain", "public.pt", "domain.pt", 2, 20_000, 1e-4),
           ("refine", "domain.pt", "refined.pt", 1, 10_000, 7e-5))


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
    parser.add_argument("--stage", choices=("public", "domain", "refine", "all"),
                        default="all")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    model = fresh(options.base)
    pairs = public(options.data)
    aside = [p for p in pairs if p.held_out]
    held = random.Random(SEED).sample(aside, min(1500, len(aside)))
    kept = [p for p in pairs if not p.held_out]
    first = options.out / "public.pt"
    if options.stage in ("public", "all"):
        _tell(f"{len(kept)} public pairs, {sum(p.label for p in kept)} answered")
        train(model, kept, rate=1e-4, tell=_tell, stop_after=_FIRST_STEPS,
              checkpoint=lambda step: torch.save(model.state_dict(), first))
    own = domain(sorted(_HERE.glob("domain*.jsonl")))
    learnt = [p for p in own if not p.held_out]
    tested = [*held, *(p for p in own if p.held_out)]
    for name, before, after, times, more, rate in _STAGES:
        if options.stage not in (name, "all"):
            continue
        model.load_state_dict(torch.load(options.out / before, weights_only=True))
        chance = random.Random(f"{SEED}{name}")
        mixed = learnt * times + chance.sample(kept, more)
        _tell(f"{name}: {len(learnt)} pairs of this project, {times} times, {more} public ones")
        train(model, mixed, rate=rate, tell=_tell,
              checkpoint=lambda step, path=options.out / after: torch.save(  # type: ignore[misc]
                  model.state_dict(), path))
        torch.save(model.state_dict(), options.out / after)
        _tell(f"held out: {report(model, tested)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
