"""Words that carry meaning: what lexical search looks for and what coverage is counted on."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import snowballstemmer

# Texts whose words are kept at hand: a few MB.
_TEXTS = 1024
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STOP = frozenset("""
a about above after again against all also am an and any are aren't as at be because been before
being below between both but by can can't cannot could couldn't did didn't do does doesn't doing
don't down during each either else ever few for from further get gets getting give gives given go
goes going got had hadn't has hasn't have haven't having he her here hers herself him himself his
how i if in into is isn't it it's its itself just let like made make makes many me might more most
much must my myself no nor not now of off on once one only or other our ours ourselves out over own
please per same say says shall she should shouldn't so some such tell than that that's the their
theirs them themselves then there there's these they this those through to too under until up upon
us very was wasn't we were weren't what what's when where which while who who's whom whose why will
with won't would wouldn't yet you your yours yourself does report reports anything something
everything thing things said mentioned mention know want need show find
""".split())


@cache
def stem(word: str) -> str:
    """The stem of a word, lower case (Snowball's English stemmer; the plural of an acronym, which
    it doesn't know, loses its "s" too)."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    root = str(snowballstemmer.stemmer("english").stemWord(plain))
    plural = root == plain and len(root) > 3 and root.endswith("s") and not root.endswith("ss")
    return root[:-1] if plural else root


def words(text: str) -> list[str]:
    """The words of a text, lower case, in order."""
    return [match.group().lower().replace("’", "'") for match in WORD.finditer(text)]


def terms(text: str) -> list[str]:
    """The words of a text that carry meaning, each once, parts of hyphenated words apart."""
    return list(_terms(text))


# An answer's check looks at the same few texts again and again.
@lru_cache(_TEXTS)
def _terms(text: str) -> tuple[str, ...]:
    found = [word.removesuffix("'s") for word in words(text)]
    return tuple(dict.fromkeys(word for word in found if word not in _STOP and
                               (len(word) > 1 or word.isdigit())))


def stems(text: str) -> set[str]:
    """The stems of a text's meaningful words."""
    return set(_stems(text))


@lru_cache(_TEXTS)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _terms(text))
