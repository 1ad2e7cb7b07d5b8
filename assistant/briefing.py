"""Briefs, and what is going well or wrong: a subject's findings by kind and polarity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Intent
from assistant.compose.headings import label
from assistant.facets import Sought
from assistant.gathered import Gathered, Group
from assistant.newest import newest
from assistant.question import Question
from assistant.scope import Scope
from assistant.subject import about, narrowing
from corpus.model import Finding, FindingKind, Polarity
from index.store import Index
from index.words import stem, stems
from prompts import wording

_SAID = frozenset({FindingKind.STRENGTH, FindingKind.WEAKNESS, FindingKind.CAUSE_OF_CONCERN,
                   FindingKind.INNOVATIVE_PRACTICE})
_ORDER = (("grade", FindingKind.JUDGMENT), ("strengths", FindingKind.STRENGTH),
          ("weaknesses", FindingKind.WEAKNESS),
          ("cause_of_concern", FindingKind.CAUSE_OF_CONCERN),
          ("area_for_improvement", FindingKind.AREA_FOR_IMPROVEMENT),
          ("recommendation", FindingKind.RECOMMENDATION),
          ("innovative_practice", FindingKind.INNOVATIVE_PRACTICE))
# One page: where there is more than fits, so many strengths and weaknesses are shown, and so many
# of what stands in boxes; a notice says how many there are.
_PAGE = 40
_SHOWN = 5
_BOXES = 25
_OPEN = frozenset({"strengths", "weaknesses", "other"})
_OVER_TIME = re.compile(r"\b(?:then and now|over (?:time|the years)|(?:since|from) (?:19|20)\d\d"
                        r"|all (?:years|inspections|reports)|every (?:year|inspection)|across)\b",
                        re.IGNORECASE)
_FILLER = stems("well wrong problem issue go do find work positive thing good news bad fail "
                "failing failings failed shortcomings weaknesses weakness like liked "
                "people page one one-page note see meeting tomorrow quick "
                "commissioner cover impress impressed praise praised pleased healthy right short "
                "fall fell fallen down commend commended excel spot point high low deficient got")


def briefed(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """All that is said on a topic, a body or any other subject, by kind, on one page; None for a
    subject on which nothing is found."""
    wanted = replace(question.wanted, kinds=question.chosen.kinds, polarities=frozenset())
    notes: list[str] = []
    if not _OVER_TIME.search(question.read):
        wanted, notes = newest(wanted, scope)
    words = tuple(w for w in narrowing(question) if stem(w) not in _FILLER)
    found = about(words, wanted, question, index) if words else index.findings(wanted)
    groups = _sections(found, whole=bool(words))
    if not groups:
        return None
    kept, left = _on_one_page(groups)
    return Gathered(Intent.BRIEF, kept, total=len(found), notes=(*notes, *left), by_words=words,
                    within=wanted)


def _sections(found: Sequence[Finding], whole: bool) -> list[Group]:
    """Findings by kind; running text that speaks well or ill stands with strengths and
    weaknesses, the rest of it only where the ``whole`` is wanted."""
    groups = [Group(label, tuple(f for f in found if f.kind is kind or _takes_narrative(label, f)))
              for label, kind in _ORDER]
    if whole:
        groups.append(Group("other", tuple(f for f in found if f.kind is FindingKind.NARRATIVE
                                           and f.polarity is Polarity.NEUTRAL)))
    return [group for group in groups if group.findings]


def _takes_narrative(label: str, finding: Finding) -> bool:
    side = {"strengths": Polarity.POSITIVE, "weaknesses": Polarity.NEGATIVE}.get(label)
    return finding.kind is FindingKind.NARRATIVE and finding.polarity is side


def _on_one_page(groups: Sequence[Group]) -> tuple[tuple[Group, ...], list[str]]:
    if sum(len(group.findings) for group in groups) <= _PAGE:
        return tuple(groups), []
    words = wording("replies")
    kept, notes = [], []
    for group in groups:
        most = _SHOWN if group.label in _OPEN else _BOXES
        if len(group.findings) > most:
            notes.append(str(words["notice"]["more"]).format(
                shown=most, total=f"{len(group.findings):,}", name=label(group.label).lower()))
            group = replace(group, findings=_spread(group.findings, most))
        kept.append(group)
    return tuple(kept), notes


def _spread(found: Sequence[Finding], most: int) -> tuple[Finding, ...]:
    """A few findings from as many headings as there are, in reading order."""
    first: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for finding in found:
        first.setdefault((finding.report_id, finding.section[:2]), finding)
    seen = {f.id for f in first.values()}
    chosen = [*first.values(), *(f for f in found if f.id not in seen)][:most]
    kept = {f.id for f in chosen}
    return tuple(f for f in found if f.id in kept)


def themed(question: Question, index: Index, scope: Scope,
           all_kinds: bool = False) -> Gathered | None:
    """What is going well, or wrong, on a topic or another subject: all that speaks well, or ill,
    of it. None for questions that ask for neither."""
    del scope
    told = question.facets
    why = question.read.lower().startswith("why")
    if told.sought is not Sought.ANYTHING and not all_kinds:
        return None
    if told.polarity is None and not all_kinds and not (why and told.topics):
        return None
    words = tuple(w for w in narrowing(question) if stem(w) not in _FILLER)
    if (why or question.yes_no) and words and not all_kinds:
        # "Why is victim care poor?" asks for one reason, not for everything that is poor.
        return None
    if not told.topics and not question.wanted.forces and not question.wanted.reports \
            and question.subject and not words:
        return None
    polarity = frozenset({told.polarity.value}) if told.polarity else frozenset()
    wanted = replace(question.wanted, topics=frozenset() if words else frozenset(told.topics),
                     polarities=polarity, kinds=question.chosen.kinds)
    if words and not all_kinds:
        found = about(words, wanted, question, index)
    else:
        found = [f for f in index.findings(wanted) if f.kind in _SAID or (
            f.kind is FindingKind.NARRATIVE and f.polarity is not Polarity.NEUTRAL)]
    if not found:
        return None
    bad = tuple(f for f in found if f.polarity is Polarity.NEGATIVE)
    good = tuple(f for f in found if f.polarity is Polarity.POSITIVE)
    groups = [Group("weaknesses", bad), Group("strengths", good)]
    kept, notes = _on_one_page([group for group in groups if group.findings])
    return Gathered(Intent.BRIEF, kept, total=len(found), notes=tuple(notes)) if kept else None
