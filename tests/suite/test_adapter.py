"""RAGAS's metrics through the adapter: their own arithmetic, and no reply that is not whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from assistant.settings import load
from corpus.errors import FindingsError, FixConfiguration, TryAgain
from evals.suite.adapter import metrics as adapter
from evals.suite.adapter.metrics import Sample
from evals.suite.cache import Cache
from evals.suite.judges.judge import Ask, Task, TimedOutError, UnableError, UnparseableError
from evals.suite.judges.opening import Remembering, open_judge
from evals.suite.metrics.score import Outcome
from tests.fakes import TinyEmbedder
from tests.suite.scripted import Scripted, verdicts

SAMPLE = Sample("Is there a backlog?", "There is a backlog.\nIt has 40 devices.",
                "There is a backlog of 40 devices.", ("There is a backlog.", "It has 40 devices."))
EMBEDDER = TinyEmbedder()


def embed(texts: Any) -> list[list[float]]:
    return [list(map(float, vector)) for vector in EMBEDDER.embed(list(texts))]


@pytest.mark.parametrize("name", adapter.NAMES)
def test_a_good_answer_is_scored_by_every_metric(name: str) -> None:
    score = adapter.score(name, SAMPLE, Scripted(), embed)
    assert score.outcome is Outcome.SCORED, score
    assert score.value is not None
    assert 0 <= score.value <= 1
    if name in ("faithfulness", "context_recall", "context_precision", "factual_correctness"):
        assert score.value == pytest.approx(1, abs=0.01)
    if name == "noise_sensitivity":
        assert score.value == 0


def test_faithfulness_is_the_share_of_supported_statements() -> None:
    score = adapter.score("faithfulness", SAMPLE, Scripted({Ask.SUPPORT: verdicts(1, 0)}), embed)
    assert score.value == 0.5
    assert [(j.statement, j.verdict) for j in score.judgments] == [
        ("There is a backlog.", 1), ("It has 40 devices.", 0)]


@pytest.mark.parametrize(("ask", "reply", "name", "told"), [
    # Each of these gave a number, or vanished from the mean, in RAGAS alone.
    (Ask.SUPPORT, verdicts(1, -1), "faithfulness", "a verdict of -1"),
    (Ask.SUPPORT, verdicts(1, 2), "faithfulness", "a verdict of 2"),
    (Ask.SUPPORT, verdicts(1), "faithfulness", "1 verdicts on 2"),
    (Ask.SUPPORT, verdicts(1, 1, 1), "faithfulness", "3 verdicts on 2"),
    (Ask.SUPPORT, verdicts(), "factual_correctness", "0 verdicts on"),
    (Ask.SUPPORT, lambda task: {"statements": "yes"}, "faithfulness", "not of the form"),
    (Ask.SUPPORT, lambda task: {}, "noise_sensitivity", "not of the form"),
    (Ask.SPLIT, lambda task: {"statements": []}, "faithfulness", "no statement"),
    (Ask.SPLIT, lambda task: {"claims": []}, "factual_correctness", "no statement"),
    (Ask.ATTRIBUTE, lambda task: {"classifications": []}, "context_recall", "0 verdicts on 1"),
    (Ask.ATTRIBUTE, lambda task: {"classifications": [
        {"statement": "s", "reason": "", "attributed": 3}]}, "context_recall", "a verdict of 3"),
    (Ask.USEFUL, lambda task: {"reason": "", "verdict": -1}, "context_precision", "of -1"),
    (Ask.GUESS, lambda task: {"question": " ", "noncommittal": 0}, "response_relevancy",
     "no question"),
    (Ask.GUESS, lambda task: {"question": "q", "noncommittal": 7}, "response_relevancy", "of 7"),
])
def test_a_reply_that_is_not_whole_is_unparseable(ask: Ask, reply: Any, name: str,
                                                  told: str) -> None:
    score = adapter.score(name, SAMPLE, Scripted({ask: reply}), embed)
    assert score.outcome is Outcome.UNPARSEABLE
    assert score.value is None
    assert told in score.reason


@pytest.mark.parametrize(("error", "outcome"), [
    (UnparseableError("no JSON"), Outcome.UNPARSEABLE),
    (TimedOutError("too slow"), Outcome.TIMED_OUT),
    (UnableError("not for this one"), Outcome.NOT_APPLICABLE)])
def test_what_a_judge_says_of_itself_is_the_outcome(error: Exception, outcome: Outcome) -> None:
    def fails(task: Task) -> Mapping[str, Any]:
        raise error

    score = adapter.score("faithfulness", SAMPLE, Scripted({Ask.SUPPORT: fails}), embed)
    assert (score.outcome, score.reason) == (outcome, str(error))


def test_a_judge_that_is_gone_stops_the_run() -> None:
    def gone(task: Task) -> Mapping[str, Any]:
        raise TryAgain("It can't be reached.", "Start it.")

    with pytest.raises(FindingsError):
        adapter.score("faithfulness", SAMPLE, Scripted({Ask.SUPPORT: gone}), embed)


def test_repeats_give_mean_and_spread() -> None:
    turns = iter([verdicts(1, 1), verdicts(1, 0), verdicts(0, 0)])
    judge = Scripted({Ask.SUPPORT: lambda task: next(turns)(task)}, is_random=True)
    score = adapter.score("faithfulness", SAMPLE, judge, embed, repeats=3)
    assert score.value == 0.5
    assert score.spread == pytest.approx(math.sqrt(1 / 6))


def test_a_judge_that_is_not_random_is_asked_once() -> None:
    judge = Scripted()
    adapter.score("context_recall", SAMPLE, judge, embed, repeats=3)
    assert len(judge.asked) == 1


@pytest.mark.parametrize(("change", "name", "told"), [
    ({"reference": ""}, "context_recall", "no reference"),
    ({"reference": ""}, "semantic_similarity", "no reference"),
    ({"contexts": ()}, "faithfulness", "no evidence")])
def test_what_is_missing_is_not_applicable(change: dict[str, Any], name: str, told: str) -> None:
    sample = Sample(**{**{f: getattr(SAMPLE, f) for f in SAMPLE.__slots__}, **change})
    score = adapter.score(name, sample, Scripted(), embed)
    assert score.outcome is Outcome.NOT_APPLICABLE
    assert told in score.reason


def test_without_a_judge_only_what_needs_none_is_scored() -> None:
    assert adapter.score("semantic_similarity", SAMPLE, None, embed).value is not None
    assert adapter.score("faithfulness", SAMPLE, None, embed).outcome is Outcome.NOT_APPLICABLE


def test_a_task_carries_what_it_asks_about() -> None:
    judge = Scripted()
    adapter.score("faithfulness", SAMPLE, judge, embed)
    split, support = judge.asked
    assert (split.ask, split.text) == (Ask.SPLIT, SAMPLE.response)
    assert support.statements == ("There is a backlog.", "It has 40 devices.")
    assert support.context == "\n".join(SAMPLE.contexts)
    assert "There is a backlog." in support.prompt
    assert "40 devices" not in support.put(["There is a backlog."]).rpartition("Now perform")[2] \
        .partition('"statements"')[2]


def test_nothing_is_asked_twice(tmp_path: Any) -> None:
    inner = Scripted()
    cache = Cache(tmp_path / "kept.sqlite")
    first = adapter.score("noise_sensitivity", SAMPLE, Remembering(inner, cache), embed)
    count = len(inner.asked)
    cache.close()
    again = Cache(tmp_path / "kept.sqlite")
    assert adapter.score("noise_sensitivity", SAMPLE, Remembering(inner, again), embed) == first
    assert len(inner.asked) == count
    other = Scripted()
    other.fingerprint = "scripted:2"
    adapter.score("noise_sensitivity", SAMPLE, Remembering(other, again), embed)
    assert len(other.asked) > 0


def test_judges_are_told_by_name(tmp_path: Any) -> None:
    assert open_judge("none", load(home=tmp_path), {}, Cache(None)) is None
    with pytest.raises(FixConfiguration, match="no judge called 'gpt'"):
        open_judge("gpt", load(home=tmp_path), {}, Cache(None))
