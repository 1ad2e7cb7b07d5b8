"""Spelling repair against the corpus's own words: only words that are neither English nor the
corpus's are touched, and only towards a word that the corpus has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection

_WORD = re.compile(r"[^\W\d_]{5,}")
_ALIKE = 0.8


def repaired(text: str, vocabulary: Collection[str], is_word: Callable[[str], bool]) -> str:
    """A question with its misspelt words put right.

    ``vocabulary`` are the corpus's words, lower case; ``is_word`` tells English words. Names
    (capitalised words inside the sentence) are left alone.
    """
    def mend(match: re.Match[str]) -> str:
        word = match.group()
        low = word.lower()
        if low in vocabulary or is_word(low) or (match.start() > 0 and word[0].isupper()):
            return word
        close = difflib.get_close_matches(
            low, [w for w in vocabulary if abs(len(w) - len(low)) <= 2 and w[0] == low[0]],
            n=1, cutoff=_ALIKE)
        return close[0] if close else word

    return _WORD.sub(mend, text)
