"""Telling words of a clause and what becomes of them: "no backlog" is good, "fewer checks" bad."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# A shifter turns the sign next to it. The roles are explained in data/polarity.toml.
_TURNS: dict[str, dict[str, str]] = {
    "negation": {"good": "bad", "bad": "good"},
    "fall": {"good": "bad", "bad": "good", "unwanted": "good"},
    "rise": {"good": "good", "bad": "bad", "unwanted": "bad"},
    "high": {"good": "good", "bad": "bad", "unwanted": "bad"},
    "relief": {"bad": "good"},
    "grasp": {"bad": "good", "unwanted": "good"},
}
_ALONE = {"negation": "bad", "fall": "bad", "rise": "good", "grasp": "good"}
_VERDICTS = ("good", "bad", "unwanted")
_REACH = 9
_REACH_LETTERS = 120
_PASSIVE = re.compile(r"\b(?:been|being|is|are|was|were)(?: \w+)? $", re.IGNORECASE)
_WORD = re.compile(r"(?<!\w)\w")


@dataclass(slots=True)
class _Sign:
    """A word that tells: what it does, where it stands, whether another has used it up."""

    role: str
    start: int
    end: int
    used: bool = False


def weigh(clause: str) -> set[str]:
    """Which of "good", "bad" and "unwanted" a clause comes to.

    Each shifter, from the last to the first, turns the sign next to it. A turned sign takes the
    shifter's place, so that a second shifter can turn it back.
    """
    signs = _signs_of(clause)
    left: list[_Sign] = []
    for position in range(len(signs) - 1, -1, -1):
        sign = signs[position]
        if sign.used:
            continue
        if sign.role in _VERDICTS:
            left.append(sign)
            continue
        if left and _near(clause, sign, left[-1]) and (
                turned := _TURNS[sign.role].get(left[-1].role)):
            left[-1] = _Sign(turned, sign.start, sign.end)
            continue
        before = signs[position - 1] if position and _looks_back(clause, sign) else None
        if before is not None and _near(clause, before, sign) and (
                turned := _TURNS[sign.role].get(before.role)):
            before.used = True
            left.append(_Sign(turned, before.start, sign.end))
        elif alone := _ALONE.get(sign.role):
            left.append(_Sign(alone, sign.start, sign.end))
    return {sign.role for sign in left}


def _signs_of(clause: str) -> list[_Sign]:
    by_letter = _patterns()
    found: list[_Sign] = []
    position = 0
    while start := _WORD.search(clause, position):
        position = start.end()
        for letter in (start[0].lower(), ""):
            if letter not in by_letter:
                continue
            pattern, roles = by_letter[letter]
            match = pattern.match(clause, start.start())
            if match is not None and match.lastindex is not None:
                found.append(_Sign(roles[match.lastindex - 1], match.start(), match.end()))
                position = match.end()
                break
    return found


def _near(clause: str, first: _Sign, second: _Sign) -> bool:
    """Whether two signs stand together, no punctuation between them."""
    if second.start - first.end > _REACH_LETTERS:
        return False
    between = clause[first.end:second.start]
    return between.count(" ") <= _REACH and not any(mark in between for mark in ",:.()")


def _looks_back(clause: str, sign: _Sign) -> bool:
    """Whether a shifter may turn what stands before it: "delays have fallen", "the gaps have
    been addressed", and not "slow to address"."""
    if sign.role in ("fall", "rise", "high"):
        return True
    return sign.role == "relief" and bool(
        _PASSIVE.search(clause[max(0, sign.start - 40):sign.start]))


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """The words of every role by first letter, which keeps a long report quick; under "" those
    that may begin with any. Phrases come before the words that they contain."""
    rows = tomllib.loads((Path(__file__).parent / "data" / "polarity.toml").read_text("utf-8"))
    words = sorted(((word, role) for role in (*_VERDICTS, *_TURNS) for word in rows[role]),
                   key=lambda row: (" " not in row[0], -len(row[0])))
    by_letter: dict[str, list[tuple[str, str]]] = {}
    for word, role in words:
        letter = word[0] if word[0].isalpha() else ""
        by_letter.setdefault(letter, []).append((word, role))
    return {letter: (re.compile(rf"(?:{'|'.join(f'({word})' for word, _ in entries)})(?!\w)",
                                re.IGNORECASE), tuple(role for _, role in entries))
            for letter, entries in by_letter.items()}
