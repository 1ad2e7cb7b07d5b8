"""Reports and typed findings in SQLite: complete lists, counts, facets, and BM25 (FTS5)."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from index.filter import Filter
from index.passages import context, statement

_SCHEMA = """
CREATE TABLE reports (
  position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, metadata TEXT NOT NULL,
  source TEXT NOT NULL, text TEXT NOT NULL, sections TEXT NOT NULL);
CREATE TABLE findings (
  position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, report_id TEXT NOT NULL,
  section TEXT NOT NULL, kind TEXT NOT NULL, polarity TEXT NOT NULL, text TEXT NOT NULL,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, lead_in TEXT, force TEXT, year INTEGER,
  page INTEGER, grade TEXT, as_of INTEGER,
  hidden INTEGER NOT NULL);
CREATE INDEX findings_by_report ON findings (report_id, position);
CREATE INDEX findings_by_kind ON findings (kind, force, year);
CREATE VIRTUAL TABLE lexicon USING fts5(
  statement, context, content='', tokenize="porter unicode61 remove_diacritics 2");
"""
_COLUMNS = ("id", "report_id", "section", "kind", "polarity", "text", "start", "stop", "lead_in",
            "force", "year", "page", "grade", "as_of", "hidden")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM findings"
# A word of the statement counts for more than one of its heading, which many findings share.
_WEIGHTS = "1.0, 0.35"


def write(path: Path, reports: Iterable[Report]) -> None:
    """Make a new catalogue of these reports; ``path`` must not exist."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        for report in reports:
            connection.execute(
                "INSERT INTO reports (id, metadata, source, text, sections) VALUES (?,?,?,?,?)",
                (report.id, json.dumps(asdict(report.metadata)), report.source, report.text,
                 json.dumps(report.sections)))
            for finding in report.findings:
                _insert(connection, finding)


def _insert(connection: sqlite3.Connection, finding: Finding) -> None:
    row = connection.execute(
        f"INSERT INTO findings ({', '.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})",
        (finding.id, finding.report_id, json.dumps(finding.section), finding.kind.value,
         finding.polarity.value, finding.text, finding.start, finding.end, finding.lead_in,
         finding.force, finding.year, finding.page,
         finding.grade.value if finding.grade else None, finding.as_of, finding.hidden))
    connection.execute("INSERT INTO lexicon (rowid, statement, context) VALUES (?,?,?)",
                       (row.lastrowid, statement(finding), context(finding)))


class Catalogue:
    """A catalogue opened for reading. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        rows = self._connection().execute(f"{_SELECT} ORDER BY position")
        self._by_id = {finding.id: finding for finding in map(_finding, rows)}

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def findings(self, wanted: Filter | None = None) -> list[Finding]:
        """Every finding that the filter admits, in reading order: complete, never cut."""
        if not wanted:
            return list(self._by_id.values())
        return [finding for finding in self._by_id.values() if wanted.admits(finding)]

    def get(self, ids: Sequence[str]) -> dict[str, Finding]:
        """Findings by id; unknown ids are left out."""
        return {i: self._by_id[i] for i in ids if i in self._by_id}

    def lexical(self, words: Sequence[str], k: int) -> list[tuple[str, float]]:
        """The ``k`` findings that hold most of these words, with their BM25 (higher is better)."""
        terms = [f'"{word}"' for word in words if re.fullmatch(r"[^\W_]+", word)]
        if not terms:
            return []
        rows = self._connection().execute(
            f"SELECT f.id, -bm25(lexicon, {_WEIGHTS}) AS score FROM lexicon"
            " JOIN findings f ON f.position = lexicon.rowid"
            " WHERE lexicon MATCH ? ORDER BY score DESC, f.position LIMIT ?",
            (" OR ".join(terms), k))
        return [(str(identifier), float(score)) for identifier, score in rows]

    def reports(self) -> list[Metadata]:
        """Metadata of every report, by title."""
        rows = self._connection().execute("SELECT metadata FROM reports")
        return sorted((_metadata(row[0]) for row in rows), key=lambda m: (m.title, m.id))

    def sources(self) -> dict[str, tuple[str, str]]:
        """The title and source of each report, by its id."""
        rows = self._connection().execute("SELECT id, metadata, source FROM reports")
        return {str(i): (_metadata(told).title, str(source)) for i, told, source in rows}

    def report(self, report_id: str) -> Report | None:
        """A report with its text and findings, None when there is none of that id."""
        row = self._connection().execute(
            "SELECT metadata, source, text, sections FROM reports WHERE id = ?",
            (report_id,)).fetchone()
        if row is None:
            return None
        findings = tuple(f for f in self._by_id.values() if f.report_id == report_id)
        sections = tuple(tuple(path) for path in json.loads(row[3]))
        return Report(_metadata(row[0]), row[1], row[2], sections, findings)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()


def _metadata(text: str) -> Metadata:
    values: dict[str, Any] = json.loads(text)
    values["guessed"] = tuple(values["guessed"])
    return Metadata(**values)


def _finding(row: Sequence[Any]) -> Finding:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Finding(
        id=values["id"], report_id=values["report_id"],
        section=tuple(json.loads(values["section"])), kind=FindingKind(values["kind"]),
        polarity=Polarity(values["polarity"]), text=values["text"], start=values["start"],
        end=values["stop"], lead_in=values["lead_in"], force=values["force"],
        year=values["year"], page=values["page"],
        grade=Grade(values["grade"]) if values["grade"] else None, as_of=values["as_of"],
        hidden=bool(values["hidden"]))
