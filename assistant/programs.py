"""What other programs may ask of the library: an answer, a search, a complete list."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import PurePath
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.allowance import Allowance
from assistant.answer import Answer, Citation
from assistant.backend import Backend, Choices, ProseStatus
from assistant.compose.steering import steers
from assistant.discretion import discreet, spoken
from assistant.exchange import (
    AskCall,
    AskReply,
    Cited,
    FilteredCall,
    ListCall,
    Listed,
    ListReply,
    Problem,
    Ranked,
    Reply,
    ScopedCall,
    SearchCall,
    SearchReply,
)
from assistant.glossary import synonyms
from assistant.scope import Scope
from corpus.errors import FindingsError, FixConfiguration, GiveUp, TryAgain
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity
from corpus.names import forces_in, topics
from index.filter import Filter
from index.store import Index
from index.words import terms

logger = logging.getLogger(__name__)
_Called = TypeVar("_Called", bound=BaseModel)
_Shown = TypeVar("_Shown", Listed, Ranked)
# More names than these help nobody to find the right one.
_NAMED = 40


class InvalidInput(GiveUp):
    """What was sent can't be taken as it is; the next step says what can."""


class Library(Backend, Protocol):
    """An assistant whose index can be read too."""

    def current(self) -> tuple[Index, Scope]:
        """The index in force and what it covers."""
        ...


class Programs:
    """The three calls over one library. Safe to call from several threads. Each raises a
    ``FindingsError`` with what to do next, ``InvalidInput`` for what can't be taken."""

    def __init__(self, library: Library, for_models: bool = False,
                 allowance: Allowance | None = None) -> None:
        """``for_models`` withholds the words of findings that steer: what a language model is
        given to read must not be able to command it. ``allowance`` is whose writer prose waits
        for; the calls are counted by whoever knows where they come from."""
        self._library = library
        self._for_models = for_models
        self._allowance = allowance or Allowance.free()

    def ask(self, call: AskCall, cancel: threading.Event | None = None) -> AskReply:
        """An answer with its citations. A question without one is no error: ``status`` says so."""
        prose = call.composer == "prose"
        if prose and self._library.prose_state().status is not ProseStatus.READY:
            raise FixConfiguration("No language model is set up to write prose.",
                                   "Leave composer out to get quotes, or set a model up.")
        reports = self._library.reports()
        scope = _scope(call, reports)
        _require_reports(scope, reports)
        answer: Answer | None = None
        with self._allowance.writer(cancel) if prose else nullcontext():
            for update in self._library.stream(
                    call.question, [(one[0], one[1]) for one in call.history],
                    composer=call.composer, cancel=cancel, choices=Choices(scope)):
                answer = update.answer or answer
        if answer is None:
            raise TryAgain("The question was stopped before it had an answer.", "Ask again.")
        citations = [_cited(one) for one in answer.citations]
        nearest = [_cited(one) for one in answer.nearest]
        if self._for_models:
            answer = spoken(answer, citations)
            citations, nearest = [*map(discreet, citations)], [*map(discreet, nearest)]
        return AskReply.of(answer, citations, nearest)

    def search(self, call: SearchCall) -> SearchReply:
        """The findings nearest to a query by meaning and by words."""
        if not call.query.strip():
            raise InvalidInput("query: there are no words to look for.", "Send some.")
        index, _ = self._library.current()
        wanted = _filter(call, index)
        said = " ".join([call.query, *(phrase for group in synonyms(call.query).values()
                                       for phrase in group)])
        vector = index.embedder.embed([call.query])[0]
        hits = index.search_by(vector, terms(said), wanted, max(50, call.k))[:call.k]
        known = _knowing(index)
        found = tuple(self._shown(Ranked.hit(hit, **known(hit.finding))) for hit in hits)
        return SearchReply(query=call.query, count=len(found), findings=found)

    def list(self, call: ListCall) -> ListReply:
        """A part of the complete list of the findings that meet every condition."""
        index, _ = self._library.current()
        wanted = _filter(call, index)
        total, end = index.count(wanted), call.offset + call.limit
        shown = index.catalogue.slices(wanted)(call.offset, end)
        known = _knowing(index)
        found = tuple(self._shown(Listed.of(one, **known(one))) for one in shown)
        return ListReply(total=total, offset=call.offset, count=len(found),
                         next_offset=end if end < total else None, findings=found)

    def _shown(self, one: _Shown) -> _Shown:
        return discreet(one) if self._for_models else one


def called(model: type[_Called], sent: Mapping[str, Any]) -> _Called:
    """A call from what was sent. Raises ``InvalidInput`` that names each field that doesn't fit."""
    try:
        return model.model_validate(dict(sent))
    except ValidationError as error:
        faults = "; ".join(f"{_place(one['loc'])}: {one['msg'][:300]}"
                           for one in error.errors(include_input=False, include_url=False)[:5])
        fields = ", ".join(model.model_fields)
        raise InvalidInput(f"The input can't be taken. {faults}.",
                           f"Correct it and send it again; the fields are {fields}.") from error


