"""Which edition of a report is meant: the years that a question names, "the next inspection",
and, of judgments that were changed after publication, the newest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.facets import Facets
from assistant.scope import Scope
from corpus.model import Finding
from index.filter import topics_of
from prompts import wording

_YEAR_IN = re.compile(r"\b(?:19|20)\d\d\b|\b\d\d/\d\d\b")
_OTHER = r"(?:inspection|report|round|one|time(?: (?:round|out))?)"
_AFTER = re.compile(rf"\b(?:the|its|their|a) (?:next|following|subsequent|second) {_OTHER}\b"
                    r"|\bnext (?:inspection|report)\b|\bthe (?:year|one|inspection"
                    r"|report) after\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:the|its|their) (?:later|latest|newest|most recent|newer|last) "
                   rf"{_OTHER}\b", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:the|its|their) (?:previous|earlier|preceding|prior) {_OTHER}\b"
                     r"|\bthe (?:inspection|report|one|time|year) before\b|\bthe (?:previous"
                     r"|prior) year\b", re.IGNORECASE)
_SINCE_THEN = re.compile(r"\bsince(?: then)?\b(?! (?:19|20)\d\d)|\b(?:by now|yet|any more)\b",
                         re.IGNORECASE)
_BOTH = re.compile(r"\b(?:and|to|versus|vs\.?|than|against|with|since)\b[^?]{0,30}$",
                   re.IGNORECASE)


def editions_named(text: str, told: Facets, scope: Scope,
                   follows: bool = False) -> tuple[int, ...]:
    """The years of the reports that a question names. Beside one year, "the next report" is the
    one after it and "the latest" the newest: in its place, or as well where both are asked for
    ("in 2017 and in the latest report"). In a question that ``follows`` another, "since" means
    all later ones."""
    years = tuple(dict.fromkeys(map(scope.edition, told.years)))
    if len(years) != 1:
        return years
    indexed = sorted(scope.years_of(frozenset(told.forces) & scope.forces))
    for pattern, wanted in ((_AFTER, [y for y in indexed if y > years[0]][:1]),
                            (_LAST, [y for y in indexed if y > years[0]][-1:]),
                            (_BEFORE, [y for y in indexed if y < years[0]][-1:])):
        match = pattern.search(text)
        if match and wanted:
            both = _YEAR_IN.search(text[:match.start()]) and _BOTH.search(text[:match.start()])
            return (years[0], wanted[0]) if both else (wanted[0],)
    later = tuple(year for year in indexed if year > years[0])
    return later if follows and later and _SINCE_THEN.search(text) else years


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
