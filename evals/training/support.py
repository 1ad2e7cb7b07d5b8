"""Trains the check of a sentence: ``python -m evals.training.support --start RERANKER.pt ...``.

It begins with the reranker's weights, which have learnt to read two texts together. First come
public inference rows and sentences of real answers, then the claims written for this project
mixed with public ones. Prints the area under the curve on rows held out, by source, and leaves
torch weights in ``--out``; ``evals.training.export --check`` makes the int8 model of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from evals.training.__main__ import _tell, report
from evals.training.claims import answers, inference, mixed, written
from evals.training.crossencoder import fresh, train

LONGEST = 192
# The second stage mixes public rows in and brings the learning rate down.
_FIRST_STEPS = 400
_HERE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Train in three stages and report after the last two."""
    import torch

    parser = argparse.ArgumentParser(description="Train the check of a sentence.")
    parser.add_argument("--shared", type=Path, required=True,
                        help="the folder with training/nli.jsonl.gz and benchmarks/judge")
    parser.add_argument("--base", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--start", type=Path, required=True,
                        help="refined.pt, which evals.training left")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the weights")
    parser.add_argument("--stage", default="all",
                        choices=("public", "domain", "refine", "all"))
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    public = inference(options.shared / "training" / "nli.jsonl.gz")
    real = answers(options.shared / "benchmarks" / "judge" / "train.jsonl")
    model = fresh(options.base, LONGEST)
    first, second, last = (options.out / f"claims_{name}.pt"
                           for name in ("public", "domain", "refined"))

    def keep(path: Path, _: int = 0) -> None:
        torch.save(model.state_dict(), path)

    if options.stage in ("public", "all"):
        model.load_state_dict(torch.load(options.start, weights_only=True))
        pairs = mixed([(public, 1, 24_000), (real, 1, 9_000)])
        _tell(f"public: {len(pairs)} pairs, {sum(p.label for p in pairs)} supported")
        train(model, pairs, rate=1.2e-4, tell=_tell, stop_after=_FIRST_STEPS,
              checkpoint=partial(keep, first))
        keep(first)
        _tell(f"held out: {report(model, [p for p in public + real if p.held_out])}")
    own = written(sorted(_HERE.glob("claims*.jsonl")), elsewhere=True)
    stages = (("domain", first, second, mixed([(own, 2, 10**6), (real, 1, 4_000),
                                               (public, 1, 4_000)]), 1e-4),
              ("refine", second, last, mixed([(own, 1, 10**6), (real, 1, 2_000)]), 7e-5))
    for name, before, after, pairs, rate in stages:
        if options.stage not in (name, "all"):
            continue
        model.load_state_dict(torch.load(before, weights_only=True))
        _tell(f"{name}: {len(pairs)} pairs, {len(own)} written")
        train(model, pairs, rate=rate, tell=_tell, checkpoint=partial(keep, after))
        keep(after)
        _tell(f"held out: {report(model, [p for p in own + public + real if p.held_out])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
