"""Names of inspected bodies and topics, as data."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Force:
    """A police force: the name used as a facet, its official name, patterns that name it."""

    name: str
    official: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Topic:
    """What an inspection question is about, whatever its wording in a given year. ``asked``
    matches words for the topic as a whole, ``parts`` words for something within it."""

    key: str
    label: str
    headings: re.Pattern[str]
    asked: re.Pattern[str]
    parts: re.Pattern[str]


@cache
def forces() -> tuple[Force, ...]:
    """Every known force, longest names first, so that "North Yorkshire" wins over "Yorkshire"."""
    rows = tomllib.loads((_DATA / "forces.toml").read_text("utf-8"))["force"]
    known = []
    for row in rows:
        long = [re.escape(name).replace(r"\ ", r"[\s-]") for name in
                (row["official"], row["name"], *row["aliases"])]
        known.append(Force(row["name"], row["official"],
                           re.compile(rf"(?<![\w-])(?:{'|'.join(long)})(?![\w-])", re.IGNORECASE)))
    return tuple(sorted(known, key=lambda force: -len(force.name)))


@cache
def topics() -> tuple[Topic, ...]:
    """Every known topic, in the order that headings are tried against them."""
    rows = tomllib.loads((_DATA / "topics.toml").read_text("utf-8"))["topic"]
    return tuple(Topic(row["key"], row["label"], _any(row["headings"]), _any(row["asked"]),
                       _any(row["parts"]))
                 for row in rows)


def _any(patterns: list[str]) -> re.Pattern[str]:
    if not patterns:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def forces_in(text: str) -> list[Force]:
    """The known forces that a text names, in order of appearance, overlaps resolved."""
    found: list[tuple[int, int, Force]] = []
    for force in forces():
        for match in force.pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), force))
    found.sort(key=lambda item: item[0])
    return list(dict.fromkeys(force for _, _, force in found))


def topic_of(heading: str) -> Topic | None:
    """The topic of a section heading: the pattern that occurs first in it wins."""
    best: tuple[int, Topic] | None = None
    for topic in topics():
        match = topic.headings.search(heading)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), topic)
    return best[1] if best else None


def official_name(name: str | None) -> str | None:
    """"Northamptonshire" as "Northamptonshire Police"; an unknown name is returned as it is."""
    for force in forces():
        if name == force.name:
            return force.official
    return name
