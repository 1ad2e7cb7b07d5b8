"""The reference: plain Okapi BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework,
2009) with the parameters and the idf of Lucene that published tables use."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

K1, B = 0.9, 0.4
_WORD = re.compile(r"[a-z0-9]+")
# Lucene's list for English.
_STOP = frozenset("a an and are as at be but by for if in into is it no not of on or such that the "
                  "their then there these they this to was will with".split())


def light_stem(word: str) -> str:
    """The word without its plural ending (the S-stemmer: Harman, How effective is suffixing?,
    1991)."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def tokens(text: str) -> list[str]:
    """The stems that count, in order."""
    return [light_stem(word) for word in _WORD.findall(text.lower()) if word not in _STOP]


class Bm25:
    """Documents (text by id) ranked for a query, wholly in memory."""

    def __init__(self, documents: Mapping[str, str], k1: float = K1, b: float = B) -> None:
        self._ids = list(documents)
        counts = [Counter(tokens(text)) for text in documents.values()]
        lengths = np.array([sum(count.values()) for count in counts], np.float64)
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        held: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for word, times in count.items():
                held[word].append((place, times))
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for word, found in held.items():
            places = np.array([place for place, _ in found], np.int64)
            times_in = np.array([times for _, times in found], np.float64)
            idf = np.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
            self._postings[word] = places, idf * times_in / (times_in + norm[places])

    def rank(self, query: str, k: int) -> list[str]:
        """The ``k`` best documents that hold a word of the query; equals in document order. A
        word that the query repeats counts each time."""
        scores = np.zeros(len(self._ids))
        for word in tokens(query):
            if word in self._postings:
                places, gain = self._postings[word]
                scores[places] += gain
        order = np.argsort(-scores, kind="stable")[:k]
        return [self._ids[place] for place in order if scores[place] > 0]
