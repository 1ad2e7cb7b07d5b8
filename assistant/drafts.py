"""Someone else's text against the reports: each sentence supported, unsupported, or not in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Citation
from assistant.compose import Draft
from assistant.verify import check
from corpus import sentences
from corpus.model import Finding
from index.store import Index

_LOOKED_AT = 6
_RELATED = 0.4
_MARKS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")


class Standing(StrEnum):
    """How a sentence stands to the reports."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    NOT_IN_REPORTS = "not_in_reports"


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a draft, how it stands, the findings it rests on or comes nearest to, and
    why it is not supported."""

    text: str
    verdict: Standing
    citations: tuple[Citation, ...]
    reason: str = ""


def judge(text: str, index: Index) -> list[Judged]:
    """Each sentence of a draft in plain text or Markdown; headings and blank lines are passed
    over."""
    return [_judged(sentence, index) for line in text.splitlines() if (plain := _plain(line))
            for sentence in sentences.split(plain)]


def _plain(line: str) -> str:
    """A line's words without list marks, emphasis and citation marks; nothing for a heading."""
    text = line.strip()
    if text.startswith("#") or re.fullmatch(r"[\W_]*", text):
        return ""
    text = re.sub(r"^(?:[-*+•>]|\d+[.)])\s+", "", text)
    return _MARKS.sub("", re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)).strip()


def _judged(sentence: str, index: Index) -> Judged:
    hits = index.search(sentence)[:_LOOKED_AT]
    reason = ""
    for hit in hits:
        verdict = check(Draft(sentence, (1,)), {1: hit.finding})
        if verdict.passed:
            return Judged(sentence, Standing.SUPPORTED, _cited([hit.finding], index))
        reason = reason or verdict.reason
    for other in hits[1:3]:
        both = [hits[0].finding, other.finding]
        if check(Draft(sentence, (1, 2)), {1: both[0], 2: both[1]}).passed:
            return Judged(sentence, Standing.SUPPORTED, _cited(both, index))
    related = [h.finding for h in hits if (h.dense or 0.0) >= _RELATED][:2]
    if related:
        return Judged(sentence, Standing.UNSUPPORTED, _cited(related, index), reason)
    return Judged(sentence, Standing.NOT_IN_REPORTS, (), "no finding is about this")


def _cited(findings: list[Finding], index: Index) -> tuple[Citation, ...]:
    sources = index.catalogue.sources()
    return tuple(Citation.of(n, f, *sources[f.report_id]) for n, f in enumerate(findings, 1))
