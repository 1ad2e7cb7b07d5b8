"""Answers with tables, long lists, briefings and reasons, for the page's tests."""

from __future__ import annotations

from assistant.answer import (
    Answer,
    Candidate,
    Citation,
    Intent,
    Layout,
    LeftOut,
    Sentence,
    Status,
    Support,
    Table,
    Trace,
)
from corpus.model import Metadata

FOLLOWING = "And the phones?"
STANDALONE = "What do the reports say on phones in investigations?"
COMPARE = "Compare investigating crime in two forces"
LONG = "List a thousand findings"
BRIEF = "Brief me on investigating crime"
VAGUE = "And that?"
EXPLAINED = "Why is there a backlog?"
MEANT = ("What is the grade for investigating crime?", "List every finding")

LINCOLNSHIRE = Metadata("lincolnshire-2018", "Lincolnshire: Effectiveness 2018",
                        force="Lincolnshire", year=2018, cycle="PEEL 2018/19")
LANCASHIRE = Metadata("lancashire-2018", "Lancashire: Effectiveness 2018", force="Lancashire",
                      year=2018)
LONG_WORDS = "Chain_of_custody_" * 6


def many_reports(count: int) -> list[Metadata]:
    """Reports of made-up forces, over three years."""
    return [Metadata(f"force-{n}", f"Force number {n}: an inspection of its effectiveness",
                     force=f"Force number {n // 3}", year=2017 + n % 3) for n in range(count)]


def _sentence(text: str, *numbers: int, layout: Layout = Layout.TEXT,
              cell: tuple[int, int] | None = None) -> Sentence:
    return Sentence(text=text, citations=numbers, support=Support.VERBATIM, layout=layout,
                    cell=cell)


def _answer(question: str, intent: Intent, sentences: list[Sentence],
            citations: tuple[Citation, ...], **more: object) -> Answer:
    return Answer.model_validate({
        "question": question, "standalone_question": question, "intent": intent,
        "status": Status.ANSWERED, "sentences": tuple(sentences), "citations": citations, **more})


def _numbered(citations: tuple[Citation, ...], count: int) -> tuple[Citation, ...]:
    return tuple(citations[n % len(citations)].model_copy(update={"n": n + 1})
                 for n in range(count))


def compared(question: str, citations: tuple[Citation, ...]) -> Answer:
    """Two forces side by side, one of them without strengths."""
    table = Table(columns=("Northamptonshire", "Lincolnshire"),
                  rows=("Grade", "Strengths", "Weaknesses"))
    sentences = [
        _sentence("Investigating crime, side by side", 1, 2, 3, layout=Layout.HEADING),
        _sentence("Requires improvement.", 3, cell=(0, 0)),
        _sentence("Good.", 4, cell=(0, 1)),
        _sentence("It develops its offender management scheme.", 4, cell=(1, 0)),
        _sentence("It has a backlog of digital devices awaiting examination.", 1, cell=(2, 0)),
        _sentence("Evidence from mobile phones comes too slowly.", 2, cell=(2, 0)),
        _sentence("It has too few detectives.", 1, cell=(2, 1)),
        _sentence("The two forces were inspected in different years.", 1, 4)]
    return _answer(question, Intent.COMPARE, sentences, _numbered(citations, 4), table=table)


def listed(question: str, citations: tuple[Citation, ...], count: int = 1000) -> Answer:
    """A list in groups of 55."""
    cited = _numbered(citations, count)
    sentences = [_sentence(f"{count} findings", *range(1, count + 1), layout=Layout.HEADING)]
    for one in cited:
        if (one.n - 1) % 55 == 0:
            sentences.append(_sentence(f"Place {one.n // 55 + 1}", one.n, layout=Layout.HEADING))
        words = " ".join(one.quote.split())
        sentences.append(_sentence(words, one.n, layout=Layout.ITEM))
    return _answer(question, Intent.LIST, sentences, cited)


def briefed(question: str, citations: tuple[Citation, ...]) -> Answer:
    """A page: the grade, then what is good and what is not."""
    words = [" ".join(one.quote.split()) for one in citations]
    sentences = [_sentence("Grade", 3, layout=Layout.HEADING),
                 _sentence(words[2], 3, layout=Layout.ITEM),
                 _sentence("Strengths", 4, layout=Layout.HEADING),
                 _sentence(words[3], 4, layout=Layout.ITEM),
                 _sentence("Weaknesses", 1, layout=Layout.HEADING),
                 _sentence(words[0], 1, layout=Layout.ITEM),
                 _sentence("Areas for improvement", 2, layout=Layout.HEADING),
                 _sentence(words[1], 2, layout=Layout.ITEM)]
    notice = "The reports are from 2017. One sentence was left out. Grades changed in 2021."
    return _answer(question, Intent.BRIEF, sentences, _numbered(citations, 4), notice=notice)


def unclear(question: str) -> Answer:
    """A question that could be one of two."""
    return Answer(question=question, standalone_question=question, intent=Intent.LOOKUP,
                  status=Status.NEEDS_CLARIFICATION, suggestions=MEANT,
                  sentences=(Sentence(text="Please say which one you mean.", citations=()),))


def trace(following: bool = False, scope: dict[str, object] | None = None) -> Trace:
    """What a look-up leaves behind: 25 candidates, two of them kept."""
    candidates = tuple(
        Candidate(finding_id=f"f{n}", text=f"Candidate {n} on phones. {LONG_WORDS}",
                  dense=0.9 - n / 100, dense_rank=n, lexical=None if n % 3 else 5.25,
                  lexical_rank=None if n % 3 else n, fused=0.031, rerank=0.5 if n < 4 else None,
                  kept=n in (1, 4), why="answers with p=0.8" if n < 4 else "not looked at")
        for n in range(1, 26))
    understood = {"intent": "lookup", "sought": "anything", "polarity": "negative",
                  "scope": scope or {}, "topics": ["investigation"], "subject": ["phones"],
                  "outside": None, "synonyms": {"phones": ["mobile devices", "handsets"]},
                  "respelt": {"phoens": "phones"}, "follows": following}
    return Trace(understood=understood, candidates=candidates,
                 left_out=(LeftOut(text="Phones are lost.", reason="nothing says so"),),
                 signals={"probability": 0.8123, "threshold": 0.5})


def explained(question: str, citations: tuple[Citation, ...], standalone: str,
              scope: dict[str, object]) -> Answer:
    """A look-up with everything recorded."""
    sentences = [_sentence("The force has a backlog of digital devices.", 1)]
    return _answer(question, Intent.LOOKUP, sentences, _numbered(citations, 2),
                   standalone_question=standalone,
                   trace=trace(standalone != question, scope),
                   timings_ms={"understand": 3.21, "retrieve": 41.0, "total": 1052.4})
