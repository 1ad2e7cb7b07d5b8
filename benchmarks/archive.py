"""A large archive of reports, made up from the shipped ones: every force over many years."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant.settings import SHIPPED_REPORTS
from corpus import library
from corpus.model import Finding, FindingKind
from corpus.names import forces, topics
from index.embedding import Embedder, Vectors

YEARS = range(2012, 2020)
_FORCES = 40
_GRADES = ("outstanding", "good", "requires improvement", "inadequate")
_BULLETS = {FindingKind.STRENGTH: "Positively, the force:", FindingKind.WEAKNESS: "However, it:"}
_HEADED = {FindingKind.AREA_FOR_IMPROVEMENT: "Areas for improvement",
           FindingKind.CAUSE_OF_CONCERN: "Cause of concern",
           FindingKind.RECOMMENDATION: "Recommendations"}
_NOISE = 0.35


def write(folder: Path, count: int) -> Path:
    """Reports of about ``count`` findings in all, the same at every call: up to 40 forces over
    eight years, each with a section on every topic and findings of every kind."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = random.Random(7)
    places = [(force, year) for year in YEARS for force in sorted(
        forces(), key=lambda force: force.name)[:_FORCES]]
    chosen = places[:max(2, min(len(places), count // 60))]
    each = max(1, round(count / len(chosen) / len(topics())))
    for force, year in chosen:
        lines = [f"{force.official}: PEEL {year}", "Effectiveness"]
        for topic in topics():
            lines += _section(drawn, force.official, topic.label, each)
        path = folder / f"{force.name.lower().replace(' ', '-')}-{year}.txt"
        path.write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _section(drawn: random.Random, owner: str, label: str, count: int) -> Iterator[str]:
    """A question with its grade and ``count`` findings, the grade's included."""
    yield f"How effective is the force at {label}?"
    yield f"{owner} {_graded(drawn.choice(_GRADES))} at {label}."
    said = drawn.choices(_said(), k=max(0, count - 1))
    yield from (_own(drawn, f.words) for f in said if f.kind not in (*_BULLETS, *_HEADED))
    for kind, heading in (_BULLETS | _HEADED).items():
        if rows := [f for f in said if f.kind is kind]:
            yield heading
            yield from (f"- {_own(drawn, f.words)}" for f in rows)


def _graded(grade: str) -> str:
    return grade if grade.startswith("requires") else f"is {grade}"


@cache
def _said() -> tuple[Finding, ...]:
    """Findings of the shipped reports that can stand in any section."""
    return tuple(f for report in library.read(SHIPPED_REPORTS).reports for f in report.findings
                 if f.kind is not FindingKind.JUDGMENT
                 and (f.kind in _BULLETS or not f.lead_in))


def _own(drawn: random.Random, words: str) -> str:
    """A sentence made one of its own by numbers."""
    cases = drawn.randrange(20, 900)
    return f"{words.rstrip('.;')}, as {drawn.randrange(2, cases)} of {cases} cases showed."


class Neighbouring:
    """An embedder for building quickly: texts that differ in numbers and places alone are given
    vectors near to one another, only the first of them is computed."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self._known: dict[str, Vectors] = {}
        self._drawn = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, in the order of the texts."""
        keys = [re.sub(r"\d+|; [^;]+\)$", "", text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known |= zip(new, self._inner.embed(list(new.values())), strict=True)
        vectors = np.stack([self._known[key] for key in keys])
        noise = self._drawn.standard_normal(vectors.shape).astype(np.float32)
        vectors += noise * np.float32(_NOISE / np.sqrt(vectors.shape[1]))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def rarity(self, word: str) -> float:
        """How telling a word is."""
        return self._inner.rarity(word)

    def is_word(self, word: str) -> bool:
        """Whether the embedder within knows a word."""
        return self._inner.is_word(word)
