"""``findings search`` and ``findings list``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any

from assistant.cli.common import note, print_json, settings_of
from assistant.glossary import synonyms
from assistant.service import Service, open_service
from corpus.errors import FixConfiguration
from corpus.model import Finding
from corpus.names import forces_in, topics
from index.filter import Filter
from index.search import Hit
from index.words import stems, terms


def search(options: argparse.Namespace) -> int:
    """Print ranked findings with their scores."""
    if options.k < 1:
        raise FixConfiguration("-k has to be at least 1.", "Ask for one finding or more.")
    service = open_service(settings_of(options), note=note)
    try:
        index, _ = service.current()
        words = terms(" ".join([options.query, *(phrase for group in
                                                 synonyms(options.query).values()
                                                 for phrase in group)]))
        vector = index.embedder.embed([options.query])[0]
        hits = index.search_by(vector, words, candidates=max(50, options.k))[:options.k]
        rows = [_hit(hit, service) for hit in hits]
    finally:
        service.close()
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        _print(row, f"{row['score']:.4f} ")
    if not rows:
        print("Nothing found.")
    return 0


def listing(options: argparse.Namespace) -> int:
    """Print every finding that meets the conditions."""
    service = open_service(settings_of(options), note=note)
    try:
        index, _ = service.current()
        wanted = Filter(
            kinds=frozenset(options.kind or ()), forces=_forces(options.force, service),
            years=frozenset({options.year} if options.year else ()),
            polarities=frozenset({options.polarity} if options.polarity else ()),
            reports=frozenset({options.report} if options.report else ()))
        found = index.findings(wanted)
        if options.section:
            found = _in_section(options.section, found)
        rows = [_row(finding, service) for finding in found]
    finally:
        service.close()
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        _print(row, "")
    print(f"{len(rows):,} {'finding' if len(rows) == 1 else 'findings'}.")
    return 0


def _forces(name: str | None, service: Service) -> frozenset[str]:
    if not name:
        return frozenset()
    known = {report.force for report in service.reports() if report.force}
    exact = [force for force in known if force.lower() == name.lower()]
    named = exact or [force.name for force in forces_in(name)] or [name]
    return frozenset(named)


def _in_section(words: str, found: Sequence[Finding]) -> list[Finding]:
    """Findings under a heading that has all these words, else under the topic that they name."""
    roots = stems(words)
    under = [f for f in found if any(roots <= stems(heading) or words.lower() in heading.lower()
                                     for heading in f.section)]
    keys = frozenset(topic.key for topic in topics() if topic.asked.search(words))
    return under or [f for f in found if Filter(topics=keys).admits(f)] if keys or under else []


def _row(finding: Finding, service: Service) -> dict[str, Any]:
    catalogue = service.current()[0].catalogue
    title, source = catalogue.sources()[finding.report_id]
    guessed = next((m.guessed for m in catalogue.reports() if m.id == finding.report_id), ())
    return {**finding.to_dict(), "title": title, "source": source, "guessed": list(guessed)}


def _hit(hit: Hit, service: Service) -> dict[str, Any]:
    return {**_row(hit.finding, service), "score": round(hit.fused, 6),
            "ranks": {"dense": hit.dense_rank, "lexical": hit.lexical_rank},
            "scores": {"dense": hit.dense, "lexical": hit.lexical}}


def _print(row: dict[str, Any], before: str) -> None:
    lead = f"{row['lead_in']} " if row["lead_in"] else ""
    kind = row["kind"].replace("_", " ")
    print(textwrap.fill(f"{before}[{kind}] {lead}{' '.join(row['text'].split())}", 96,
                        subsequent_indent="    "))
    guessed = f" (guessed: {', '.join(row['guessed'])})" if row["guessed"] else ""
    print(textwrap.fill(f"{row['title']}{guessed}: {' > '.join(row['section'])}", 96,
                        initial_indent="    ", subsequent_indent="    "))
