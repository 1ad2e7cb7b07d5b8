"""The answer as a model writes it: drafted, checked sentence by sentence, mended with quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant import replies
from assistant.answer import Intent, Layout, Sentence
from assistant.compose import Composer, Evidence
from assistant.editor import Editor
from assistant.facets import Sought
from assistant.gathered import Gathered
from assistant.question import Question
from assistant.run import Run
from assistant.updates import Stage, Update
from assistant.verify.entailment import open_entailment
from corpus.errors import FindingsError
from corpus.model import Finding

_SHORT, _USUAL, _LONG = 2, 3, 4


def write(run: Run, composer: Composer, quoted: Sequence[Sentence]) -> Iterator[Update]:
    """Have a model write the answer; each sentence is shown when it has passed the check.

    A verdict on a grade is the program's own and comes first. Under what is written for a brief
    stands the whole page of findings. Where nothing passes, no sentence is left and the quotes
    take its place. Where the model fails midway, what it had not yet told follows in the
    report's own words.
    """
    _, gathered = run.known()
    numbered = shown(gathered, run.findings, run.evidence_limit)
    kept_quotes = len(run.left_out)
    opening = list(quoted[:1]) if gathered.shape is Intent.GRADE else []
    run.sentences = list(opening)
    try:
        yield from _written(run, composer, numbered, opening)
    except FindingsError as error:
        run.broke_off = len(run.sentences) > len(opening)
        run.notices.append(replies.model_failed(error, midway=run.broke_off))
    run.timings["compose"] = run.since_start()
    if len(run.sentences) == len(opening):
        run.sentences.clear()
        del run.left_out[kept_quotes:]
        if not run.notices and not run.stopped():
            run.notices.append(replies.fell_back())
        return
    run.model = composer.name
    if gathered.shape is Intent.BRIEF:
        run.sentences += quoted
    elif run.broke_off:
        run.sentences += _untold(run.sentences, quoted)
    run.sentences, run.findings = _renumbered(run.sentences, run.findings)
    if len(run.left_out) > kept_quotes:
        run.notices.append(replies.left_out(len(run.left_out) - kept_quotes))


def _written(run: Run, composer: Composer, numbered: Mapping[int, Finding],
             opening: Sequence[Sentence]) -> Iterator[Update]:
    """The sentences that pass, each as soon as it has, under the numbers of ``run.findings``."""
    question, gathered = run.known()
    places = dict(enumerate(numbered, 1))
    evidence = {n: numbered[place] for n, place in places.items()}
    editor = Editor(evidence, opening[0].text if opening else "", open_entailment())
    drafts = composer.drafts(question.text, [Evidence(n, f) for n, f in evidence.items()],
                             most_sentences(question, gathered), run.cancel)
    for draft in drafts:
        if run.stopped():
            return
        run.timings.setdefault("first_sentence", run.since_start())
        with run.timed("verify"):
            sentence, left_out = editor.edit(draft)
        run.left_out += left_out
        if sentence is not None:
            cited = tuple(places[n] for n in sentence.citations)
            run.sentences.append(sentence.model_copy(update={"citations": cited}))
            yield Update(Stage.SENTENCE, run.cited(run.findings), tuple(run.sentences))


def shown(gathered: Gathered, findings: Sequence[Finding], most: int) -> dict[int, Finding]:
    """The findings that a model is shown, by their place (from 1) among all that are cited: the
    first, or for a brief the first of each group in turn."""
    numbers = {finding.id: n for n, finding in enumerate(findings, 1)}
    if gathered.shape is not Intent.BRIEF:
        return {n: findings[n - 1] for n in range(1, min(max(most, 1), len(findings)) + 1)}
    queues = [list(group.findings) for group in gathered.groups]
    chosen: dict[str, Finding] = {}
    while len(chosen) < max(most, 1) and any(queues):
        for queue in queues:
            if queue and len(chosen) < max(most, 1):
                finding = queue.pop(0)
                chosen[finding.id] = finding
    return {numbers[f.id]: f for f in chosen.values() if f.id in numbers}


def most_sentences(question: Question, gathered: Gathered) -> int:
    """How long the answer may be: one or two sentences for a fact, a few for why and how."""
    if gathered.shape is Intent.BRIEF:
        return _LONG
    fact = question.facets.sought is not Sought.ANYTHING or question.yes_no
    if fact or gathered.shape is Intent.GRADE:
        return _SHORT
    return _USUAL if len(gathered.findings) < _LONG else _LONG


def _untold(told: Sequence[Sentence], quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quotes of findings that no sentence cites yet."""
    cited = {n for sentence in told for n in sentence.citations}
    return [one for one in quoted
            if one.layout is not Layout.HEADING and not cited & set(one.citations)]


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
