"""Answers made of the findings themselves, without a model: a direct first sentence where the
finding allows it, then the findings, each cited."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Intent, Layout, Table
from assistant.compose import Draft, headings
from assistant.compose.headings import owned
from assistant.compose.phrasing import place, plain, said
from assistant.compose.verdicts import accepted, trend, yes_or_no
from assistant.gathered import Gathered, Group
from assistant.question import Question
from corpus.model import Finding, FindingKind
from corpus.names import official_name


class Quotes:
    """Composes from what retrieval gathered; the order of ``findings`` numbers the citations."""

    name = "quotes"

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.findings: list[Finding] = []
        self.table: Table | None = None

    def drafts(self, question: Question, gathered: Gathered) -> list[Draft]:
        """The answer's sentences. ``findings`` then holds what they cite, in citation order, and
        ``table`` the frame of a comparison."""
        shapes = {Intent.LOOKUP: self._lookup, Intent.LIST: self._list, Intent.COUNT: self._list,
                  Intent.GRADE: self._grade, Intent.COMPARE: self._compare,
                  Intent.BRIEF: self._brief}
        self.table = gathered.table
        return shapes[gathered.shape](question, gathered)

    def _cite(self, finding: Finding) -> int:
        if finding.id not in self._numbers:
            self.findings.append(finding)
            self._numbers[finding.id] = len(self.findings)
        return self._numbers[finding.id]

    def _heading(self, text: str, found: Sequence[Finding], *counts: int) -> Draft:
        reports = len({f.report_id for f in found})
        return Draft(text, tuple(self._cite(f) for f in found), Layout.HEADING,
                     counts=(reports, *counts))

    def _lookup(self, _: Question, gathered: Gathered) -> list[Draft]:
        drafts: list[Draft] = []
        several = len({f.report_id for f in gathered.findings}) > 1
        for group in gathered.groups:
            headed = group.label == "edition" and bool(headings.owner(group.findings[0]))
            if headed:
                drafts.append(self._heading(headings.owner(group.findings[0]), group.findings))
            asked_before = False
            for finding in group.findings:
                number = self._cite(finding)
                for text in said(finding, asked_before):
                    drafts.append(Draft(owned(text, finding, several and not headed), (number,)))
                asked_before = asked_before or drafts[-1].text.startswith("Inspectors asked")
        return drafts

    def _list(self, question: Question, gathered: Gathered) -> list[Draft]:
        found = gathered.findings
        drafts = [self._heading(headings.counted(question, gathered, found), found,
                                gathered.among, gathered.total)]
        headed = len(gathered.groups) > 1
        several = len({f.report_id for f in found}) > 1
        for group in gathered.groups:
            if headed:
                title = headings.place_title(group.findings[0], several)
                drafts.append(self._heading(title, group.findings))
            drafts += [Draft(_item(f), (self._cite(f),), Layout.ITEM) for f in group.findings]
        return drafts

    def _grade(self, question: Question, gathered: Gathered) -> list[Draft]:
        judged = list(gathered.groups[0].findings)
        wanted = accepted(question.facets.grades, not question.yes_no)
        met = not wanted or question.yes_no or judged[0].grade in wanted
        if len(judged) == 1 and met:
            return [self._verdict(question, judged[0]),
                    *(d for group in gathered.groups[1:] for d in self._section(group, judged))]
        shown = [f for f in judged if f.grade in wanted] or judged
        if wanted and not any(f.grade in wanted for f in judged):
            grades = " or ".join(sorted(g.value for g in question.facets.grades))
            head = headings.none_graded(len(judged), grades)
            if question.yes_no:
                head = f"No: {head[0].lower()}{head[1:]}"
        elif question.facets.trend and (change := trend(judged)):
            head = change
        else:
            head = headings.areas(shown, gathered.total, len(shown) if len(judged) == gathered.total
                                  else gathered.total)
        several = len({f.report_id for f in shown}) > 1
        return [self._heading(head, shown, len(judged), gathered.total),
                *(Draft(owned(_judgment(f), f, several), (self._cite(f),), Layout.ITEM)
                  for f in shown),
                *(d for group in gathered.groups[1:] for d in self._section(group, judged))]

    def _verdict(self, question: Question, finding: Finding) -> Draft:
        answer = yes_or_no(question.text, question.facets, finding.grade) \
            if question.yes_no else ""
        text = _judgment(finding)
        return Draft(f"{answer}: {text}" if answer else text, (self._cite(finding),))

    def _section(self, group: Group, near: Sequence[Finding] = ()) -> list[Draft]:
        label = headings.label(group.label)
        several = len({f.report_id for f in (*group.findings, *near)}) > 1
        drafts = [self._heading(label, group.findings)] if label else []
        drafts += [Draft(owned(_item(f), f, several), (self._cite(f),), Layout.ITEM)
                   for f in group.findings]
        return drafts

    def _brief(self, _: Question, gathered: Gathered) -> list[Draft]:
        everything = gathered.findings
        return [d for group in gathered.groups for d in self._section(group, everything)]

    def _compare(self, _: Question, gathered: Gathered) -> list[Draft]:
        return [Draft(_item(f), (self._cite(f),), Layout.ITEM, group.cell)
                for group in gathered.groups for f in group.findings]


def _item(finding: Finding) -> str:
    return _judgment(finding) if finding.kind is FindingKind.JUDGMENT else plain(finding)


def _judgment(finding: Finding) -> str:
    """A judgment as a sentence: the report's own, or one made from a bare grade."""
    if len(finding.words.split()) >= 4:
        text = plain(finding)
    else:
        body = official_name(finding.force) or "The inspected body"
        assert finding.grade is not None
        what = place(finding)
        grade = finding.grade.value
        where = f"on “{what}”" if what[:4].lower() in ("how ", "what", "does", "is t") \
            else f"at {what[:1].lower()}{what[1:]}"
        text = f"{body} {grade} {where}." if grade == "requires improvement" else \
            f"{body} was {grade if grade == 'not graded' else f'graded {grade}'} {where}."
    return f"{text} (judgment of {finding.as_of})" if finding.as_of else text
