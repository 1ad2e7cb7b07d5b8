"""Which findings are about a subject that is no topic of its own: "staffing", "stop and search"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.question import Question
from corpus.model import Finding
from corpus.names import topics
from index.filter import Filter, topics_of
from index.passages import passage, statement
from index.reranking import Reranker
from index.store import Index
from index.words import stem, stems, terms

# How many findings are read for their meaning; the words are looked for in all of them.
_READ = 8
_ASKED = "What does it say about {}?"
_SURE = 0.1


def narrowing(question: Question) -> tuple[str, ...]:
    """The words of a question's subject that the labels of its topics don't hold."""
    labels = stems(" ".join(t.label for t in topics() if t.key in question.facets.topics))
    verbs = "ing" if question.facets.topics else "\0"
    return tuple(word for word in question.subject
                 if stem(word) not in labels and not word.endswith(verbs))


def about(words: Sequence[str], wanted: Filter, question: Question, index: Index) -> list[Finding]:
    """The findings of a scope that speak of a subject, in reading order: all that have each of
    its words (or one that means the same) in statement, heading or report's title, and of the
    nearest others those that by their meaning are about it.

    Topics that the question names count as met by the heading or by their words.
    """
    scope = replace(wanted, topics=frozenset())
    exact = worded(words, scope, question, index)
    meant = _meant(" ".join(words), scope, index)
    found = index.catalogue.get([*exact, *meant])
    keys = frozenset(question.facets.topics)
    kept = [f for f in found.values() if not keys or keys & topics_of(f)
            or _topic_words(question) <= stems(statement(f))]
    return sorted(kept, key=lambda f: index.catalogue.row_of[f.id])


def worded(words: Sequence[str], scope: Filter, question: Question, index: Index) -> list[str]:
    """Ids of the findings of a scope that have every word, or one that means the same; a word of
    a report's title is in all of it."""
    titled = {m.id: stems(f"{m.title} {m.force or ''}") for m in index.reports()}
    own = [word for word in words if any(stem(word) in title for title in titled.values())]
    rest = [word for word in words if word not in own]
    named = frozenset(i for i, title in titled.items()
                      if all(stem(word) in title for word in own))
    groups = [(word, *question.synonyms.get(word, ())) for word in rest]
    everywhere = index.catalogue.holding([*groups, *([word] for word in own)], scope)
    if not own or not named:
        return everywhere
    reports = named & scope.reports if scope.reports else named
    titles = index.catalogue.holding(groups, replace(scope, reports=reports)) if reports else []
    return list(dict.fromkeys([*everywhere, *titles]))


def _meant(phrase: str, scope: Filter, index: Index) -> list[str]:
    """Ids of those findings near to a phrase which the reranker takes for an answer."""
    vector = index.embedder.embed([phrase])[0]
    near = index.search_by(vector, phrase.split(), scope)[:_READ]
    scores = spoken_of(phrase, [passage(hit.finding).embedded for hit in near], index.reranker)
    return [hit.finding.id for hit, score in zip(near, scores, strict=True) if score >= _SURE]


def spoken_of(phrase: str, texts: Sequence[str], reranker: Reranker) -> list[float]:
    """The reranker's logits of texts for a few words that are no question: as they stand, or
    asked about, whichever is higher."""
    asked, plain = (reranker.scores(one, texts) for one in (_ASKED.format(phrase), phrase))
    return [max(pair) for pair in zip(asked, plain, strict=True)]


def _topic_words(question: Question) -> set[str]:
    """The stems of the words with which a question names its topics."""
    return {stem(word) for topic in topics() if topic.key in question.facets.topics
            for match in topic.asked.finditer(question.read) for word in terms(match.group())}
