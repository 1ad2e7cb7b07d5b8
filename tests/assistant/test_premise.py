"""What a question takes for granted is told from what it asks."""

from __future__ import annotations

import pytest

from assistant.premise import premise
from corpus.model import Finding, FindingKind, Polarity


def one(text: str) -> Finding:
    return Finding("i", "r", (), FindingKind.NARRATIVE, Polarity.NEUTRAL, text, 0, len(text))


@pytest.mark.parametrize(("question", "said", "what", "graded"), [
    ("Why did it scrap its triage nurses?", "scrap", "triage nurses", False),
    ("How did it become good at fraud?", "good", "fraud", True),
    ("Why did the force cut the number of detectives?", "cut", "number of detectives", False),
    ("Why is it so bad at answering 999 calls?", "bad", "answering 999 calls", True),
])
def test_what_is_taken_for_granted(question: str, said: str, what: str, graded: bool) -> None:
    found = premise(question)
    assert found is not None
    assert (found.said, found.what, found.graded) == (said, what, graded)
    assert found.plain == f"What does it say about {what}?"


@pytest.mark.parametrize("question", [
    "Why are digital investigations delayed?", "Did it scrap its triage nurses?",
    "Is it good at fraud?", "What is being done about fraud?"])
def test_other_questions_take_nothing_for_granted(question: str) -> None:
    assert premise(question) is None


def test_what_the_report_says_too_is_borne_out() -> None:
    found = premise("Why did it withdraw its triage car?")
    assert found is not None
    assert found.borne_out_by([one("The triage car was withdrawn in 2018.")])
    assert not found.borne_out_by([one("The triage car works until midnight.")])
