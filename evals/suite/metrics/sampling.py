"""What the judged metrics are worked out from: an answer's statements, its evidence, and which
of them belong to answers in sentences at all."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.answer import Answer, Citation, Intent, Layout, Sentence
from corpus.names import official_name
from evals.suite.adapter.metrics import Sample
from evals.suite.record import Answered

# What these hold is measured exactly: by precision and recall, and by the number told.
_LISTS = (Intent.LIST, Intent.COUNT)


def sample(answered: Answered) -> Sample:
    """An answer's statements a line each, with whose finding it is where the words don't say;
    its reference answer; and the evidence in one line each."""
    row, answer = answered.row, answered.answer
    return Sample(answer.standalone_question or row.question,
                  "\n".join(owned(s, answer) for s in statements(answer)),
                  row.reference, tuple(c.text for c in answered.contexts))


def is_list(answer: Answer) -> bool:
    """Whether an answer is a list or a count, not sentences."""
    return answer.intent in _LISTS


def statements(answer: Answer) -> list[Sentence]:
    """The sentences of an answer that claim something of a report: all but the headings, which
    the program words and counts itself; those too where there is nothing else."""
    return [s for s in answer.sentences if s.layout is not Layout.HEADING] or list(answer.sentences)


def owned(sentence: Sentence, answer: Answer) -> str:
    """A sentence with the force and year of its findings in front, as a reader sees them beside
    it; unchanged where they are several or the sentence begins with them."""
    text = " ".join(sentence.text.split())
    cited = by_number(answer)
    owners = {_owner(cited[n]) for n in sentence.citations if n in cited}
    owner = next(iter(owners)) if len(owners) == 1 else ""
    return text if not owner or text.startswith(owner) else f"{owner}: {text}"


def by_number(answer: Answer) -> Mapping[int, Citation]:
    """The citations under their numbers."""
    return {citation.n: citation for citation in answer.citations}


def _owner(citation: Citation) -> str:
    force = official_name(citation.force)
    return f"{force} {citation.year}" if force and citation.year else ""
