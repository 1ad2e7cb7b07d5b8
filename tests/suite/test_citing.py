"""Citation recall and precision after ALCE, against values worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.answer import Answer, Layout, Sentence, Support
from corpus.errors import FindingsError, TryAgain
from evals.suite.judges.judge import Ask, Task, TimedOutError, UnparseableError
from evals.suite.metrics.citing import cited
from evals.suite.metrics.score import Outcome
from evals.suite.record import Answered, Context
from tests.evals.test_marks import answer
from tests.suite.scripted import Scripted, verdicts

# What each statement takes: any one of these sets of lines, whatever else is there.
Takes = Mapping[str, list[str]]


def judge(takes: Takes) -> Scripted:
    """Lines are letters: ``["a", "bc"]`` is supported by a alone, or by b and c together."""
    def support(task: Task) -> Mapping[str, Any]:
        there = {line.removeprefix("line ") for line in task.context.splitlines()}
        return verdicts(*(int(any(there >= set(one) for one in takes.get(said, [])))
                          for said in task.statements))(task)

    return Scripted({Ask.SUPPORT: support})


def said(*sentences: tuple[str, str]) -> Answered:
    """An answer of (text, letters of the findings that it cites), as a run keeps it."""
    letters = sorted({letter for _, cites in sentences for letter in cites})
    whole = answer(*letters or "a")
    told = tuple(Sentence(text=text, support=Support.ENTAILED,
                          citations=tuple(letters.index(letter) + 1 for letter in cites))
                 for text, cites in sentences)
    # A sentence that cites nothing can't be in an answer; in a run's file it can.
    return kept(whole.model_copy(update={"sentences": told}))


def kept(given: Answer) -> Answered:
    row = {"id": "d1", "kind": "lookup", "question": "q", "answerable": True, "needed": [["a"]]}
    return Answered(row, given, tuple(Context(c, f"line {c}") for c in "abcdef"),
                    (True,) * len(given.citations), 1.0)


@pytest.mark.parametrize(("sentences", "takes", "recall", "precision"), [
    ([("S.", "a")], {"S.": ["a"]}, 1, 1),
    ([("S.", "a")], {"S.": ["b"]}, 0, 0),
    # The second is of no use: alone it doesn't support, and the first does without it.
    ([("S.", "ab")], {"S.": ["a"]}, 1, 1 / 2),
    ([("S.", "ba")], {"S.": ["a"]}, 1, 1 / 2),
    # Neither supports alone, and neither can go.
    ([("S.", "ab")], {"S.": ["ab"]}, 1, 1),
    # Each supports alone: both count.
    ([("S.", "ab")], {"S.": ["a", "b"]}, 1, 1),
    # Two that belong together, and one of no use.
    ([("S.", "abc")], {"S.": ["ab"]}, 1, 2 / 3),
    # One does, or two others together: of those each can go, and neither supports alone.
    ([("S.", "abc")], {"S.": ["a", "bc"]}, 1, 1 / 3),
    ([("S.", "ab")], {"S.": ["c"]}, 0, 0),
    # What is not supported makes all of its citations count for nothing.
    ([("S.", "a"), ("T.", "bc")], {"S.": ["a"], "T.": ["d"]}, 1 / 2, 1 / 3),
    # A sentence without citation lowers recall, and has none to be wrong.
    ([("S.", "a"), ("T.", "")], {"S.": ["a"], "T.": ["a"]}, 1 / 2, 1),
    ([("S.", "ab"), ("T.", ""), ("U.", "c")], {"S.": ["ab"], "U.": ["d"]}, 1 / 3, 2 / 3),
    ([("S.", "a"), ("T.", "a")], {"S.": ["a"]}, 1 / 2, 1 / 2)])
def test_recall_and_precision_are_those_of_alce(sentences: list[tuple[str, str]], takes: Takes,
                                                recall: float, precision: float) -> None:
    scores = cited(said(*sentences), judge(takes))
    assert scores["citation_recall"].value == pytest.approx(recall)
    assert scores["citation_precision"].value == pytest.approx(precision)


def test_an_answer_that_cites_nothing_has_no_precision() -> None:
    scores = cited(said(("S.", ""), ("T.", "")), judge({"S.": ["a"]}))
    assert scores["citation_recall"].value == 0
    assert scores["citation_precision"].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(("cites", "takes", "recall", "precision"), [
    ("z", ["a"], 0, 0), ("az", ["a"], 1, 1 / 2), ("abz", ["ab"], 1, 2 / 3)])
def test_a_citation_of_what_the_library_has_not_counts_for_nothing(
        cites: str, takes: list[str], recall: float, precision: float) -> None:
    scores = cited(said(("S.", cites)), judge({"S.": takes}))
    assert scores["citation_recall"].value == recall
    assert scores["citation_precision"].value == pytest.approx(precision)


def test_a_sentence_is_held_against_its_own_citations_only() -> None:
    asked = judge({"S.": ["a"], "T.": ["b"]})
    cited(said(("S.", "a"), ("T.", "bc")), asked)
    seen = {(task.statements, task.context) for task in asked.asked}
    assert (("S.",), "line a") in seen
    assert (("T.",), "line b\nline c") in seen
    assert not [context for (text,), context in seen if text == "S." and context != "line a"]


def test_what_was_judged_is_kept() -> None:
    scores = cited(said(("S.", "ab"), ("T.", "c")), judge({"S.": ["a"], "T.": []}))
    assert [(j.statement, j.verdict) for j in scores["citation_recall"].judgments] == [
        ("S.", 1), ("T.", 0)]
    assert [(j.statement, j.verdict) for j in scores["citation_precision"].judgments] == [
        ("[1] S.", 1), ("[2] S.", 0), ("[3] T.", 0)]


def test_headings_claim_nothing_unless_there_is_nothing_else() -> None:
    whole = answer("a", "b")
    heading = Sentence(text="All 2:", citations=(1, 2), support=Support.VERBATIM,
                       layout=Layout.HEADING)
    item = Sentence(text="S.", citations=(1,), support=Support.VERBATIM, layout=Layout.ITEM)
    takes = judge({"S.": ["a"]})
    listed = kept(whole.model_copy(update={"sentences": (heading, item)}))
    assert cited(listed, takes)["citation_recall"].value == 1
    alone = kept(whole.model_copy(update={"sentences": (heading,)}))
    assert cited(alone, takes)["citation_recall"].value == 0


def test_a_judge_sees_whose_finding_it_is() -> None:
    plain = answer("a")
    owned = plain.citations[0].model_copy(update={"force": "Norfolk", "year": 2021})
    for text, statement in (
            ("It has a backlog.", "Norfolk Constabulary 2021: It has a backlog."),
            ("Norfolk Constabulary 2021 is late.", "Norfolk Constabulary 2021 is late.")):
        asked = judge({})
        sentence = plain.sentences[0].model_copy(update={"text": text})
        cited(kept(plain.model_copy(update={"sentences": (sentence,), "citations": (owned,)})),
              asked)
        assert asked.asked[0].statements == (statement,)


@pytest.mark.parametrize(("error", "outcome"), [
    (UnparseableError("no JSON"), Outcome.UNPARSEABLE),
    (TimedOutError("too slow"), Outcome.TIMED_OUT)])
def test_what_could_not_be_judged_has_no_value(error: Exception, outcome: Outcome) -> None:
    def fails(task: Task) -> Mapping[str, Any]:
        raise error

    scores = cited(said(("S.", "a")), Scripted({Ask.SUPPORT: fails}))
    assert [(s.outcome, s.value, s.reason) for s in scores.values()] == [
        (outcome, None, str(error))] * 2


def test_a_reply_that_is_not_whole_is_no_verdict() -> None:
    for reply in (verdicts(), verdicts(1, 1), verdicts(2)):
        scores = cited(said(("S.", "a")), Scripted({Ask.SUPPORT: reply}))
        assert {s.outcome for s in scores.values()} == {Outcome.UNPARSEABLE}


def test_without_a_judge_there_is_none() -> None:
    scores = cited(said(("S.", "a")), None)
    assert {s.outcome for s in scores.values()} == {Outcome.NOT_APPLICABLE}


def test_a_judge_that_is_gone_stops_the_run() -> None:
    def gone(task: Task) -> Mapping[str, Any]:
        raise TryAgain("It can't be reached.", "Start it.")

    with pytest.raises(FindingsError):
        cited(said(("S.", "a")), Scripted({Ask.SUPPORT: gone}))
