"""Whether statements speak well or ill. ``labels/kept_aside.tsv`` was written before the words
and rules were chosen and has never been used to choose them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import polarity
from corpus.model import Polarity

LABELS = Path(__file__).parent / "labels"
POSITIVE, NEGATIVE = Polarity.POSITIVE, Polarity.NEGATIVE


def accuracy(name: str) -> tuple[float, list[str]]:
    rows = [line.split("\t", 1) for line in (LABELS / name).read_text("utf-8").splitlines()]
    wrong = [f"{label}: {text}" for label, text in rows
             if polarity.of_statement(text).value != label]
    return 1 - len(wrong) / len(rows), wrong


def test_statements_that_the_words_were_chosen_with() -> None:
    share, wrong = accuracy("tuned.tsv")
    assert share >= 0.9, wrong


def test_statements_that_were_kept_aside() -> None:
    share, wrong = accuracy("kept_aside.tsv")
    assert share >= 0.85, wrong


@pytest.mark.parametrize(("lead_in", "previous", "verdict"), [
    ("Positively, the force:", None, POSITIVE), ("However, it:", POSITIVE, NEGATIVE),
    ("However, it:", NEGATIVE, POSITIVE), ("However:", None, None),
    ("Despite this, the constabulary:", NEGATIVE, POSITIVE), ("The force must:", None, NEGATIVE),
    ("It is good at:", None, POSITIVE), ("It is not good at:", None, NEGATIVE),
    ("We were concerned that officers:", None, NEGATIVE), ("The service has:", NEGATIVE, None),
    ("The force could do better at:", None, NEGATIVE), ("We found that the force:", None, None),
    ("On the other hand, it:", NEGATIVE, POSITIVE), ("On the positive side, it:", None, POSITIVE),
])
def test_lead_ins(lead_in: str, previous: Polarity | None, verdict: Polarity | None) -> None:
    assert polarity.of_lead_in(lead_in, previous) is verdict


@pytest.mark.parametrize(("heading", "verdict"), [
    ("Strengths", POSITIVE), ("What is working well", POSITIVE), ("Weaknesses", NEGATIVE),
    ("What needs to improve", NEGATIVE), ("Findings", None), ("Investigating crime", None),
])
def test_headings(heading: str, verdict: Polarity | None) -> None:
    assert polarity.of_heading(heading) is verdict
