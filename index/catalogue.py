"""Reports and typed findings in SQLite: complete lists, counts, facets, and BM25 (FTS5)."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from index import generation
from index.facets import Facets, Rows
from index.filter import Filter, topics_under
from index.lexicon import TABLE, Lexicon
from index.passages import context, statement
from index.words import words

_SCHEMA = """
CREATE TABLE reports (
  position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, metadata TEXT NOT NULL,
  source TEXT NOT NULL, text TEXT NOT NULL, sections TEXT NOT NULL);
CREATE TABLE places (position INTEGER PRIMARY KEY, section TEXT UNIQUE NOT NULL,
  topics TEXT NOT NULL);
CREATE TABLE findings (
  position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, report TEXT NOT NULL,
  place INTEGER NOT NULL, kind TEXT NOT NULL, polarity TEXT NOT NULL, force TEXT, year INTEGER,
  grade TEXT, page INTEGER, as_of INTEGER, hidden INTEGER NOT NULL, start INTEGER NOT NULL,
  stop INTEGER NOT NULL, lead_in TEXT, text TEXT NOT NULL);
CREATE TABLE words (word TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
""" + TABLE
_COLUMNS = ("position", "id", "report", "place", "kind", "polarity", "force", "year", "grade",
            "page", "as_of", "hidden", "start", "stop", "lead_in", "text")
_FACETS = {"id": "id", "report": "report", "section": "place", "kind": "kind",
           "polarity": "polarity", "force": "force", "year": "year", "grade": "grade"}
_LEAST_LETTERS = 2


def write(path: Path, reports: Iterable[Report]) -> None:
    """Make a new catalogue of these reports; ``path`` must not exist."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        places: dict[tuple[str, ...], int] = {}
        said: Counter[str] = Counter()
        for report in reports:
            connection.execute(
                "INSERT INTO reports (id, metadata, source, text, sections) VALUES (?,?,?,?,?)",
                (report.id, json.dumps(asdict(report.metadata)), report.source, report.text,
                 json.dumps(report.sections)))
            for finding in report.findings:
                place = places.setdefault(finding.section, len(places) + 1)
                _insert(connection, finding, place)
                said.update(word for word in words(finding.text) if len(word) >= _LEAST_LETTERS)
        connection.executemany(
            "INSERT INTO places VALUES (?,?,?)",
            ((place, json.dumps(section), json.dumps(sorted(topics_under(section))))
             for section, place in places.items()))
        connection.executemany("INSERT INTO words VALUES (?,?)", sorted(said.items()))


def _insert(connection: sqlite3.Connection, finding: Finding, place: int) -> None:
    row = connection.execute(
        f"INSERT INTO findings VALUES ({','.join('?' * len(_COLUMNS))})",
        (None, finding.id, finding.report_id, place, finding.kind.value, finding.polarity.value,
         finding.force, finding.year, finding.grade.value if finding.grade else None,
         finding.page, finding.as_of, finding.hidden, finding.start, finding.end,
         finding.lead_in, finding.text))
    connection.execute("INSERT INTO lexicon (rowid, statement, context) VALUES (?,?,?)",
                       (row.lastrowid, statement(finding), context(finding)))


@contextmanager
def _reading() -> Iterator[None]:
    """What damaged files make SQLite raise, as an error that says what to do."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise generation.damaged(error) from error


class Catalogue:
    """A catalogue opened for reading. Safe to use from several threads. Facets are held in
    memory, findings are read when they are first asked for and then kept. Opening and reading
    raise ``FixConfiguration`` where the file is damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        with _reading():
            told = self._execute("SELECT position, section, topics FROM places ORDER BY position")
            self._places = {place: (tuple(json.loads(section)), frozenset(json.loads(topics)))
                            for place, section, topics in told}
            columns = list(zip(*self._execute(f"SELECT {', '.join(_FACETS.values())} FROM findings"
                                              " ORDER BY position"), strict=True))
            self._facets = Facets(dict(zip(_FACETS, columns or [()] * len(_FACETS), strict=True)),
                                  self._places)
        self._made: list[Finding | None] = [None] * len(self._facets)
        self._lexicon = Lexicon(self._connection, len(self._facets))

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def _execute(self, statement: str, *values: object) -> list[Any]:
        return self._connection().execute(statement, values).fetchall()

    def __len__(self) -> int:
        return len(self._facets)

    @property
    def ids(self) -> Sequence[str]:
        """The id of every finding, in reading order: a finding's row is its place here."""
        return self._facets.ids

    @property
    def row_of(self) -> Mapping[str, int]:
        """The row of each finding, by its id."""
        return self._facets.row_of

    def rows(self, wanted: Filter | None) -> Rows | None:
        """The rows of the findings that the filter admits, None when it asks nothing."""
        return self._facets.rows(wanted) if wanted else None

    def count(self, wanted: Filter | None = None) -> int:
        """How many findings the filter admits."""
        rows = self.rows(wanted)
        return len(self) if rows is None else len(rows)

    def findings(self, wanted: Filter | None = None) -> list[Finding]:
        """Every finding that the filter admits, in reading order: complete, never cut."""
        rows = self.rows(wanted)
        return self._at(range(len(self)) if rows is None else rows.tolist())

    def slices(self, wanted: Filter | None = None) -> Callable[[int, int], list[Finding]]:
        """What ``findings`` gives, a part at a time: from one place to another, nothing else is
        read."""
        rows = self.rows(wanted)
        places = range(len(self)) if rows is None else rows.tolist()
        return lambda begin, end: self._at(places[begin:end])

    def get(self, ids: Sequence[str]) -> dict[str, Finding]:
        """Findings by id; unknown ids are left out."""
        known = [i for i in dict.fromkeys(ids) if i in self.row_of]
        return dict(zip(known, self._at([self.row_of[i] for i in known]), strict=True))

    def _at(self, rows: Sequence[int]) -> list[Finding]:
        missing = [row + 1 for row in rows if self._made[row] is None]
        if missing:
            with _reading():
                for told in self._execute(
                        f"SELECT {', '.join(_COLUMNS)} FROM findings WHERE position IN"
                        " (SELECT value FROM json_each(?))", json.dumps(missing)):
                    self._made[told[0] - 1] = self._finding(told)
        return [finding for row in rows if (finding := self._made[row]) is not None]

    def _finding(self, row: Sequence[Any]) -> Finding:
        (_, identifier, report, place, kind, polarity, force, year, grade, page, as_of, hidden,
         start, stop, lead_in, text) = row
        return Finding(
            identifier, report, self._places[place][0], FindingKind(kind), Polarity(polarity),
            text, start, stop, lead_in, force, year, page, Grade(grade) if grade else None, as_of,
            bool(hidden))

    def lexical(self, words: Sequence[str], k: int,
                rows: Rows | None = None) -> list[tuple[str, float]]:
        """The ``k`` findings that hold most of these words, with their BM25 (higher is better);
        ``rows`` are all that may be among them."""
        with _reading():
            return [(self.ids[row], score) for row, score in self._lexicon.ranked(words, k, rows)]

    def holding(self, groups: Sequence[Sequence[str]], wanted: Filter | None = None) -> list[str]:
        """The ids of all findings of a scope that hold a word or phrase of each group, in reading
        order: complete, however large the library."""
        rows = self.rows(wanted)
        found = set(range(len(self)) if rows is None else rows.tolist())
        with _reading():
            for group in groups:
                found &= self._lexicon.holding(group)
        return [self.ids[row] for row in sorted(found)]

    def topics(self) -> Mapping[str, frozenset[FindingKind]]:
        """The kinds of the findings under each topic that occurs, by the topic's key."""
        return self._facets.topics

    def sections(self) -> tuple[tuple[str, ...], ...]:
        """Every heading path that findings stand under, in reading order."""
        return tuple(section for section, _ in self._places.values())

    def vocabulary(self) -> Mapping[str, int]:
        """How often each word of two characters and more occurs in the findings, lower case; the
        same object at every call."""
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        with _reading():
            return MappingProxyType(dict(self._execute("SELECT word, times FROM words")))

    @cached_property
    def _reports(self) -> Mapping[str, tuple[Metadata, str]]:
        with _reading():
            rows = self._execute("SELECT id, metadata, source FROM reports")
            return {i: (_metadata(told), source) for i, told, source in rows}

    @cached_property
    def _sources(self) -> Mapping[str, tuple[str, str]]:
        return MappingProxyType({i: (about.title, source)
                                 for i, (about, source) in self._reports.items()})

    def reports(self) -> list[Metadata]:
        """Metadata of every report, by title."""
        return sorted((about for about, _ in self._reports.values()),
                      key=lambda about: (about.title, about.id))

    def sources(self) -> Mapping[str, tuple[str, str]]:
        """The title and source of each report, by its id."""
        return self._sources

    def report(self, report_id: str) -> Report | None:
        """A report with its text and findings, None when there is none of that id."""
        if report_id not in self._reports:
            return None
        about, source = self._reports[report_id]
        with _reading():
            ((text, told),) = self._execute("SELECT text, sections FROM reports WHERE id = ?",
                                            report_id)
            sections = tuple(tuple(path) for path in json.loads(told))
        findings = self.findings(Filter(reports=frozenset({report_id})))
        return Report(about, source, text, sections, tuple(findings))

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()


def _metadata(text: str) -> Metadata:
    values: dict[str, Any] = json.loads(text)
    values["guessed"] = tuple(values["guessed"])
    return Metadata(**values)
