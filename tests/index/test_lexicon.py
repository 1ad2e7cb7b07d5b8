"""Lexical search: as FTS5 ranks, whatever the scope; words that all share cost nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from index import lexicon
from index.lexicon import TABLE, Lexicon

COUNT = 400


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Findings that all speak of forces, half of crime, a tenth of phones, one of drones."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(TABLE)
        for row in range(COUNT):
            said = ["force", *["crime"] * (row % 2), *["phones"] * (row % 10 == 0),
                    *["drones"] * (row == 123), *["filling"] * (row % 7)]
            made.execute("INSERT INTO lexicon (rowid, statement, context) VALUES (?,?,?)",
                         (row + 1, " ".join(said), "Kent 2017"))
        yield made


@pytest.fixture
def held(connection: sqlite3.Connection) -> Lexicon:
    return Lexicon(lambda: connection, COUNT)


def plain(connection: sqlite3.Connection, words: list[str], k: int) -> list[tuple[int, float]]:
    """What FTS5 says of all the words."""
    found = connection.execute(
        "SELECT rowid - 1, -bm25(lexicon, 1.0, 0.35) AS score FROM lexicon WHERE lexicon MATCH ?"
        " ORDER BY score DESC, rowid LIMIT ?", (" OR ".join(words), k))
    return [(int(row), float(score)) for row, score in found]


QUERIES = [["drones"], ["phones", "crime"], ["force", "drones", "crime"], ["force"],
           ["kent", "phone"], ["nothing", "phones"]]


@pytest.mark.parametrize("words", QUERIES)
def test_a_small_library_is_ranked_by_all_words(connection: sqlite3.Connection, held: Lexicon,
                                                words: list[str]) -> None:
    found = held.ranked(words, 30, None)
    expected = plain(connection, words, 30)
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


@pytest.mark.parametrize("words", QUERIES)
@pytest.mark.parametrize("rows", [range(COUNT), range(100, 130), range(0, COUNT, 50), [123], []])
def test_a_scope_loses_nothing(connection: sqlite3.Connection, held: Lexicon, words: list[str],
                               rows: list[int]) -> None:
    inside = [(row, score) for row, score in plain(connection, words, COUNT) if row in set(rows)]
    found = held.ranked(words, 20, np.array(rows, np.int64))
    assert [row for row, _ in found] == [row for row, _ in inside[:20]]


def test_the_commonest_words_are_left_out_where_too_many_would_be_weighed(
        held: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_MOST_WEIGHED", 60)
    assert [row for row, _ in held.ranked(["force", "drones"], 400, None)] == [123]
    assert len(held.ranked(["phones", "crime", "force"], 400, None)) == 40
    # The rarest word is looked for however common it is, unless it is in most findings.
    assert len(held.ranked(["crime", "force"], 400, None)) == 200
    assert held.ranked(["force"], 400, None) == []
    # Of a narrow scope few are weighed, so more words may be skimmed.
    assert len(held.ranked(["phones", "crime"], 400, np.arange(20))) == 12


def test_words_are_counted_once(held: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_REMEMBERED", 3)
    for words in (["drones", "crime"], ["phones", "force"], ["drones", "kent"]):
        assert held.ranked(words, 5, None)
        assert len(held._held) <= 3
    assert held.ranked(["nothing"], 5, None) == held.ranked([], 5, None) == []
