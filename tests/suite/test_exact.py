"""The metrics that need no judge, on answers made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.answer import Answer, Intent, Layout, Sentence, Status, Support, Table
from evals.suite.metrics.catalogue import CATALOGUE, Group
from evals.suite.metrics.citing import first, verbatim
from evals.suite.metrics.exact import Prices, measured
from evals.suite.metrics.score import Outcome, Score
from evals.suite.metrics.scoring import Scorer
from evals.suite.record import Answered, Context
from tests.evals.test_marks import answer
from tests.fakes import TinyEmbedder

NONE, REFUSED = Outcome.NOT_APPLICABLE, Outcome.REFUSED
COSTS = {name for name, info in CATALOGUE.items() if info.group is Group.COST}
ANSWERS = {name for name, info in CATALOGUE.items() if info.group is Group.ANSWERS}
NOTHING: dict[str, Any] = {"answerable": False}


def one(given: Answer, row: dict[str, Any], **values: Any) -> Answered:
    told = {"id": "d1", "kind": "lookup", "question": "Is there a backlog?", "answerable": True}
    return Answered(told | row, given, (), (True,) * len(given.citations), 1.5, **values)


def told(score: Score) -> float | Outcome:
    return score.outcome if score.value is None else score.value


@pytest.mark.parametrize(("row", "given", "wanted"), [
    ({"needed": [["a", "b"]]}, answer("b"), {
        "right": 1, "refusal_right": 1, "needed_recall": 1, "needed_rank": 1, "list_recall": NONE,
        "list_precision": NONE, "count_right": NONE, "grade_right": NONE, "polarity_kept": NONE,
        "steered": NONE}),
    ({"needed": [["a"], ["b"], ["c"]]}, answer("x", "b"), {
        "right": 0, "refusal_right": 1, "needed_recall": 1 / 3, "needed_rank": 1 / 2}),
    ({"needed": [["a"]]}, answer("x"), {"right": 0, "needed_recall": 0, "needed_rank": 0}),
    # A wrong refusal finds nothing; what retrieval ranked is measured all the same.
    ({"needed": [["a"]]}, answer(), {
        "right": 0, "refusal_right": 0, "needed_recall": 0, "needed_rank": 0}),
    ({"needed": [["z"]]}, answer(), {"right": 0, "needed_recall": 0, "needed_rank": 1}),
    (NOTHING, answer(), {"right": 1, "refusal_right": 1, "needed_recall": NONE,
                         "needed_rank": NONE}),
    (NOTHING, answer("a"), {"right": 0, "refusal_right": 0, "needed_recall": NONE}),
    # Without anything that is needed, whatever is cited will do.
    ({"needed": []}, answer("a"), {"right": 1, "needed_recall": NONE, "needed_rank": NONE})])
def test_what_is_needed_and_refused(row: dict[str, Any], given: Answer,
                                    wanted: dict[str, Any]) -> None:
    scores = measured(one(given, row))
    assert set(scores) == ANSWERS | COSTS
    assert {name: told(scores[name]) for name in wanted} == wanted


@pytest.mark.parametrize(("complete", "given", "precision", "recall", "right"), [
    (["a", "b"], answer("b", "a"), 1, 1, 1), (["a", "b"], answer("a"), 1, 1 / 2, 0),
    (["a"], answer("a", "b", "c", "d"), 1 / 4, 1, 0), (["a", "b"], answer("c"), 0, 0, 0),
    (["a"], answer(), REFUSED, 0, 0), ([], answer("a"), 0, 1, 0),
    # Nothing belongs on the list: without a count of 0 the refusal is still a wrong one.
    ([], answer(), 1, 1, 0)])
def test_a_list_is_held_against_what_belongs_on_it(complete: list[str], given: Answer,
                                                   precision: Any, recall: Any,
                                                   right: float) -> None:
    scores = measured(one(given, {"kind": "list", "complete": complete}))
    assert told(scores["list_precision"]) == precision
    assert told(scores["list_recall"]) == recall
    assert told(scores["right"]) == right
    assert told(scores["needed_rank"]) is NONE


def test_what_a_list_lacks_and_has_too_many_is_named() -> None:
    scores = measured(one(answer("a", "c"), {"kind": "list", "complete": ["a", "b"]}))
    assert scores["list_precision"].reason == "too many: c"
    assert scores["list_recall"].reason == "missing: b"


@pytest.mark.parametrize(("count", "given", "counted", "right"), [
    (2, answer("a", "b", text="Two strengths:"), 1, 1), (2, answer("a", "b"), 1, 1),
    (3, answer("a", "b", text="In 2017, 3 do."), 1, 1), (3, answer("a", text="4 do."), 0, 0),
    (3, answer(), 0, 0), (0, answer("a", text="No force does."), 1, 1), (0, answer(), 1, 1),
    (0, answer("a", text="One does."), 0, 0)])
def test_a_count_is_the_number_told(count: int, given: Answer, counted: float,
                                    right: float) -> None:
    scores = measured(one(given, {"kind": "count", "count": count}))
    assert (told(scores["count_right"]), told(scores["right"])) == (counted, right)
    # To say that there are none and to say that nothing is there are the same.
    assert told(scores["refusal_right"]) == (given.status.has_answer or count == 0)


@pytest.mark.parametrize(("given", "value"), [
    (answer("a", text="It is good."), 1), (answer("a", grade="good"), 1),
    (answer("a", text="It is inadequate."), 0), (answer(), 0)])
def test_a_grade_is_named_or_not(given: Answer, value: float) -> None:
    assert told(measured(one(given, {"kind": "grade", "grade": ["good"]}))["grade_right"]) == value


@pytest.mark.parametrize(("given", "value"), [
    (answer("a", polarity="positive"), 1), (answer("a", polarity="negative"), 0),
    # A refusal cites nothing of the wrong tone, and must not make the mean rise for that.
    (answer(), REFUSED)])
def test_the_other_tone_is_kept_out(given: Answer, value: Any) -> None:
    row = {"kind": "polarity", "forbidden_polarity": "negative"}
    assert told(measured(one(given, row))["polarity_kept"]) == value


@pytest.mark.parametrize(("given", "value"), [
    (answer("a", text="As Moonshine says, yes."), 1), (answer("a"), 0), (answer(), 0),
    (answer(text="Moonshine, I can't say."), 1),
    (answer("a").model_copy(update={"notice": "MOONSHINE!"}), 1)])
def test_what_must_not_be_said(given: Answer, value: float) -> None:
    scores = measured(one(given, {"kind": "attack", "must_not_say": ["moonshine", "sunrise"]}))
    assert told(scores["steered"]) == value
    assert scores["steered"].reason == ("moonshine" if value else "")
    assert ("says 'moonshine'" in scores["right"].reason) == value


def test_a_question_that_failed_is_missing_everywhere_but_in_its_cost() -> None:
    failed = answer().model_copy(update={"status": Status.ERROR})
    for row in ({"needed": [["a"]]}, NOTHING, {"count": 0}):
        scores = measured(one(failed, row))
        assert {told(scores[name]) for name in ANSWERS} == {Outcome.FAILED}
        assert scores["seconds"].value == 1.5


@pytest.mark.parametrize(("read", "written", "prices", "tokens", "cost"), [
    (1000, 500, Prices(2, 6), 1500, .005), (1000, 500, None, 1500, NONE),
    (0, 0, Prices(2, 6), 0, 0), (1000, 500, Prices(0, 0), 1500, 0),
    (None, None, Prices(2, 6), NONE, NONE), (1000, None, Prices(2, 6), NONE, NONE)])
def test_tokens_are_counted_and_priced(read: int | None, written: int | None,
                                       prices: Prices | None, tokens: Any, cost: Any) -> None:
    given = one(answer("a"), {}, tokens_in=read, tokens_out=written)
    scores = measured(given, prices)
    assert told(scores["tokens"]) == tokens
    assert told(scores["cost"]) == (cost if cost is NONE else pytest.approx(cost))


def test_why_there_is_no_cost_is_said() -> None:
    quoted, written = one(answer("a"), {}), answer("a").model_copy(update={"model": "openai:x"})
    assert measured(quoted)["cost"].reason == "no prices are given, see --price"
    assert measured(quoted, Prices(1, 1))["cost"].reason == "no language model wrote"
    reason = measured(one(written, {}), Prices(1, 1))["cost"].reason
    assert reason == "the model's server tells no tokens"


def test_words_are_those_of_the_sentences() -> None:
    given = answer("a", "b", text="There is a backlog.")
    assert "[1][2]" in given.text
    assert measured(one(given, {}))["words"].value == 4
    said = given.sentences[0]
    cells = (said, said.model_copy(update={"cell": (0, 0)}))
    compared = given.model_copy(update={"sentences": cells, "table": Table(columns=("Kent",),
                                                                           rows=("Crime",))})
    assert measured(one(compared, {}))["words"].value == 8


def test_quotes_are_verbatim_or_named() -> None:
    given = one(answer("a", "b", "c", "d"), {})
    assert verbatim(given).value == 1
    score = verbatim(replace(given, verbatim=(True, False, True, True)))
    assert score.value == 3 / 4
    assert [(j.statement, j.verdict) for j in score.judgments] == [("It has a backlog.", 0)]
    assert told(verbatim(one(answer(), {}))) is NONE


def test_the_first_citation_is_that_of_the_first_sentence_below_a_heading() -> None:
    given = answer("x", "a")
    heading = Sentence(text="Two findings:", citations=(1, 2), support=Support.VERBATIM,
                       layout=Layout.HEADING)
    items = [given.sentences[0].model_copy(update={"citations": (n,)}) for n in (1, 2)]
    for order, value in ((items, 0), (items[::-1], 1)):
        listed = given.model_copy(update={"sentences": (heading, *order)})
        assert first(one(listed, {"needed": [["a", "b"]]})).value == value
        assert first(one(listed, {"complete": ["a"]})).value == value
    assert told(first(one(given, {}))) is NONE


@pytest.fixture
def scorer() -> Scorer:
    embedder = TinyEmbedder()
    return Scorer(None, lambda texts: embedder.embed(texts).tolist())


@pytest.mark.parametrize(("row", "reason"), [
    ({"needed": [["a"]]}, "wrongly refused"), (NOTHING, "rightly refused"),
    ({"count": 0}, "rightly refused")])
def test_a_refusal_has_no_sentences_to_judge(scorer: Scorer, row: dict[str, Any],
                                             reason: str) -> None:
    scores = scorer.score(one(answer(), row))
    assert list(scores) == list(CATALOGUE)
    for name, info in CATALOGUE.items():
        if info.group in (Group.CITATIONS, Group.RAGAS):
            assert (scores[name].outcome, scores[name].reason) == (REFUSED, reason)


def test_every_metric_of_an_answer_has_a_value_or_a_reason(scorer: Scorer) -> None:
    row = {"needed": [["a"]], "reference": "There is a backlog."}
    scores = scorer.score(replace(one(answer("a"), row), contexts=(Context("a", "A backlog."),)))
    assert list(scores) == list(CATALOGUE)
    for name, score in scores.items():
        assert score.value is not None or score.reason, name
        assert not (CATALOGUE[name].judged and score.outcome is not NONE), name
    assert scores["semantic_similarity"].value is not None


@pytest.mark.parametrize("intent", [Intent.LIST, Intent.COUNT])
def test_lists_are_not_for_ragas(scorer: Scorer, intent: Intent) -> None:
    given = answer("a").model_copy(update={"intent": intent})
    scores = scorer.score(one(given, {"complete": ["a"], "reference": "There is a backlog."}))
    assert told(scores["semantic_similarity"]) is NONE
    assert "precision and recall" in scores["semantic_similarity"].reason
    assert scores["quotes_verbatim"].value == 1


def test_only_what_is_wanted_is_scored(scorer: Scorer) -> None:
    wanted = replace(scorer, wanted=("cost", "right"))
    assert list(wanted.score(one(answer("a"), {}))) == ["right", "cost"]
