"""What is asked: a stand-alone question, its facets, its intent, and the scope it names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import corpus
from assistant.answer import Intent
from assistant.facets import Facets, facets
from assistant.followup import standalone
from assistant.intent import asks_yes_or_no, intent
from assistant.spelling import repaired
from corpus.model import Finding, Metadata
from corpus.names import forces as all_forces
from corpus.names import forces_in, official_name, topics
from index.filter import Filter
from index.words import stem, terms, words

# Words that every report on a body shares; they tell nothing about what is asked.
_SHARED = ("force forces police constabulary service report reports inspection inspections "
           "inspector inspectors inspectorate hmic hmicfrs peel findings finding area areas "
           "question tell say said think thought describe explain mean share percentage proportion "
           "percent long average relate relates related relating concern concerning cover "
           "covers covered deal deals regard regarding apply biggest main worst greatest top most "
           "least next then full set complete entire whole currently really "
           "actually exactly overall main key please compare comparison versus vs against "
           "difference brief briefing summary summarise overview list count number grade grades "
           "graded rating rated judgment judgments judged good bad well badly doing going done "
           "happening reason reasons way ways kind sort according every each paper document review "
           "section").split()
_GENERIC = frozenset("and of the service services police constabulary borough county rescue "
                     "authority report inspection district royal city".split())
_KIND_WORDS = re.compile(
    r"\b(?:areas? (?:for|of|needing) improvements?|afis?|causes? (?:of|for) concern"
    r"|recommend(?:ations?|ed|s)?|recs|strengths?|weakness(?:es)?|problems?|issues?|judge?ments?"
    r"|innovative practices?|promising practices?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the index covers, for telling what a question names that it doesn't."""

    forces: frozenset[str]
    years: frozenset[int]
    pillars: frozenset[str]
    bodies: frozenset[str]
    sections: tuple[str, ...]
    names: frozenset[str]
    mentioned_years: frozenset[int]
    vocabulary: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    ``wanted`` is the scope to look in. ``outside`` names what is asked about and not indexed
    ("Bedfordshire", "2023"), with the reply's key. ``subject`` are the words left when kinds,
    forces, years and topics are taken away; ``topic_words`` are the labels of its topics.
    """

    raw: str
    text: str
    intent: Intent
    facets: Facets
    wanted: Filter
    yes_no: bool = False
    outside: tuple[str, str] | None = None
    subject: tuple[str, ...] = ()
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    follows: bool = False

    @property
    def search_text(self) -> str:
        """The question with its synonyms, for lexical search."""
        return " ".join([self.text, *(phrase for group in self.synonyms.values()
                                      for phrase in group)])


def tidy(text: str) -> str:
    """A question on one line, without control and formatting characters."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text
                      if unicodedata.category(c) not in ("Cf", "Co", "Cs"))
    return " ".join(visible.split())


def scope_of(reports: Collection[Metadata], findings: Collection[Finding]) -> Scope:
    """What these reports cover."""
    sections = tuple(dict.fromkeys(part for f in findings for part in f.section))
    names = {body for r in reports if r.force
             for body in (r.force, official_name(r.force) or r.force)}
    years = {int(match) for f in findings
             for match in re.findall(r"\b(?:19|20)\d\d\b", f.text)}
    pillars = {r.pillar for r in reports if r.pillar} | {
        part.capitalize() for f in findings for part in f.section[:1] if len(part.split()) == 1}
    return Scope(frozenset(r.force for r in reports if r.force),
                 frozenset(r.year for r in reports if r.year), frozenset(pillars),
                 frozenset(names), sections,
                 frozenset(stem(w) for name in names for w in terms(name)), frozenset(years),
                 frozenset(w for f in findings for w in words(f.text) if len(w) > 4))


def understand(raw: str, history: Sequence[tuple[str, str]], scope: Scope,
               is_word: Callable[[str], bool] = lambda word: True,
               chosen: Filter | None = None) -> Question:
    """The question, its spelling put right and made stand-alone from the conversation, with
    facets and intent. ``is_word`` tells English words, which are never respelt; ``chosen`` is
    the scope to look in where the question names none."""
    plain = repaired(tidy(raw), scope.vocabulary, is_word)
    text, follows = standalone(plain, [(tidy(q), a) for q, a in history])
    told = facets(text)
    if own := _indexed_bodies(text, scope):
        told = replace(told, forces=own)
    aim = intent(text, told)
    subject = _subject(text, told, scope)
    wanted = _within(_wanted(text, told, aim, scope), told, chosen or Filter())
    return Question(raw, text, aim, told, wanted, asks_yes_or_no(text),
                    _outside(text, told, scope), subject, synonyms(text), follows)


def _within(wanted: Filter, told: Facets, chosen: Filter) -> Filter:
    """What a question wants, in the scope chosen beside it; what the question names itself
    (a force, a year, a kind) counts for more."""
    named = bool(told.forces or told.years)
    return replace(
        wanted, reports=frozenset() if named else chosen.reports,
        forces=wanted.forces if told.forces else chosen.forces,
        years=wanted.years if told.years else chosen.years,
        kinds=wanted.kinds if told.kinds else wanted.kinds | chosen.kinds)


