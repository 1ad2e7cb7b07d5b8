"""How much of a question a finding covers, word by word: the signals that decide whether it
answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.facets import Sought
from index.embedding import Embedder, TokenVectors, Vectors
from index.words import stem, stems, terms

# The vocabulary of the embedding model is ordered by how common its words are.
_COMMON, _VOCABULARY = 1996, 30522
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
                     r"|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|half|third"
                     r"|quarter|dozens?|per ?cent)\b", re.IGNORECASE)
_SHARE = re.compile(r"\d\s?(?:%|per ?cent)|\b(?:half|thirds?|quarters?|majority|minority"
                    r"|one in \w+)\b", re.IGNORECASE)
_MONEY = re.compile(r"[£$€]\s?\d|\d\s?(?:pounds|million|billion|m\b|bn\b)", re.IGNORECASE)
_DATE = re.compile(r"\b(?:(?:19|20)\d\d|january|february|march|april|may|june|july|august"
                   r"|september|october|november|december|monday|tuesday|wednesday|thursday"
                   r"|friday|saturday|sunday|within \w+ (?:days|weeks|months|years)|immediately"
                   r"|spring|summer|autumn|winter)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][a-z]+(?:\s+[A-Z][a-z]+)+")
_HOLDS = {Sought.NUMBER: _NUMBER, Sought.SHARE: _SHARE, Sought.MONEY: _MONEY, Sought.DATE: _DATE,
          Sought.PERSON: _NAME}


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a finding as the answer.

    dense: cosine of question and passage. covered: share of the question's words, by weight,
    that the finding has. alike: the same with words of like meaning counted by likeness. least:
    the likeness of the worst-covered word. fits: 1 the finding holds the sort of thing asked
    for, -1 it doesn't, 0 anything will do. missing: how many names and numbers of the question
    the finding lacks. words: how many words carried meaning.
    """

    dense: float
    covered: float
    alike: float
    least: float
    fits: float
    missing: float
    words: float

    def row(self) -> list[float]:
        """The signals as numbers, in a fixed order."""
        return [self.dense, self.covered, self.alike, self.least, self.fits, self.missing,
                min(self.words, 8.0)]


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of the question: its stem, its weight (rare words weigh more), its vector, and
    stems of its synonyms."""

    text: str
    stem: str
    weight: float
    vector: Vectors
    synonyms: frozenset[str]


def asked_words(question: str, tokens: TokenVectors, ignored: Iterable[str] = (),
                synonyms: dict[str, list[str]] | None = None) -> list[AskedWord]:
    """The words of a question that an answer has to cover; ``ignored`` are stems."""
    skip = set(ignored)
    found: list[AskedWord] = []
    for term in terms(question):
        root = stem(term)
        if root in skip:
            continue
        match = re.search(rf"(?<!\w){re.escape(term)}", question.lower().replace("’", "'"))
        span = match.span() if match else (0, 0)
        rows = [i for i, (a, b) in enumerate(tokens.offsets) if a < span[1] and span[0] < b]
        if not rows:
            continue
        vector = tokens.vectors[rows].mean(axis=0)
        vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
        also = frozenset(s for phrase in (synonyms or {}).get(term, ()) for s in stems(phrase))
        found.append(AskedWord(term, root, _weight([tokens.ids[i] for i in rows]), vector, also))
    return found


def _weight(ids: Sequence[int]) -> float:
    if len(ids) > 1:
        return 1.0
    rank = max(ids[0] - _COMMON, 1)
    return max(0.15, math.log(1 + rank) / math.log(_VOCABULARY - _COMMON))


def signals(question: str, asked: Sequence[AskedWord], sought: Sought, dense: float, text: str,
            tokens: TokenVectors) -> Signals:
    """The signals of one finding. ``text`` is its statement, ``tokens`` those of the passage."""
    have = stems(text)
    total = sum(word.weight for word in asked) or 1.0
    covered = alike = 0.0
    least = 1.0
    for word in asked:
        exact = word.stem in have or bool(word.synonyms & have)
        near = 1.0 if exact else float(np.max(tokens.vectors @ word.vector, initial=0.0))
        covered += word.weight * exact
        alike += word.weight * near
        least = min(least, near)
    return Signals(dense, covered / total, alike / total, least if asked else 0.0,
                   _fit(sought, text, question), float(_missing(question, text)), len(asked))


def _fit(sought: Sought, text: str, question: str) -> float:
    pattern = _HOLDS.get(sought)
    if pattern is None:
        return 0.0
    asked = set(pattern.findall(question))
    return 1.0 if any(item not in asked for item in pattern.findall(text)) else -1.0


def _missing(question: str, text: str) -> int:
    """Names and numbers of the question that the text doesn't have."""
    body = question.strip()
    names = re.findall(r"(?<=\s)[A-Z][\w’'-]+", body)
    numbers = re.findall(r"\d[\d,.]*\d|\d", body)
    low = text.lower()
    return sum(item.lower().removesuffix("'s").removesuffix("’s") not in low
               for item in dict.fromkeys([*names, *numbers]))


def token_vectors(embedder: Embedder, texts: Sequence[str]) -> list[TokenVectors]:
    """Token vectors of passages, for ``signals``."""
    return embedder.tokens(texts)
