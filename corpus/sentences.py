"""Sentences with their places."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[”’\"')\]]*(?:\s?\[\d{1,3}\])*(?=\s+[“‘\"'(\[]?[A-Z0-9£#]|\s*$)")
_ABBREVIATION = re.compile(r"(?<![\w.])(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Hon|Sir|St|Nos?|Ch|Det|Sgt"
                           r"|Insp|Supt|Cllr|approx|paras?|figs?|vol|pp?|vs|cf|Ltd|Inc|Jan|Feb|Mar"
                           r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|al)|(?:[A-Za-z]\.)*[A-Za-z])\.$")
# "etc." and "U.K." may end a sentence; the capital after them decides.
_EITHER = re.compile(r"(?<![\w.])(?:etc|(?:[A-Z]\.){1,4}[A-Z]|[ap]\.m)\.$")
_LONGEST_ABBREVIATION = 14
_OPENERS = frozenset({"The", "It", "This", "These", "They", "We", "In", "However", "But", "Its",
                      "Some", "There", "Our", "He", "She", "That"})


def spans(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of each sentence of ``text``, white space at the edges left out.

    Every character that is not white space belongs to exactly one sentence.
    """
    found: list[tuple[int, int]] = []
    start, last = 0, len(text.rstrip())
    for match in _END.finditer(text):
        end = match.end()
        if end < last and _goes_on(text, start, match.start() + 1, end):
            continue
        found.append((start, end))
        start = end
    if text[start:].strip():
        found.append((start, len(text)))
    return [_trimmed(text, a, b) for a, b in found if text[a:b].strip()]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _goes_on(text: str, start: int, stop: int, end: int) -> bool:
    """Whether a full stop ends an abbreviation or a list number and not the sentence."""
    before = text[max(start, stop - _LONGEST_ABBREVIATION):stop]
    if before.strip().rstrip(".").isdigit() and start + len(before) >= stop and \
            not text[start:stop - 1].strip(" \n\t0123456789"):
        return True
    if _EITHER.search(before):
        following = re.match(r"\w+", text[end:end + 40].lstrip())
        return following is None or following[0] not in _OPENERS
    return bool(_ABBREVIATION.search(before))


def split(text: str) -> list[str]:
    """The sentences of ``text``."""
    return [text[start:end] for start, end in spans(text)]
