"""The domain's words: a reader's for the report's, and which words name a kind of crime."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import corpus
from index.words import terms, words


@cache
def _data() -> dict[str, dict[str, Any]]:
    path = Path(corpus.__file__).parent / "data" / "glossary.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def _entries() -> tuple[tuple[str, re.Pattern[str], list[str]], ...]:
    return tuple((key, re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])", re.IGNORECASE), also)
                 for key, also in _data()["expand"].items())


def synonyms(text: str) -> dict[str, list[str]]:
    """The report's words for a reader's, by each word of the reader's phrase."""
    found: dict[str, list[str]] = {}
    for key, pattern, also in _entries():
        if pattern.search(text):
            for word in terms(key):
                found.setdefault(word, []).extend(also)
    return found


@cache
def _hurried() -> tuple[re.Pattern[str], dict[str, str]]:
    told = {key.lower(): str(full) for key, full in _data().get("hurried", {}).items()}
    keys = sorted(map(re.escape, told), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(keys) or '(?!)'})(?![\w-])", re.IGNORECASE), told


def in_full(text: str) -> str:
    """A text with what people in a hurry leave out of small words ("havent", "yr")."""
    pattern, told = _hurried()
    return pattern.sub(lambda match: told[match.group().lower()], text)


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    told = {key.lower(): str(full) for key, full in _data().get("abbreviations", {}).items()}
    keys = sorted(map(re.escape, told), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(keys) or '(?!)'})(?![\w-])", re.IGNORECASE), told


def spelled_out(text: str, vocabulary: Mapping[str, int]) -> str:
    """A question with abbreviations in full, but for those that the reports themselves use."""
    pattern, told = _abbreviations()

    def full(match: re.Match[str]) -> str:
        word = match.group().lower()
        used = word in vocabulary or word.removesuffix("s") in vocabulary \
            or f"{word}s" in vocabulary
        return match.group() if used else told[word]

    return pattern.sub(full, text)


def kinds_of_crime(text: str) -> list[str]:
    """The words of a question that say which kind of crime, abuse or violence it means."""
    heads, plain = set(_data()["compounds"]["heads"]), set(_data()["compounds"]["plain"])
    said = words(text)
    return [word for word, head in pairwise(said)
            if head in heads and word not in plain and not word.endswith("ing")
            and word in terms(word)]
