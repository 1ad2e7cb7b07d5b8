"""A model's stream of characters cut into drafted sentences with the numbers they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answer import Layout
from assistant.compose import Draft
from assistant.letters import plain

SENTINEL = "NOT IN REPORT"
MOST_SENTENCES = 6
MOST_CHARACTERS = 2400

_OPENING = "[【［"
_MARK = (rf"[\{_OPENING}]\s*(?:findings?\s*)?\d{{1,2}}"
         r"(?:\s*(?:,|;|&|and|to|-|–)\s*(?:and\s*)?\d{1,2})*\s*[\]】］]")
_MARKS = re.compile(_MARK, re.IGNORECASE)
# An end: a full stop, what closes with it, and the marks that belong to the sentence.
_END = re.compile(rf"[.!?…]+[\"'”’)*_]*(?P<marks>(?:\s*{_MARK})*)(?P<gap>\s*)", re.IGNORECASE)
_LINE = re.compile(r"[^\S\n]*\n\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“‘])(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|eg|ie|cf|approx|inc|ltd|fig|para|"
    r"pp?|vol|det|insp|supt|sgt|ch|[A-Z]|(?:[A-Z]\.)+[A-Z])\.$", re.IGNORECASE)
_ORDINAL = re.compile(r"^\s*\d{1,2}\.$")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_PREAMBLE = re.compile(
    r"^(?:(?:sure|certainly|of course)[,!.]?\s+)?(?:answer\s*:\s*)?"
    r"(?:(?:based on|according to|as stated in|from|in)\s+(?:the|these)\s+"
    r"(?:\w+\s+){0,2}(?:passages?|findings?|reports?|evidence|context|information|text)"
    r"(?:\s+(?:provided|given|above))?\s*,\s*|"
    r"the\s+(?:passages?|findings?|reports?|evidence|context)\s+"
    r"(?:says?|states?|shows?|indicates?|notes?)\s+that\s+)?", re.IGNORECASE)
_COURTESY = re.compile(r"^(?:sure|certainly|of course|okay|ok)\W*$", re.IGNORECASE)
_THOUGHT = re.compile(r"<think>.*?(?:</think>\s*|\Z)", re.DOTALL)
_CLEANING = tuple((re.compile(pattern), by) for pattern, by in (
    (r"<\|[^|>]*\|>", ""),
    (r"</?[a-zA-Z!][^>]*(?:>|$)", ""),
    (r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])", ""),
    (r"\[([^\[\]]*)\](?:\([^)]*\)?|\[[^\[\]]*\])", r"\1"),
    (r"\]\([^)]*\)?|!\[", ""),
    (r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)", ""),
    (r"^\s*(?:#{1,6}|>)\s+", ""),
    (r"\s+", " "),
    (r"\s+([.,;:!?])", r"\1"),
))


class Drafting:
    """Feed it pieces of text; it gives each sentence once it is whole, and says when to stop.

    Numbers at the end of a run of sentences count for each of them, so a sentence without any
    waits for the next. ``done`` is set by the sentinel, a repeated sentence, or more text than
    an answer needs. What follows is ignored.
    """

    def __init__(self) -> None:
        self.done = False
        self.heard = False
        self._text = ""
        self._length = 0
        self._said: set[str] = set()
        self._waiting: list[Draft] = []

    def feed(self, piece: str) -> Iterator[Draft]:
        """Take one more piece; yield the sentences that it completes."""
        self._text += piece
        self._length += len(piece)
        self.heard = self.heard or bool(piece.strip())
        while not self.done and (end := self._boundary()):
            unit, self._text = self._text[:end], self._text[end:]
            yield from self._draft(unit)
        if self._length > MOST_CHARACTERS:
            self.done = True
        if self.done:
            yield from self._release(())

    def end(self, cut_off: bool) -> Iterator[Draft]:
        """The last sentence, unless the model was cut off in the middle of it."""
        unit, self._text = self._text, ""
        whole = _MARKS.sub("", unit).rstrip().endswith((".", "!", "?", "…", '."', ".”", ".)"))
        if not self.done and (whole or not cut_off):
            yield from self._draft(unit)
        self.done = True
        yield from self._release(())

    def _release(self, numbers: tuple[int, ...]) -> Iterator[Draft]:
        waiting, self._waiting = self._waiting, []
        for draft in waiting:
            yield Draft(draft.text, numbers, draft.layout)

    def _boundary(self) -> int:
        """Where the first sentence ends, marks and all; 0 while that can't be told yet."""
        text = self._text
        if "<think>" in text:
            if "</think>" not in text:
                return 0
            text = self._text = _THOUGHT.sub("", text)
        start = len(text) - len(text.lstrip())
        line = _LINE.search(text, start)
        for end in _END.finditer(text, start):
            if line and line.start() < end.start():
                break
            # Only the next word shows that no further mark belongs here.
            if end.end() == len(text) or not (end["gap"] or end["marks"]):
                continue
            if text[end.end()] in _OPENING or not _closes(text[start:end.start() + 1], end,
                                                       text[end.end()]):
                continue
            return end.end()
        if line and line.end() < len(text) and text[line.end()] not in _OPENING:
            return line.end()
        return 0

    def _draft(self, unit: str) -> Iterator[Draft]:
        if SENTINEL in unit:
            self.done = True
            return
        layout = Layout.ITEM if _ITEM.match(unit) else Layout.TEXT
        numbers = tuple(dict.fromkeys(n for mark in _MARKS.findall(unit) for n in _numbers(mark)))
        text = clean(unit)
        empty = not any(c.isalpha() for c in text) or _COURTESY.match(text)
        if empty or (text.endswith(":") and not numbers):
            return
        key = text.casefold().rstrip(".")
        if key in self._said:
            self.done = True
            return
        self._said.add(key)
        if layout is Layout.TEXT and text[-1] not in ".!?…\"”'’":
            text = text.rstrip(",;:") + "."
        draft = Draft(text, numbers, layout)
        if numbers:
            yield from self._release(numbers if layout is Layout.TEXT else ())
            yield draft
        elif layout is Layout.TEXT:
            self._waiting.append(draft)
        else:
            yield from self._release(())
            yield draft
        self.done = self.done or len(self._said) >= MOST_SENTENCES


def clean(unit: str) -> str:
    """A sentence as plain text: no marks, mark-up, links, tags or preamble, in plain letters. An
    address that is no link stays: whether it may be shown depends on the evidence."""
    text = _THOUGHT.sub("", _ITEM.sub("", plain(unit)))
    text = re.sub(rf"\s*{_MARK}(?!\()", "", text, flags=re.IGNORECASE)
    for pattern, by in _CLEANING:
        text = pattern.sub(by, text)
    text = text.strip()
    stripped = _PREAMBLE.sub("", text, count=1).lstrip(" ,:")
    return stripped[:1].upper() + stripped[1:] if stripped != text else text


def _closes(head: str, end: re.Match[str], following: str) -> bool:
    """Whether this full stop ends a sentence. ``head`` runs up to it, ``following`` is next."""
    if end["marks"]:
        return True
    if _ABBREVIATION.search(head) or _ORDINAL.match(head) or following.islower():
        return False
    return not (following.isdigit() and re.search(r"\bno\.$", head, re.IGNORECASE))


def _numbers(mark: str) -> Iterator[int]:
    for first, last in re.findall(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", mark):
        yield from range(int(first), int(last or first) + 1)
