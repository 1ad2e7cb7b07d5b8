"""The cross-encoder: MiniLM over question and passage together, its token vectors averaged.

all-MiniLM was trained with mean pooling, so its first-token vector carries nothing to start from.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.training.rows import SEED, Pair

LONGEST = 160
_BATCH = 48
_WARM_UP = 0.06


def fresh(weights: Path, longest: int = LONGEST) -> Any:
    """A cross-encoder on the weights of a sentence-transformers folder, its head untrained."""
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    torch.manual_seed(SEED)
    head = Dense(384, 1, activation_function=torch.nn.Identity(),
                 module_input_name="sentence_embedding", module_output_name="scores")
    return CrossEncoder(modules=[Transformer(str(weights)), Pooling(384, "mean"), head],
                        num_labels=1, device="cpu", max_length=longest)


def train(model: Any, pairs: Sequence[Pair], rate: float, stop_after: int = 0,
          checkpoint: Callable[[int], None] = lambda step: None,
          tell: Callable[[str], None] = lambda line: None) -> None:
    """Fit by cross-entropy, in place. Word embeddings stay as they are: they hold the English
    that a small set of pairs would only wear down. ``rate`` is the highest learning rate, after
    a warm-up and before a linear fall to nothing; ``stop_after`` steps it ends early."""
    import torch

    for name, weight in model.named_parameters():
        weight.requires_grad = "embeddings" not in name
    learnt = [w for w in model.parameters() if w.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01)
    chance = random.Random(SEED)
    batches = list(_batches(pairs, chance))
    begun, mean = time.monotonic(), 0.7
    model.train()
    for step, batch in enumerate(batches):
        along = step / len(batches)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(along / _WARM_UP, (1 - along) / (1 - _WARM_UP))
        features = model.preprocess([(p.question, p.passage) for p in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = model(features)["scores"]
        target = torch.tensor([float(p.label) for p in batch])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores.float().view(-1),
                                                                    target)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if step % 100 == 99:
            spent = time.monotonic() - begun
            tell(f"{step + 1} of {len(batches)} steps, loss {mean:.3f}, {spent / 60:.0f} min")
            checkpoint(step + 1)
        if step + 1 == stop_after:
            break
    model.eval()


def _batches(pairs: Sequence[Pair], chance: random.Random) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, in random order: little is spent on padding."""
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    pool = _BATCH * 40
    found = []
    for begin in range(0, len(shuffled), pool):
        part = sorted(shuffled[begin:begin + pool],
                      key=lambda p: len(p.question) + len(p.passage))
        found += [part[i:i + _BATCH] for i in range(0, len(part), _BATCH)]
    chance.shuffle(found)
    yield from found


def predicted(model: Any, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """The probability of each pair that its passage answers, (pairs,)."""
    import torch

    model.eval()
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].passage))
    found = np.zeros(len(pairs))
    with torch.no_grad():
        for begin in range(0, len(order), 64):
            chosen = order[begin:begin + 64]
            features = model.preprocess([(pairs[i].question, pairs[i].passage) for i in chosen])
            found[chosen] = torch.sigmoid(model(features)["scores"].view(-1)).numpy()
    return found
