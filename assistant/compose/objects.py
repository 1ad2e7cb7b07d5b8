"""A model's stream of JSON cut into drafted sentences as each of its objects closes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assistant.compose import Draft
from assistant.compose.drafting import MOST_CHARACTERS, MOST_SENTENCES, SENTINEL, clean


class Objects:
    """Feed it pieces of ``{"sentences": [{"text": ..., "findings": [...]}, ...]}``; it gives each
    sentence once its object is whole. What is around the array, such as a code fence, is passed
    over; an object that is no sentence is too. ``done`` is set as by ``Drafting``.
    """

    def __init__(self) -> None:
        self.done = False
        self.heard = False
        self._text = ""
        self._length = 0
        self._inside = False
        self._said: set[str] = set()
        self._decoder = json.JSONDecoder()

    def feed(self, piece: str) -> Iterator[Draft]:
        """Take one more piece; yield the sentences that it completes."""
        self._text += piece
        self._length += len(piece)
        self.heard = self.heard or bool(piece.strip())
        if not self._inside and "[" in self._text:
            self._inside = True
            self._text = self._text.partition("[")[2]
        while self._inside and not self.done:
            self._text = self._text.lstrip(" \t\r\n,")
            if self._text.startswith("]"):
                self.done = True
                return
            try:
                found, end = self._decoder.raw_decode(self._text)
            except ValueError:
                break
            self._text = self._text[end:]
            yield from self._draft(found)
        self.done = self.done or self._length > 2 * MOST_CHARACTERS

    def end(self, _: bool) -> Iterator[Draft]:
        """Nothing: a sentence whose object did not close was cut off."""
        self.done = True
        return iter(())

    def _draft(self, found: Any) -> Iterator[Draft]:
        if not isinstance(found, dict) or not isinstance(found.get("text"), str):
            return
        text = clean(found["text"])
        numbers = found.get("findings")
        listed = numbers if isinstance(numbers, list) else [numbers]
        cited = tuple(dict.fromkeys(n for n in listed if type(n) is int))
        key = text.casefold().rstrip(".")
        if SENTINEL in text or key in self._said:
            self.done = True
            return
        if not any(c.isalpha() for c in text):
            return
        self._said.add(key)
        if text[-1] not in ".!?…\"”'’":
            text = text.rstrip(",;:") + "."
        yield Draft(text, cited)
        self.done = len(self._said) >= MOST_SENTENCES
