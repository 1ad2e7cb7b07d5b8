"""Briefings to test with, over the findings of the browser tests' reports."""

from __future__ import annotations

from dataclasses import replace

from assistant.paper.paper import Item, Kind, Paper, Source
from assistant.paper.pinning import pinned_finding
from corpus.model import Report
from tests.browser.backend import METADATA, hostile_report, shipped_report

OWNER = "0123456789abcdef" * 4
URL = "https://example.org/peel?force=1&year=2017"


def report() -> Report:
    """The shipped report, with an address."""
    found = shipped_report()
    return replace(found, metadata=replace(METADATA, url=URL))


def library() -> dict[str, Report | None]:
    """Both reports by id."""
    return {one.id: one for one in (report(), hostile_report())}


def pinned(at: int, of: Report | None = None) -> Item:
    """The item of a report's finding, the shipped report's unless given."""
    source = of or report()
    return pinned_finding(source.findings[at], source.metadata.title, source.source)


def sample() -> Paper:
    """Heading, two findings, a note, the first finding again in other words, hostile text."""
    first, second = pinned(0), pinned(1)
    again = Item(kind=Kind.STATEMENT, words="Devices wait to be examined.",
                 citations=(second.citations[0], first.citations[0]))
    sources = {one.id: Source.of(one.metadata) for one in (report(), hostile_report())}
    paper = Paper(title="Meeting on investigations").introduced("For the panel.\n\nTwo points.")
    return paper.added(
        [Item(kind=Kind.HEADING, words="Digital evidence"), first, second,
         Item(kind=Kind.NOTE, words="Ask about the new unit.\nAnd its budget."), again,
         pinned(0, hostile_report())], sources)
