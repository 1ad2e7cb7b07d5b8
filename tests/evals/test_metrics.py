"""Measures against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from evals.retrieval import metrics


def test_ndcg_counts_what_is_relevant_less_the_further_down_it_is() -> None:
    # Places 1 and 3 of two relevant: (1 + 1/2) over the best, 1 + 1/log2(3).
    value = metrics.ndcg(["a", "x", "b"], {"a", "b"}, 10)
    assert value == pytest.approx(1.5 / (1 + 1 / math.log2(3)))
    assert value == pytest.approx(0.91972, abs=1e-5)


def test_ndcg_is_one_for_the_best_order_even_when_more_is_relevant_than_fits() -> None:
    assert metrics.ndcg(["a", "b"], {"a", "b", "c"}, 2) == pytest.approx(1.0)
    assert metrics.ndcg(["x", "y"], {"a"}, 2) == 0.0
    assert metrics.ndcg(["x", "y", "a"], {"a"}, 2) == 0.0


def test_recall_is_the_share_of_what_is_relevant() -> None:
    assert metrics.recall(["a", "x", "b"], {"a", "b", "c", "d"}, 3) == 0.5
    assert metrics.recall(["a", "x", "b"], {"a", "b", "c", "d"}, 2) == 0.25


def test_nothing_relevant_measures_nothing() -> None:
    for measure in (metrics.ndcg, metrics.recall):
        with pytest.raises(ValueError, match="nothing is relevant"):
            measure(["a"], set(), 5)
    with pytest.raises(ValueError, match="nothing is relevant"):
        metrics.groups_found([{"a"}], [], 5)


def test_one_alternative_of_a_group_suffices() -> None:
    needed = [{"a", "b"}, {"c"}]
    assert metrics.groups_found([{"b"}, {"x"}, {"c"}], needed, 2) == 0.5
    assert metrics.groups_found([{"x", "b", "c"}], needed, 1) == 1.0
    assert metrics.reciprocal_rank([{"x"}, {"y", "c"}], needed) == 0.5
    assert metrics.reciprocal_rank([{"x"}], needed) == 0.0


def test_wilson_keeps_its_known_values() -> None:
    # 8 of 10: Wilson 1927, as Brown, Cai and DasGupta (2001) work it out.
    found = metrics.share(8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4),
                                       pytest.approx(0.9433, abs=1e-4))
    assert metrics.share(0, 0) == metrics.Estimate(0.0, 0.0, 1.0, 0)
    assert metrics.share(5, 5).high == 1.0
    assert metrics.share(0, 5).low == 0.0


def test_the_bootstrap_comes_near_the_interval_that_theory_gives() -> None:
    values = [1.0, 0.0] * 200
    found = metrics.mean(values)
    half = 1.96 * 0.5 / math.sqrt(400)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - half, abs=0.004)
    assert found.high == pytest.approx(0.5 + half, abs=0.004)
    assert metrics.mean(values) == found
    assert metrics.mean([]).n == 0


def test_values_that_hang_together_are_drawn_together() -> None:
    values, talks = [1.0] * 10 + [0.0] * 10, ["one"] * 10 + ["two"] * 10
    together, apart = metrics.mean(values, talks), metrics.mean(values)
    assert (together.low, together.high) == (0.0, 1.0)
    assert apart.high - apart.low < 0.5
    lone = [str(place) for place in range(20)]
    assert metrics.mean(values, lone) == apart


def test_a_verdict_needs_the_whole_interval() -> None:
    assert metrics.difference([1.0] * 30, [0.5] * 30).verdict == "better"
    assert metrics.difference([0.5] * 30, [1.0] * 30).verdict == "worse"
    assert metrics.difference([1.0, 0.0] * 20, [0.0, 1.0] * 20).verdict == "no difference shown"
    assert metrics.difference([1.0] * 9, [1.0] * 9).verdict == "no difference shown"


def test_a_verdict_needs_enough_that_is_independent() -> None:
    ones, zeros = [1.0] * 30, [0.0] * 30
    assert metrics.difference(ones[:7], zeros[:7]).verdict == "too few to tell (7)"
    talks = ["one", "two", "three"] * 10
    assert metrics.difference(ones, zeros, talks).verdict == "too few to tell (3)"
    with pytest.raises(ValueError, match="can't be paired"):
        metrics.difference([1.0], [])


def test_percentiles() -> None:
    assert metrics.percentile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert metrics.percentile([], 0.95) == 0.0
