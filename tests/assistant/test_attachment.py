"""What a list is narrowed by stands with its kind; the other words of the question don't count."""

from __future__ import annotations

import pytest

from assistant.attachment import attached
from assistant.question import tidy
from index.words import terms


@pytest.mark.parametrize(("question", "kept"), [
    ("Show me each cause of concern in all the reports you hold.", ""),
    ("what innovative practice has been found anywhere", ""),
    ("How many recommendations has it been given over both inspections together?", ""),
    ("What causes of concern have been raised, across all the forces?", ""),
    ("Which weaknesses were about fraud?", "fraud"),
    ("vetting recommendations", "vetting"),
    ("domestic abuse areas for improvement, all reports", "domestic abuse"),
    ("How many areas for improvement mention supervision?", "supervision"),
    ("List the strengths in how it deals with callers", "how it deals with callers"),
])
def test_what_stands_with_the_kind(question: str, kept: str) -> None:
    assert terms(attached(question)) == terms(kept)


def test_a_question_without_a_kind_is_kept() -> None:
    assert attached("What must it do about sex offenders?") == \
        "What must it do about sex offenders?"
    assert tidy("a  b") == "a b"
