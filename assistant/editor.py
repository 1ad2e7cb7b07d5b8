"""What becomes of a sentence that a model drafted: shown as it is, mended, or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.answer import LeftOut, Sentence
from assistant.compose import Draft
from assistant.verify import check
from corpus.model import Finding
from index.words import words

_VERDICT = re.compile(r"^(?P<said>yes|no|not fully|partly)\b\s*[:,.]?\s+(?=\S)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"^(?:this|these|such|as a result|therefore)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:it|they)\b", re.IGNORECASE)
_SAID_BEFORE = 0.9


class Editor:
    """Checks drafts one after another. ``opening`` is the program's own verdict ("No: ..."),
    empty where there is none."""

    def __init__(self, evidence: Mapping[int, Finding], opening: str = "") -> None:
        self._evidence = evidence
        match = _VERDICT.match(opening)
        self._verdict = match["said"].lower() if match else ""
        self._shown = [opening] if opening else []
        self._last_was_shown = bool(opening)

    def edit(self, draft: Draft) -> tuple[Sentence | None, list[LeftOut]]:
        """The sentence to show, or None, and what was left out. A repetition is dropped without
        being counted: nothing is lost by it."""
        text = draft.text
        if match := _VERDICT.match(text):
            if self._verdict and match["said"].lower() != self._verdict:
                return self._drop(text, f"it says {match['said'].lower()} where the judgment says "
                                        f"{self._verdict}")
            text = text[match.end():]
            text = text[0].upper() + text[1:]
        if self._repeats(text):
            return None, []
        if _POINTS_BACK.match(text) and not self._last_was_shown:
            return self._drop(text, "it points back to a sentence that was left out")
        if not self._shown:
            text = _PRONOUN.sub("The force", text) if self._is_of_a_force() else text
        tried = replace(draft, text=text)
        verdict = check(tried, self._evidence)
        if not verdict.passed and (mended := self._attributed(tried)):
            tried, verdict = mended, check(mended, self._evidence)
        if not verdict.passed:
            return self._drop(text, verdict.reason)
        self._shown.append(text)
        self._last_was_shown = True
        return Sentence(text=text, citations=tried.citations, support=verdict.support,
                        layout=tried.layout), []

    def _attributed(self, draft: Draft) -> Draft | None:
        """The draft with the one finding that does support it, where it cites another or none."""
        for n in self._evidence:
            moved = replace(draft, citations=(n,))
            if check(moved, self._evidence).passed:
                return moved
        return None

    def _drop(self, text: str, reason: str) -> tuple[None, list[LeftOut]]:
        self._last_was_shown = False
        return None, [LeftOut(text=text, reason=reason)]

    def _repeats(self, text: str) -> bool:
        said = set(words(text))
        return any(len(said & set(words(_VERDICT.sub("", other)))) >= _SAID_BEFORE * len(said)
                   for other in self._shown)

    def _is_of_a_force(self) -> bool:
        return any(f.force for f in self._evidence.values())
