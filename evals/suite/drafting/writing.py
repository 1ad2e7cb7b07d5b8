"""Questions written by a language model, each from one finding that answers it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import prompts
from assistant.compose.phrasing import said
from assistant.models.failures import telling
from corpus.errors import FindingsError
from corpus.model import Finding, FindingKind
from corpus.names import official_name
from evals.suite.drafting.area import is_barred
from index.passages import statement
from index.words import words

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

SHORTEST, LONGEST, MOST_COPIED = 4, 30, 6
_FEWEST_WORDS = 6
_PASSED_OVER = frozenset({FindingKind.JUDGMENT, FindingKind.SUMMARY})
_ITSELF = re.compile(r"\b(?:this|the|that) finding\b", re.IGNORECASE)
Owner = tuple[str | None, int | None]
_QUOTES = "\"'“”‘’"


class Fault(StrEnum):
    """Why a model's question was dropped."""

    SEVERAL_LINES = "several_lines"
    NO_QUESTION = "no_question"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COPIED = "copied"
    SPEAKS_OF_IT = "speaks_of_it"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that a model wrote, over which it iterates; how many replies were dropped for which
    fault (``UNREADABLE`` are those that a generator could make no question of); and the error
    that broke off the writing, if one did: rows written before it are kept."""

    rows: tuple[dict[str, Any], ...]
    dropped: Mapping[Fault, int] = field(default_factory=dict)
    error: FindingsError | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def written(findings: Sequence[Finding], chat: BaseChatModel, number: int, seed: int = 11,
            name: str = "") -> Written:
    """Up to ``number`` questions, each from one call about one finding, spread over reports,
    sections and kinds of finding. Findings that steer a program are never sent.

    A reply is kept if it is one line of ``SHORTEST`` to ``LONGEST`` words that ends in a question
    mark, copies no more than ``MOST_COPIED`` words in a row, does not speak of "the finding" and
    was not written before. For a dropped one another finding is taken, until ``number`` are kept
    or twice as many calls were made. A body or a year that the reply leaves out is put in where
    other reports would answer too. ``name`` goes into ``origin``; the model's own where it is
    empty.

    Raises the error of the model (``FixConfiguration``, ``TryAgain``) where not even one question
    was written before it.
    """
    name = name or model_name(chat)
    rows: list[dict[str, Any]] = []
    dropped: Counter[Fault] = Counter()
    seen: set[str] = set()
    owners = {(f.force, f.year) for f in findings}
    for finding in spread(findings, seed)[:2 * max(number, 0)]:
        if len(rows) == number:
            break
        try:
            with telling(name):
                reply = str(chat.invoke(messages(finding)).text)
        except FindingsError as error:
            if not rows:
                raise
            return Written(tuple(rows), dict(dropped), error)
        question, fault = settled(tidied(reply), [finding], seen, owners)
        if fault is not None:
            dropped[fault] += 1
            continue
        seen.add(question.lower())
        rows.append(_row(f"m{len(rows) + 1:03d}", question, finding, name))
    return Written(tuple(rows), dict(dropped))


def messages(finding: Finding) -> list[BaseMessage]:
    """What the model is sent: the rules, and the finding with its place as data."""
    from langchain_core.messages import HumanMessage, SystemMessage

    from assistant.compose.prompting import neutral

    owner = " ".join(str(part) for part in (finding.force, finding.year) if part)
    told = [f"Body and year: {neutral(owner)}" if owner else "",
            f"Section: {neutral(finding.section[-1])}" if finding.section else "",
            f"Finding: {neutral(statement(finding))}"]
    return [SystemMessage(prompts.load("eval_question").text),
            HumanMessage("\n".join(line for line in told if line))]


def tidied(reply: str) -> str:
    """A reply without white space and quotation marks around it."""
    text = reply.strip()
    return text[1:-1].strip() if text[:1] in _QUOTES and text[-1:] in _QUOTES else text


def settled(question: str, findings: Sequence[Finding], seen: set[str],
            owners: Collection[Owner]) -> tuple[str, Fault | None]:
    """A question from these findings as it goes into a row (see ``placed``), and what is wrong
    with it; None where nothing is. Two that are told apart by nothing but a body or a year that
    is put in are the same question: hence it is looked up again in its final words."""
    faults = [fault_of(question, finding, seen) for finding in findings]
    final = placed(question, findings[0], owners)
    if final.lower() in seen:
        faults.append(Fault.REPEATED)
    return final, next((one for one in faults if one is not None), None)


def fault_of(question: str, finding: Finding, seen: set[str]) -> Fault | None:
    """What is wrong with a question from this finding; None where nothing is."""
    count = len(question.split())
    if "\n" in question:
        return Fault.SEVERAL_LINES
    if not question.endswith("?"):
        return Fault.NO_QUESTION
    if count < SHORTEST:
        return Fault.TOO_SHORT
    if count > LONGEST:
        return Fault.TOO_LONG
    if copied(question, statement(finding)) > MOST_COPIED:
        return Fault.COPIED
    if _ITSELF.search(question):
        return Fault.SPEAKS_OF_IT
    return Fault.REPEATED if question.lower() in seen else None


def placed(question: str, finding: Finding, owners: Collection[Owner]) -> str:
    """A question that says whose report and of which year it asks for, where there are several
    ``owners`` (bodies with years)."""
    force, year, lead = finding.force, finding.year, ""
    if force and len({body for body, _ in owners}) > 1 and force.lower() not in question.lower():
        question, done = re.subn(r"\bthe (?:force|service|constabulary)\b", force, question,
                                 count=1, flags=re.IGNORECASE)
        lead = "" if done else f" {'in' if official_name(force) != force else 'at'} {force}"
    several = len({when for body, when in owners if body == force}) > 1
    if year and several and not re.search(r"\b(?:19|20)\d\d\b", question):
        lead += f" in {year}"
    if not lead:
        return question
    first = question if force and question.startswith(force) else question[:1].lower() \
        + question[1:]
    return f"{lead[1].upper()}{lead[2:]}, {first}"


def copied(question: str, text: str) -> int:
    """The most words in a row that a question has from a text."""
    asked, told = words(question), f" {' '.join(words(text))} "
    longest = 0
    for at in range(len(asked)):
        while at + longest < len(asked) and \
                f" {' '.join(asked[at:at + longest + 1])} " in told:
            longest += 1
    return longest


def spread(findings: Sequence[Finding], seed: int) -> list[Finding]:
    """The findings that say enough to ask about, by chance, those first whose report, section
    and kind have come least often."""
    left = [f for f in findings if f.kind not in _PASSED_OVER and not is_barred(f)
            and len(f.words.split()) >= _FEWEST_WORDS]
    random.Random(seed).shuffle(left)
    used: Counter[Any] = Counter()
    keys = {f.id: (f.report_id, (f.report_id, f.section), f.kind) for f in left}
    levels: list[tuple[int, int, Finding]] = []
    for place, finding in enumerate(left):
        levels.append((sum(used[key] for key in keys[finding.id]), place, finding))
        used.update(keys[finding.id])
    return [finding for _, _, finding in sorted(levels, key=lambda level: level[:2])]


def model_name(chat: BaseChatModel) -> str:
    """What a chat model is called: its model's name, else its sort."""
    for field_name in ("model_name", "model"):
        told = getattr(chat, field_name, None)
        if isinstance(told, str) and told:
            return told
    return chat._llm_type


def _row(identifier: str, question: str, finding: Finding, name: str) -> dict[str, Any]:
    owner = " ".join(str(part) for part in (finding.force, finding.year) if part)
    answer = " ".join(said(finding))
    return {"id": identifier, "kind": "lookup", "question": question, "answerable": True,
            "needed": [[finding.id]], "reference": f"{owner}: {answer}" if owner else answer,
            "note": "a language model's question from this one finding; others may answer it too",
            "draft": True, "origin": {"model": name}}
