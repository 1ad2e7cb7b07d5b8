"""Judgments that were changed after publication: the newest edition counts, the older is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from corpus.model import Finding
from index.filter import topics_of
from prompts import wording


def current(judged: Sequence[Finding],
            published: Mapping[str, str | None]) -> tuple[list[Finding], list[str]]:
    """The judgments in force, and a sentence for each that replaced another.

    Two judgments are editions of one when body, year and topic (or heading) are the same, they
    come from different reports and were published on different days. ``published`` maps report
    ids to the day ("2024-08-08") or None; without two days nothing is known to be newer.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in judged:
        heading = finding.section[-1].lower() if finding.section else ""
        about = tuple(sorted(topics_of(finding))) or heading
        groups.setdefault((finding.force, finding.year, finding.as_of, about), []).append(finding)
    dropped: set[str] = set()
    notes: list[str] = []
    for group in groups.values():
        dated = [(published.get(f.report_id) or "", f) for f in group]
        days = {day for day, _ in dated}
        if len({f.report_id for f in group}) < 2 or len(days) < 2 or "" in days:
            continue
        newest = max(days)
        dropped |= {f.id for day, f in dated if day != newest}
        notes += _told(newest, dated)
    return [f for f in judged if f.id not in dropped], notes


def _told(newest: str, dated: Sequence[tuple[str, Finding]]) -> list[str]:
    now = next(f for day, f in dated if day == newest)
    older_day, older = max((day, f.id, f) for day, f in dated if day != newest)[::2]
    if now.grade is None or older.grade is None:
        return []
    key = "edition" if now.grade is not older.grade else "same_edition"
    return [str(wording("replies")["notice"][key]).format(
        day=_day(newest), older_day=_day(older_day), grade=older.grade.value)]


def _day(iso: str) -> str:
    """"2024-08-08" as "8 August 2024"; anything else as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B} {day.year}"
