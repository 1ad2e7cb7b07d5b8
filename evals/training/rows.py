"""Question-passage pairs to train the reranker on, cut to the length of a finding.

Public passages are paragraphs and findings are a sentence or two, so an answered pair is cut to
the sentences that hold the answer, and an unanswered one to the sentence most like the question:
the near miss that a reranker has to tell from the answer.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import sentences
from index.words import stem, stems, words

SEED = 11
# Rows of each source and sort, at most. What is nearest to our texts and what people labelled
# unanswerable is taken whole; volume and other domains are cut.
LIMITS = {"squad2.0_dev": 9000, "disfl_qa": 3000, "squad1.1": 9000, "nq_open_oracle": 2500,
          "qed_dev": 300, "selqa": 2000, "conditionalqa": 3500, "or_sharc": 2000,
          "va_gov_headings": 800, "login_gov_help": 50, "covid_faq": 100}
# The share of a source's limit that each sort of unanswered pair may take.
SHARES = {"answered": 1.0, "unanswerable_by_annotator": 1.0, "same_passage": 0.5,
          "same_section_without_answer_sentence": 0.5, "same_document": 0.35,
          "other_document_tfidf": 0.15}
_MOST_WORDS = 75


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a passage as short as a finding, and whether the one answers the other."""

    question: str
    passage: str
    label: int
    source: str
    held_out: bool


def public(path: Path) -> list[Pair]:
    """Pairs from the public question-answer file, in a fixed shuffled order."""
    chance = random.Random(SEED)
    pools: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            name = next((s for s in LIMITS if row["source"].startswith(s)), None)
            if name is not None and 1 < len(row["question"].split()) <= 40:
                for sort, pair in _cut(row, chance):
                    pools[name, sort].append(pair)
    pairs: list[Pair] = []
    for (name, sort), found in sorted(pools.items()):
        unique = list({(p.question, p.passage): p for p in found}.values())
        chance.shuffle(unique)
        pairs += unique[:int(LIMITS[name] * SHARES[sort])]
    chance.shuffle(pairs)
    return pairs


def domain(paths: Sequence[Path], held_every: int = 8) -> list[Pair]:
    """Pairs from the findings and questions written for this project: what was written, and each
    answered question beside another finding of its file that shares words with it, so that the
    right finding comes before its neighbours. Every ``held_every``-th finding is held out."""
    pairs = []
    for path in paths:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        texts = [f"{row['text']} ({row['place']})" for row in rows]
        have = [stems(row["text"]) for row in rows]
        chance = random.Random(f"{SEED}{path.name}")
        for number, row in enumerate(rows):
            held = number % held_every == 0
            for key, label in (("answered", 1), ("unanswered", 0)):
                pairs += [Pair(q, texts[number], label, "domain", held) for q in row[key]]
            for question in row["answered"]:
                other = _neighbour(number, stems(f"{question} {row['text']}"), have, chance)
                pairs.append(Pair(question, texts[other], 0, "domain", held))
    return pairs


def _neighbour(own: int, asked: set[str], have: Sequence[set[str]],
               chance: random.Random) -> int:
    """Another finding: one of the eight that share most words, or half of the time any."""
    others = [i for i in range(len(have)) if i != own]
    if chance.random() < 0.5:
        return chance.choice(others)
    nearest = sorted(others, key=lambda i: -len(asked & have[i]) / (8 + len(have[i])))
    return chance.choice(nearest[:8])


def _cut(row: dict[str, Any], chance: random.Random) -> Iterator[tuple[str, Pair]]:
    question, title = row["question"], str(row["doc"]).replace("_", " ")
    held = int(hashlib.sha256(f"{row['source']}{row['doc']}".encode()).hexdigest(), 16) % 20 == 0
    place = f" ({title})" if len(title) < 60 and "/" not in title and chance.random() < .5 else ""

    def pair(text: str, label: int) -> Pair:
        return Pair(question, f"{text}{place}", label, row["source"], held)

    kind = row.get("neg_type") or "answered"
    whole = " ".join(row["passage"].split())
    parts = sentences.split(whole)
    if len(whole.split()) <= _MOST_WORDS and (row["label"] == 0 or not row.get("answer_text")):
        yield kind, pair(whole, row["label"])
        return
    asked = {stem(w) for w in words(question)}
    ranked = sorted(range(len(parts)), key=lambda i: -_overlap(asked, parts[i]))
    if row["label"] == 0:
        yield kind, pair(_around(parts, ranked[0], chance), 0)
        return
    answer = str(row.get("answer_text") or row.get("answer") or "").strip().lower()
    holding = [i for i in ranked if answer and answer in parts[i].lower()]
    if not holding or len(answer.split()) > 40:
        return
    yield kind, pair(_around(parts, holding[0], chance), 1)
    without = [i for i in ranked if i not in holding]
    if without:
        yield "same_passage", pair(parts[without[0]], 0)


def _around(parts: Sequence[str], chosen: int, chance: random.Random) -> str:
    """A sentence, half of the time with a neighbour, so that length tells nothing."""
    if chance.random() < 0.5 or len(parts) == 1:
        return parts[chosen]
    begin = max(0, chosen - 1) if chance.random() < 0.5 else min(chosen, len(parts) - 2)
    return " ".join(" ".join(parts[begin:begin + 2]).split()[:_MOST_WORDS])


def _overlap(asked: set[str], text: str) -> float:
    have = stems(text)
    return len(asked & have) / (1 + 0.02 * len(have))
