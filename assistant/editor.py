"""What becomes of a sentence that a model drafted: shown as it is, mended, or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.answer import LeftOut, Sentence
from assistant.compose import Draft
from assistant.verify import Verdict, check
from assistant.verify.entailment import Entailment
from corpus.model import Finding
from index.words import words

_VERDICT = re.compile(r"^(?P<said>yes|no|not fully|partly)\b\s*[:,.]?\s+(?=\S)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"^(?:this|these|such|as a result|therefore)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:it|they)\b", re.IGNORECASE)
_SAID_BEFORE = 0.9
_MOST_BESIDE = 3


class Editor:
    """Checks drafts one after another, with a model of support where one is given. ``opening``
    is the program's own verdict ("No: ..."), empty where there is none."""

    def __init__(self, evidence: Mapping[int, Finding], opening: str = "",
                 model: Entailment | None = None) -> None:
        self._evidence = evidence
        self._model = model
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
        verdict = check(tried, self._evidence, self._model)
        if not verdict.passed and (mended := self._attributed(tried)):
            tried, verdict = mended
        if not verdict.passed:
            return self._drop(text, verdict.reason, verdict.score)
        self._shown.append(text)
        self._last_was_shown = True
        return Sentence(text=text, citations=tried.citations, support=verdict.support,
                        score=_rounded(verdict.score), layout=tried.layout), []

    def _attributed(self, draft: Draft) -> tuple[Draft, Verdict] | None:
        """The draft with the finding that supports it best, where it cites another or none; else
        with one more finding beside those that it cites."""
        known = [n for n in draft.citations if n in self._evidence]
        alone = [(n,) for n in self._evidence if (n,) != draft.citations]
        more = [(*known, n) for n in self._evidence if n not in known] if known else []
        for choices in (alone, more[:_MOST_BESIDE]):
            tried = [(moved, check(moved, self._evidence, self._model))
                     for moved in (replace(draft, citations=c) for c in choices)]
            passed = [one for one in tried if one[1].passed]
            if passed:
                return max(passed, key=lambda one: one[1].score or 1.0)
        return None

    def _drop(self, text: str, reason: str,
              score: float | None = None) -> tuple[None, list[LeftOut]]:
        self._last_was_shown = False
        return None, [LeftOut(text=text, reason=reason, score=_rounded(score))]

    def _repeats(self, text: str) -> bool:
        said = set(words(text))
        return any(len(said & set(words(_VERDICT.sub("", other)))) >= _SAID_BEFORE * len(said)
                   for other in self._shown)

    def _is_of_a_force(self) -> bool:
        return any(f.force for f in self._evidence.values())


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)
