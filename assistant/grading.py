"""Grades: the judgments that a question asks for, how they changed, and what is not graded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Intent
from assistant.briefing import themed
from assistant.compose.phrasing import place
from assistant.compose.verdicts import accepted
from assistant.editions import current
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.paging import page
from assistant.question import Question
from assistant.scope import Scope
from corpus.model import Finding, FindingKind, Grade
from index.filter import Filter
from index.store import Index
from index.words import stem, stems, terms
from prompts import wording

_JUDGED = frozenset({FindingKind.JUDGMENT.value})
_OF_GRADES = stems("require requires required requiring improvement improvements outstanding "
                   "adequate inadequate people effective force get got gets given better worse "
                   "improve improved deteriorate changed change trend time last latest round since "
                   "stand stands inspected actually anything something area where best worst "
                   "strongest weakest question questions one two three four five six seven marked "
                   "anybody anyone somebody someone nobody none manage managed same all "
                   "whole way through else single overall set beneath below under above each come "
                   "came out told looked moved move directly may compare ever never highest "
                   "lowest overall range work works mark marks achieve achieved earn "
                   "earned award awarded pillar pillars please effectiveness efficiency "
                   "legitimacy leadership")
_REASONS = 3
# All the grades within a pillar, where one report is asked about.
_EACH = re.compile(r"\b(?:grades|gradings|judge?ments|each|every|all)\b", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:at|for|on|about|with|regarding|concerning|in|of|against)\s+"
                     r"((?:(?!\b(?:at|for|on|about|with|in|of|was|were|is|are|did|does)\b)[\w’'/-]+"
                     r"(?:\s+|\W*$)){1,6})", re.IGNORECASE)
_HOW = re.compile(r"^\W*how (?:good|bad|effective|efficient|strong|weak|well|badly)\b",
                  re.IGNORECASE)
_BEFORE_GRADE = re.compile(r"((?:[\w’'-]+ ){1,4})(?:grades?|gradings?|ratings?|judge?ments?"
                           r"|scores?)"
                           r"\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:overall|single)\b", re.IGNORECASE)


def graded(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """The judgments asked for, with reasons where a yes or no wants them; None where the
    question names something that was never judged."""
    told = question.facets
    keys = frozenset(told.topics or told.parts)
    wanted = replace(question.wanted, kinds=_JUDGED, topics=keys)
    if not keys and told.pillars:
        wanted = replace(wanted, sections=frozenset(told.pillars))
    found = index.findings(wanted)
    if told.pillar and not keys and _ONE.search(question.read) and found \
            and not any(f.section and f.section[-1] == told.pillar for f in found):
        return Gathered(Intent.GRADE, refusal=Refusal("no_grade"),
                        nearest=tuple(found[:MOST_NEAREST]))
    if len(told.pillars) > 1 or not (
            _EACH.search(question.read) and len({f.report_id for f in found}) == 1):
        found = _own(found, told.pillars if not keys else ())
    if Grade.NOT_GRADED in told.grades and not any(f.grade is Grade.NOT_GRADED for f in found):
        return _ungraded(index, wanted, found)
    joined = frozenset(question.subject) if question.yes_no or _HOW.match(question.read) \
        else _joined(question.read)
    extra = [w for w in question.subject if stem(w) not in _OF_GRADES and w in joined
             and not (keys and w.endswith("ing"))]
    if extra:
        # A grade is for what was judged, not for a part of it: "good at investigating hate
        # crime" is no question about investigating crime.
        found = _headed(extra, found)
        if not found:
            return None
    if not found:
        return _none(question, wanted, index, scope)
    found, notes = current(found, {m.id: m.published for m in index.reports()})
    one = len(keys) == 1 and len({f.force for f in found}) == 1
    if told.trend and (len({f.year for f in found}) < 2 or not (one or _one_thing(found))):
        return None
    found = sorted(found, key=_by_body_and_year) if keys else list(found)
    matching = [f for f in found if f.grade in accepted(told.grades, not question.yes_no)] or found
    part = page(matching, question)
    if part.notes:
        return Gathered(Intent.GRADE, (Group("", part.shown),), total=len(matching),
                        notes=(*notes, *part.notes), choices=part.following)
    groups = [Group("", tuple(found))]
    if keys and len(found) == 1 and wants_reasons(question):
        groups += reasons(index, found)
    if told.grades and not question.yes_no and assumed(question) \
            and not any(f.grade in told.grades for f in found):
        notes = [*notes, str(wording("replies")["notice"]["premise"])]
    return Gathered(Intent.GRADE, tuple(groups), total=len(found), notes=tuple(notes))


def judged_earlier(question: Question, index: Index) -> Gathered | None:
    """Judgments that a later report says were made in a year that has no report of its own."""
    keys = frozenset(question.facets.topics or question.facets.parts)
    wanted = replace(question.wanted, kinds=_JUDGED, topics=keys, years=frozenset())
    pillar = question.facets.pillar
    found = [f for f in index.findings(wanted) if f.as_of in question.facets.years
             and (keys or not pillar or pillar in f.section or pillar.lower() in f.text.lower())]
    return Gathered(Intent.GRADE, (Group("", tuple(found)),), total=len(found)) if found else None


def _none(question: Question, wanted: Filter, index: Index, scope: Scope) -> Gathered | None:
    told = question.facets
    if told.pillar or (told.topics and "grade" in question.read.lower()):
        near = index.findings(replace(wanted, topics=frozenset()))
        return Gathered(Intent.GRADE, refusal=Refusal("no_grade"),
                        nearest=tuple(near[:MOST_NEAREST]))
    return themed(question, index, scope, all_kinds=True)


def _own(found: Sequence[Finding], pillars: Sequence[str]) -> list[Finding]:
    """For pillars: their own judgments where there are some, not those of their questions."""
    own = [f for f in found if f.section and f.section[-1] in pillars]
    return own or list(found)


def _joined(text: str) -> frozenset[str]:
    """The words of a question that say what a grade is for: what "at", "for" and the like join
    to it, and what stands right before "grade". The others tell how the question is put."""
    parts = [match[1] for match in _JOINED.finditer(text)]
    parts += [match[1] for match in _BEFORE_GRADE.finditer(text)]
    return frozenset(terms(" ".join(parts)))


def _by_body_and_year(finding: Finding) -> tuple[str, int]:
    return finding.force or "", finding.as_of or finding.year or 0


def _one_thing(found: Sequence[Finding]) -> bool:
    """Whether judgments are of one body and one matter, so that they tell a change."""
    return len({f.force for f in found}) == 1 and len({place(f) for f in found}) == 1


def wants_reasons(question: Question) -> bool:
    """Whether a judgment alone is too short an answer: yes-or-no, how and why questions."""
    return question.yes_no or question.read.lower().lstrip().startswith(("how", "why"))


def assumed(question: Question) -> bool:
    """Whether a question takes a grade for granted: "why was it rated good?"."""
    return bool(re.match(r"\W*(?:why|how come|how did|what (?:made|caused|led))\b", question.read,
                         re.IGNORECASE))


def _headed(subject: Sequence[str], found: Sequence[Finding]) -> list[Finding]:
    """Judgments whose heading or statement has every word of the subject."""
    roots = {stem(word) for word in subject}
    return [f for f in found if roots <= stems(" ".join(f.section) + " " + f.text)]


def reasons(index: Index, judged: Sequence[Finding]) -> list[Group]:
    """Strengths and weaknesses apart, of the sections that were judged."""
    sections = frozenset(f.section[-1] for f in judged if f.section)
    found = index.findings(Filter(reports=frozenset(f.report_id for f in judged),
                                  sections=sections))
    weak = [f for f in found if f.kind is FindingKind.WEAKNESS][:_REASONS]
    strong = [f for f in found if f.kind is FindingKind.STRENGTH][:_REASONS]
    groups = [Group("weaknesses", tuple(weak)), Group("strengths", tuple(strong))]
    return [group for group in groups if group.findings]


def _ungraded(index: Index, wanted: Filter, judged: Sequence[Finding]) -> Gathered:
    """The sections that hold findings and no judgment: the reports give no grade on them."""
    with_grade = {(f.report_id, f.section[:2]) for f in judged}
    depth = max((len(section) for _, section in with_grade), default=2)
    without: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for finding in index.findings(replace(wanted, kinds=frozenset())):
        if len(finding.section) >= depth and (finding.report_id, finding.section[:2]) \
                not in with_grade:
            without.setdefault((finding.report_id, finding.section[:2]), finding)
    named = list(dict.fromkeys(place(f) for f in without.values()))
    if not named:
        return Gathered(Intent.GRADE, refusal=Refusal("all_graded"),
                        nearest=tuple(judged[:MOST_NEAREST]))
    return Gathered(Intent.GRADE, refusal=Refusal("ungraded", {"what": " and ".join(named[:5])}),
                    nearest=tuple(without.values())[:MOST_NEAREST])
