"""What is asked: a stand-alone question, its facets, its intent, and the scope it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Intent
from assistant.attachment import attached
from assistant.editions import editions_named
from assistant.facets import STRICT, Facets, facets, without_deadline, without_mending
from assistant.followup import narrowed, paged, standalone
from assistant.glossary import in_full, spelled_out, synonyms
from assistant.intent import asks_yes_or_no, briefed_on, intent
from assistant.outside import Outside, indexed_bodies, outside
from assistant.request import request
from assistant.scope import Scope
from assistant.spelling import renamed, repaired
from corpus.names import forces_in, topics
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
           "section raised across altogether total made gave given giving received came come comes "
           "identified issued set published found stated noted year years cycle cycles time times "
           "various different onwards later date now within across among between any every "
           "inspected force's something anything everything else seen spotted pointed "
           "out ask asked asks asking recommend recommended deadline deadlines date dates library "
           "collection labelled tagged headed formal formally ones one straight away immediately "
           "urgently exactly precisely latest newest recent told insp "
           "sections together away start starting begin stuff").split()
_OF_REPORTS = re.compile(r"\b(?:all |its |the |their )?(?:two|three|four|five|six|\d) "
                         r"(?:inspections?|reports?|forces?|years)\b", re.IGNORECASE)
_KIND_WORDS = re.compile(
    r"\b(?:areas? (?:for|of|needing) improvements?|afis?|causes? (?:of|for) concern"
    r"|recommend(?:ations?|ed|s)?|recs|strengths?|weakness(?:es)?|problems?|issues?|judge?ments?"
    r"|(?:innovative|promising|notable)(?: (?:and|or) (?:innovative|promising|notable))? "
    r"practices?|(?:positive|negative|good|bad|critical"
    r"|favourable|unfavourable|adverse) (?:findings|points|statements|comments|remarks|things"
    r"|feedback)|criticisms?|positives|negatives|shortcomings)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    ``text`` stands alone and is shown; ``read`` is the same with abbreviations spelled out, which
    is what is looked for. ``wanted`` is the scope to look in; ``chosen`` what of it was chosen
    beside the question. ``outside`` names what is asked about and not indexed ("Bedfordshire",
    "2023"), with the reply's key. ``subject`` are the words left when kinds, forces, years and
    topics are taken away. ``among`` is the question whose findings this one narrows.
    ``dated`` are years that an answer has to mention. ``offset`` is how many findings of a list
    have been shown before. ``respelt`` maps words as typed to words
    as read.
    """

    raw: str
    text: str
    read: str
    intent: Intent
    facets: Facets
    wanted: Filter
    yes_no: bool = False
    outside: Outside | None = None
    subject: tuple[str, ...] = ()
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    follows: bool = False
    among: Question | None = None
    dated: tuple[int, ...] = ()
    offset: int = 0
    chosen: Filter = field(default_factory=Filter)
    respelt: Mapping[str, str] = field(default_factory=dict)

    @property
    def search_text(self) -> str:
        """The question with its synonyms, for lexical search."""
        return " ".join([self.text, self.read, *(phrase for group in self.synonyms.values()
                                      for phrase in group)])

    @property
    def names_its_reports(self) -> bool:
        """Whether a body, a year or a report was named or chosen."""
        told = self.wanted
        return bool(told.forces or told.years or told.reports)


