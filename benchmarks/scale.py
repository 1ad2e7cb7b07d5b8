"""A library of 100,000 findings: searches, complete lists, suggestions, spelling, answers."""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answer import Intent
from assistant.gathered import Gathered, Group
from assistant.question import understand
from assistant.service import Service, open_embedder
from assistant.spelling import repaired
from assistant.suggest import follow_ups, openers
from benchmarks import archive, material
from benchmarks.command import ROOT
from benchmarks.measure import Effort, Measure, Result, spread, taken
from corpus.model import FindingKind
from corpus.names import topics
from index import generation
from index.catalogue import Catalogue
from index.embedding import Embedder
from index.filter import Filter
from index.neighbours import Neighbours
from index.store import Index
from index.sync import sync
from index.words import terms

FINDINGS, FEW = 100_000, 1_000
WORDS = 60_000
SEARCH_MS, FILTERED_MS, LIST_MS, ANSWER_MS = 60.0, 120.0, 100.0, 200.0
OPEN_S, MEMORY_MB = 2.0, 400.0
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
    """Index the archive with the code of ``sync``, then ask it everything."""
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        source = archive.write(Path(scratch) / "reports",
                               FINDINGS if effort.repeats > 1 else FEW)
        embedder = open_embedder(material.settings(home))
        built = taken(lambda: sync(home, source, archive.Neighbouring(embedder), _shown))
        measures = [Measure("built, most texts not embedded", built, "s"), *_opened(home)]
        with closing(Index(home, embedder)) as index:
            held = index.count()
            measures += [*_searches(index, embedder, effort), *_lists(index)]
        measures += _answers(home, embedder, effort)
    notes = (f"{held:,} findings, made up from the shipped report's",
             "memory: what opening, searching and reading add, the vectors' file included",
             "a complete list is read for the first time in each sample")
    return Result(tuple(measures), notes)


def _opened(home: Path) -> list[Measure]:
    """Opening and memory, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.scale", str(home)], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    seconds, searched, everything = map(float, done.stdout.split())
    return [Measure("index opened", seconds, "s", OPEN_S),
            Measure("memory of an index searched", searched, "MB", MEMORY_MB),
            Measure("memory with every finding read", everything, "MB", MEMORY_MB)]


def _searches(index: Index, embedder: Embedder, effort: Effort) -> list[Measure]:
    """Searches with the query's vector at hand, as a look-up makes them."""
    asked = material.questions(effort.questions)
    ready = [(embedder.embed([text])[0], terms(text)) for text in asked]
    index.search(asked[0])
    measures = [
        *_spread("search", (partial(index.search_by, *one) for one in ready), SEARCH_MS),
        *_spread("lexical alone", (partial(index.catalogue.lexical, words, 50)
                                   for _, words in ready)),
        *_spread("dense alone", (partial(index.vectors.nearest, vector, 50)
                                 for vector, _ in ready))]
    for name, wanted in SCOPES.items():
        measures += _spread(f"search in {name} ({index.count(wanted):,})",
                            (partial(index.search_by, *one, wanted) for one in ready),
                            FILTERED_MS)
    return measures


def _lists(index: Index) -> list[Measure]:
    """Complete lists, one for each topic."""
    wanted = [Filter(kinds=_KIND, topics=frozenset({topic.key})) for topic in topics()]
    most = max(map(index.count, wanted))
    return _spread(f"a complete list of up to {most:,} findings",
                   (partial(index.findings, one) for one in wanted), LIST_MS)


def _answers(home: Path, embedder: Embedder, effort: Effort) -> list[Measure]:
    """The assistant on the same library: spelling, suggestions, whole answers of quotes."""
    settings = material.settings(home)
    made: list[Service] = []
    opening = taken(lambda: made.append(Service(settings, embedder)))
    asked = material.questions(effort.questions)
    with closing(made[0]) as service:
        index, scope = service.current()
        vocabulary = _vocabulary(index)
        repaired("wrods", vocabulary, embedder.is_word)
        question = understand(asked[0], [], scope)
        found = Gathered(Intent.BRIEF, (Group("", tuple(index.findings(SCOPES["one force"]))),))
        service.ask(asked[0], composer="quotes")
        return [
            Measure("service opened", opening, "s", OPEN_S),
            *_spread(f"spelling against {len(vocabulary):,} words", (
                partial(repaired, _misspelt(text), vocabulary, embedder.is_word)
                for text in asked)),
            *_spread("opening suggestions", [partial(openers, index)] * effort.repeats),
            *_spread("follow-up suggestions",
                     [partial(follow_ups, question, found, index)] * effort.repeats),
            *_spread("answer", (partial(service.ask, text, composer="quotes") for text in asked),
                     ANSWER_MS)]


def _vocabulary(index: Index) -> dict[str, int]:
    """The library's words, with words made up of their parts to make it a large vocabulary."""
    drawn = random.Random(7)
    known = sorted(index.catalogue.vocabulary().items())
    made = dict(known)
    while len(made) < WORDS:
        (one, _), (other, _) = drawn.choice(known), drawn.choice(known)
        made.setdefault((one[:drawn.randrange(2, 7)] + other[-drawn.randrange(2, 7):]), 1)
    return made


def _misspelt(text: str) -> str:
    """A question with a letter left out of each longer word."""
    return " ".join(word[:3] + word[4:] if len(word) > 5 else word for word in text.split())


def _spread(name: str, works: Iterable[Callable[[], object]],
            target: float | None = None) -> list[Measure]:
    return spread(name, [taken(work) * 1000 for work in works], "ms", target=target)


def _shown(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,}", end="", file=sys.stderr)


def _peak() -> float:
    """The most memory that this process has had, in MB. A child's resource usage begins with its
    parent's, so where the system tells the process's own it is taken."""
    status = Path("/proc/self/status")
    if status.exists():
        told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))
        if told is not None:
            return int(told[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3)


def main(arguments: Sequence[str]) -> int:
    """Open the index of a home, without a model; print the seconds it took, and the memory it
    takes when it has been searched and when every finding has been read."""
    found = generation.current(Path(arguments[0]))
    if found is None:
        return 1
    before, begun = _peak(), time.perf_counter()
    with closing(Catalogue(found[0] / "catalogue.sqlite")) as catalogue:
        vectors = Neighbours(found[0], catalogue.ids, catalogue.row_of)
        seconds = time.perf_counter() - begun
        vectors.nearest(vectors.get(catalogue.ids[:1])[catalogue.ids[0]], 50)
        catalogue.lexical(["force", "crime"], 50)
        searched = _peak() - before
        catalogue.findings()
        print(seconds, searched, _peak() - before)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
