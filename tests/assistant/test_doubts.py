"""A model's own ways of going wrong, and what the editor makes of its citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.answer import Support
from assistant.compose import Draft
from assistant.editor import Editor
from assistant.verify.areas import misplaced
from assistant.verify.doubts import doubt, echoes
from corpus.model import Finding, FindingKind, Grade, Polarity


def finding(text: str, kind: FindingKind = FindingKind.NARRATIVE, grade: Grade | None = None,
            section: str = "How effective is the force at keeping its roads safe?") -> Finding:
    return Finding(id=text[:12], report_id="r", section=("Effectiveness", section), kind=kind,
                   polarity=Polarity.NEUTRAL, text=text, start=0, end=len(text), force="Kent",
                   year=2018, grade=grade)


class Fixed:
    """Gives every claim the same logit, higher where it is the finding's own clause."""

    def __init__(self, logit: float) -> None:
        self.value = logit

    def logit(self, claim: str, evidence: Sequence[str]) -> float:
        return self.value


ADVICE = finding("Inspectors recommended that the force answer 90 percent of calls in time.",
                 FindingKind.RECOMMENDATION)
LATE = finding("Patrols are often late.")


@pytest.mark.parametrize(("said", "of", "reason"), [
    ("The force recommends answering 90 percent of calls in time.", ADVICE, "recommend"),
    ("The force is effective at keeping its roads safe.", LATE, "heading"),
    ("Patrols are not late.", LATE, "negates"),
    ("Inspectors recommended answering 90 percent of calls in time.", ADVICE, None),
    ("Patrols often come late.", LATE, None)])
def test_doubts(said: str, of: Finding, reason: str | None) -> None:
    found = doubt(said, [of])
    assert (found is None) if reason is None else (found is not None and reason in found)


def test_a_judgment_is_on_its_heading() -> None:
    judged = finding("Good", FindingKind.JUDGMENT, Grade.GOOD)
    assert doubt("The force is good at keeping its roads safe.", [judged]) is None


def test_reports_are_not_joined_unsaid() -> None:
    text = "Patrols come in time."
    later = replace(LATE, id="later", report_id="s", year=2021, text=text, end=len(text))
    joined = "Patrols come in time, but they are often late."
    assert "different reports" in (doubt(joined, [LATE, later]) or "")
    told = "Patrols were often late in 2018 and come in time in 2021."
    assert "different reports" not in (doubt(told, [LATE, later]) or "")


def test_words_of_the_question_alone() -> None:
    asked = "Would Kent be ready if a gunman went on the rampage?"
    assert echoes("Kent would be ready if a gunman went on the rampage.", asked, [LATE])
    assert not echoes("Patrols are often late in Kent.", asked, [LATE])


def test_a_grade_is_of_its_own_area() -> None:
    recording = finding("Kent Police requires improvement at recording crime.",
                        FindingKind.JUDGMENT, Grade.REQUIRES_IMPROVEMENT, "Recording crime")
    assert misplaced("Kent Police requires improvement at recording crime.", [recording]) is None
    assert "another area" in (misplaced("Kent requires improvement at leading its workforce.",
                                        [recording]) or "")


def test_a_quotation_keeps_the_one_citation_that_has_it() -> None:
    evidence = {1: finding("Officers wear cameras."), 2: LATE}
    sentence, left_out = Editor(evidence, model=Fixed(6.0)).edit(
        Draft("Patrols are often late.", (1, 2)))
    assert left_out == []
    assert sentence is not None
    assert (sentence.citations, sentence.support) == ((2,), Support.VERBATIM)


def test_a_sentence_goes_to_the_finding_that_has_it() -> None:
    evidence = {1: finding("Officers wear cameras."), 2: LATE}
    sentence, _ = Editor(evidence, model=Fixed(-6.0)).edit(Draft("Patrols are often late.", (1,)))
    assert sentence is not None
    assert sentence.citations == (2,)


def test_what_a_model_doubts_is_left_out_with_its_score() -> None:
    sentence, left_out = Editor({1: LATE}, model=Fixed(-6.0)).edit(
        Draft("Patrols rarely come when they should.", (1,)))
    assert sentence is None
    assert left_out[0].score is not None
    assert left_out[0].score < 0.2
