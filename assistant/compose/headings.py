"""The lines above quoted findings: how many, of what, on what, and whose."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.aboutness import about
from assistant.answer import Intent
from assistant.compose.phrasing import place
from assistant.gathered import Gathered
from assistant.question import Question
from corpus.model import Finding, FindingKind, Grade
from corpus.names import official_name, topics
from prompts import wording


def counted(question: Question, gathered: Gathered, found: Sequence[Finding]) -> str:
    """The line above a list: how many, of what, on what, whose; "all" where the list is whole."""
    words = wording("replies")["headings"]
    count, noun = gathered.total or len(found), _noun(question, found)
    if gathered.among:
        key = "among_all" if gathered.among == count else "among"
        return _said(words[key], count=count, total=gathered.among,
                     what=question.read.rstrip("?"))
    places = list(dict.fromkeys(place(f) for f in found))
    asked_of = question.among or question
    labels = [t.label for t in topics() if t.key in asked_of.facets.topics]
    on = f" {words['on']} {' and '.join(labels)}" if labels else ""
    if gathered.by_words:
        on += f" {words['about' if not labels else 'and_about']} {_phrase(asked_of, gathered)}"
    elif not labels and len(places) == 1 and places[0]:
        on = f", {'all ' if count > 1 else ''}{words['on']} {places[0]}"
    owners = list(dict.fromkeys(owner(f) for f in found))
    whose = ""
    if len(owners) == 1 and owners[0]:
        whose = f", {owners[0]}"
    elif len(owners) > 1 and count == len(found):
        whose = f", {_said(words['reports'], count=len({f.report_id for f in found}))}"
    whole = question.intent is Intent.LIST and count == len(found) and not on.startswith(",")
    key = "both" if whole and count == 2 else "all" if whole and count > 2 else "some"
    return _said(words[key], count=count, noun=noun, about=on, whose=whose)


def _phrase(question: Question, gathered: Gathered) -> str:
    """What a list was narrowed by, in the question's own words where they stand together."""
    phrase = about(question.read)
    return phrase if all(word in phrase.lower() for word in gathered.by_words) \
        and len(phrase.split()) <= len(gathered.by_words) + 2 else " ".join(gathered.by_words)


def _noun(question: Question, found: Sequence[Finding]) -> str:
    words = wording("replies")
    number = "one" if len(found) == 1 else "many"
    polarities = {f.polarity.value for f in found}
    if question.facets.statements and len(polarities) == 1:
        return str(words["statements"][polarities.pop()][number])
    kinds = list(dict.fromkeys(f.kind for f in found))
    if len(kinds) > 3:
        return str(words["kinds"]["finding"][number])
    return " and ".join(kind_words(kind, len(found)) for kind in kinds)


def kind_words(kind: FindingKind, count: int) -> str:
    """A kind as a noun that fits a count."""
    return str(wording("replies")["kinds"][kind.value]["one" if count == 1 else "many"])


def label(key: str) -> str:
    """The heading of a group; "" for a group that has none."""
    words = wording("replies")
    if not key:
        return ""
    text = str(words["quotes"][key] if key in words["quotes"] else words["kinds"][key]["many"])
    return text[:1].upper() + text[1:]


def owner(finding: Finding) -> str:
    """Whose finding it is, in a few words: "Kent 2017"."""
    return " ".join(str(part) for part in (finding.force, finding.year) if part)


def place_title(finding: Finding, several: bool) -> str:
    """The heading of a part of a list: the report where there are several, and the place."""
    whose = owner(finding) if several else ""
    text = ": ".join(part for part in (whose, place(finding)) if part) \
        or str(wording("replies")["headings"]["elsewhere"])
    return text[:1].upper() + text[1:]


def areas(shown: Sequence[Finding], total: int, count: int) -> str:
    """The line above judged areas: how many (``count``, of which a page is ``shown``), and their
    grade where it is one for all of the ``total`` that were judged."""
    words = wording("replies")["headings"]
    grades = {f.grade for f in shown}
    number = "one" if count == 1 else "many"
    if len(grades) == 1:
        (grade,) = grades
        assert grade is not None
        if count == total and total > 1:
            return _said(words["all_areas"], count=total, verdict=_verdict(grade, "many"))
        return _said(words["areas"][number], count=count, verdict=_verdict(grade, number))
    places = {place(f) for f in shown}
    if len(places) == 1 and len(shown) > 1:
        return _said(words["judged"], what=places.pop(), count=count)
    if Grade.NOT_GRADED in grades:
        return f"{count} {kind_words(FindingKind.JUDGMENT, count)}:"
    return _said(words["graded"][number], count=count)


def none_graded(total: int, grade: str) -> str:
    """The line above judgments none of which has the grade asked for."""
    words = wording("replies")["headings"]["none_graded"]
    return _said(words["one" if total == 1 else "many"], count=total, grade=grade)


def _verdict(grade: Grade, number: str) -> str:
    words = wording("replies")["headings"]["verdict"][number]
    key = "requires" if grade is Grade.REQUIRES_IMPROVEMENT else "is"
    return _said(words[key], grade=grade.value)


def owned(text: str, finding: Finding, several: bool) -> str:
    """A sentence that says whose finding it is, where an answer draws on several reports; only
    the year where the sentence names its body itself."""
    if not several:
        return text
    named = bool(finding.force) and (finding.force or "").lower() in text.lower()
    parts = (finding.year,) if named else (official_name(finding.force), finding.year)
    whose = " ".join(str(part) for part in parts if part)
    return f"{whose}: {text}" if whose else text


def _said(template: object, **values: object) -> str:
    return str(template).format(**values)
