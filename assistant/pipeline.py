"""The visible list of steps from a question to a checked answer:
understand, retrieve, compose, verify, answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant import replies
from assistant.alternatives import instead
from assistant.answer import Answer, Citation, LeftOut, Sentence, Status, Table, Trace
from assistant.authoring import suits, write
from assistant.compose import Composer, Draft
from assistant.compose.quotes import Quotes
from assistant.gather import gather
from assistant.gathered import Gathered
from assistant.question import Question, understand
from assistant.run import Run
from assistant.suggest import follow_ups
from assistant.updates import Stage, Update
from assistant.verify import check
from corpus.model import Finding

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
    yield Update(Stage.EVIDENCE, citations=run.cited(run.findings))
    composer = choose(run) if choose is not None and suits(run.gathered, quoted[0]) else None
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


def _checked(run: Run, draft: Draft, evidence: dict[int, Finding]) -> Sentence | None:
    verdict = check(draft, evidence)
    if verdict.passed:
        return Sentence(text=draft.text, citations=draft.citations, support=verdict.support,
                        layout=draft.layout, cell=draft.cell)
    run.left_out.append(LeftOut(text=draft.text, reason=verdict.reason))
    return None


def answered(run: Run) -> Answer:
    """The answer of a question whose evidence was found. With every sentence left out there is
    no answer to show, only the nearest findings."""
    question, gathered = run.known()
    if not run.sentences:
        return refuse(run)
    run.notices += gathered.notes
    if spans_2021(run.findings):
        run.notices.append(replies.cycles())
    status = Status.PARTIAL if run.left_out or run.broke_off else Status.ANSWERED
    return _answer(run, status, tuple(run.sentences), citations=run.cited(run.findings),
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
    """The answer of a question that the reports don't answer, with the nearest findings, what to
    try, and questions that they do answer."""
    question, gathered = run.known()
    text = replies.refusal(gathered.refusal, question)
    run.notices += replies.what_to_try(gathered.refusal, question, run.scope)
    offered = instead(question, gathered, run.index, run.scope, [*run.history, (run.raw, text)])
    return _answer(run, Status.NOT_IN_REPORTS, (Sentence(text=text, citations=()),),
                   nearest=run.cited(gathered.nearest), suggestions=offered)


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
                    left_out=tuple(run.left_out), unused=tuple(run.unused),
                    signals=gathered.signals))


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
