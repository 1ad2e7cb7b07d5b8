"""Reciprocal rank fusion: what it must keep, whatever two retrievers propose."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.model import Finding, FindingKind, Polarity
from index.search import BEST_FUSED, Hit, search_by

NAMES = [f"f{n:02}" for n in range(12)]
FOUND = {name: Finding(name, "r", (), FindingKind.NARRATIVE, Polarity.NEUTRAL, name, 0, 3)
         for name in NAMES}
RANKED = st.lists(st.sampled_from(NAMES), unique=True, max_size=8)


def fused(dense: Sequence[str], lexical: Sequence[str]) -> list[Hit]:
    """What ``search_by`` makes of two ranked lists, through its own retrievers' interface."""
    scored = [[(name, 1.0 - n / 20) for n, name in enumerate(one)] for one in (dense, lexical)]
    catalogue: Any = SimpleNamespace(
        rows=lambda wanted: None, lexical=lambda words, k, rows: scored[1],
        get=lambda ids: {name: FOUND[name] for name in dict.fromkeys(ids)})
    vectors: Any = SimpleNamespace(nearest=lambda vector, k, rows: scored[0])
    return search_by(np.zeros(1, np.float32), [], catalogue, vectors)


def scores(dense: Sequence[str], lexical: Sequence[str]) -> dict[str, float]:
    return {hit.finding.id: hit.fused for hit in fused(dense, lexical)}


@given(dense=RANKED, lexical=RANKED)
def test_every_candidate_is_kept_once_and_scores_are_bounded_and_in_order(
        dense: list[str], lexical: list[str]) -> None:
    hits = fused(dense, lexical)
    assert sorted(hit.finding.id for hit in hits) == sorted({*dense, *lexical})
    assert all(0 < hit.fused <= BEST_FUSED for hit in hits)
    assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)
    for hit in hits:
        name = hit.finding.id
        assert hit.dense_rank == (dense.index(name) + 1 if name in dense else None)
        assert hit.lexical_rank == (lexical.index(name) + 1 if name in lexical else None)


@given(dense=RANKED, lexical=RANKED)
def test_the_two_lists_count_alike(dense: list[str], lexical: list[str]) -> None:
    assert scores(dense, lexical) == scores(lexical, dense)


@given(dense=RANKED, lexical=RANKED)
def test_what_is_first_in_both_is_first(dense: list[str], lexical: list[str]) -> None:
    best = "best"
    FOUND.setdefault(best, Finding(best, "r", (), FindingKind.NARRATIVE, Polarity.NEUTRAL, best,
                                   0, 4))
    first, *rest = fused([best, *dense], [best, *lexical])
    assert first.finding.id == best
    assert first.fused == BEST_FUSED
    assert all(hit.fused < BEST_FUSED for hit in rest)


@given(dense=RANKED, lexical=RANKED, place=st.integers(1, 7))
def test_a_better_rank_never_scores_less(dense: list[str], lexical: list[str],
                                         place: int) -> None:
    assume(place < len(dense))
    name = dense[place]
    better = [*dense]
    better[place - 1], better[place] = better[place], better[place - 1]
    assert scores(better, lexical)[name] > scores(dense, lexical)[name]


@given(dense=RANKED, lexical=RANKED)
def test_a_second_list_that_knows_a_finding_never_harms_it(dense: list[str],
                                                           lexical: list[str]) -> None:
    alone, both = scores(dense, []), scores(dense, lexical)
    assert all(both[name] >= alone[name] for name in dense)


@given(names=st.permutations(NAMES[:6]), dense=st.permutations(range(6)),
       lexical=st.permutations(range(6)))
def test_only_ranks_count_and_not_what_findings_are_called(
        names: list[str], dense: list[int], lexical: list[int]) -> None:
    renamed = scores([names[n] for n in dense], [names[n] for n in lexical])
    plain = scores([NAMES[n] for n in dense], [NAMES[n] for n in lexical])
    assert {names[NAMES.index(name)]: score for name, score in plain.items()} == renamed
