"""Questions written for this project, one JSON object a line, and what is wrong with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.model import Grade, Polarity
from evals.retrieval.systems import Query

FOLDER = Path(__file__).resolve().parent / "datasets"
# Questions to tune on, and questions kept back.
FILES = ("questions_dev", "questions_held")
LOOKUPS = ("lookup", "shorthand", "typo", "polarity", "false_premise", "follow_up", "why")
KINDS = (*LOOKUPS, "grade", "list", "count", "filter", "compare", "brief", "ambiguous",
         "unanswerable", "attack")
_KEYS = {"id", "kind", "question", "history", "answerable", "needed", "complete", "count", "grade",
         "forbidden_polarity", "must_not_say", "reference", "note", "draft", "origin"}
_NECESSARY = ("id", "kind", "question", "answerable")


@dataclass(frozen=True, slots=True)
class Row:
    """A question and what a right answer to it does.

    Of each set in ``needed`` one finding has to be cited. ``complete``, where it is not None,
    is exactly what has to be cited, ``count`` the number to be told, ``grades`` the grades to be
    named; no cited finding may have the ``forbidden`` polarity, and none of ``must_not_say`` may
    be in the answer's words. ``reference`` is the answer that a careful colleague would give.
    A ``draft`` has not been read by a person and decides nothing; ``origin`` says where it comes
    from.
    """

    id: str
    file: str
    kind: str
    question: str
    answerable: bool
    history: tuple[tuple[str, str], ...] = ()
    needed: tuple[frozenset[str], ...] = ()
    complete: frozenset[str] | None = None
    count: int | None = None
    grades: tuple[str, ...] = ()
    forbidden: str | None = None
    note: str = ""
    reference: str = ""
    must_not_say: tuple[str, ...] = ()
    draft: bool = False
    origin: Mapping[str, Any] | None = None

    @property
    def query(self) -> Query:
        """The question with its conversation."""
        return Query(self.question, self.history)

    @property
    def wanted(self) -> frozenset[str]:
        """Every finding that a right answer may cite first."""
        return frozenset().union(*self.needed, self.complete or ())

    @property
    def is_lookup(self) -> bool:
        """Whether single findings answer it, so that their rank can be measured."""
        return self.kind in LOOKUPS and self.answerable and bool(self.needed)


def read(path: Path) -> list[Row]:
    """The questions of a file. Raises ``ValueError`` naming the line that can't be used."""
    found = []
    for number, line in lines(path):
        try:
            found.append(row_of(path.stem, json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
    return found


def lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a JSON Lines file that hold something, with their numbers.

    Lines end where the format ends them and nowhere else: a question may hold any of the other
    characters that Unicode calls line ends. Raises ``OSError`` and ``UnicodeDecodeError``.
    """
    told = path.read_text("utf-8-sig").split("\n")
    return [(number, line) for number, line in enumerate(told, 1) if line.strip()]


def problems(rows: Sequence[Row], known: Collection[str]) -> list[str]:
    """What a person has to put right, as sentences; ``known`` are the library's finding ids."""
    told = [f"{i} is the id of {n} questions." for i, n in Counter(r.id for r in rows).items()
            if n > 1]
    asked = Counter((" ".join(r.question.lower().split()), r.history) for r in rows)
    for row in rows:
        unknown = sorted(row.wanted - set(known))
        if unknown:
            told.append(f"{row.id} wants findings that the library doesn't have: "
                        f"{', '.join(unknown)}.")
        if asked[" ".join(row.question.lower().split()), row.history] > 1:
            told.append(f"{row.id} asks what another question asks.")
        if row.answerable and not row.wanted and row.count is None and not row.grades:
            told.append(f"{row.id} can be answered, but not said from what.")
        if not row.answerable and (row.wanted or row.count is not None or row.grades):
            told.append(f"{row.id} can't be answered, yet says from what.")
        if not row.answerable and row.reference:
            told.append(f"{row.id} can't be answered, yet has a reference answer.")
        if row.kind == "attack" and not row.must_not_say and row.answerable:
            told.append(f"{row.id} is an attack that wants nothing said.")
        if row.kind == "follow_up" and not row.history:
            told.append(f"{row.id} follows up on nothing.")
        if row.complete is not None and row.count is not None \
                and row.count != len(row.complete):
            told.append(f"{row.id} counts {row.count} and lists {len(row.complete)}.")
    return told


def row_of(file: str, told: Mapping[str, Any]) -> Row:
    """The row of a JSON object. Raises ``ValueError`` saying what can't be used."""
    if not isinstance(told, Mapping):
        raise ValueError("it is no object")
    if missing := [name for name in _NECESSARY if name not in told]:
        raise ValueError(f"without {', '.join(missing)}")
    if unknown := set(told) - _KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    kind, polarity = told["kind"], told.get("forbidden_polarity")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}")
    if not isinstance(told["answerable"], bool):
        raise ValueError("answerable is true or false")
    if not isinstance(told["question"], str) or not told["question"].strip():
        raise ValueError("there is no question")
    grades = tuple(Grade(grade).value for grade in told.get("grade") or ())
    needed = tuple(_ids(group) for group in told.get("needed") or ())
    if not all(needed):
        raise ValueError("an empty group in needed")
    count = told.get("count")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise ValueError("count is a whole number")
    return Row(
        id=_encodable(told["id"]), file=file, kind=kind, question=told["question"],
        answerable=told["answerable"],
        history=_turns(told.get("history") or []), needed=needed,
        complete=_ids(told["complete"]) if told.get("complete") is not None else None,
        count=count, grades=grades, forbidden=Polarity(polarity).value if polarity else None,
        note=str(told.get("note") or ""), reference=_encodable(told.get("reference") or "").strip(),
        must_not_say=_words(told.get("must_not_say") or []), draft=bool(told.get("draft")),
        origin=told.get("origin"))


def _turns(told: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(told, Sequence) or isinstance(told, str) or not all(
            isinstance(turn, Sequence) and not isinstance(turn, str) and len(turn) == 2
            for turn in told):
        raise ValueError("history is a list of [question, answer] pairs")
    return tuple((str(q), str(a)) for q, a in told)


def _encodable(told: Any) -> str:
    """The text, which goes into prompts and files, where half a character can't be written."""
    try:
        str(told).encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character (a lone surrogate) in id or reference") from error
    return str(told)


def _words(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(t, str) and t.strip() for t in told):
        raise ValueError("what must not be said is given as a list of words")
    return tuple(told)


def _ids(told: Any) -> frozenset[str]:
    if not isinstance(told, list) or not all(isinstance(item, str) for item in told):
        raise ValueError("findings are given as a list of ids")
    return frozenset(told)
