"""The visible list of steps from a question to a checked answer:
understand, retrieve, compose, verify, answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant import replies
from assistant.answer import (
    Answer,
    Citation,
    Intent,
    LeftOut,
    Sentence,
    Status,
    Table,
    Trace,
)
from assistant.backend import History
from assistant.compose import Composer, Draft, Evidence
from assistant.compose.quotes import Quotes
from assistant.editor import Editor
from assistant.gather import gather
from assistant.gathered import Gathered
from assistant.question import Question, understand
from assistant.scope import Scope
from assistant.suggest import follow_ups
from assistant.updates import Stage, Update
from assistant.verify import check
from corpus.errors import FindingsError
from corpus.model import Finding
from index.filter import Filter
from index.store import Index


@dataclass(slots=True)
class Run:
    """One question on its way: what each step found, and how long it took (milliseconds)."""

    raw: str
    history: History
    index: Index
    scope: Scope
    cancel: threading.Event | None = None
    chosen: Filter = field(default_factory=Filter)
    evidence_limit: int = 6
    started: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    question: Question | None = None
    gathered: Gathered | None = None
    sentences: list[Sentence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    model: str = "quotes"
    table: Table | None = None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Count the time of a step."""
        begun = time.perf_counter()
        yield
        spent = (time.perf_counter() - begun) * 1000
        self.timings[step] = round(self.timings.get(step, 0.0) + spent, 2)

    def known(self) -> tuple[Question, Gathered]:
        """What was understood and gathered, for the steps after those."""
        if self.question is None or self.gathered is None:
            raise RuntimeError("a step ran before the ones that it needs")
        return self.question, self.gathered

    def since_start(self) -> float:
        """Milliseconds since the question came in."""
        return round((time.perf_counter() - self.started) * 1000, 2)


Choose = Callable[[Run], Composer | None]


def steps(run: Run, choose: Choose | None = None) -> Iterator[Update]:
    """Answer a question step by step; the last update is the answer.

    ``choose`` picks the model's composer once there is evidence, or None to quote; it is asked
    only after the program has found that there is an answer.
    """
    with run.timed("understand"):
        run.question = understand(run.raw, run.history, run.scope,
                                  run.index.embedder.is_word, run.chosen)
    with run.timed("retrieve"):
        run.gathered = gather(run.question, run.index, run.scope)
    if run.gathered.clarify:
        yield _done(ask_back(run))
        return
    if run.gathered.refusal is not None:
        yield _done(refuse(run))
        return
    quoted = quote(run)
    run.timings["first_evidence"] = run.since_start()
    yield Update(Stage.EVIDENCE, citations=_citations(run, run.findings))
    composer = choose(run) if choose is not None else None
    if composer is not None:
        yield from write(run, composer, quoted[0])
    if not run.sentences:
        run.sentences, run.findings = quoted
    yield _done(answered(run))


def quote(run: Run) -> tuple[list[Sentence], list[Finding]]:
    """Compose the answer of quotes and check it like any other."""
    question, gathered = run.known()
    composer = Quotes()
    with run.timed("compose"):
        drafts = composer.drafts(question, gathered)
    with run.timed("verify"):
        evidence = dict(enumerate(composer.findings, 1))
        sentences = [s for draft in drafts if (s := _checked(run, draft, evidence))]
    run.findings = composer.findings
    run.table = composer.table
    return sentences, composer.findings


def write(run: Run, composer: Composer, quoted: Sequence[Sentence]) -> Iterator[Update]:
    """Have a model write the answer; each sentence is shown when it has passed the check.

    A verdict on a grade is the program's own and comes first. Where nothing else passes, or the
    model fails, no sentence is left and the quotes take its place.
    """
    question, gathered = run.known()
    findings = run.findings[:max(run.evidence_limit, 1)]
    numbered = dict(enumerate(findings, 1))
    kept_quotes = len(run.left_out)
    opening = list(quoted[:1]) if gathered.shape is Intent.GRADE else []
    run.sentences = list(opening)
    editor = Editor(numbered, opening[0].text if opening else "")
    try:
        for draft in composer.drafts(question.text, [Evidence(n, f) for n, f in numbered.items()]):
            if run.cancel is not None and run.cancel.is_set():
                break
            run.timings.setdefault("first_sentence", run.since_start())
            with run.timed("verify"):
                sentence, left_out = editor.edit(draft)
            run.left_out += left_out
            if sentence is not None:
                run.sentences.append(sentence)
                yield Update(Stage.SENTENCE, _citations(run, findings), tuple(run.sentences))
    except FindingsError as error:
        run.notices.append(replies.model_failed(error))
        run.sentences = list(opening)
    run.timings["compose"] = run.since_start()
    if len(run.sentences) > len(opening):
        run.model = composer.name
        run.sentences, run.findings = _renumbered(run.sentences, findings)
        if len(run.left_out) > kept_quotes:
            run.notices.append(replies.left_out(len(run.left_out) - kept_quotes))
        return
    run.sentences.clear()
    del run.left_out[kept_quotes:]
    if not run.notices:
        run.notices.append(replies.fell_back())


