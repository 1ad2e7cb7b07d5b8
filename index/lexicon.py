"""BM25 over the words of findings, by SQLite's FTS5."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from index.facets import Rows

TABLE = """
CREATE VIRTUAL TABLE lexicon USING fts5(
  statement, context, content='', tokenize="porter unicode61 remove_diacritics 2");
"""
# A word of the statement counts for more than one of its heading, which many findings share.
_WEIGHTS = "1.0, 0.35"
# How many findings are weighed at most: some 15 milliseconds.
_MOST_WEIGHED = 30_000
# Of a narrow scope few findings are weighed: this many times as many may be looked through.
_SKIMMED = 4
# Handing over a scope with this share of all findings takes longer than passing the others by.
_WIDE = 0.2
_REMEMBERED = 4096
_LONG = 8


class Lexicon:
    """The words of ``size`` findings; ``connection`` gives the calling thread's connection."""

    def __init__(self, connection: Callable[[], sqlite3.Connection], size: int) -> None:
        self._connection = connection
        self._size = size
        self._held: dict[str, int] = {}

    def ranked(self, words: Sequence[str], k: int, rows: Rows | None) -> list[tuple[int, float]]:
        """The rows of the ``k`` findings that hold most of these words, with their BM25 (higher
        is better); ``rows`` are all that may be among them, None for any.

        In a large library words that very many findings hold are left out, the most common first.
        """
        if rows is not None and not len(rows):
            return []
        plain = dict.fromkeys(word for word in words if re.fullmatch(r"[^\W_]+", word))
        narrow = rows is not None and len(rows) < _WIDE * self._size
        chosen = self._telling(list(plain), _MOST_WEIGHED * (_SKIMMED if narrow else 1))
        if not chosen:
            return []
        matching = " OR ".join(f'"{word}"' for word in chosen)
        if rows is None or narrow:
            return list(self._best(matching, rows, k))
        allowed = np.zeros(self._size, np.bool_)
        allowed[rows] = True
        inside = allowed.tobytes()
        return list(islice((one for one in self._best(matching, None, -1) if inside[one[0]]), k))

    def holding(self, phrases: Sequence[str]) -> set[int]:
        """The rows of all findings that hold one of these words or phrases, in any form; of long
        words also those that begin alike ("supervision" and "supervisor")."""
        said = [" ".join(re.findall(r"[^\W_]+", phrase)) for phrase in phrases]
        matching = " OR ".join(f'"{one}"{" *" if _begins_alike(one) else ""}'
                               for one in said if one)
        if not matching:
            return set()
        found = self._connection().execute(
            "SELECT rowid FROM lexicon WHERE lexicon MATCH ?", (matching,))
        return {int(position) - 1 for (position,) in found}

    def _best(self, matching: str, rows: Rows | None, k: int) -> Iterator[tuple[int, float]]:
        """The ``k`` best of these rows, best first; all of them for a ``k`` of -1."""
        within = ""
        scope: tuple[int | str, ...] = ()
        if rows is not None:
            # The plus keeps SQLite from running the whole query for each row of the scope.
            within = " AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?))"
            scope = (int(rows[0]) + 1, int(rows[-1]) + 1, json.dumps((rows + 1).tolist()))
        found = self._connection().execute(
            f"SELECT rowid, -bm25(lexicon, {_WEIGHTS}) AS score FROM lexicon"
            f" WHERE lexicon MATCH ?{within} ORDER BY score DESC, rowid LIMIT ?",
            (matching, *scope, k))
        return ((int(position) - 1, float(score)) for position, score in found)

    def _telling(self, words: Sequence[str], most: int) -> list[str]:
        """The words that are looked for: the rarest, as long as no more than ``most`` findings
        hold them, each word counted by itself."""
        together = 0
        kept: set[str] = set()
        for held, word in sorted((self._holding(word), word) for word in words):
            together += held
            if together > most and (kept or held > self._size / 2):
                break
            if held:
                kept.add(word)
        return [word for word in words if word in kept]

    def _holding(self, word: str) -> int:
        """How many findings hold a word, in whatever form."""
        known = self._held.get(word)
        if known is not None:
            return known
        (count,) = self._connection().execute(
            "SELECT count(*) FROM lexicon WHERE lexicon MATCH ?", (f'"{word}"',)).fetchone()
        if len(self._held) >= _REMEMBERED:
            self._held = {}
        self._held[word] = int(count)
        return int(count)


def _begins_alike(phrase: str) -> bool:
    return " " not in phrase and len(phrase) >= _LONG
