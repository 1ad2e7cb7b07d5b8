"""The composer that asks a language model: a LangChain chain, streamed, cut into drafts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage

from assistant.compose import Draft, Evidence
from assistant.compose.drafting import MOST_SENTENCES, Drafting
from assistant.compose.forms import Form, Manner, held_to
from assistant.compose.objects import Objects
from assistant.compose.prompting import digest, filled, template
from assistant.models.failures import TookTooLong, refuses_form, told
from assistant.operating.happenings import Outcome
from assistant.operating.working import Call, outcome_of
from corpus.errors import TryAgain

logger = logging.getLogger(__name__)

_CUT_OFF = {"length", "max_tokens", "max_output_tokens", "model_length"}
_FIRST_WAIT_S = 0.5
# Pieces after the last sentence: brackets, the end, the count of tokens.
_CLOSING = 12


class ProseComposer:
    """Writes answers with a chat model, from a few findings and three worked examples."""

    def __init__(self, model: BaseChatModel, name: str, manner: Manner | None = None) -> None:
        self.name = name
        self._model = model
        self._manner = manner or Manner()
        self._form = self._manner.form

    @property
    def opening(self) -> list[BaseMessage]:
        """A prompt up to where questions differ: the same bytes for every question."""
        return template(self._form).format_messages(findings="", question="", length="")

    @property
    def version(self) -> str:
        """The digest of the prompts: answers of different prompts are told apart by it."""
        return digest()

    def drafts(self, question: str, evidence: Sequence[Evidence], most: int = MOST_SENTENCES,
               cancel: threading.Event | None = None) -> Iterator[Draft]:
        """Yield each sentence as soon as it is whole; none when the model finds no answer.

        ``most`` is how many sentences the answer may have. Raises ``TryAgain`` or
        ``FixConfiguration`` when the model fails or says nothing; a model that did not reply in
        time is not waited for a second time. Leaving the iterator early, or
        setting ``cancel``, stops the model at its next word.
        """
        for attempt in range(self._manner.retries + 1):
            heard = False
            try:
                for draft in self._written(question, evidence, most, cancel):
                    heard = True
                    yield draft
                return
            except TryAgain as error:
                late = isinstance(error, TookTooLong)
                if heard or late or attempt == self._manner.retries or _stopped(cancel):
                    raise
                logger.info("%s; trying again", error.reason)
                _wait(_FIRST_WAIT_S * 2 ** attempt, cancel)

    def _written(self, question: str, evidence: Sequence[Evidence], most: int,
                 cancel: threading.Event | None) -> Iterator[Draft]:
        """One try. A server that knows no schema is asked again without, once and for all."""
        try:
            yield from self._read(self._pieces(question, evidence, most), most, cancel)
        except _FormRefusedError:
            logger.info("%s takes no %s; asking it without", self.name, self._form.value)
            self._form = Form.MARKS
            yield from self._read(self._pieces(question, evidence, most), most, cancel)

    def _read(self, pieces: Iterator[AIMessageChunk], most: int,
              cancel: threading.Event | None) -> Iterator[Draft]:
        reading: Drafting | Objects = Drafting()
        begun = ended = False
        count = 0
        with closing(cast("Generator[AIMessageChunk]", pieces)):
            for piece in pieces:
                if _stopped(cancel):
                    return
                text = piece.text
                ended = ended or _ends_well(piece)
                if not begun and text.strip():
                    begun = True
                    # A server may pass a schema over and write marks all the same.
                    if self._form is Form.SCHEMA and text.lstrip()[0] in "{`":
                        reading = Objects()
                for draft in reading.feed(text):
                    count += 1
                    yield draft
                    if count >= most:
                        break
                if reading.done or count >= most:
                    _let_end(pieces)
                    break
        if not reading.heard:
            raise TryAgain(f"{self.name} gave an empty reply.",
                           "Ask again, or choose another model.")
        yield from islice(reading.end(not ended), most - count)

    def _pieces(self, question: str, evidence: Sequence[Evidence],
                most: int) -> Generator[AIMessageChunk]:
        asked = filled(question, evidence, most)
        held = held_to(self._form, self._manner.provider, [item.n for item in evidence], most)
        chain = template(self._form) | self._model.bind(**held)
        pieces = cast("Iterator[AIMessageChunk]", chain.stream(asked))
        heard, call = False, Call()
        try:
            for piece in pieces:
                heard = True
                call.heard(piece.usage_metadata)
                yield piece
        except Exception as error:
            problem = told(error, self.name)
            if not heard and self._form is not Form.MARKS and refuses_form(problem, error):
                call.failed(Outcome.FORM_REFUSED)
                raise _FormRefusedError from error
            call.failed(outcome_of(problem))
            raise problem from error
        finally:
            call.end()
            if close := getattr(pieces, "close", None):
                close()


class _FormRefusedError(Exception):
    """A server turned a request down because of the form that it was to hold its reply to."""


def _let_end(pieces: Iterator[AIMessageChunk]) -> None:
    """Take what comes after the last sentence that is wanted, as long as it says nothing: the
    closing brackets, and how many tokens were used."""
    for piece in islice(pieces, _CLOSING):
        if any(map(str.isalpha, piece.text)):
            return


def _stopped(cancel: threading.Event | None) -> bool:
    return cancel is not None and cancel.is_set()


def _wait(seconds: float, cancel: threading.Event | None) -> None:
    if cancel is None:
        time.sleep(seconds)
    else:
        cancel.wait(seconds)


def _ends_well(piece: AIMessageChunk) -> bool:
    """Whether a server says that its reply is whole; one that just stops has been cut off."""
    told = piece.response_metadata
    reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
    return bool(reason) and str(reason).lower() not in _CUT_OFF
