"""Answers made of the findings themselves, without a model: a direct first sentence where the
finding allows it, then the findings, each cited."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Intent, Layout, Table
from assistant.compose import Draft
from assistant.compose.phrasing import place, plain, said
from assistant.facets import Facets
from assistant.gathered import Gathered, Group
from assistant.question import Question
from corpus.model import Finding, FindingKind, Grade
from corpus.names import official_name, topics
from prompts import wording

_GOOD_WORDS = ("good", "effective", "outstanding", "well", "strong", "up to scratch")
_BAD_WORDS = ("bad", "poor", "weak", "failing", "worst")


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
        return shapes[gathered.shape](question, gathered)

    def _cite(self, finding: Finding) -> int:
        if finding.id not in self._numbers:
            self.findings.append(finding)
            self._numbers[finding.id] = len(self.findings)
        return self._numbers[finding.id]

    def _lookup(self, _: Question, gathered: Gathered) -> list[Draft]:
        drafts: list[Draft] = []
        asked_before = False
        several = len({f.report_id for f in gathered.findings}) > 1
        for finding in gathered.findings:
            number = self._cite(finding)
            for text in said(finding, asked_before):
                drafts.append(Draft(_owned(text, finding, several), (number,)))
            asked_before = asked_before or drafts[-1].text.startswith("Inspectors asked")
        return drafts

    def _list(self, question: Question, gathered: Gathered) -> list[Draft]:
        found = gathered.findings
        numbers = tuple(self._cite(f) for f in found)
        drafts = [Draft(_counted(question, gathered, found), numbers, Layout.HEADING)]
        headed = len(gathered.groups) > 1
        for group in gathered.groups:
            if headed:
                title = _place_title(group.findings[0], found)
                drafts.append(Draft(title, tuple(map(self._cite, group.findings)),
                                    Layout.HEADING))
            drafts += [Draft(plain(f), (self._cite(f),), Layout.ITEM) for f in group.findings]
        return drafts

    def _grade(self, question: Question, gathered: Gathered) -> list[Draft]:
        judged = list(gathered.groups[0].findings)
        if len(judged) == 1:
            return [self._verdict(question, judged[0]),
                    *(d for group in gathered.groups[1:] for d in self._section(group, judged))]
        wanted = accepted(question.facets.grades)
        shown = [f for f in judged if f.grade in wanted] or judged
        words = _Words()
        numbers = tuple(self._cite(f) for f in shown)
        if wanted and not any(f.grade in wanted for f in judged):
            grades = " or ".join(sorted(g.value for g in question.facets.grades))
            head = words.none_graded(len(judged), grades)
            if question.yes_no:
                head = f"No: {head[0].lower()}{head[1:]}"
        else:
            head = words.areas(shown, len(judged))
        several = len({f.report_id for f in shown}) > 1
        return [Draft(head, numbers, Layout.HEADING),
                *(Draft(_owned(_judgment(f), f, several and not _names_its_body(_judgment(f), f)),
                        (self._cite(f),), Layout.ITEM) for f in shown)]

    def _verdict(self, question: Question, finding: Finding) -> Draft:
        answer = _yes_or_no(question.text, question.facets, finding.grade) \
            if question.yes_no else ""
        text = _judgment(finding)
        return Draft(f"{answer}: {text}" if answer else text, (self._cite(finding),))

    def _section(self, group: Group, near: Sequence[Finding] = ()) -> list[Draft]:
        label = _Words().label(group.label)
        numbers = tuple(self._cite(f) for f in group.findings)
        several = len({f.report_id for f in (*group.findings, *near)}) > 1
        drafts = [Draft(label, numbers, Layout.HEADING)] if label else []
        for finding in group.findings:
            text = _judgment(finding) if finding.kind is FindingKind.JUDGMENT else plain(finding)
            drafts.append(Draft(_owned(text, finding, several), (self._cite(finding),),
                                Layout.ITEM))
        return drafts

    def _brief(self, _: Question, gathered: Gathered) -> list[Draft]:
        everything = gathered.findings
        return [d for group in gathered.groups for d in self._section(group, everything)]

    def _compare(self, _: Question, gathered: Gathered) -> list[Draft]:
        drafts: list[Draft] = []
        for group in gathered.groups:
            if group.findings:
                drafts += self._section(group)
        return drafts


class _Words:
    """Canned words of quoted answers."""

    def __init__(self) -> None:
        self._words = wording("replies")

    def kind(self, kind: FindingKind, count: int) -> str:
        return str(self._words["kinds"][kind.value]["one" if count == 1 else "many"])

    def label(self, label: str) -> str:
        if label.startswith("side:"):
            name = label.removeprefix("side:")
            name = official_name(name) or name
            return f"{name[:1].upper()}{name[1:]}"
        if not label:
            return ""
        if label in ("weaknesses", "strengths", "grade"):
            return str(self._words["quotes"][label])
        text = self.kind(FindingKind(label), 2)
        return f"{text[:1].upper()}{text[1:]}"

    def areas(self, shown: Sequence[Finding], total: int) -> str:
        """The line above judged areas: how many, and their grade where it is one for all."""
        grades = {f.grade for f in shown}
        noun = "area" if len(shown) == 1 else "areas"
        if len(grades) == 1:
            grade = next(iter(grades))
            assert grade is not None
            verb = _verb(grade, len(shown))
            every = "All " if len(shown) == total and total > 1 else ""
            graded = "graded " if every else ""
            return f"{every}{len(shown)} {graded}{noun} {verb}{grade.value}:".replace(
                "requires improvement", "require improvement" if len(shown) > 1
                else "requires improvement")
        if Grade.NOT_GRADED in grades:
            return f"{len(shown)} {self.kind(FindingKind.JUDGMENT, len(shown))}:"
        return f"{len(shown)} graded {noun}:"

    def none_graded(self, total: int, grade: str) -> str:
        noun = "area" if total == 1 else "areas"
        return f"None of the {total} graded {noun} was graded {grade}:"


def accepted(grades: Sequence[Grade]) -> frozenset[Grade]:
    """The grades that meet a question for these: whoever asks for good takes outstanding."""
    better = {Grade.OUTSTANDING} if Grade.GOOD in grades else set()
    return frozenset({*grades, *better})


def _names_its_body(text: str, finding: Finding) -> bool:
    return bool(finding.force) and (finding.force or "").lower() in text.lower()


def _verb(grade: Grade, count: int) -> str:
    if grade is Grade.REQUIRES_IMPROVEMENT:
        return ""
    return "is " if count == 1 else "are "


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


def _yes_or_no(text: str, facets: Facets, grade: Grade | None) -> str:
    """Yes, No or Not fully, where the judgment settles it; empty where it doesn't."""
    low = text.lower()
    if grade is None or grade is Grade.NOT_GRADED:
        return ""
    exact = [g for g in facets.grades if g is not Grade.GOOD]
    if exact:
        return "Yes" if grade in exact else "No"
    good = grade in (Grade.GOOD, Grade.OUTSTANDING)
    if any(word in low for word in _BAD_WORDS):
        return "No" if good else "Not fully" if grade is Grade.ADEQUATE else "Yes"
    if any(word in low for word in _GOOD_WORDS):
        return "Yes" if good else "Not fully" if grade is Grade.ADEQUATE else "No"
    return ""