def tidy(text: str) -> str:
    """A question on one line, without control and formatting characters."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text
                      if unicodedata.category(c) not in ("Cf", "Co", "Cs"))
    return " ".join(visible.split())


def understand(raw: str, history: Sequence[tuple[str, str]], scope: Scope,
               is_word: Callable[[str], bool] = lambda word: True,
               chosen: Filter | None = None) -> Question:
    """The question, its spelling put right and made stand-alone from the conversation, with
    facets and intent. ``is_word`` tells English words, which are never respelt; ``chosen`` is
    the scope to look in where the question names none."""
    typed = tidy(raw)
    plain = repaired(renamed(in_full(request(typed)), scope.forces), scope.vocabulary, is_word)
    alone = standalone(plain, [(tidy(q), a) for q, a in history])
    text = spelled_out(paged(alone.text)[0], scope.vocabulary)
    told = facets(text)
    if own := indexed_bodies(text, scope):
        told = replace(told, forces=own)
    told = replace(told, years=editions_named(text, told, scope, alone.follows))
    aim = intent(text, told)
    beside = chosen or Filter()
    if parts := narrowed(alone.text):
        whole = understand(parts[0], [], scope, is_word, chosen)
        part = understand(parts[1], [], scope, is_word)
        return replace(part, raw=raw, text=alone.text, intent=whole.intent, follows=alone.follows,
                       among=whole, chosen=beside)
    wanted = _within(_wanted(text, told, aim, scope), told, beside)
    return Question(
        raw, alone.text, text, aim, told, wanted, asks_yes_or_no(text),
        outside(text, told, aim, scope),
        subject_words(_said_of(text, aim, told, scope), told, scope),
        synonyms(f"{alone.text} {text}"), alone.follows, None,
        tuple(y for y in told.years if y not in wanted.years and not _since(y, text)),
        paged(alone.text)[1], beside, _respelt(typed, plain))


def _said_of(text: str, aim: Intent, told: Facets, scope: Scope) -> str:
    """The part of a question that tells its subject."""
    if told.pillar and aim in (Intent.LIST, Intent.COUNT) \
            and (told.pillar in scope.pillars or told.pillar in scope.sections):
        # "The effectiveness report": which reports, not what about.
        text = re.sub(rf"\b{told.pillar}\b", " ", text, flags=re.IGNORECASE)
    if aim is Intent.BRIEF:
        return briefed_on(text)
    return attached(text) if aim in (Intent.LIST, Intent.COUNT) else text


def _wanted(text: str, told: Facets, aim: Intent, scope: Scope) -> Filter:
    """The filter that a question's facets make."""
    kinds = frozenset(k.value for k in told.kinds) if aim in (Intent.LIST, Intent.COUNT) \
        else frozenset()
    polarities: frozenset[str] = frozenset()
    if told.polarity and not told.requests and told.sought not in STRICT \
            and not asks_yes_or_no(text) and aim in (Intent.LOOKUP, Intent.LIST, Intent.COUNT) and (
                aim is Intent.LOOKUP or not told.kinds or told.statements):
        polarities = frozenset({told.polarity.value})
    forces = frozenset(f for f in told.forces if f in scope.forces)
    years = _years(text, told, forces, aim, scope)
    topic_keys = frozenset(told.topics) if aim is not Intent.LOOKUP else frozenset()
    return Filter(forces=forces, years=years, kinds=kinds, polarities=polarities,
                  topics=topic_keys, sections=_pillar(told, topic_keys, aim, scope))


def _pillar(told: Facets, keys: frozenset[str], aim: Intent, scope: Scope) -> frozenset[str]:
    """The heading of the pillar that a list is wanted of, where the reports have one."""
    within = told.pillar if aim in (Intent.LIST, Intent.COUNT) and not keys else None
    return frozenset({within}) if within and within in scope.sections else frozenset()


def _years(text: str, told: Facets, forces: frozenset[str], aim: Intent,
           scope: Scope) -> frozenset[int]:
    """The years whose reports are wanted; none for all."""
    indexed = scope.years_of(forces)
    if told.onwards is not None and aim in (Intent.LIST, Intent.COUNT):
        return frozenset(year for year in indexed if year >= told.onwards)
    named = frozenset(year for year in told.years if year in indexed)
    if aim is not Intent.COMPARE:
        named = frozenset(year for year in named if not _since(year, text))
    if not named and told.latest and len(forces) == 1 and len(indexed) > 1:
        return frozenset({max(indexed)})
    return named


def _since(year: int, text: str) -> bool:
    """Whether a year is named only as a beginning: "since 2016" wants what came later too."""
    return bool(re.search(rf"\b(?:since|after)\b[\w ]{{0,24}}\b{year}\b"
                          rf"|\bfrom (?:\w+ )?{year} (?:on|to|until|up)", text, re.IGNORECASE))


def _within(wanted: Filter, told: Facets, chosen: Filter) -> Filter:
    """What a question wants, in the scope chosen beside it; what the question names itself
    (a force, a year, a kind) counts for more."""
    named = bool(told.forces or told.years)
    return replace(
        wanted, reports=frozenset() if named else chosen.reports,
        forces=wanted.forces if told.forces else chosen.forces,
        years=wanted.years if told.years or told.latest else chosen.years,
        kinds=wanted.kinds if told.kinds else wanted.kinds | chosen.kinds)


def subject_words(text: str, told: Facets, scope: Scope) -> tuple[str, ...]:
    """The words that narrow a list beyond its kinds, topics, forces and years."""
    rest = without_deadline(text) if told.deadline and told.kinds else text
    rest = without_mending(rest) if told.requests else rest
    rest = _OF_REPORTS.sub(" ", _KIND_WORDS.sub(" ", rest))
    for topic in topics():
        if topic.key in told.topics:
            rest = topic.asked.sub(" ", rest)
    rest = re.sub(r"\b(?:(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?|\d\d/\d\d)\b", " ", rest)
    for force in forces_in(rest):
        rest = force.pattern.sub(" ", rest)
    owned = {word for body in told.forces for word in words(body)}
    shared = shared_stems(scope)
    return tuple(word for word in terms(rest) if stem(word) not in shared and word not in owned)


def shared_stems(scope: Scope) -> frozenset[str]:
    """Stems of words that tell nothing about what is asked, the bodies' own names included."""
    return frozenset(stem(word) for word in _SHARED) | scope.names


def _respelt(typed: str, read: str) -> dict[str, str]:
    if typed == read:
        return {}
    pairs = zip(typed.split(), read.split(), strict=False)
    return {before: after for before, after in pairs if before != after}
