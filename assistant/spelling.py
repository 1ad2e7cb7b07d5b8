"""Spelling repair against the corpus's own words: only words that are neither English nor the
corpus's are touched, and only towards a word that the corpus has or that names what it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from assistant.glossary import synonyms
from corpus.names import forces_in, topics

_WORD = re.compile(r"(?<!\w)[^\W\d_]{4,}(?!\w|['’]\w)")
_LEAST = 4
_NAME = 7
_AMERICAN = (("ior", "iour"), ("ization", "isation"), ("iz", "is"), ("yz", "ys"), ("olor", "olour"),
             ("center", "centre"), ("ense", "ence"), ("avor", "avour"), ("eling", "elling"),
             ("eled", "elled"), ("gram", "gramme"))
_LONG, _SURE_LENGTH = 6, 8
# What readers shorten on purpose and no data file lists.
_SHORT_FORMS = frozenset({"recs"})
# Findings seldom say what kind they are.
_KINDS = ("recommendation recommendations improvement improvements judgment judgments strength "
          "strengths weakness weaknesses innovative inspection inspections please anything "
          "everything something anybody somebody everybody anyone someone nothing inadequate "
          "adequate outstanding compare comparison summary summarise difference between "
          "about").split()
_LETTERS = 27


def repaired(text: str, vocabulary: Collection[str], is_word: Callable[[str], bool]) -> str:
    """A question with its misspelt words of four letters and more put right.

    ``vocabulary`` are the corpus's words, lower case, in a mapping with how often each occurs;
    ``is_word`` tells English words. Names (capitalised words inside the sentence), acronyms and
    short forms are left alone. Where no corpus word is near enough, a word stays as it is.
    """
    def mend(match: re.Match[str]) -> str:
        word = match.group()
        low = word.lower()
        if low not in vocabulary and (british := _british(low, vocabulary)):
            return british.capitalize() if word[0].isupper() else british
        if low in vocabulary or is_word(low) or word[1:] != low[1:] \
                or (match.start() > 0 and word[0].isupper()) or _short_form(low):
            return word
        found = _speller(vocabulary).nearest(low)
        if found is None:
            return word
        return found.capitalize() if word[0].isupper() else found

    return _WORD.sub(mend, text)


def _british(word: str, vocabulary: Collection[str]) -> str | None:
    """The reports' spelling of an American one ("behavior", "organized"); None for others."""
    for american, british in _AMERICAN:
        if american in word and (found := word.replace(american, british)) in vocabulary:
            return found
    return None


def renamed(text: str, names: Collection[str]) -> str:
    """A question with misspelt names put right: a word of seven letters and more that is two
    edits or fewer from one of ``names`` ("Northamtonshire"). The names themselves and ordinary
    words are left as they are."""
    known = {part.lower(): part for name in names for part in name.split() if len(part) >= _NAME}

    def mend(match: re.Match[str]) -> str:
        low = match.group().lower()
        if low in known or len(low) < _NAME or low[0] not in {name[0] for name in known}:
            return match.group()
        near = [(edits(low, name, 2), name) for name in known if name[0] == low[0]]
        best = min(near, default=(3, ""))
        return known[best[1]] if best[0] <= 2 else match.group()

    return _WORD.sub(mend, text)


class Speller:
    """Words by the letters that they are made of, for finding those that are nearly spelt like
    another: a few edits change few letters, so most words need no comparison."""

    def __init__(self, words: Mapping[str, int]) -> None:
        """``words`` maps each word to its count; what is not letters alone, and words of fewer
        than four, are left out."""
        self._count = words
        self._words = sorted((word for word in words if word.isalpha() and len(word) >= _LEAST),
                             key=lambda w: (len(w), w))
        self._lengths = np.array([len(word) for word in self._words], np.int64)
        self._letters = np.zeros((len(self._words), _LETTERS), np.int8)
        for row, word in enumerate(self._words):
            self._letters[row] = _letters(word)

    def nearest(self, word: str) -> str | None:
        """The word that is the fewest edits away, of equals the most frequent one; None where
        there is none: one edit in a word of four or five letters, two in a longer one. The first
        letter is taken to be right unless it is the only slip."""
        for most in range(1, 1 + (2 if len(word) >= _LONG else 1)):
            near = [other for other in self._like(word, most)
                    if (most == 1 or other[0] == word[0]) and edits(word, other, most) <= most
                    and _is_slip(word, other, most)]
            if near:
                return min(near, key=lambda w: (-self._count[w], w))
        return None

    def _like(self, word: str, most: int) -> list[str]:
        """The words of which at most ``most`` letters have to go, and as many to come."""
        begin, end = np.searchsorted(self._lengths, [len(word) - most, len(word) + most + 1])
        more: NDArray[np.int8] = self._letters[begin:end] - _letters(word)
        rows = ((np.maximum(more, 0).sum(axis=1) <= most)
                & (np.maximum(-more, 0).sum(axis=1) <= most)).nonzero()[0]
        return [self._words[begin + row] for row in rows]


def _is_slip(word: str, other: str, most: int) -> bool:
    """Whether a near word is likely meant: in short words, and with two edits in middling ones,
    letters are left out, doubled or swapped, not put in place of others ("pats" is not "pass",
    "cohort" not "chart")."""
    if len(word) > _LEAST and (most == 1 or len(word) >= _SURE_LENGTH):
        return True
    own, others = Counter(word), Counter(other)
    return own <= others or others <= own


def edits(one: str, other: str, most: int) -> int:
    """How many letters have to be put in, left out, changed or swapped with their neighbour to
    make one word into another; ``most`` + 1 where it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(last) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def _letters(word: str) -> NDArray[np.int8]:
    """How often each letter occurs; letters other than a to z share the last place."""
    places = [ord(c) - 97 if "a" <= c <= "z" else _LETTERS - 1 for c in word]
    return np.bincount(places, minlength=_LETTERS).clip(max=60).astype(np.int8)


_made: tuple[Collection[str], Speller] | None = None


def _speller(vocabulary: Collection[str]) -> Speller:
    """The speller of a vocabulary. The last one is kept: an index keeps its vocabulary."""
    global _made
    if _made is None or _made[0] is not vocabulary:
        counts = vocabulary if isinstance(vocabulary, Mapping) else dict.fromkeys(vocabulary, 1)
        _made = (vocabulary, Speller({**dict.fromkeys(_KINDS, 1), **counts}))
    return _made[1]


def _short_form(word: str) -> bool:
    """Whether a word is one that readers use in place of a report's, or a force's short name."""
    return (word in _SHORT_FORMS or bool(synonyms(word)) or bool(forces_in(word))
            or any(topic.asked.fullmatch(word) or topic.parts.fullmatch(word)
                   for topic in topics()))
