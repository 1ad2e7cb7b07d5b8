"""Subjects: noun phrases that a report's findings share, with the findings that speak of them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import corpus
from corpus.model import Finding, FindingKind
from corpus.names import topics
from evals.suite.drafting.area import label_of
from evals.suite.drafting.scope import Scope, Shelf
from evals.suite.drafting.wording import dull, templates
from index.words import stem, terms

Stems = tuple[str, ...]
_TOKEN = re.compile(r"[^\W_]+(?:['’\-–][^\W_]+)*|[^\w\s]")
_BEFORE = frozenset("of in on with for about from by the its a an all each every against "
                    "between at as their no".split())
_ARTICLES = frozenset({"the", "its", "this", "their"})
# What says that there are several: a question asks after them in the plural.
_ONE_OF = frozenset({"a", "an", "each", "every"})
# "The force records": a sentence, no phrase.
_DOERS = frozenset({"force", "forces", "constabulary", "service", "council", "school", "officer",
                    "officers", "inspectors", "staff"})
_ADVERBS = frozenset({"still", "together", "too", "well", "already", "today"})
# What never stands without an article in the singular.
_COUNTED = frozenset({"unit", "room", "team", "centre", "hub", "scheme", "rate", "model", "plan"})
_LONGEST = 5
_ENOUGH = 2
# What inspectors did, not what they found.
_ABOUT_IT = re.compile(r"(?:We|I) (?:examined|inspected|assessed|looked|reviewed)\b(?!.*\bfound\b)")
_NO_SUBJECT = frozenset({FindingKind.JUDGMENT, FindingKind.SUMMARY})


@dataclass(frozen=True, slots=True)
class Subject:
    """A noun phrase as a question puts it, and every finding of the scope that speaks of it."""

    phrase: str
    scope: Scope
    findings: tuple[Finding, ...]


@lru_cache(maxsize=4)
def subjects(shelf: Shelf) -> tuple[Subject, ...]:
    """Every subject of every scope, scopes in their order, phrases by the alphabet."""
    known = _vocabulary(shelf)
    found: list[Subject] = []
    for scope in shelf.scopes:
        held: dict[str, list[tuple[Finding, str]]] = {}
        for finding in scope.usable:
            if finding.kind not in _NO_SUBJECT and not _ABOUT_IT.match(finding.words):
                for key, surface in _spoken(finding, known).items():
                    held.setdefault(key, []).append((finding, surface))
        for _, pairs in sorted(held.items()):
            if phrase := _put([surface for _, surface in pairs]):
                found.append(Subject(phrase, scope, tuple(f for f, _ in pairs)))
    return tuple(found)


def _spoken(finding: Finding, known: Mapping[Stems, str]) -> dict[str, str]:
    """The keys of the phrases in a finding or its last heading, with the words around there:
    the article before them, if any, and the phrase."""
    found: dict[str, str] = {}
    for text in (finding.words, finding.section[-1] if len(finding.section) > 1 else ""):
        tokens = _TOKEN.findall(text)
        roots = [stem(token) for token in tokens]
        for at in range(len(tokens)):
            for length in range(1, min(_LONGEST, len(tokens) - at) + 1):
                key = known.get(tuple(roots[at:at + length]))
                phrase = " ".join(tokens[at:at + length])
                # A noun is a verb's stem too: "attendance", "attends".
                if key is None or key in found or (length == 1 and not _is_noun(phrase)):
                    continue
                before = tokens[at - 1].lower() if at else ""
                ends = at + length == len(tokens) or not terms(tokens[at + length])
                found[key] = _with_article(before, phrase) if ends else phrase
    return found


def _with_article(before: str, phrase: str) -> str:
    """A phrase that ends where its noun does, as it would be asked after."""
    if before in _ONE_OF and not _is_noun(phrase):
        return _plural(phrase)
    return f"the {phrase}" if before in _ARTICLES else phrase


@cache
def _nouns() -> frozenset[str]:
    listed = [str(noun).lower() for noun in templates()["subjects"]["nouns"]]
    short = [short for short, _ in _abbreviations()]
    return frozenset([*listed, *map(_plural, listed), *short])


def _is_noun(word: str) -> bool:
    return word.lower() in _nouns()


def _put(surfaces: Sequence[str]) -> str:
    """The phrase as most findings have it: plural where any has it so and for people, else with
    an article where most have one or one is needed."""
    bare = Counter(_lower(s.removeprefix("the ")) for s in surfaces)
    plural = [phrase for phrase in bare if phrase.endswith("s") and not phrase.endswith("ss")]
    phrase = max(plural or bare, key=lambda p: (bare[p], p))
    if plural:
        return phrase
    if re.search(r"[a-z]{3}[eo]r$", phrase):
        return _plural(phrase)
    with_article = sum(s.startswith("the ") for s in surfaces) * 2 > len(surfaces)
    return f"the {phrase}" if with_article or phrase.split()[-1] in _COUNTED else phrase


def _plural(words: str) -> str:
    """A phrase whose last word stands for one thing, for several."""
    if words.endswith("s"):
        return words
    if re.search(r"(?:x|z|ch|sh)$", words):
        return f"{words}es"
    return f"{words[:-1]}ies" if re.search(r"[^aeiou]y$", words) else f"{words}s"


def _vocabulary(shelf: Shelf) -> dict[Stems, str]:
    """Phrases by their stems, with a key that those meaning the same share."""
    found: dict[Stems, str] = {}
    for phrase in (*_recurring(shelf), *_headings(shelf), *templates()["subjects"]["nouns"]):
        roots = tuple(stem(token) for token in _TOKEN.findall(phrase))
        found[roots] = " ".join(roots)
    for short, full in _abbreviations():
        roots = tuple(stem(token) for token in _TOKEN.findall(full))
        found[roots] = found[(stem(short),)] = " ".join(roots)
    areas = [area.label for scope in shelf.scopes for area in scope.areas]
    passed_over = {tuple(stem(token) for token in _TOKEN.findall(phrase)) for phrase in
                   (*templates()["subjects"]["dull"], *(topic.label for topic in topics()), *areas)}
    return {roots: key for roots, key in found.items()
            if roots not in passed_over and len(roots) <= _LONGEST}


def _recurring(shelf: Shelf) -> Iterator[str]:
    """Runs of two or three words that carry meaning, found whole after a preposition or article
    in one finding and again in another: nearly always noun phrases."""
    whole: set[Stems] = set()
    counts: Counter[Stems] = Counter()
    surface: dict[Stems, str] = {}
    for scope in shelf.scopes:
        for finding in scope.usable:
            runs = list(_runs(_TOKEN.findall(finding.words)))
            for before, run in runs:
                roots = tuple(map(stem, run))
                surface.setdefault(roots, " ".join(run))
                if len(run) <= 3 and before in _BEFORE and _may_be_noun(run):
                    whole.add(roots)
            counts.update({part for _, run in runs for part in _parts(tuple(map(stem, run)))})
    return (surface[roots] for roots in sorted(whole) if counts[roots] >= _ENOUGH)


def _may_be_noun(run: Sequence[str]) -> bool:
    """Whether nothing in a run speaks against its being a noun phrase."""
    return not (run[0].endswith("ing") or run[0] in _DOERS or run[-1].endswith("ed")
                or any(word.endswith("ly") or word in _ADVERBS or "’" in word for word in run))


def _runs(tokens: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    run: list[str] = []
    before = ""
    for token in (*tokens, "."):
        if token[0].isalpha() and terms(token):
            run.append(token)
            continue
        if len(run) > 1 and all(word == word.lower() for word in run):
            yield before, run
        run, before = [], token.lower()


def _parts(roots: Stems) -> Iterator[Stems]:
    for size in (2, 3):
        for at in range(len(roots) - size + 1):
            yield roots[at:at + size]


def _headings(shelf: Shelf) -> Iterator[str]:
    """Headings below an area that are noun phrases: "Stop and search"."""
    for scope in shelf.scopes:
        areas = {area.path for area in scope.areas}
        statements = {f.words for f in scope.findings}
        for section in dict.fromkeys(f.section for f in scope.findings):
            if len(section) > 1 and section not in areas and not dull(section[-1]):
                label = label_of(section[-1], statements)
                if label and len(label.split()) <= 3:
                    yield label


@cache
def _abbreviations() -> tuple[tuple[str, str], ...]:
    """Short and full forms of the domain's terms."""
    path = Path(corpus.__file__).parent / "data" / "glossary.toml"
    told: dict[str, str] = tomllib.loads(path.read_text("utf-8"))["abbreviations"]
    return tuple((short, full) for short, full in told.items() if len(full.split()) > 1)


def _lower(phrase: str) -> str:
    """A phrase inside a sentence: capitals stay where a whole word or a name has them."""
    first, _, rest = phrase.partition(" ")
    kept = any(c.isupper() for c in rest) or any(c.isupper() for c in first[1:])
    return phrase if kept else phrase.lower()
