"""How much of a question a finding covers, word by word: the signals that decide whether it
answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.facets import Sought
from index.embedding import TokenVectors, Vectors
from index.words import stem, stems, terms

# The vocabulary of the embedding model is ordered by how common its words are.
_COMMON, _VOCABULARY = 1996, 30522
_FROM_PLACE = 0.75
_UNLIKE = 0.5
_NUMBER = re.compile(r"(?<![\w-])(?!(?:19|20)\d\d\b)\d|\b(?:two|three|four|five|six|seven|eight"
                     r"|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?"
                     r"|millions?|half|(?:two|one)[ -]thirds?|quarters?|dozens?|per ?cent|none"
                     r"|no one|single)\b", re.IGNORECASE)
_SHARE = re.compile(r"\d\s?(?:%|per ?cent)|\b(?:half|thirds?|quarters?|majority|minority"
                    r"|one in \w+)\b", re.IGNORECASE)
_MONEY = re.compile(r"[£$€]\s?\d|\d\s?(?:pounds|million|billion|m\b|bn\b)", re.IGNORECASE)
_DATE = re.compile(r"\b(?:(?:19|20)\d\d|january|february|march|april|may|june|july|august"
                   r"|september|october|november|december|monday|tuesday|wednesday|thursday"
                   r"|friday|saturday|sunday|within \w+ (?:days|weeks|months|years)|immediately"
                   r"|spring|summer|autumn|winter)\b", re.IGNORECASE)
# First name and surname, or a title and surname, as reports print them.
_NAME = re.compile(r"\b(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame|Lord|Lady)\.? [A-Z][a-z’'-]+|(?!(?:The|Police|"
                   r"National|Crime|Force|Chief|Deputy|Assistant|Home|Her|His|Majesty|Fire|Rescue|"
                   r"Council|County|North|South|East|West|Greater|City|Royal)\b)[A-Z][a-z]+ "
                   r"(?!(?:Police|Constabulary|Council|Crime|National|Computer|Service|Force|Office|"
                   r"Agency|College|Member|Committee|Board|Panel|Cabinet|Authority|Fire|Rescue|Commissioner|Constable|Act|Court|Bill|"
                   r"Trust|Hospital|School)\b)[A-Z][a-z’'-]{2,})\b")
_DURATION = re.compile(r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
                       r"|several|a few|an?|half an?)\b)[\w,. -]{0,12}?\b(?:minutes?|hours?|days?"
                       r"|weeks?|months?|years?)\b", re.IGNORECASE)
_COUNTED = re.compile(r"\bhow many (?P<what>(?:[\w’'-]+ ?){1,5})", re.IGNORECASE)
_NOT_THE_THING = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|in"
                            r"|on|at|of|for|with|under|there|works?)$", re.IGNORECASE)
_UNITS = re.compile(r"^(?:percent|per|minutes?|hours?|days?|weeks?|months?|years?)$",
                    re.IGNORECASE)
_NEAR = 4
_HOLDS = {Sought.NUMBER: _NUMBER, Sought.DURATION: _DURATION, Sought.SHARE: _SHARE,
          Sought.MONEY: _MONEY, Sought.DATE: _DATE, Sought.NAME: _NAME}


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a finding as the answer.

    dense: cosine of question and passage. covered: share of the question's words, by weight,
    that the finding has. alike: the same with words of like meaning counted by likeness. least:
    the likeness of the worst-covered word. fits: 1 the finding holds the sort of thing asked
    for, -1 it doesn't, 0 anything will do. missing: how many names and numbers of the question
    the finding lacks. broken: how many compounds of the question ("hate crime") the finding has
    the head of but not the rest. words: how many words carried meaning.
    """

    dense: float
    covered: float
    alike: float
    least: float
    fits: float
    missing: float
    broken: float
    words: float

    def row(self) -> list[float]:
        """The signals as numbers, in a fixed order."""
        return [self.dense, self.covered, self.alike, self.least, self.fits, self.missing,
                min(self.broken, 2.0), min(self.words, 8.0)]


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of the question: its stem, its weight (rare words weigh more), its vector, and
    stems of its synonyms."""

    text: str
    stem: str
    weight: float
    vector: Vectors
    synonyms: tuple[frozenset[str], ...]
    span: tuple[int, int]


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
        also = tuple(frozenset(stems(phrase)) for phrase in (synonyms or {}).get(term, ()))
        found.append(AskedWord(term, root, _weight([tokens.ids[i] for i in rows]), vector, also,
                               span))
    return found


def _weight(ids: Sequence[int]) -> float:
    if len(ids) > 1:
        return 1.0
    rank = max(ids[0] - _COMMON, 1)
    return max(0.15, math.log(1 + rank) / math.log(_VOCABULARY - _COMMON))


def signals(question: str, asked: Sequence[AskedWord], sought: Sought, dense: float, text: str,
            tokens: TokenVectors, place: str = "") -> Signals:
    """The signals of one finding. ``text`` is its statement and ``place`` its headings, whose
    words count for less; ``tokens`` are those of the whole passage."""
    have, around = stems(text), stems(place)
    total = sum(word.weight for word in asked) or 1.0
    covered = alike = 0.0
    least = 1.0
    nearness: list[float] = []
    for word in asked:
        share = _exact(word, have) or _FROM_PLACE * _exact(word, around)
        near = max(share, float(np.max(tokens.vectors @ word.vector, initial=0.0)))
        covered += word.weight * share
        alike += word.weight * near
        # A common word that is missing says little, a rare one much.
        least = min(least, 1 - word.weight * (1 - near))
        nearness.append(near)
    return Signals(dense, covered / total, alike / total, least if asked else 0.0,
                   _fit(sought, text, question), float(_missing(question, f"{text} {place}")),
                   _broken(asked, nearness), len(asked))


def _broken(asked: Sequence[AskedWord], nearness: Sequence[float]) -> float:
    """Compounds whose head is in the finding while a telling word before it is not."""
    return float(sum(
        word.span[1] + 1 == head.span[0] and near < _UNLIKE and whole >= _FROM_PLACE
        and word.weight > 0.5
        for word, head, near, whole in zip(asked, asked[1:], nearness, nearness[1:],
                                           strict=False)))


def _exact(word: AskedWord, have: set[str]) -> float:
    return float(word.stem in have or any(group and group <= have for group in word.synonyms))


def _fit(sought: Sought, text: str, question: str) -> float:
    if sought is Sought.COUNT:
        return 1.0 if _counts(question, text) else -1.0
    pattern = _HOLDS.get(sought)
    if pattern is None:
        return 0.0
    asked = {item.lower() for item in pattern.findall(question)}
    return 1.0 if any(item.lower() not in asked for item in pattern.findall(text)) else -1.0


def _counts(question: str, text: str) -> bool:
    """Whether a text gives the number of the very things that "how many ..." asks for: a number
    with one of their words close behind it, and no unit of time or share between."""
    match = _COUNTED.search(question)
    if match is None:
        return bool(_NUMBER.search(text))
    things: list[str] = []
    for word in match["what"].split():
        if _NOT_THE_THING.match(word):
            break
        things.append(stem(word))
    said = re.findall(r"[\w’'-]+(?:[.,]\d+)*|%", text)
    for place, word in enumerate(said):
        if not _NUMBER.fullmatch(word) and not re.fullmatch(r"\d[\d,.]*", word):
            continue
        behind = said[place + 1:place + 1 + _NEAR]
        if behind and (_UNITS.match(behind[0]) or behind[0] == "%"):
            continue
        if not things or any(stem(other) in things for other in behind):
            return True
    return False


def _missing(question: str, text: str) -> int:
    """Names and numbers of the question that the text doesn't have."""
    body = question.strip()
    names = re.findall(r"(?<=\s)[A-Z][\w’'-]+", body)
    numbers = re.findall(r"\d[\d,.]*\d|\d", body)
    low = text.lower()
    return sum(item.lower().removesuffix("'s").removesuffix("’s") not in low
               for item in dict.fromkeys([*names, *numbers]))