def _checked(run: Run, draft: Draft, evidence: dict[int, Finding]) -> Sentence | None:
    verdict = check(draft, evidence)
    if verdict.passed:
        return Sentence(text=draft.text, citations=draft.citations, support=verdict.support,
                        layout=draft.layout, cell=draft.cell)
    run.left_out.append(LeftOut(text=draft.text, reason=verdict.reason))
    return None


def _renumbered(sentences: Sequence[Sentence],
                findings: Sequence[Finding]) -> tuple[list[Sentence], list[Finding]]:
    """Citations numbered in the order in which they are first used; unused ones dropped."""
    order: dict[int, int] = {}
    for sentence in sentences:
        for n in sentence.citations:
            order.setdefault(n, len(order) + 1)
    moved = [s.model_copy(update={"citations": tuple(dict.fromkeys(order[n] for n in s.citations))})
             for s in sentences]
    return moved, [findings[n - 1] for n in order]


def _citations(run: Run, findings: Sequence[Finding]) -> tuple[Citation, ...]:
    sources = run.index.catalogue.sources()
    return tuple(Citation.of(n, f, *sources[f.report_id]) for n, f in enumerate(findings, 1))


def answered(run: Run) -> Answer:
    """The answer of a question whose evidence was found. With every sentence left out there is
    no answer to show, only the nearest findings."""
    question, gathered = run.known()
    if not run.sentences:
        return refuse(run)
    run.notices += gathered.notes
    if spans_2021(run.findings):
        run.notices.append(replies.cycles())
    status = Status.PARTIAL if run.left_out else Status.ANSWERED
    return _answer(run, status, tuple(run.sentences), citations=_citations(run, run.findings),
                   suggestions=(*gathered.choices, *follow_ups(question, gathered, run.index))[:3],
                   table=run.table)


def spans_2021(findings: Sequence[Finding]) -> bool:
    """Whether judgments from before and after the grades changed stand side by side."""
    years = {f.as_of or f.year for f in findings if f.grade is not None}
    return any(y and y < 2021 for y in years) and any(y and y >= 2021 for y in years)


def ask_back(run: Run) -> Answer:
    """Ask which of many is meant, with questions that would be answered."""
    _, gathered = run.known()
    return _answer(run, Status.NEEDS_CLARIFICATION,
                   (Sentence(text=gathered.clarify, citations=()),),
                   suggestions=gathered.choices)


def refuse(run: Run) -> Answer:
    """The answer of a question that the reports don't answer, with the nearest findings."""
    question, gathered = run.known()
    text = replies.refusal(gathered.refusal, question)
    return _answer(run, Status.NOT_IN_REPORTS, (Sentence(text=text, citations=()),),
                   nearest=_citations(run, gathered.nearest))


def _answer(run: Run, status: Status, sentences: tuple[Sentence, ...],
            citations: tuple[Citation, ...] = (), nearest: tuple[Citation, ...] = (),
            suggestions: tuple[str, ...] = (), table: Table | None = None) -> Answer:
    question, gathered = run.known()
    run.timings["total"] = run.since_start()
    run.timings.setdefault("first_evidence", run.timings["total"])
    return Answer(
        question=run.raw, standalone_question=question.text, intent=question.intent,
        status=status, sentences=sentences, citations=citations, nearest=nearest,
        model=run.model, timings_ms=run.timings, notice=" ".join(run.notices) or None,
        suggestions=suggestions, table=table,
        trace=Trace(understood=_understood(question, gathered), candidates=gathered.candidates,
                    left_out=tuple(run.left_out), signals=gathered.signals))


def _understood(question: Question, gathered: Gathered) -> dict[str, object]:
    told = question.facets
    within = gathered.within or (question.among or question).wanted
    outside = question.outside
    return {"intent": question.intent.value, "sought": told.sought.value,
            "polarity": told.polarity.value if told.polarity else None,
            "scope": within.to_dict(), "topics": list(told.topics),
            "parts": list(told.parts), "subject": list(question.subject),
            "outside": [outside.key, outside.asked] if outside else None,
            "synonyms": question.synonyms, "respelt": dict(question.respelt),
            "follows": question.follows,
            "among": question.among.text if question.among else None}


def _done(answer: Answer) -> Update:
    return Update(Stage.DONE, answer.citations, answer.sentences, answer)