def _place(location: Sequence[str | int]) -> str:
    return ".".join(str(part)[:60] for part in location) or "input"


def problem(error: FindingsError) -> Problem:
    """An error as what a program gets of it."""
    kinds: tuple[tuple[type[FindingsError], Any], ...] = (
        (InvalidInput, "invalid_input"), (FixConfiguration, "fix_configuration"),
        (TryAgain, "try_again"), (FindingsError, "give_up"))
    kind = next(name for of, name in kinds if isinstance(error, of))
    return Problem(type=kind, message=error.reason, next_step=error.next_step)


def answered(work: Callable[[], Reply]) -> Reply | Problem:
    """What a call comes to. Whatever goes wrong unforeseen is logged, and told as a problem."""
    try:
        return work()
    except FindingsError as error:
        return problem(error)
    except Exception:
        logger.exception("a program's call failed")
        return Problem(type="give_up", message="Something went wrong that should not have.",
                       next_step="Try again, and report it with what you sent.")


def link(finding_id: str) -> str:
    """The part of the page's address that opens a report at a finding."""
    return f"#finding={finding_id}"


def _cited(one: Citation) -> Cited:
    finding = Finding(
        one.finding_id, one.report_id, one.section, FindingKind(one.kind), Polarity(one.polarity),
        one.quote, one.start, one.end, one.lead_in,
        grade=Grade(one.grade) if one.grade else None, hidden=one.hidden)
    # Where the library's files are on this machine is nobody's business but this machine's.
    told = {**one.model_dump(), "source": PurePath(one.source).name}
    return Cited(**told, link=link(one.finding_id), steers=steers(finding))


def _knowing(index: Index) -> Callable[[Finding], dict[str, Any]]:
    """What tells of a finding what the finding itself doesn't hold."""
    sources = index.catalogue.sources()
    guessed = {one.id: one.guessed for one in index.reports()}

    def known(finding: Finding) -> dict[str, Any]:
        title, source = sources[finding.report_id]
        return {"title": title, "source": PurePath(source).name,
                "guessed": guessed[finding.report_id], "link": link(finding.id),
                "steers": steers(finding)}

    return known


def _scope(call: ScopedCall, reports: Sequence[Metadata]) -> Filter:
    """Where to look. Raises ``InvalidInput`` for a name that the library doesn't have, with
    those that it has."""
    forces = sorted({one.force for one in reports if one.force})
    years = sorted({one.year for one in reports if one.year})
    ids = [one.id for one in reports]
    for year in call.year:
        _require(year in years, f"year: there is no report of {year}.", "years", years)
    for one in call.report:
        _require(one in ids, f"report: there is no report {one!r}.", "reports", ids)
    return Filter(reports=frozenset(call.report), years=frozenset(call.year),
                  forces=frozenset(name for one in call.force for name in _forces(one, forces)),
                  kinds=frozenset(kind.value for kind in call.kind))


def _forces(name: str, known: Sequence[str]) -> Sequence[str]:
    exact = [force for force in known if force.casefold() == name.strip().casefold()]
    named = exact or [force.name for force in forces_in(name) if force.name in known]
    _require(bool(named), f"force: there is no report on {name!r}.", "forces", known)
    return named


def _filter(call: FilteredCall, index: Index) -> Filter:
    scope, held = _scope(call, index.reports()), index.catalogue.topics()
    keys = frozenset(key for name in call.topic for key in _topics(name, held))
    return Filter(reports=scope.reports, forces=scope.forces, years=scope.years,
                  kinds=scope.kinds, topics=keys,
                  polarities=frozenset(one.value for one in call.polarity),
                  grades=frozenset(one.value for one in call.grade))


def _topics(name: str, held: Iterable[str]) -> Sequence[str]:
    """The keys of the topics that a text names, among those that the library has."""
    known = {topic.key: topic for topic in topics() if topic.key in set(held)}
    exact = [key for key, topic in known.items()
             if name.strip().casefold() in (key, topic.label.casefold())]
    named = exact or [key for key, topic in known.items() if topic.asked.search(name)]
    _require(bool(named), f"topic: no finding is under {name!r}.", "topics",
             [topic.label for topic in known.values()])
    return named


def _require(holds: bool, reason: str, what: str, known: Sequence[object]) -> None:
    if not holds:
        more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
        names = ", ".join(map(str, known[:_NAMED])) or "none"
        raise InvalidInput(reason, f"The library's {what}: {names}{more}.")


def _require_reports(scope: Filter, reports: Sequence[Metadata]) -> None:
    named = scope.reports or scope.forces or scope.years
    if named and not any((not scope.reports or one.id in scope.reports)
                         and (not scope.forces or one.force in scope.forces)
                         and (not scope.years or one.year in scope.years) for one in reports):
        raise InvalidInput("No report has the force, year and report that were given together.",
                           "Give fewer of them.")
