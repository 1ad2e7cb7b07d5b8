"""Claims and evidence to train the check of a sentence on: does the one support the other?

Public rows first (inference, claims against passages, sentences of retrieval-augmented answers),
then the claims written for this project about findings of inspection reports.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.verify.condense import condensed
from corpus import sentences
from evals.training.rows import SEED, Pair
from index.words import stems

# Rows of each source, at most: image captions and spoken English are far from reports.
LIMITS = {"snli": 3500, "mnli": 8000, "fever_dev": 9000, "fm2": 6000, "boolq_yesno": 2500,
          "begin": 3500, "scitail": 2500, "summedits": 2100, "q2_wow": 1100, "scifact": 700,
          "wice": 400}
_HELD_ONE_IN = 25
# Less than the program reads: training time grows faster than length.
_MOST_WORDS = 90
_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_VERB = re.compile(r"\b(is|are|was|were|has|have|had|can|could|will|would|should)\b(?! not)")
_NOT = re.compile(r"\b(?:not|never|no longer)\s+|n[’']t\b")


def inference(path: Path) -> list[Pair]:
    """Rows of the public inference file, in a fixed shuffled order."""
    pools: dict[str, list[Pair]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            name = next((s for s in LIMITS if row["source"].startswith(s)), None)
            if name is not None:
                pools[name].append(_pair(row["claim"], row["premise"], row["label"], name))
    chance = random.Random(SEED)
    pairs = []
    for name, found in sorted(pools.items()):
        chance.shuffle(found)
        pairs += found[:LIMITS[name]]
    chance.shuffle(pairs)
    return pairs


def answers(path: Path) -> list[Pair]:
    """Sentences of real answers with people's labels, and harder ones made from them.

    Of a supported answer every sentence is supported. An unsupported one is left whole, since
    nobody said which of its sentences is wrong. Unsupported sentences are few, so supported ones
    are also spoilt: a number or a name of the passage in place of another, a negation, or the
    sentence that says it taken out of the passage.
    """
    chance = random.Random(SEED)
    pairs: list[Pair] = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        whole = row["granularity"] != "response" or row["label"] == 0
        for claim in [row["claim"]] if whole else sentences.split(row["claim"]):
            if len(claim.split()) < 4:
                continue
            pair = _pair(claim, row["premise"], row["label"], row["source"])
            pairs.append(pair)
            if row["label"] == 1 and not pair.held_out:
                pairs += _spoilt(claim, row["premise"], row["source"], chance)
    return pairs


def written(paths: Iterable[Path], held_every: int = 8, elsewhere: bool = False) -> list[Pair]:
    """The claims written about findings of the same folder. Every ``held_every``-th row's claims
    are held out. ``elsewhere`` sets each supported claim beside a finding that is not its own,
    too: one that shares words with it, or half of the time any."""
    pairs = []
    library = Library()
    for path in paths:
        chance = random.Random(f"{SEED}{path.name}")
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            evidence = " ".join(library.text(one) for one in row["of"])
            held = number % held_every == 0
            pairs += [Pair(claim, evidence, 1, "domain", held) for claim in row["supported"]]
            pairs += [Pair(claim, evidence, 0, f"domain_{error}", held)
                      for error, claim in row["unsupported"]]
            if elsewhere:
                pairs += [Pair(claim, library.text(library.other(claim, row["of"], chance)), 0,
                               "domain_elsewhere", held) for claim in row["supported"]]
    return pairs


class Library:
    """The findings that claims were written about, by file and line."""

    def __init__(self, folder: Path = Path(__file__).parent) -> None:
        self._rows = {f"{path.stem}:{number}": json.loads(line)
                      for path in sorted(folder.glob("domain*.jsonl"))
                      for number, line in enumerate(path.read_text("utf-8").splitlines())}
        self._stems = {key: stems(row["text"]) for key, row in self._rows.items()}

    def text(self, key: str) -> str:
        """A finding with its place, as the index reads it."""
        return f"{self._rows[key]['text']} ({self._rows[key]['place']})"

    def row(self, key: str) -> dict[str, Any]:
        """A finding as written."""
        found: dict[str, Any] = self._rows[key]
        return found

    def other(self, claim: str, own: Sequence[str], chance: random.Random) -> str:
        """Another finding: one of the eight of its files that share most words with a claim, or
        half of the time any."""
        if chance.random() < 0.5:
            return chance.choice([key for key in self._rows if key not in own])
        files = {key.partition(":")[0] for key in own}
        near = [key for key in self._rows if key.partition(":")[0] in files and key not in own]
        said = stems(claim)
        near.sort(key=lambda key: -len(said & self._stems[key]) / (8 + len(self._stems[key])))
        return chance.choice(near[:8])


def _pair(claim: str, premise: str, label: int, source: str) -> Pair:
    """A pair; held out by the hash of its premise, so that no document is on both sides."""
    held = int(hashlib.sha256(premise[:200].encode()).hexdigest(), 16) % _HELD_ONE_IN == 0
    claim, premise = " ".join(claim.split()), " ".join(premise.split())
    return Pair(claim, condensed(claim, premise, _MOST_WORDS), label, source, held)


def _spoilt(claim: str, premise: str, source: str, chance: random.Random) -> Iterator[Pair]:
    ways = [_other_number, _other_name, _negated]
    chance.shuffle(ways)
    for way in ways:
        if (wrong := way(claim, premise, chance)) and wrong != claim:
            yield _pair(wrong, premise, 0, f"{source}_spoilt")
            break
    if chance.random() < 0.35 and (rest := _without(claim, premise)):
        yield _pair(claim, rest, 0, f"{source}_without")


def _swapped(pattern: re.Pattern[str], claim: str, premise: str, chance: random.Random) -> str:
    here = list(pattern.finditer(claim))
    others = [m.group() for m in pattern.finditer(premise) if m.group() not in claim]
    if not here or not others:
        return ""
    spot = chance.choice(here)
    return claim[:spot.start()] + chance.choice(others) + claim[spot.end():]


def _other_number(claim: str, premise: str, chance: random.Random) -> str:
    return _swapped(_NUMBER, claim, premise, chance)


def _other_name(claim: str, premise: str, chance: random.Random) -> str:
    return _swapped(_NAME, claim, premise, chance)


def _negated(claim: str, _: str, chance: random.Random) -> str:
    if _NOT.search(claim):
        return _NOT.sub("", claim, count=1)
    spots = list(_VERB.finditer(claim))
    if not spots:
        return ""
    spot = chance.choice(spots)
    return f"{claim[:spot.end()]} not{claim[spot.end():]}"


def _without(claim: str, premise: str) -> str:
    """The passage without the sentences that share most with the claim; empty for a short one."""
    parts = sentences.split(" ".join(premise.split()))
    if len(parts) < 5:
        return ""
    wanted = stems(claim)
    ranked = sorted(parts, key=lambda part: -len(wanted & stems(part)))
    gone = set(ranked[:2])
    return " ".join(part for part in parts if part not in gone)


def mixed(groups: Sequence[tuple[Sequence[Pair], int, int]]) -> list[Pair]:
    """Pairs of several groups, each (pairs, times over, at most so many of them by chance)."""
    chance = random.Random(SEED)
    found: list[Pair] = []
    for pairs, times, most in groups:
        kept = [p for p in pairs if not p.held_out]
        for _ in range(times):
            found += chance.sample(kept, most) if len(kept) > most else kept
    return found
