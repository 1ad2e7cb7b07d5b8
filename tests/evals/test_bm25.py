"""The reference BM25 against scores worked out by hand."""

from __future__ import annotations

import pytest

from evals.retrieval.bm25 import Bm25, light_stem, tokens


@pytest.mark.parametrize(("word", "stem"), [
    ("queries", "query"), ("forces", "force"), ("cats", "cat"), ("class", "class"),
    ("virus", "virus"), ("shoes", "shoe"), ("police", "police")])
def test_only_plural_endings_go(word: str, stem: str) -> None:
    assert light_stem(word) == stem


def test_words_without_meaning_are_left_out() -> None:
    assert tokens("The victims, and their 2 homes") == ["victim", "2", "home"]


def test_rare_words_and_short_documents_count_for_more() -> None:
    found = Bm25({"long": "theft theft theft burglary arson fraud fraud fraud", "short": "theft",
                  "rare": "smuggling and fraud", "none": "roads"})
    assert found.rank("theft", 5)[:1] == ["long"]
    assert found.rank("smuggling theft", 1) == ["rare"]
    assert found.rank("theft", 5) == ["long", "short"]
    assert found.rank("weather", 5) == []


def test_with_b_of_zero_length_is_ignored() -> None:
    found = Bm25({"long": "theft arson fraud", "short": "theft"}, b=0.0)
    assert found.rank("theft", 2) == ["long", "short"]
    assert Bm25({"long": "theft arson fraud", "short": "theft"}, b=1.0).rank(
        "theft", 2) == ["short", "long"]
