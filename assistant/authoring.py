"""The answer as a model writes it: drafted, checked sentence by sentence, mended with quotes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from assistant import replies
from assistant.answer import Intent, Layout, Sentence
from assistant.compose import Composer, Evidence
from assistant.compose.headings import owned
from assistant.compose.steering import steers
from assistant.editor import Editor
from assistant.facets import Sought
from assistant.gathered import Gathered
from assistant.question import Question
from assistant.remainder import citing, first_untold, passed_over, untold
from assistant.run import Run
from assistant.updates import Stage, Update
from assistant.verify.entailment import open_entailment
from corpus.errors import FindingsError
from corpus.model import Finding

_SHORT, _USUAL, _LONG = 2, 3, 4


def write(run: Run, composer: Composer, quoted: Sequence[Sentence]) -> Iterator[Update]:
    """Have a model write the answer; each sentence is shown when it has passed the check.

    A verdict on a grade is the program's own and comes first. Under what is written for a brief
    stands the whole page of findings. The finding that most likely answers is quoted first where
    the model passes it over. Where nothing passes, or no finding may be shown to a model, no
    sentence is left and the quotes take its place. What it was not shown, what it had not told
    when it failed, and what speaks of the question where nothing told does, follow in the
    report's own words.
    """
    question, gathered = run.known()
    withheld = {n for n, finding in enumerate(run.findings, 1) if steers(finding)}
    numbered = shown(gathered, run.findings, run.evidence_limit, withheld)
    if withheld:
        run.notices.append(replies.withheld(len(withheld)))
    if not numbered:
        return
    told_before = len(run.notices)
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
        run.unused = run.left_out[kept_quotes:]
        del run.left_out[kept_quotes:]
        if len(run.notices) == told_before and not run.stopped():
            run.notices.append(replies.fell_back())
        return
    run.model = composer.name
    if _is_page(gathered, run.findings, run.evidence_limit):
        run.sentences += quoted
    elif run.broke_off or gathered.shape is Intent.BRIEF:
        run.sentences += untold(run.sentences, quoted)
    else:
        if gathered.shape is Intent.LOOKUP:
            run.sentences = [*first_untold(run.sentences, quoted), *run.sentences]
        run.sentences += untold(run.sentences, citing(withheld, quoted))
        run.sentences += passed_over(question.read, run.sentences, quoted)
    run.sentences, run.findings = _renumbered(run.sentences, run.findings)
    if len(run.left_out) > kept_quotes:
        run.notices.append(replies.left_out(len(run.left_out) - kept_quotes))


def _written(run: Run, composer: Composer, numbered: Mapping[int, Finding],
             opening: Sequence[Sentence]) -> Iterator[Update]:
    """The sentences that pass, each as soon as it has, under the numbers of ``run.findings``."""
    question, gathered = run.known()
    places = dict(enumerate(numbered, 1))
    evidence = {n: numbered[place] for n, place in places.items()}
    editor = Editor(evidence, opening[0].text if opening else "", open_entailment(),
                    question.text)
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
            whose = _owned(sentence.text, [numbered[n] for n in cited], numbered)
            run.sentences.append(sentence.model_copy(update={"text": whose, "citations": cited}))
            yield Update(Stage.SENTENCE, run.cited(run.findings), tuple(run.sentences))


def shown(gathered: Gathered, findings: Sequence[Finding], most: int,
          withheld: Collection[int] = ()) -> dict[int, Finding]:
    """The findings that a model is shown, by their place (from 1) among all that are cited: the
    first, or for a brief the first of each group in turn, those left out that are withheld."""
    numbers = {finding.id: n for n, finding in enumerate(findings, 1) if n not in withheld}
    if gathered.shape is not Intent.BRIEF:
        return {n: findings[n - 1] for n in list(numbers.values())[:max(most, 1)]}
    queues = [[f for f in group.findings if f.id in numbers] for group in gathered.groups]
    chosen: dict[str, Finding] = {}
    while len(chosen) < max(most, 1) and any(queues):
        for queue in queues:
            if queue and len(chosen) < max(most, 1):
                finding = queue.pop(0)
                chosen[finding.id] = finding
    return {numbers[f.id]: f for f in chosen.values()}


def most_sentences(question: Question, gathered: Gathered) -> int:
    """How long the answer may be: one or two sentences for a fact, a few for why and how."""
    if gathered.shape is Intent.BRIEF:
        return _LONG
    fact = question.facets.sought is not Sought.ANYTHING or question.yes_no
    if fact or gathered.shape is Intent.GRADE:
        return _SHORT
    return _USUAL if len(gathered.findings) < _LONG else _LONG


def suits(gathered: Gathered, quoted: Sequence[Sentence]) -> bool:
    """Whether an answer may be written by a model. Lists, counts and comparisons are complete as
    they are; of grades only one with reasons to tell."""
    if gathered.shape is Intent.GRADE:
        return bool(quoted) and len(gathered.groups) > 1 \
            and quoted[0].layout is not Layout.HEADING
    return gathered.shape in (Intent.LOOKUP, Intent.BRIEF)


def _is_page(gathered: Gathered, findings: Sequence[Finding], most: int) -> bool:
    """Whether a brief is longer than a model has told: then its page stands under the summary."""
    return gathered.shape is Intent.BRIEF and (len(findings) > most or len(gathered.groups) > 1)


def _owned(text: str, cited: Sequence[Finding], numbered: Mapping[int, Finding]) -> str:
    """A sentence that says whose findings it tells, where a model was shown several reports."""
    several = len({finding.report_id for finding in numbered.values()}) > 1
    one = len({finding.report_id for finding in cited}) == 1
    return owned(text, cited[0], several and one)


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
