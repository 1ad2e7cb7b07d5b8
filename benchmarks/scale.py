"""Libraries of 100 to 100,000 findings (a million with ``--largest``): opening, memory, searches
with and without filters, reranked, complete lists, suggestions, spelling, answers."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answer import Intent
from assistant.gathered import Gathered, Group
from assistant.lookup import candidates
from assistant.question import understand
from assistant.scope import scope_of
from assistant.service import Service, open_embedder
from assistant.spelling import repaired
from assistant.suggest import follow_ups, openers
from benchmarks import archive, material, memory, rival
from benchmarks.measure import Effort, Measure, Result, spread, taken
from corpus.model import FindingKind
from corpus.names import topics
from index.embedding import Embedder
from index.filter import Filter
from index.store import Index
from index.sync import sync
from index.words import terms

SIZES, FEW, LARGEST = (100, 1_000, 10_000, 100_000), (100, 1_000), 1_000_000
WORDS = 60_000
SEARCH_MS, FILTERED_MS, RERANKED_MS, LIST_MS, ANSWER_MS = 60.0, 120.0, 200.0, 100.0, 200.0
OPEN_S, MEMORY_MB = 2.0, 400.0
# The promises are for libraries up to this size.
PROMISED = 100_000
# The length of list that a promise is made for, and up to which it is held to it.
_LISTED, _LONGEST = 1_000, 1_500
_KIND = frozenset({FindingKind.AREA_FOR_IMPROVEMENT.value})
_FORCE, _YEAR = "Bedfordshire", archive.YEARS[0]
SCOPES = {
    "one report": Filter(forces=frozenset({_FORCE}), years=frozenset({_YEAR})),
    "one force": Filter(forces=frozenset({_FORCE})),
    "one topic": Filter(topics=frozenset({"investigating"})),
    "three years": Filter(years=frozenset(range(_YEAR, _YEAR + 3))),
    "all that is negative": Filter(polarities=frozenset({"negative"})),
}


def run(effort: Effort) -> Result:
    """Index archives with the code of ``sync``, then ask the same of each."""
    sizes = FEW if effort.repeats == 1 else (LARGEST,) if effort.largest else SIZES
    measures: list[Measure] = []
    notes: list[str] = []
    for size in sizes:
        found, held, missing = _library(size, effort, last=size == sizes[-1])
        measures += found
        notes += [f"{size:,}: {held:,} findings, made up from the shipped report's", *missing]
    notes += ["peer: Chroma holding the same vectors, its own nearest neighbours and 'where'",
              "memory: what opening, searching and reading add, the vectors' file included",
              "reranked: a search and the reading of its best candidates; a complete list is read "
              "for the first time in each sample"]
    return Result(tuple(measures), tuple(notes))


def _library(size: int, effort: Effort, last: bool) -> tuple[list[Measure], int, list[str]]:
    """The measures of one size, how many findings it has, what there is to say of the peer."""
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        source = archive.write(Path(scratch) / "reports", size)
        embedder = open_embedder(material.settings(home))
        built = taken(lambda: sync(home, source, archive.Neighbouring(embedder), _shown))
        measures = [Measure("built, most texts not embedded", built, "s"), *_opened(home)]
        with closing(Index(home, embedder)) as index:
            held = index.count()
            peer = rival.of(home) if effort.peer and size <= PROMISED else None
            measures += [*_searches(index, embedder, effort, peer), *_lists(index)]
            said = peer.missed(index, embedder, material.questions(effort.questions)) \
                if peer else []
        measures += _answers(home, embedder, effort, whole=last)
    promised = size <= PROMISED
    named = [one.called(f"{size:,}: {one.name}", promised=promised) for one in measures]
    return named, held, [f"{size:,}: {text}" for text in said]


def _opened(home: Path) -> list[Measure]:
    """Opening and memory, in a process of its own."""
    seconds, searched, everything = memory.of_an_index(home)
    return [Measure("index opened", seconds, "s", OPEN_S),
            Measure("memory of an index searched", searched, "MB", MEMORY_MB),
            Measure("memory with every finding read", everything, "MB", MEMORY_MB)]


def _searches(index: Index, embedder: Embedder, effort: Effort,
              peer: rival.Rival | None) -> list[Measure]:
    """Searches with the query's vector at hand, as a look-up makes them."""
    asked = material.questions(effort.questions)
    ready = [(embedder.embed([text])[0], terms(text)) for text in asked]
    index.search(asked[0])
    held = index.catalogue
    scope = scope_of(held.reports(), held.sections(), held.vocabulary())
    theirs = peer.times([vector for vector, _ in ready], {}) if peer else ()
    measures = [
        *_spread("search", (partial(index.search_by, *one) for one in ready), SEARCH_MS, theirs),
        *_spread("search from words, reranked", (
            partial(candidates, understand(text, [], scope), Filter(), index, scope)
            for text in asked), RERANKED_MS),
        *_spread("lexical alone", (partial(index.catalogue.lexical, words, 50)
                                   for _, words in ready)),
        *_spread("dense alone", (partial(index.vectors.nearest, vector, 50)
                                 for vector, _ in ready), peer=theirs)]
    for name, wanted in SCOPES.items():
        if not (count := index.count(wanted)):
            continue
        theirs = peer.times([vector for vector, _ in ready], rival.where(wanted)) \
            if peer and rival.where(wanted) else ()
        measures += _spread(f"search in {name} ({count:,})",
                            (partial(index.search_by, *one, wanted) for one in ready),
                            FILTERED_MS, theirs)
    return measures