def _counted(question: Question, gathered: Gathered, found: Sequence[Finding]) -> str:
    """The line above a list: how many, of what, on what, complete."""
    kinds = list(dict.fromkeys(f.kind for f in found))
    words = _Words()
    noun = " and ".join(words.kind(kind, len(found)) for kind in kinds)
    places = list(dict.fromkeys(place(f) for f in found))
    labels = [t.label for t in topics() if t.key in question.facets.topics]
    about = f" on {' and '.join(labels)}" if labels else ""
    if gathered.by_words:
        about += f" mentioning {' '.join(gathered.by_words)}"
    elif not labels and len(places) == 1:
        about = f", {'all ' if len(found) > 1 else ''}on {places[0]}"
    whose = ""
    if question.wanted.forces or question.wanted.years:
        owners = dict.fromkeys(" ".join(str(p) for p in (f.force, f.year) if p) for f in found)
        whose = f", {', '.join(owners)}"
    whole = question.intent is Intent.LIST and about.startswith(" on")
    if whole and len(found) == 2:
        return f"Both {noun}{about}{whose}:"
    every = "All " if whole and len(found) > 2 else ""
    return f"{every}{len(found)} {noun}{about}{whose}:"


def _place_title(finding: Finding, found: Sequence[Finding]) -> str:
    title = place(finding)
    owner = ""
    if len({f.report_id for f in found}) > 1:
        owner = " ".join(str(p) for p in (finding.force, finding.year) if p)
    text = ": ".join(part for part in (owner, title) if part) or "Other"
    return text[:1].upper() + text[1:]


def _owned(text: str, finding: Finding, several: bool) -> str:
    """A sentence that says whose finding it is, where an answer draws on several reports."""
    if not several:
        return text
    owner = " ".join(str(p) for p in (official_name(finding.force), finding.year) if p)
    return f"{owner}: {text}" if owner else text
