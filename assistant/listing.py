"""Lists and counts: every finding of a kind that meets the question, complete by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.lookup import looked_up
from assistant.question import Question, Scope
from corpus.model import Finding
from corpus.names import topics
from index.passages import statement
from index.store import Index
from index.words import stem, stems

_ALIKE = 0.45


def listed(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """All findings of the kinds asked for, by place; None where it is better looked up."""
    found = index.findings(question.wanted)
    by_words: tuple[str, ...] = ()
    if question.subject and found and _narrows(question):
        words = _narrowing(question)
        narrowed = _about(words, found, question, index)
        if narrowed:
            found, by_words = narrowed, words
        elif not question.facets.topics:
            found = []
    if found:
        return Gathered(question.intent, _by_place(found), by_words=by_words, total=len(found))
    elsewhere = index.findings(replace(question.wanted, topics=frozenset()))
    if _narrows(question) and looked_up(question, index, scope).refusal is None:
        return None
    return Gathered(question.intent, refusal=Refusal("none_of_kind"),
                    nearest=tuple(elsewhere[:MOST_NEAREST]), by_words=question.subject)


def _narrows(question: Question) -> bool:
    """Whether a list's subject says more than the labels of its topics do."""
    return bool(_narrowing(question))


def _narrowing(question: Question) -> tuple[str, ...]:
    """The words of a list's subject that its topics' labels don't hold."""
    labels = stems(" ".join(t.label for t in topics() if t.key in question.facets.topics))
    verbs = "ing" if question.facets.topics else "\0"
    return tuple(word for word in question.subject
                 if stem(word) not in labels and not word.endswith(verbs))


def _about(subject: Sequence[str], found: Sequence[Finding], question: Question,
           index: Index) -> list[Finding]:
    """Findings that speak of a subject: all its words, else by meaning, else none."""
    titles = {m.id: f"{m.title} {m.force or ''}" for m in index.reports()}
    texts = [f"{statement(f)} {' '.join(f.section)} {titles.get(f.report_id, '')}" for f in found]
    named = [[_names(word, question, text) for word in subject] for text in texts]
    exact = [f for f, hits in zip(found, named, strict=True) if all(hits)]
    if exact:
        return exact
    if question.facets.topics:
        return []
    half = max(1, (len(subject) + 1) // 2)
    most = [f for f, hits in zip(found, named, strict=True) if sum(hits) >= half]
    vector = index.embedder.embed([" ".join(subject)])[0]
    stored = index.vectors.get([f.id for f in found])
    close = {f.id for f in found if f.id in stored and float(stored[f.id] @ vector) >= _ALIKE}
    return [f for f in found if f.id in close or (f in most and len(subject) > 1)]


def _names(word: str, question: Question, text: str) -> bool:
    """Whether a text has a word in some form, or one of its synonyms as it stands: stems of
    synonyms would take "investigations" for "investigators"."""
    low = text.lower()
    return stem(word) in stems(text) or any(
        phrase.lower() in low for phrase in question.synonyms.get(word, ()))


def _by_place(found: Sequence[Finding]) -> tuple[Group, ...]:
    places: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in found:
        places.setdefault((finding.report_id, finding.section[:2]), []).append(finding)
    return tuple(Group("", tuple(group)) for group in places.values())
