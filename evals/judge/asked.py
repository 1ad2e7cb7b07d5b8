"""The embedded language model as a judge: how likely it says Yes to "is this supported?"."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence

import numpy as np
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

import prompts
from assistant.compose.prompting import neutral
from assistant.models.registry import OpenedModel, open_model
from assistant.settings import load
from evals.judge.measures import best_threshold
from evals.judge.written import Claim
from index.passages import passage

_SEED = 11
_WORKED = (("The force has too few call handlers at weekends.",
            "Callers may wait because the control room lacks staff at weekends.", "Yes"),
           ("The force should review how it trains new drivers.",
            "The force has reviewed how it trains new drivers.", "No"))

Line = Callable[[str, Sequence[float], Sequence[int], float], None]


def asked_model(claims: Sequence[Claim], ours: Sequence[float], line: Line, most: int) -> None:
    """Ask the embedded model about a sample of claims; print it beside the check on the same
    claims, and the two weighed together (cross-validated), with the time that a claim took."""
    chosen = random.Random(_SEED).sample(range(len(claims)), min(most, len(claims)))
    opened = open_model(load(model="local"))
    try:
        begun = time.perf_counter()
        chances = [yes(opened, claims[i]) for i in chosen]
        spent = (time.perf_counter() - begun) / len(chosen)
    finally:
        opened.close()
    labels = [claims[i].label for i in chosen]
    line("language model", chances, labels, best_threshold(chances, labels))
    mine = [ours[i] for i in chosen]
    line("the check, same", mine, labels, best_threshold(mine, labels))
    both = together(mine, chances, labels)
    line("both together", both, labels, 0.5)
    line(f"({1000 * spent:.0f} ms a claim)", chances, labels, 0.5)


def yes(opened: OpenedModel, claim: Claim) -> float:
    """The probability of Yes among Yes and No as the first word of the reply."""
    reply = opened.chat.bind(max_tokens=1, logprobs=True, top_logprobs=20).invoke(_asked(claim))
    tokens = reply.response_metadata["logprobs"]["content"][0]["top_logprobs"]
    weight = {"yes": 1e-9, "no": 1e-9}
    for token in tokens:
        word = token["token"].strip().lower()
        if word in weight:
            weight[word] += math.exp(token["logprob"])
    return weight["yes"] / (weight["yes"] + weight["no"])


def together(mine: Sequence[float], other: Sequence[float], labels: Sequence[int]) -> list[float]:
    """Both probabilities weighed by a logistic model, each claim by one that has not seen it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    rows = np.array([[_odds(a), _odds(b)] for a, b in zip(mine, other, strict=True)])
    found = cross_val_predict(LogisticRegression(), rows, labels, cv=5, method="predict_proba")
    return [float(p) for p in found[:, 1]]


def _asked(claim: Claim) -> list[BaseMessage]:
    messages: list[BaseMessage] = [SystemMessage(prompts.load("support_question").text)]
    for evidence, sentence, answer in _WORKED:
        messages += [HumanMessage(_put(evidence, sentence)), AIMessage(answer)]
    evidence = " ".join(passage(finding).embedded for finding in claim.cited)
    return [*messages, HumanMessage(_put(neutral(evidence), neutral(claim.text)))]


def _put(evidence: str, sentence: str) -> str:
    return f"Evidence: {evidence}\nSentence: {sentence}\nSupported?"


def _odds(chance: float) -> float:
    clipped = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(clipped / (1 - clipped))


