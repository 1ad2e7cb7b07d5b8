"""Opposite words and negations: whether two clauses say a thing the same way round."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from index.words import stem, words

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|lacks?|lacking"
    r"|lacked|absence of|failed|fails?|failing to|failures? to|unable|rarely|hardly|seldom|barely"
    r"|yet to|shortages? of|shortfalls? (?:of|in)|too few|too little|short of|insufficient\w*"
    r"|\w+n[’']t)\b|(?<!to )\b(?:prevent|stop|keep)(?:s|ped|ed)? (?:\S+ ){1,4}?from\b",
    re.IGNORECASE)
_TAKES_BACK = re.compile(
    r"(?:(?:and|or)\W+)?(?:but|however|except\w*|unless|although|though|albeit|yet|only|even|if"
    r"|provided|rather|instead|until|or so|on paper|in theory|in name|officially|supposed\w*"
    r"|alleged\w*|reported\w*|apparently|according|as if|as though)\b"
    r"|[^,;:]{0,60}\b(?:says?|said|claim(?:s|ed)?|told|tells?|believe[sd]?|alleg(?:es|ed)"
    r"|insist(?:s|ed)?|suppose[sd]?|hope[sd]?)\b", re.IGNORECASE)
_NOT_NEGATING = re.compile(r"\bnot (?:only|just)\b|\bno doubt\b|\bno longer than\b"
                           r"|\bwhether or not\b", re.IGNORECASE)
_PREFIX = re.compile(r"(?:un|in|im|ir|il|dis|non)(?=\w{4})")
_COMPOUND = re.compile(r"\b(?:high|low|long|short|well|full|half|large|small)(?:er|est)?-\w+",
                       re.IGNORECASE)


def negated(text: str, other: str) -> bool:
    """Whether a clause denies, by a word or by the prefix of a word that ``other`` has without
    it ("inconsistently" beside "not consistently")."""
    plain = _NOT_NEGATING.sub(" ", text)
    return bool(_NEGATION.search(plain)) or bool(_denied_by_prefix(text, other))


def taken_back(following: str) -> bool:
    """Whether what follows on the beginning of a sentence takes it back: denies it, limits it, or
    tells whose words it was."""
    clause = re.split(r"[,;:]|\s[–—]\s", following, maxsplit=1)[0]
    return bool(_TAKES_BACK.match(clause)) or negated(clause, "")


def _denied_by_prefix(text: str, other: str) -> set[str]:
    have = {stem(word) for word in words(other)}
    return {word for word in words(text) if stem(word) not in have
            and (rest := without_prefix(word)) and stem(rest) in have}


def without_prefix(word: str) -> str:
    """A word without the prefix that turns it round, empty where it has none."""
    match = _PREFIX.match(word)
    return word[match.end():] if match else ""


def contrary(text: str, other: str) -> list[tuple[str, str]]:
    """Pairs of words, one of each clause, that stand on opposite sides."""
    said, have = _sided(text), _sided(other)
    found: list[tuple[str, str]] = []
    for sides in _pairs():
        for here, there in (sides, sides[::-1]):
            mine, theirs = said.keys() & here, have.keys() & there
            if mine and theirs and not said.keys() & there and not have.keys() & here:
                one, two = said[min(mine)], have[min(theirs)]
                # A word and its denial by prefix are told apart by ``negated``.
                if stem(two) != stem(without_prefix(one)) and \
                        stem(one) != stem(without_prefix(two)):
                    found.append((one, two))
    return found


def _sided(text: str) -> dict[str, str]:
    """The words of a clause by stem; compounds such as "high-tech" take no side."""
    plain = _COMPOUND.sub(" ", text)
    return {stem(word): word for word in words(plain)}


@cache
def _pairs() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    path = Path(__file__).resolve().parent.parent / "data" / "opposites.toml"
    rows = tomllib.loads(path.read_text("utf-8"))["pair"]
    return tuple((frozenset(map(stem, row["one"])), frozenset(map(stem, row["other"])))
                 for row in rows)


def known_without(word: str, have: set[str]) -> bool:
    """Whether evidence has a word with or without the prefix that turns it round; which way
    round is checked apart."""
    rest = without_prefix(word)
    return bool(rest and stem(rest) in have) or any(
        stem(prefix + word) in have for prefix in ("un", "in", "dis"))
