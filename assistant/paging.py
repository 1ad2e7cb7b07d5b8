"""Very long lists, a page at a time: what is shown, what is said of it, what to ask next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.followup import PAGE, from_number
from assistant.question import Question
from corpus.model import Finding
from prompts import wording


@dataclass(frozen=True, slots=True)
class Page:
    """The findings shown of a list, a note on which they are, and the question for the next;
    both empty where the whole list is shown."""

    shown: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    following: tuple[str, ...] = ()


def page(found: Sequence[Finding] | Callable[[int, int], Sequence[Finding]], question: Question,
         total: int | None = None) -> Page:
    """The page of a list that a question asks for: all of it up to 150 findings, the last page
    where it asks for more than there are. A list that is not at hand is given by what reads a
    part of it (from, to) and its ``total``."""
    part = found if callable(found) else lambda begin, end: found[begin:end]
    whole = total if total is not None else len(found)  # type: ignore[arg-type]
    begin = min(question.offset, (whole - 1) // PAGE * PAGE)
    shown = tuple(part(begin, begin + PAGE))
    if len(shown) == whole:
        return Page(shown)
    end = begin + len(shown)
    note = str(wording("replies")["notice"]["page"]).format(
        first=f"{begin + 1:,}", last=f"{end:,}", total=f"{whole:,}")
    following = (from_number(question.text, end + 1),) if end < whole else ()
    return Page(shown, (note,), following)
