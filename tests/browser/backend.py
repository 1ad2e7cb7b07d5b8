"""A backend for the page's tests: hand-built answers over the text of the shipped report.

It does what the protocol says and nothing clever: each question below has one fixed outcome.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import corpus
from assistant.answer import (
    Answer,
    Citation,
    Intent,
    Layout,
    LeftOut,
    Sentence,
    Status,
    Support,
    Trace,
)
from assistant.backend import NO_CHOICES, Choices, ComposerName, History, ProseState, ProseStatus
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.paper.store import Papers
from assistant.runs import Runs
from assistant.updates import Stage, Update
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report, finding_id
from tests.browser import answers
from tests.browser.held import FakeIndex
from tests.browser.shelf import FakeShelf, shelved
from tests.browser.sources import FakeSources

SOURCE = Path(corpus.__file__).parent / "reports" / "northamptonshire-peel-2017-effectiveness.txt"
METADATA = Metadata(
    id="northamptonshire-peel-2017-effectiveness",
    title="Northamptonshire PEEL 2017: Effectiveness",
    force="Northamptonshire", year=2017, cycle="PEEL 2017", pillar="Effectiveness",
    publisher="HMICFRS", licence="Open Government Licence v3.0",
    attribution="Contains public sector information published by HMICFRS and licensed under the "
                "Open Government Licence v3.0.")
INVESTIGATING = ("Effectiveness",
                 "How effective is the force at investigating crime and reducing re-offending?")
CRIME = ("Effectiveness", "How effective is the force at preventing crime, tackling anti-social "
                          "behaviour and keeping people safe?")

PHONES = "Why are phone examinations holding up cases?"
GRADE = "What is the grade for investigating crime?"
CHIEF = "Who is the chief constable?"
TRY = "Try other words for it, or name another force or year."
PARTIAL = "What is said about victims?"
HOSTILE = "What does the hostile report say?"
MANY = "List every finding"
ERROR = "What breaks?"
SLOW = "What takes long?"

HOSTILE_TEXT = ('<script>document.title="owned"</script><img src="http://example.org/x.png" '
                'onerror="document.title=1"> [link](http://example.org) ![i](http://example.org/i)'
                " {{value}} ${document.title} </mark></li> \U0001f693 & &amp; 'q' \"d\"")


def shipped_report() -> Report:
    """The shipped report with a few findings, their spans looked up in its text."""
    text = SOURCE.read_text(encoding="utf-8")

    def find(section: tuple[str, ...], kind: FindingKind, polarity: Polarity, words: str,
             lead_in: str | None = None, grade: Grade | None = None) -> Finding:
        start = text.index(words)
        return Finding(finding_id(METADATA.id, section, kind, words), METADATA.id, section, kind,
                       polarity, words, start, start + len(words), lead_in=lead_in,
                       force=METADATA.force, year=METADATA.year, grade=grade)

    kinds, bad, good = FindingKind, Polarity.NEGATIVE, Polarity.POSITIVE
    findings = (
        find(INVESTIGATING, kinds.WEAKNESS, bad, "has a backlog of digital devices awaiting "
             "examination in its high-tech crime unit, delaying investigations;", "The force:"),
        find(INVESTIGATING, kinds.AREA_FOR_IMPROVEMENT, bad, "The force should improve its ability "
             "to retrieve digital evidence from mobile phones, computers and other electronic "
             "devices, quickly enough to ensure that investigations are not delayed."),
        find(INVESTIGATING, kinds.JUDGMENT, bad, "Northamptonshire Police requires improvement at "
             "investigating crime and reducing re-offending.", grade=Grade.REQUIRES_IMPROVEMENT),
        find(INVESTIGATING, kinds.STRENGTH, good, "is working effectively to develop its "
             "integrated offender management scheme.", "The force:"),
        find(CRIME, kinds.NARRATIVE, Polarity.NEUTRAL, "This would allow it to focus activity "
             "effectively.\nThe force should also evaluate and share best practice routinely, "
             "both internally and with partner organisations."),
    )
    return Report(METADATA, str(SOURCE), text, (INVESTIGATING[:1], CRIME, INVESTIGATING), findings)


def hostile_report() -> Report:
    """A report whose every text tries to become something else than text."""
    text = f"Hostile report\n\U0001f693 The force:\n- {HOSTILE_TEXT}\n"
    start = text.index(HOSTILE_TEXT)
    finding = Finding("hostile", "hostile", ("Hostile <b>pillar</b>",), FindingKind.WEAKNESS,
                      Polarity.NEGATIVE, HOSTILE_TEXT, start, start + len(HOSTILE_TEXT),
                      lead_in="<i>The force</i>:")
    return Report(Metadata(id="hostile", title='Hostile <b onclick="x">title</b>'), "hostile.txt",
                  text, (), (finding,))


class FakeBackend:
    """Fixed answers; the language model is absent until fetched, in steps that a test releases."""

    def __init__(self, empty: bool = False, more: Sequence[Metadata] = ()) -> None:
        self.shelf = FakeShelf([] if empty else [*map(shelved, (METADATA, *more))])
        self._home = TemporaryDirectory(prefix="findings-test-", ignore_cleanup_errors=True)
        self.feedback = Feedback(Path(self._home.name))
        self.runs = Runs(Path(self._home.name))
        self.papers = Papers(Path(self._home.name))
        self.conversations = Conversations(Path(self._home.name))
        self.kept = {} if empty else {r.id: r for r in (shipped_report(), hostile_report())}
        self.sources = FakeSources(self.kept)
        self.state = ProseState(ProseStatus.ABSENT, "small model", 0, 1_117_000_000)
        self.histories: list[History] = []
        self.choices: list[Choices] = []
        self.cancelled = threading.Event()
        self.release = threading.Event()
        self.closed = False

    def stream(self, question: str, history: History = (), *, composer: ComposerName = "auto",
               cancel: threading.Event | None = None,
               choices: Choices = NO_CHOICES) -> Iterator[Update]:
        """The fixed answer; prose comes slowly, and SLOW waits until it is cancelled."""
        self.histories.append(list(history))
        self.choices.append(choices)
        answer = self._answer(question, composer, choices)
        yield Update(Stage.EVIDENCE, answer.citations)
        pause = 0.4 if composer == "prose" else 0.0
        for count in range(1, len(answer.sentences) + 1):
            if pause:
                time.sleep(pause)
            if question == SLOW:
                while cancel is not None and not cancel.wait(0.05):
                    pass
                self.cancelled.set()
                return
            yield Update(Stage.SENTENCE, answer.citations, answer.sentences[:count])
        yield Update(Stage.DONE, answer.citations, answer.sentences, answer)

    def reports(self) -> list[Metadata]:
        """The reports' metadata; the hostile one stays out of sight but can be opened."""
        return [one.metadata for one in self.shelf.shelved()]

    def report(self, report_id: str) -> Report | None:
        """A report by id."""
        return self.kept.get(report_id)

    def current(self) -> tuple[FakeIndex, None]:
        """An index that holds as many reports as are in sight."""
        return FakeIndex(self.reports()), None

    def suggestions(self) -> list[str]:
        """Two questions that have an answer."""
        return [PHONES, GRADE] if self.kept else []

    def prose_state(self) -> ProseState:
        """Whatever the test has set."""
        return self.state

    def fetch_prose(self) -> None:
        """Fetch in the background: 30 per cent at once, the rest when the test releases it."""
        self.state = ProseState(ProseStatus.FETCHING, "small model", 335_100_000, 1_117_000_000)
        threading.Thread(target=self._fetch, daemon=True).start()

    def _fetch(self) -> None:
        self.release.wait(30)
        self.state = ProseState(ProseStatus.READY, "small model")

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _answer(self, question: str, composer: ComposerName, choices: Choices) -> Answer:
        if not self.kept or question == CHIEF:
            return self._refusal(question)
        if question == ERROR:
            return _answer(question, Status.ERROR, ["The index can’t be read. Run findings index."])
        if question == HOSTILE:
            return self._cited(question, [(f"Read this: {HOSTILE_TEXT}", (1,))],
                               self.kept["hostile"].findings)
        findings = self.kept[METADATA.id].findings
        if question == MANY:
            return self._many(question, findings)
        if question == answers.VAGUE:
            return answers.unclear(question)
        cited = self._citations(findings)
        if question in (shapes := {answers.COMPARE: answers.compared, answers.LONG: answers.listed,
                                   answers.BRIEF: answers.briefed}):
            return shapes[question](question, cited)
        if composer == "prose":
            said = [("Phones wait to be examined, which delays cases.", (1,)),
                    ("Inspectors asked the force to retrieve digital evidence faster.", (2,))]
            return self._cited(question, said, findings[:2], model="small model")
        if question in (answers.FOLLOWING, answers.STANDALONE, answers.EXPLAINED):
            follows = question == answers.FOLLOWING and not choices.alone
            return answers.explained(question, cited, answers.STANDALONE if follows else question,
                                     choices.scope.to_dict())
        if question == GRADE:
            said = [("Requires improvement.", (1,))]
            return self._cited(question, said, findings[2:3])
        said = [("The force has a backlog of digital devices awaiting examination in its "
                 "high-tech crime unit, delaying investigations.", (1,)),
                ("Inspectors asked it to retrieve digital evidence quickly enough.", (2,))]
        partial = question == PARTIAL
        return self._cited(question, said, findings[:2], left_out=1 if partial else 0)

    def _many(self, question: str, findings: Sequence[Finding]) -> Answer:
        repeated = [findings[n % len(findings)] for n in range(40)]
        sentences = [Sentence(text="Forty findings", citations=(1,), support=Support.VERBATIM,
                              layout=Layout.HEADING)]
        sentences += [Sentence(text=one.words, citations=(n,), support=Support.VERBATIM,
                               layout=Layout.ITEM) for n, one in enumerate(repeated, 1)]
        return self._build(question, Status.ANSWERED, sentences, repeated)

    def _cited(self, question: str, said: Sequence[tuple[str, tuple[int, ...]]],
               findings: Sequence[Finding], left_out: int = 0, model: str = "quotes") -> Answer:
        sentences = [Sentence(text=text, citations=numbers, support=Support.ENTAILED)
                     for text, numbers in said]
        status = Status.PARTIAL if left_out else Status.ANSWERED
        return self._build(question, status, sentences, findings, left_out, model)

    def _build(self, question: str, status: Status, sentences: Sequence[Sentence],
               findings: Sequence[Finding], left_out: int = 0, model: str = "quotes") -> Answer:
        dropped = tuple(LeftOut(text="x", reason="y") for _ in range(left_out))
        return Answer(question=question, standalone_question=question, intent=Intent.LOOKUP,
                      status=status, sentences=tuple(sentences), model=model,
                      citations=self._citations(findings), suggestions=(GRADE,),
                      trace=Trace(left_out=dropped))

    def _citations(self, findings: Sequence[Finding]) -> tuple[Citation, ...]:
        return tuple(Citation.of(n, one, self.kept[one.report_id].metadata.title,
                                 self.kept[one.report_id].source)
                     for n, one in enumerate(findings, 1))

    def _refusal(self, question: str) -> Answer:
        nearest = self._citations(self.kept[METADATA.id].findings[3:5]) if self.kept else ()
        refused = _answer(question, Status.NOT_IN_REPORTS,
                          ["The reports don’t say who the chief constable is."], nearest)
        offered = (GRADE, PHONES) if self.kept else ()
        return refused.model_copy(update={"notice": TRY, "suggestions": offered})


def _answer(question: str, status: Status, said: Sequence[str],
            nearest: tuple[Citation, ...] = ()) -> Answer:
    return Answer(question=question, standalone_question=question, intent=Intent.LOOKUP,
                  status=status, sentences=tuple(Sentence(text=one, citations=()) for one in said),
                  nearest=nearest)
