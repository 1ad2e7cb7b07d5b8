"""How well sentences rest on their own citations.

Citation recall and precision are those of ALCE (Gao et al., Enabling Large Language Models to
Generate Text with Citations, EMNLP 2023): a sentence counts when its citations together support
it; a citation counts when its sentence does and, where there are several, when it alone supports
the sentence or the others don't without it. RAGAS joins all evidence and can't see which passage
is cited; these can.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from assistant.answer import Answer, Sentence
from evals.suite.adapter.metrics import supported
from evals.suite.judges.judge import Judge, TimedOutError, UnparseableError
from evals.suite.metrics.sampling import by_number, owned, statements
from evals.suite.metrics.score import Judgment, Outcome, Score, not_applicable
from evals.suite.record import Answered

_NAMES = ("citation_recall", "citation_precision")


def cited(answered: Answered, judge: Judge | None) -> dict[str, Score]:
    """Citation recall and precision, worked out together: precision needs what recall found."""
    if judge is None:
        return dict.fromkeys(_NAMES, not_applicable("no judge was asked for"))
    try:
        return _measured(answered.answer, judge,
                         {c.finding_id: c.text for c in answered.contexts})
    except UnparseableError as error:
        return dict.fromkeys(_NAMES, Score.without(Outcome.UNPARSEABLE, str(error)))
    except TimedOutError as error:
        return dict.fromkeys(_NAMES, Score.without(Outcome.TIMED_OUT, str(error)))


def _measured(answer: Answer, judge: Judge, lines: Mapping[str, str]) -> dict[str, Score]:
    held: list[Judgment] = []
    precise: list[Judgment] = []
    numbered = by_number(answer)
    for sentence in statements(answer):
        evidence = {n: lines[numbered[n].finding_id] for n in dict.fromkeys(sentence.citations)
                    if numbered[n].finding_id in lines}
        text = owned(sentence, answer)
        whole = _supports(text, list(evidence.values()), judge)
        held.append(Judgment(text, whole.verdict, whole.reason))
        precise += [Judgment(f"[{n}] {text}", int(bool(whole.verdict) and n in evidence
                                                  and _counts(n, evidence, text, judge)))
                    for n in sentence.citations]
    return {"citation_recall": Score.of(fmean(j.verdict for j in held), judgments=held),
            "citation_precision": Score.of(fmean(j.verdict for j in precise), judgments=precise)
            if precise else not_applicable("nothing is cited")}


def _counts(number: int, evidence: Mapping[int, str], text: str, judge: Judge) -> bool:
    """Whether one citation of a supported sentence is needed."""
    if len(evidence) == 1 or _supports(text, [evidence[number]], judge).verdict:
        return True
    others = [line for n, line in evidence.items() if n != number]
    return not _supports(text, others, judge).verdict


def _supports(text: str, evidence: list[str], judge: Judge) -> Judgment:
    if not evidence:
        return Judgment(text, 0, "what it cites is not in the library")
    told = supported([text], evidence, judge)
    return Judgment(text, min(j.verdict for j in told), told[0].reason)


def verbatim(answered: Answered) -> Score:
    """The share of citations whose quote stands in its report at its place."""
    if not answered.verbatim:
        return not_applicable("nothing is cited")
    quotes = [Judgment(c.quote, int(held)) for c, held in
              zip(answered.answer.citations, answered.verbatim, strict=True)]
    return Score.of(fmean(q.verdict for q in quotes), judgments=[q for q in quotes
                                                                if not q.verdict])


def first(answered: Answered) -> Score:
    """Whether the first citation is a finding that the question needs."""
    wanted = answered.row.wanted
    if not wanted:
        return not_applicable("the question needs no finding")
    begins: Sentence | None = next(iter(statements(answered.answer)), None)
    numbers = begins.citations if begins is not None else ()
    ids = {by_number(answered.answer)[n].finding_id for n in numbers}
    return Score.of(not ids.isdisjoint(wanted))
