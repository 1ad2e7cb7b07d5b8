"""What the benchmarks work on: the shipped reports, questions, passages made up from them."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

from assistant.settings import SHIPPED_REPORTS, Settings, load
from corpus import library

_QUESTIONS = Path(__file__).with_name("questions.txt")
_SENTENCES = 3


def settings(home: Path) -> Settings:
    """Settings with the index in ``home``; models that are in the user's cache are found."""
    return load(home=home)


@cache
def shipped_texts() -> tuple[str, ...]:
    """The text of each report that ships."""
    return tuple(report.text for report in library.read(SHIPPED_REPORTS).reports)


def questions(most: int) -> list[str]:
    """Up to ``most`` questions: look-ups, lists, counts, grades, and some without an answer."""
    found = _QUESTIONS.read_text("utf-8").split("\n")
    return [line for line in found if line.strip()][:most]


@cache
def made_up(count: int) -> tuple[str, ...]:
    """``count`` different passages, each of some findings of the reports drawn by chance (the
    same at every call) and a number of its own."""
    drawn = random.Random(7)
    said = [finding.words for report in library.read(SHIPPED_REPORTS).reports
            for finding in report.findings]
    return tuple(f"Passage {number}. {' '.join(drawn.sample(said, k=_SENTENCES))}"
                 for number in range(count))


def passages_file(count: int, folder: Path) -> Path:
    """A file of made-up passages as ``findings index --passages`` takes them."""
    path = folder / f"{count}.jsonl"
    rows = [json.dumps({"id": f"p{number}", "title": f"Report {number // 50}", "text": text,
                        "metadata": {"year": 2000 + number % 20}})
            for number, text in enumerate(made_up(count))]
    path.write_text("\n".join(rows), "utf-8")
    return path