def _lists(index: Index) -> list[Measure]:
    """Complete lists: one for each topic, and one of a thousand findings."""
    wanted = [Filter(kinds=_KIND, topics=frozenset({topic.key})) for topic in topics()]
    most = max(map(index.count, wanted))
    measures = _spread(f"a complete list of up to {most:,} findings",
                       (partial(index.findings, one) for one in wanted),
                       LIST_MS if most <= _LONGEST else None)
    if index.count() >= _LISTED:
        near = min(_wide(), key=lambda one: abs(index.count(one) - _LISTED))
        measures += _spread(f"a complete list of {index.count(near):,} findings",
                            [partial(index.findings, near)], LIST_MS)
    return measures


def _wide() -> list[Filter]:
    """Filters of many widths: every topic in each run of years, of all forces and of one."""
    return [Filter(topics=frozenset({topic.key}), years=frozenset(range(_YEAR, _YEAR + years)),
                   forces=chosen)
            for topic in topics() for years in (1, 2, 4, 8)
            for chosen in (frozenset[str](), frozenset({_FORCE}))]


def _answers(home: Path, embedder: Embedder, effort: Effort, whole: bool) -> list[Measure]:
    """The assistant on the same library: whole answers of quotes; in the largest library also
    spelling and suggestions."""
    settings = material.settings(home)
    made: list[Service] = []
    opening = taken(lambda: made.append(Service(settings, embedder)))
    asked = material.questions(effort.questions)
    with closing(made[0]) as service:
        index, scope = service.current()
        service.ask(asked[0], composer="quotes")
        measures = [Measure("service opened", opening, "s", OPEN_S), *_spread(
            "answer", (partial(service.ask, text, composer="quotes") for text in asked),
            ANSWER_MS)]
        if not whole:
            return measures
        vocabulary = _vocabulary(index.catalogue.vocabulary())
        repaired("wrods", vocabulary, embedder.is_word)
        question = understand(asked[0], [], scope)
        found = Gathered(Intent.BRIEF, (Group("", tuple(index.findings(SCOPES["one force"]))),))
        return [
            *measures,
            *_spread(f"spelling against {len(vocabulary):,} words", (
                partial(repaired, _misspelt(text), vocabulary, embedder.is_word)
                for text in asked)),
            *_spread("opening suggestions", [partial(openers, index)] * effort.repeats),
            *_spread("follow-up suggestions",
                     [partial(follow_ups, question, found, index)] * effort.repeats)]


def _vocabulary(words: Mapping[str, int]) -> dict[str, int]:
    """The library's words, with words made up of their parts to make it a large vocabulary."""
    drawn = random.Random(7)
    known = sorted(words.items())
    made = dict(known)
    while len(made) < WORDS:
        (one, _), (other, _) = drawn.choice(known), drawn.choice(known)
        made.setdefault((one[:drawn.randrange(2, 7)] + other[-drawn.randrange(2, 7):]), 1)
    return made


def _misspelt(text: str) -> str:
    """A question with a letter left out of each longer word."""
    return " ".join(word[:3] + word[4:] if len(word) > 5 else word for word in text.split())


def _spread(name: str, works: Iterable[Callable[[], object]], target: float | None = None,
            peer: Sequence[float] = ()) -> list[Measure]:
    return spread(name, [taken(work) * 1000 for work in works], "ms", target=target, peer=peer)


def _shown(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,}", end="", file=sys.stderr)