def _indexed_bodies(text: str, scope: Scope) -> tuple[str, ...]:
    """Indexed bodies other than police forces that a question names, by their telling words:
    "Lancashire fire" is Lancashire Fire and Rescue Service, not the police."""
    asked = set(words(text))
    known = {force.name for force in all_forces()}
    named = []
    for body in sorted(scope.forces - known):
        telling = [word for word in words(body) if word not in _GENERIC]
        if telling and telling[0] in asked and sum(w in asked for w in telling) >= \
                max(1, round(0.6 * len(telling))):
            named.append(body)
    return tuple(named)


def _wanted(text: str, told: Facets, aim: Intent, scope: Scope) -> Filter:
    kinds = frozenset(k.value for k in told.kinds) if aim in (Intent.LIST, Intent.COUNT) \
        else frozenset()
    polarities: frozenset[str] = frozenset()
    if told.polarity and aim is Intent.LOOKUP and not asks_yes_or_no(text):
        polarities = frozenset({told.polarity.value})
    years = frozenset(y for y in told.years if y in scope.years)
    topic_keys = frozenset(told.topics) if aim not in (Intent.LOOKUP,) else frozenset()
    return Filter(forces=frozenset(f for f in told.forces if f in scope.forces), years=years,
                  kinds=kinds, polarities=polarities, topics=topic_keys)


def _outside(text: str, told: Facets, scope: Scope) -> tuple[str, str] | None:
    """What a question asks about that no report covers, and which reply says so."""
    missing = [force for force in told.forces if force not in scope.forces]
    if missing and not any(force in scope.forces for force in told.forces):
        return "force", official_name(missing[0]) or missing[0]
    if not told.forces and (body := _unknown_body(text, scope)):
        return "force", body
    if told.years and not any(y in scope.years or y in scope.mentioned_years
                              for y in told.years):
        return "year", str(told.years[0])
    if told.years and not any(y in scope.years for y in told.years) and re.search(
            r"\b(?:inspection|report|peel|grades?|graded|judged|judge?ment|findings?)\b", text, re.I
            ) and not re.search(r"\bsince\b", text, re.I):
        return "year", str(told.years[0])
    if told.pillar and told.pillar not in scope.pillars and scope.pillars and not any(
            told.pillar.lower()[:7] in section.lower() for section in scope.sections):
        return "pillar", told.pillar.lower()
    return None


def _unknown_body(text: str, scope: Scope) -> str | None:
    """A body named in full ("Toytown Police") that is not indexed."""
    match = re.search(r"\b((?:[A-Z][\w’'-]+ (?:and |of )?){1,3}(?:Police|Constabulary|Fire and "
                      r"Rescue Service|Council|Hospital|School|Academy))\b", text)
    if match is None:
        return None
    name = re.sub(r"^(?:The|Is|Does|Did|Has|How|What|Why|Are|Was|In|For|Which|When|Where|Who) ", "",
                  match[1])
    if not re.match(r"[A-Z]", name) or len(name.split()) < 2 or forces_in(name):
        return None
    known = any(name.lower() in body.lower() or body.lower() in name.lower()
                for body in scope.bodies)
    said = any(name.lower() in section.lower() for section in scope.sections)
    return None if known or said or name == "Police National" else name


def _subject(text: str, told: Facets, scope: Scope) -> tuple[str, ...]:
    """The words that narrow a list beyond its kinds, topics, forces and years."""
    rest = _KIND_WORDS.sub(" ", text)
    for topic in topics():
        if topic.key in told.topics:
            rest = topic.asked.sub(" ", rest)
    for year in told.years:
        rest = rest.replace(str(year), " ")
    for force in forces_in(rest):
        rest = force.pattern.sub(" ", rest)
    owned = {word for body in told.forces for word in words(body)}
    shared = shared_stems(scope)
    return tuple(word for word in terms(rest) if stem(word) not in shared and word not in owned)


def shared_stems(scope: Scope) -> frozenset[str]:
    """Stems of words that tell nothing about what is asked, the bodies' own names included."""
    return frozenset(stem(word) for word in _SHARED) | scope.names


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    path = Path(corpus.__file__).parent / "data" / "glossary.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def _glossary() -> tuple[tuple[str, re.Pattern[str], list[str]], ...]:
    return tuple((key, re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])", re.IGNORECASE), also)
                 for key, also in _data()["expand"].items())


def kinds_of_crime(text: str) -> list[str]:
    """The words of a question that say which kind of crime, abuse or violence it means."""
    heads, plain = set(_data()["compounds"]["heads"]), set(_data()["compounds"]["plain"])
    said = words(text)
    return [word for word, head in pairwise(said)
            if head in heads and word not in plain and not word.endswith("ing")
            and word in terms(word)]


def synonyms(text: str) -> dict[str, list[str]]:
    """The report's words for a reader's, by each word of the reader's phrase."""
    found: dict[str, list[str]] = {}
    for key, pattern, also in _glossary():
        if pattern.search(text):
            for word in terms(key):
                found.setdefault(word, []).extend(also)
    return found
