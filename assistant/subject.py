"""Which findings are about a subject that is no topic of its own: "staffing", "stop and search"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.question import Question
from corpus.model import Finding
from corpus.names import topics
from index.filter import Filter, topics_of
from index.passages import passage, statement
from index.store import Index
from index.words import stem, stems, terms

# How many findings are read for their meaning; the words are looked for in all of them.
_READ = 16
_ASKED = "What does it say about {}?"
_SURE = 0.5
_LONG = 6


def narrowing(question: Question) -> tuple[str, ...]:
    """The words of a question's subject that the labels of its topics don't hold."""
    labels = stems(" ".join(t.label for t in topics() if t.key in question.facets.topics))
    verbs = "ing" if question.facets.topics else "\0"
    return tuple(word for word in question.subject
                 if stem(word) not in labels and not word.endswith(verbs))


def about(words: Sequence[str], found: Sequence[Finding], question: Question,
          index: Index) -> list[Finding]:
    """The findings of ``found`` that speak of a subject, in their order: those that have all its
    words (or words that mean the same), and those that by their meaning are about it."""
    titles = {m.id: f"{m.title} {m.force or ''}" for m in index.reports()}
    texts = {f.id: f"{statement(f)} {' '.join(f.section)} {titles.get(f.report_id, '')}"
             for f in found}
    keys = frozenset(question.facets.topics)
    within = {f.id for f in found if not keys or keys & topics_of(f)
              or all(_names(word, question, statement(f)) for word in _topic_words(question))}
    exact = {f.id for f in found if f.id in within
             and all(_names(word, question, texts[f.id]) for word in words)}
    meant = _meant(" ".join(words), [f for f in found if f.id in within - exact], index)
    return [f for f in found if f.id in exact or f.id in meant]


def _topic_words(question: Question) -> list[str]:
    """The words with which a question names its topics."""
    return [word for topic in topics() if topic.key in question.facets.topics
            for match in topic.asked.finditer(question.read) for word in terms(match.group())]


def _meant(phrase: str, found: Sequence[Finding], index: Index) -> set[str]:
    """Ids of those findings near to a phrase which the reranker takes for an answer."""
    if not found:
        return set()
    vector = index.embedder.embed([phrase])[0]
    wanted = Filter(ids=frozenset(f.id for f in found))
    near = index.search_by(vector, phrase.split(), wanted)[:_READ]
    scores = index.reranker.scores(_ASKED.format(phrase),
                                   [passage(hit.finding).embedded for hit in near])
    return {hit.finding.id for hit, score in zip(near, scores, strict=True) if score >= _SURE}


def _names(word: str, question: Question, text: str) -> bool:
    """Whether a text has a word in some form, or one of its synonyms as it stands: stems of
    synonyms would take "investigations" for "investigators"."""
    low, root = text.lower(), stem(word)
    return any(_akin(root, other) for other in stems(text)) or any(
        phrase.lower() in low for phrase in question.synonyms.get(word, ()))


def _akin(one: str, other: str) -> bool:
    """Whether two stems are of one word: "supervis" and "supervisor"."""
    return one == other or (min(len(one), len(other)) >= _LONG
                            and (one.startswith(other) or other.startswith(one)))
