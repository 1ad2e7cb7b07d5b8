"""How much of a question a finding covers, word by word: the signals that decide whether it
answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.facets import Sought
from index.words import stem, stems, terms

_FROM_PLACE = 0.75
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
_NEAR = 6
_LONG = 60
_HOLDS = {Sought.NUMBER: _NUMBER, Sought.DURATION: _DURATION, Sought.SHARE: _SHARE,
          Sought.MONEY: _MONEY, Sought.DATE: _DATE, Sought.NAME: _NAME}


@dataclass(frozen=True, slots=True)
class Scores:
    """What search and the reranker say of a finding: see ``Signals``."""

    dense: float
    rerank: float
    fused: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a finding as the answer.

    dense: cosine of question and passage. rerank: the reranker's logit. fused: the share of the
    highest score that rank fusion can give. covered: share of the question's words, by weight,
    that the finding has. fits: 1 the finding holds the sort of thing asked for, -1 it doesn't, 0
    anything will do. missing: how many names and numbers of the question the finding lacks.
    broken: how many compounds of the question ("hate crime") the finding has the head of but not
    the rest. words: how many words carried meaning. length: how long the finding is; what is long
    covers more by chance.
    """

    dense: float
    rerank: float
    fused: float
    covered: float
    fits: float
    missing: float
    broken: float
    words: float
    length: float

    def row(self) -> list[float]:
        """The signals as numbers, in a fixed order."""
        return [self.dense, self.rerank, self.fused, self.covered, self.fits,
                min(self.missing, 3.0), min(self.broken, 2.0), min(self.words, 8.0), self.length]


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of the question: its stem, its weight (rare words weigh more), stems of its
    synonyms, and where it stands."""

    text: str
    stem: str
    weight: float
    synonyms: tuple[frozenset[str], ...]
    span: tuple[int, int]


def asked_words(question: str, rarity: Callable[[str], float], ignored: Iterable[str] = (),
                synonyms: dict[str, list[str]] | None = None) -> list[AskedWord]:
    """The words of a question that an answer has to cover; ``ignored`` are stems."""
    skip = set(ignored)
    found: list[AskedWord] = []
    low = question.lower().replace("’", "'")
    for term in terms(question):
        root = stem(term)
        match = re.search(rf"(?<!\w){re.escape(term)}", low)
        if root in skip or match is None:
            continue
        also = tuple(frozenset(stems(phrase)) for phrase in (synonyms or {}).get(term, ()))
        found.append(AskedWord(term, root, rarity(term), also, match.span()))
    return found


def signals(question: str, asked: Sequence[AskedWord], sought: Sought, scores: Scores, text: str,
            place: str = "") -> Signals:
    """The signals of one finding. ``text`` is its statement and ``place`` its headings, whose
    words count for less."""
    have, around = stems(text), stems(place)
    total = sum(word.weight for word in asked) or 1.0
    shares = [_exact(word, have) or _FROM_PLACE * _exact(word, around) for word in asked]
    covered = sum(word.weight * share for word, share in zip(asked, shares, strict=True))
    return Signals(scores.dense, scores.rerank, scores.fused, covered / total,
                   _fit(sought, text, question), float(_missing(question, f"{text} {place}")),
                   _broken(asked, shares), len(asked), min(len(text.split()) / _LONG, 4.0))


def _broken(asked: Sequence[AskedWord], shares: Sequence[float]) -> float:
    """Compounds whose head is in the finding while a telling word before it is not."""
    return float(sum(
        word.span[1] + 1 == head.span[0] and share == 0.0 and whole >= _FROM_PLACE
        and word.weight > 0.5
        for word, head, share, whole in zip(asked, asked[1:], shares, shares[1:], strict=False)))


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
    own = set(re.findall(r"\d[\d.,]*", question))
    for place, word in enumerate(said):
        if not _NUMBER.fullmatch(word) and not re.fullmatch(r"\d[\d,.]*", word):
            continue
        if word in own or _UNITS.match(word):
            continue
        behind = said[place + 1:place + 1 + _NEAR]
        if behind and (_UNITS.match(behind[0]) or behind[0] == "%"):
            continue
        if not things or any(stem(other) in things for other in behind):
            return True
    return False


def holds(sought: Sought, text: str, question: str) -> bool:
    """Whether a text has anything at all of the sort asked for: for a count a number that is no
    year, no share, no length of time and not the question's own."""
    if sought is not Sought.COUNT:
        return _fit(sought, text, question) >= 0
    own = set(re.findall(r"\d[\d.,]*", question))
    numbers = re.finditer(r"(?<![\w.,])(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight"
                          r"|nine|ten|eleven|twelve|none|no)\b(?!\s?(?:%|per ?cent|minutes?|hours?"
                          r"|days?|weeks?|months?|years?))", text, re.IGNORECASE)
    return any(m.group() not in own and not re.fullmatch(r"(?:19|20)\d\d", m.group())
               for m in numbers)


def _missing(question: str, text: str) -> int:
    """Names and numbers of the question that the text doesn't have."""
    body = question.strip()
    names = re.findall(r"(?<=\s)[A-Z][\w’'-]+", body)
    numbers = re.findall(r"\d[\d,.]*\d|\d", body)
    low = text.lower()
    return sum(item.lower().removesuffix("'s").removesuffix("’s") not in low
               for item in dict.fromkeys([*names, *numbers]))
