"""What becomes of a sentence that a model drafted: shown as it is, mended, or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.answer import LeftOut, Sentence, Support
from assistant.compose import Draft
from assistant.verify import Verdict, check
from assistant.verify.doubts import doubt, echoes
from assistant.verify.entailment import Entailment
from assistant.verify.signals import evidence_of
from assistant.verify.strange import strange
from corpus.model import Finding
from index.words import words

_VERDICT = re.compile(r"^(?P<said>yes|no|not fully|partly)\b\s*[:,.]?\s+(?=\S)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"^(?:this|these|such|as a result|therefore)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:it|they)\b", re.IGNORECASE)
_SAID_BEFORE = 0.9
_MOST_BESIDE = 3
# From this probability on words of the question are believed to be paraphrases.
_CERTAIN = 0.8


class Editor:
    """Checks drafts one after another, with a model of support where one is given. ``opening``
    is the program's own verdict ("No: ..."), empty where there is none; ``question`` is asked."""

    def __init__(self, evidence: Mapping[int, Finding], opening: str = "",
                 model: Entailment | None = None, question: str = "") -> None:
        self._evidence = evidence
        self._model = model
        self._question = question
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
        verdict = self._checked(tried)
        if not verdict.passed and (mended := self._attributed(tried)):
            tried, verdict = mended
        if not verdict.passed:
            return self._drop(text, verdict.reason, verdict.score)
        tried, verdict = self._narrowed(tried, verdict)
        self._shown.append(text)
        self._last_was_shown = True
        return Sentence(text=text, citations=tried.citations, support=verdict.support,
                        score=_rounded(verdict.score), layout=tried.layout), []

    def _checked(self, draft: Draft) -> Verdict:
        """The verdict on a draft: its signs, letters and addresses count as its words do."""
        cited = [self._evidence[n] for n in draft.citations if n in self._evidence]
        if problem := strange(draft.text, evidence_of(cited)):
            return Verdict(False, reason=problem)
        verdict = check(draft, self._evidence, self._model, strict=True)
        if not verdict.passed or verdict.support is Support.VERBATIM or self._model is None:
            return verdict
        problem = doubt(draft.text, cited)
        if problem is None and _worth(verdict) < _CERTAIN \
                and echoes(draft.text, self._question, cited):
            problem = "it says what the question assumed and its evidence does not"
        return replace(verdict, passed=False, reason=problem) if problem else verdict

    def _narrowed(self, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
        """A passed draft with one citation, where that one finding carries it as well as all do:
        a model likes to cite what is near."""
        if len(draft.citations) < 2:
            return draft, verdict
        alone = [(one, self._checked(one))
                 for one in (replace(draft, citations=(n,)) for n in draft.citations)]
        best = max(alone, key=lambda one: (one[1].passed, _worth(one[1])))
        return best if best[1].passed and _worth(best[1]) >= _worth(verdict) else (draft, verdict)

    def _attributed(self, draft: Draft) -> tuple[Draft, Verdict] | None:
        """The draft with the finding that supports it best, where it cites another or none; else
        with one more finding beside those that it cites."""
        known = [n for n in draft.citations if n in self._evidence]
        alone = [(n,) for n in self._evidence if (n,) != draft.citations]
        more = [(*known, n) for n in self._evidence if n not in known] if known else []
        for choices in (alone, more[:_MOST_BESIDE]):
            tried = [(moved, self._checked(moved))
                     for moved in (replace(draft, citations=c) for c in choices)]
            passed = [one for one in tried if one[1].passed]
            if passed:
                return max(passed, key=lambda one: _worth(one[1]))
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


def _worth(verdict: Verdict) -> float:
    """The probability of support; what rules alone have passed is certain."""
    return verdict.score if verdict.score is not None else float(verdict.passed)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)
