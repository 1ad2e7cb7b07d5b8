"""Someone else's text as sentences to check: each with where it stands and what it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus import sentences
from corpus.blocks import Block, Document, Role

_MARK = re.compile(r"\s*\[\s*\^?(\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*)\s*\]|\s*\[\^([\w-]+)\]")
_BEHIND = re.compile(rf"([.!?][”\"']?)((?:{_MARK.pattern})+)")
_SOURCES = re.compile(r"^\W*(?:sources?|references?|notes?|footnotes?|bibliography|citations?"
                      r"|endnotes?)\W*$", re.IGNORECASE)
_ENTRY = re.compile(r"^\s*\[?\^?(?P<key>\d{1,3}|[a-z][\w-]*(?=\]))(?:\]\s*[:.]?|[.):])"
                    r"\s*(?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*[.)]?\s+(?=[A-Z“\"'])")
_EMPHASIS = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a text: without marks and emphasis, under its headings, with the sentence
    before it in the same paragraph, the keys it refers to and the page or line it stands on."""

    text: str
    headings: tuple[str, ...] = ()
    before: str = ""
    keys: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A text's sentences in order, and its list of sources by key."""

    passages: tuple[Passage, ...]
    sources: Mapping[str, str]


def manuscript(document: Document) -> Manuscript:
    """The sentences of a document. Headings, its list of sources and what has no words are not
    among them; hidden text is, since whoever copies the text copies it too."""
    found: list[Passage] = []
    sources: dict[str, str] = {}
    headings: list[tuple[int, str]] = []
    listing = False
    for block in document.blocks:
        words = block.words
        if block.role is Role.HEADING or (listing is False and _SOURCES.match(words)):
            listing = bool(_SOURCES.match(words))
            level = block.level or 9
            headings = [(depth, text) for depth, text in headings if depth < level]
            headings.append((level, words))
            continue
        entry = _ENTRY.match(_marked(block))
        if listing or _is_note(block, entry):
            if entry:
                sources[entry["key"].lower()] = " ".join(entry["rest"].split())
            continue
        found += _passages(block, tuple(text for _, text in headings))
    return Manuscript(tuple(found), sources)


def _marked(block: Block) -> str:
    """A block's words behind its list number, which may be a source's key."""
    marker = block.marker if block.marker and block.marker.strip("[](). ").isdigit() else ""
    return f"{marker} {block.words}".strip()


def _is_note(block: Block, entry: re.Match[str] | None) -> bool:
    """Whether a block is a footnote in Markdown's manner: "[^1]: HMICFRS, ..."."""
    return entry is not None and bool(re.match(r"\[\^?[\w-]+\]\s*:", block.words))


def _passages(block: Block, headings: tuple[str, ...]) -> Iterator[Passage]:
    text = _EMPHASIS.sub("", _NUMBERED.sub("", block.words)).replace("|", " ")
    before = ""
    # Marks behind a full stop go before it, so that they stay with their sentence.
    text = _BEHIND.sub(r"\2\1", text)
    for sentence in sentences.split(text):
        keys = tuple(dict.fromkeys(key for match in _MARK.finditer(sentence)
                                   for key in _keys(match)))
        plain = " ".join(_MARK.sub("", sentence).split())
        if len(re.findall(r"[^\W\d_]{2,}", plain)) < _LEAST_WORDS:
            continue
        yield Passage(plain, headings, before, keys, block.page)
        before = plain


def _keys(match: re.Match[str]) -> Iterator[str]:
    if match[2]:
        yield match[2].lower()
        return
    for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*\^?(\d+))?", match[1]):
        yield from map(str, range(int(first), min(int(last or first), int(first) + 20) + 1))

