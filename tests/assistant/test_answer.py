"""Answers: a bad state can't be built, and the keys of the JSON are kept."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from assistant.answer import (
    Answer,
    Citation,
    Intent,
    Layout,
    LeftOut,
    Sentence,
    Status,
    Support,
    Trace,
)
from tests.assistant.statements import finding

BACKLOG = finding("has a backlog of digital devices")
HAS_ANSWER = [Status.ANSWERED, Status.PARTIAL]
OTHERS = [status for status in Status if status not in HAS_ANSWER]


def cited(n: int = 1) -> Citation:
    return Citation.of(n, BACKLOG, "A title", "report.txt")


def sentence(text: str = "There is a backlog.", *numbers: int, **values: Any) -> Sentence:
    return Sentence(text=text, citations=numbers,
                    **{"support": Support.ENTAILED if numbers else None, **values})


def answer(**values: Any) -> Answer:
    told: dict[str, Any] = {"question": "Why?", "standalone_question": "Why?",
                            "intent": Intent.LOOKUP, "status": Status.ANSWERED,
                            "sentences": (sentence("There is a backlog.", 1),),
                            "citations": (cited(),)}
    return Answer(**{**told, **values})


@pytest.mark.parametrize("status", HAS_ANSWER)
@pytest.mark.parametrize(("change", "problem"), [
    ({"sentences": ()}, "says something"),
    ({"citations": ()}, "without its evidence"),
    ({"sentences": (sentence(),)}, "without its evidence"),
    ({"sentences": (sentence("x", 2),)}, "without its evidence"),
    ({"sentences": (sentence("x", 1), sentence("y"))}, "without its evidence"),
    ({"sentences": (sentence("x", 1, support=None),)}, "nobody checked"),
    ({"citations": (cited(2),)}, "numbered from 1"),
    ({"citations": (cited(1), cited(3))}, "numbered from 1"),
    ({"citations": (cited(1), cited(1))}, "numbered from 1"),
])
def test_an_answer_without_its_evidence_cannot_be_built(status: Status, change: dict[str, Any],
                                                        problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        answer(status=status, **change)


@pytest.mark.parametrize("status", OTHERS)
def test_what_is_no_answer_cites_nothing(status: Status) -> None:
    with pytest.raises(ValidationError, match="carries no citations"):
        answer(status=status)
    with pytest.raises(ValidationError, match="carries no citations"):
        answer(status=status, citations=())
    with pytest.raises(ValidationError, match="carries no citations"):
        answer(status=status, sentences=(sentence(),))
    assert answer(status=status, sentences=(sentence(),), citations=(), nearest=(cited(),)).nearest


def test_an_answer_cannot_be_changed_or_given_other_fields() -> None:
    built = answer()
    with pytest.raises(ValidationError, match="frozen"):
        built.status = Status.ERROR  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        answer(confidence=1.0)


@pytest.mark.parametrize("change", [{"n": 0}, {"quote": ""}])
def test_a_citation_needs_a_number_and_a_quote(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Citation(**{**cited().model_dump(), **change})


def test_a_sentence_needs_words() -> None:
    with pytest.raises(ValidationError):
        sentence("", 1)


def test_the_text_shows_marks_headings_and_items() -> None:
    built = answer(citations=(cited(1), cited(2)), sentences=(
        sentence("No: it is slow.", 1), sentence("Why:", 1, 2, layout=Layout.HEADING),
        sentence("A backlog.", 1, layout=Layout.ITEM), sentence("A gap.", 2, layout=Layout.ITEM),
        sentence("That is all.", 1, 2)))
    assert built.text == ("No: it is slow. [1]\n\nWhy:\n- A backlog. [1]\n- A gap. [2]\n\n"
                          "That is all. [1][2]")


def test_plain_sentences_stand_on_one_line() -> None:
    built = answer(sentences=(sentence("One.", 1), sentence("Two.", 1)))
    assert built.text == "One. [1] Two. [1]"


def test_the_keys_that_other_programs_rely_on() -> None:
    told = answer(trace=Trace(left_out=(LeftOut(text="x", reason="y"),))).to_dict()
    assert set(told) >= {"id", "question", "standalone_question", "intent", "status", "answer",
                         "sentences", "citations", "nearest", "model", "timings_ms"}
    assert set(told["sentences"][0]) >= {"text", "citations", "support"}
    assert set(told["citations"][0]) >= {"n", "finding_id", "report_id", "force", "year",
                                         "section", "kind", "quote", "page", "start", "end",
                                         "source"}
    assert told["answer"] == "There is a backlog. [1]"
    assert (told["status"], told["intent"]) == ("answered", "lookup")
    assert told["citations"][0]["quote"] == BACKLOG.text
    assert told["citations"][0]["section"] == list(BACKLOG.section)
    assert told["left_out"] == 1
    assert "trace" not in told
    assert answer().to_dict(explain=True)["trace"]["left_out"] == []
