"""What a language model is not given to read: words that may have been written to steer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from assistant.answer import Answer, Sentence
from assistant.citing import withheld
from assistant.compose.steering import speaks_to_a_program
from assistant.exchange import Cited, Listed, Ranked

_Quoted = TypeVar("_Quoted", Cited, Listed, Ranked)


def discreet(one: _Quoted) -> _Quoted:
    """A finding that stays counted and in its place, without its words where it steers."""
    if not one.steers:
        return one
    said = "quote" if isinstance(one, Cited) else "text"
    section = tuple(withheld() if speaks_to_a_program(part) else part for part in one.section)
    return one.model_copy(update={said: withheld(), "lead_in": None, "section": section})


def spoken(answer: Answer, citations: Sequence[Cited]) -> Answer:
    """An answer without the sentences that rest on findings that steer alone, or that speak to a
    program themselves."""
    steering = {one.n for one in citations if one.steers}
    if not steering:
        return answer
    return answer.model_copy(update={
        "sentences": tuple(_spoken(one, steering) for one in answer.sentences)})


def _spoken(sentence: Sentence, steering: set[int]) -> Sentence:
    alone = bool(sentence.citations) and set(sentence.citations) <= steering
    if alone or speaks_to_a_program(sentence.text):
        return sentence.model_copy(update={"text": withheld()})
    return sentence
