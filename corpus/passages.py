"""Ready-made passages instead of reports: one JSON object a line, one finding each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableReport
from corpus.model import Finding, FindingKind, Metadata, Polarity, Report

_TEXTS = ("force", "cycle", "pillar", "publisher", "published", "licence", "attribution", "url")
_HALF = re.compile("[\ud800-\udfff]")


def load(path: Path) -> list[Report]:
    """Each line ``{id, title, text, metadata}`` as a report of one finding with that id.

    ``metadata`` may give ``force``, ``year``, ``section`` (a list) and other report fields.
    Raises ``UnreadableReport`` naming the line that can't be used.
    """
    reports: dict[str, Report] = {}
    source = path.resolve()
    for number, row in _rows(path):
        report = _report(path, number, row, source)
        if report.id in reports:
            raise UnreadableReport(f"{path.name}, line {number}: the id {report.id!r} was used "
                                   "before.", "Give each passage an id of its own.")
        reports[report.id] = report
    if not reports:
        raise UnreadableReport(f"{path.name}: it holds no passages.",
                               "Each line is an object with id, title, text and metadata.")
    return list(reports.values())


def source_text(source: str) -> str:
    """The text of a passage from its source, ``FILE.jsonl#id``. Raises ``UnreadableReport``."""
    name, _, identifier = source.partition("#")
    for _, row in _rows(Path(name)):
        if str(row.get("id")) == identifier:
            return str(row["text"])
    raise UnreadableReport(f"{name}: it no longer holds the passage {identifier!r}.",
                           "Index the file again.")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("it is not an object")
                yield number, row
    except FileNotFoundError as error:
        raise UnreadableReport(f"There is no file {path}.", "Check the path.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableReport(f"{path.name}: it can't be read: {error}.",
                               "It has to be JSON Lines in UTF-8.") from error
    except RecursionError as error:
        raise UnreadableReport(f"{path.name}: a line of it nests lists or objects beyond all "
                               "reason.", "Each line is one JSON object.") from error
    except ValueError as error:
        raise UnreadableReport(f"{path.name}, line {number}: {error}.",
                               "Each line is one JSON object.") from error


def _report(path: Path, number: int, row: dict[str, Any], source: Path) -> Report:
    identifier, text = row.get("id"), row.get("text")
    title, told = row.get("title") or "", row.get("metadata") or {}
    if not isinstance(identifier, (str, int)) or isinstance(identifier, bool) \
            or not str(identifier).strip() or not isinstance(text, str) or not text.strip() \
            or not isinstance(title, str) or not isinstance(told, dict):
        raise UnreadableReport(f"{path.name}, line {number}: a passage needs an id and a text.",
                               "Its title is text and its metadata an object.")
    key = str(identifier)
    year = told.get("year")
    if year is not None and not re.fullmatch(r"\d{4}", str(year)):
        raise UnreadableReport(f"{path.name}, line {number}: the year {year!r} is not one.",
                               "It is a number, such as 2017.")
    place = told.get("section") or ([title] if title else [])
    if isinstance(place, str):
        place = [place]
    if not isinstance(place, list):
        raise UnreadableReport(f"{path.name}, line {number}: the section is neither text nor a "
                               "list.", "It is a list of headings, outermost first.")
    values: dict[str, Any] = {name: str(told[name]) for name in _TEXTS if told.get(name)}
    told_of = "".join((key, title, text, *map(str, place), *values.values()))
    if _HALF.search(told_of):
        raise UnreadableReport(f"{path.name}, line {number}: it holds half a character.",
                               "Its text has to be valid Unicode.")
    about = Metadata(id=key, title=title or key, year=int(year) if year else None, **values)
    section = tuple(said for part in place if part is not None and (said := str(part)).strip())
    body = text.strip()
    start = text.index(body)
    finding = Finding(id=key, report_id=key, section=section,
                      kind=FindingKind.NARRATIVE, polarity=Polarity.NEUTRAL, text=body,
                      start=start, end=start + len(body), force=about.force, year=about.year)
    return Report(about, f"{source}#{key}", text, (finding.section,), (finding,))
