"""The composer that asks a language model: a LangChain chain, streamed, cut into drafts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable

import prompts
from assistant.compose import Draft, Evidence
from assistant.compose.drafting import SENTINEL, Drafting
from assistant.compose.phrasing import plain
from assistant.models.failures import telling
from corpus.errors import TryAgain

LONGEST_FINDING = 500
_CUT_OFF = {"length", "max_tokens", "max_output_tokens", "model_length"}
_ROLE = re.compile(r"\b(system|assistant|user|human|developer|findings|question|answer)\s*:",
                   re.IGNORECASE)
_ASKING = re.compile(r"^how (?:well|good|effective(?:ly)?|efficient(?:ly)?) (?:is|are|does|do) "
                     r"(?:the |this )?(?:force|service|police|constabulary) at ",
                     re.IGNORECASE)


class ProseComposer:
    """Writes answers with a chat model, from a few findings and three worked examples."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self.name = name
        self._chain: Runnable[dict[str, Any], Any] = _template() | model

    @property
    def opening(self) -> list[BaseMessage]:
        """A prompt up to where questions differ: the same bytes for every question."""
        return _template().format_messages(findings="", question="")

    def drafts(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Draft]:
        """Yield each sentence as soon as it is whole; none when the model finds no answer.

        Raises ``TryAgain`` or ``FixConfiguration`` when the model fails or says nothing.
        Leaving the iterator early stops the model.
        """
        drafting, cut_off = Drafting(), False
        asked = {"findings": listed(evidence), "question": neutral(question)}
        with telling(self.name):
            pieces = self._chain.stream(asked)
            try:
                for piece in pieces:
                    cut_off = cut_off or _was_cut_off(piece)
                    yield from drafting.feed(piece.text)
                    if drafting.done:
                        break
            finally:
                if close := getattr(pieces, "close", None):
                    close()
        if not drafting.heard:
            raise TryAgain(f"{self.name} gave an empty reply.",
                           "Ask again, or choose another model.")
        yield from drafting.end(cut_off)


def listed(evidence: Sequence[Evidence]) -> str:
    """Findings as numbered lines, each section named once above those that follow it."""
    rows = [(item.n, item.finding.kind.value.replace("_", " "),
             item.finding.section[-1] if item.finding.section else "",
             _shortened(plain(item.finding))) for item in evidence]
    return _lines(rows)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_FINDING:
        return text
    return text[:LONGEST_FINDING].rpartition(" ")[0] + " …"


def neutral(text: str) -> str:
    """Text as data on one line: nothing in it reads as a mark, a role or a template's token."""
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = re.sub(r"<(?=[|/!?a-zA-Z])", "‹", text.replace("|>", "|›"))
    text = text.translate(str.maketrans("[]【】{}", "()()()")).replace(SENTINEL, SENTINEL.lower())
    return " ".join(_ROLE.sub(r"\1 -", re.sub(r"#{2,}|`{3,}|-{3,}", " ", text)).split())


def _topic(section: str) -> str:
    """What a section is about: its heading without the inspectorate's way of asking."""
    return neutral(_ASKING.sub("", section)).rstrip("? ")


def _lines(rows: Sequence[tuple[int, str, str, str]]) -> str:
    lines: list[str] = []
    heading = ""
    for n, kind, section, text in rows:
        if section != heading:
            heading = section
            lines.append(f"{_topic(section)}:")
        lines.append(f"[{n}] {kind}: {neutral(text)}")
    return "\n".join(lines)


def _template() -> ChatPromptTemplate:
    """The fixed beginning as finished messages, then the one that changes."""
    words = prompts.wording("prose_examples")
    messages: list[BaseMessage] = [SystemMessage(prompts.load("prose").text)]
    for example in words["examples"]:
        rows = [(n, row["kind"], row["section"], row["text"])
                for n, row in enumerate(example["findings"], start=1)]
        asked = words["question"].format(findings=_lines(rows), question=example["question"])
        messages += [HumanMessage(asked), AIMessage(example["answer"])]
    return ChatPromptTemplate.from_messages([*messages, ("human", words["question"])])


def _was_cut_off(piece: AIMessageChunk) -> bool:
    ended = piece.response_metadata
    reason = ended.get("finish_reason") or ended.get("stop_reason") or ended.get("done_reason")
    return str(reason).lower() in _CUT_OFF
