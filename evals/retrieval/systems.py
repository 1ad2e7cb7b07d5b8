"""The systems that are compared: each ranks passage ids for a question, best first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.question import Question, understand
from assistant.scope import Scope
from corpus.errors import FindingsError
from evals.retrieval.bm25 import Bm25
from index.passages import passage
from index.reranking import Reranker, open_reranker
from index.search import Hit
from index.store import Index
from index.words import terms

# How many candidates a reranker is shown: as many as the assistant's own look-ups show it.
RERANKED = 12

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the conversation before it, as pairs of question and answer."""

    question: str
    history: tuple[tuple[str, str], ...] = ()

    @property
    def two_turns(self) -> str:
        """The reader's last two turns as one text."""
        return " ".join([*(asked for asked, _ in self.history[-1:]), self.question])


Rank = Callable[[Query, int], list[str]]


@dataclass(frozen=True, slots=True)
class System:
    """A name and a way to rank: ``rank(query, k)`` gives at most ``k`` ids, best first."""

    name: str
    rank: Rank


def reranker() -> Reranker | None:
    """The assistant's reranker; None where its weights are not there."""
    try:
        return open_reranker()
    except FindingsError as error:
        logger.warning("the reranker is left out: %s", error)
        return None


def bm25(documents: dict[str, str]) -> System:
    """The reference BM25 on a question as it stands."""
    reference = Bm25(documents)
    return System("BM25", lambda query, k: reference.rank(query.question, k))


def bm25_two_turns(documents: dict[str, str]) -> System:
    """The reference BM25 on the reader's last two turns."""
    reference = Bm25(documents)
    return System("BM25, two turns", lambda query, k: reference.rank(query.two_turns, k))


def lexical(index: Index) -> System:
    """Our own lexical search alone: its candidates in its own order."""
    return System("our words alone", lambda query, k: _by_rank(
        index.search(query.question), lambda hit: hit.lexical_rank)[:k])


def dense(index: Index) -> System:
    """Our own vectors alone (all-MiniLM-L6-v2)."""
    return System("dense alone", lambda query, k: _by_rank(
        index.search(query.question), lambda hit: hit.dense_rank)[:k])


def fused(index: Index) -> System:
    """Our search: dense and lexical candidates by reciprocal rank fusion."""
    return System("ours, fused", lambda query, k: _ids(index.search(query.question))[:k])


def fused_reranked(index: Index, model: Reranker) -> System:
    """Our search, its first candidates put in order by the reranker."""
    return System("ours, reranked", lambda query, k: _ids(
        reordered(query.question, index.search(query.question), model))[:k])


class Understood:
    """Our search on the question as the assistant understands it: spelling put right, made to
    stand alone from the conversation, with synonyms, in the scope that it names."""

    def __init__(self, index: Index, scope: Scope, model: Reranker | None = None) -> None:
        """``scope`` is what the index covers, as the service tells it."""
        self._index, self._scope, self._model = index, scope, model

    def question(self, query: Query) -> Question:
        """The question as understood."""
        return understand(query.question, list(query.history), self._scope,
                          self._index.embedder.is_word)

    def rank(self, query: Query, k: int) -> list[str]:
        """As look-ups search: ``assistant.lookup`` takes topics and kinds for hints only."""
        question = self.question(query)
        wanted = replace(question.wanted, topics=frozenset(), kinds=frozenset())
        hits = self._index.search_by(self._index.embedder.embed([question.read])[0],
                                     terms(question.search_text), wanted)
        if self._model is not None:
            hits = reordered(question.read, hits, self._model)
        return _ids(hits)[:k]

    def rank_alone(self, query: Query, k: int) -> list[str]:
        """The same with the conversation dropped."""
        return self.rank(Query(query.question), k)


def reordered(question: str, hits: Sequence[Hit], model: Reranker) -> list[Hit]:
    """Hits with the first ones in the reranker's order; ties and the rest keep their places."""
    first, rest = hits[:RERANKED], hits[RERANKED:]
    scores = model.scores(question, [passage(hit.finding).embedded for hit in first])
    order = sorted(range(len(first)), key=lambda place: -scores[place])
    return [*(first[place] for place in order), *rest]


def _by_rank(hits: Sequence[Hit], rank: Callable[[Hit], int | None]) -> list[str]:
    """Those that one retriever proposed, in its order."""
    ranked = [(place, hit.finding.id) for hit in hits if (place := rank(hit)) is not None]
    return [identifier for _, identifier in sorted(ranked)]


def _ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.finding.id for hit in hits]
