"""Turns of phrase that set reports against each other: change over time, comparison, newest."""

from __future__ import annotations

import re

_TREND = re.compile(
    r"\b(?:got|getting|gotten|become|becoming|grown|going|gone|go|going up) "
    r"(?:any |much |even )?(?:better|worse|up or down|downhill)\b"
    r"|\b(?:improved|improving|deteriorat(?:ed|ing)|worsened|moved|shifted)\b|\bchang(?:ed?"
    r"|ing)\b|\btrends?\b"
    r"|\b(?:inspection|report|year) by (?:inspection|report|year)\b|\bover (?:time|the years)\b"
    r"|\b(?:since|between|from) (?:its |the |their )?"
    r"(?:last (?:time|inspection|report)|(?:19|20)\d\d)", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs?\.?|differences? between|differs?|better than|worse than"
    r"|against (?:each other|(?:19|20)\d\d)|who(?:['’]s| is) (?:better|worse)|which (?:force|year"
    r"|one) (?:is|was|did|does)|side by side|alongside)\b", re.IGNORECASE)
_LATEST = re.compile(
    r"\b(?:last time(?: (?:round|out))?|latest|most recent(?:ly)?|newest|last (?:inspection|report"
    r"|inspected)|this time(?: round)?|at the moment|current(?:ly)?|right now|these days)\b",
    re.IGNORECASE)
_ONWARDS = re.compile(r"\b(?:(?:from|since|after) )?((?:19|20)\d\d) (?:onwards?|or later|and later"
                      r"|and after|to (?:date|now|today))\b", re.IGNORECASE)


def trend(text: str) -> bool:
    """Whether a question asks how something changed."""
    return bool(_TREND.search(text))


def compares(text: str) -> bool:
    """Whether a question sets things side by side."""
    return bool(_COMPARES.search(text))


def latest(text: str) -> bool:
    """Whether a question wants the newest report."""
    return bool(_LATEST.search(text))


def onwards(text: str) -> int | None:
    """The year from which on a question asks; None where it doesn't."""
    match = _ONWARDS.search(text)
    return int(match[1]) if match else None
