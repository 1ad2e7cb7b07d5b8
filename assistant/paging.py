"""Very long lists, a page at a time: what is shown, what is said of it, what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
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


def page(found: Sequence[Finding], question: Question) -> Page:
    """The page of a list that a question asks for: all of it up to 200 findings, the last page
    where it asks for more than there are."""
    total = len(found)
    begin = min(question.offset, (total - 1) // PAGE * PAGE)
    shown = tuple(found[begin:begin + PAGE])
    if len(shown) == total:
        return Page(shown)
    end = begin + len(shown)
    note = str(wording("replies")["notice"]["page"]).format(
        first=f"{begin + 1:,}", last=f"{end:,}", total=f"{total:,}")
    following = (from_number(question.text, end + 1),) if end < total else ()
    return Page(shown, (note,), following)
