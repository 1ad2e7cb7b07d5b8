"""What a model is sent: the rules, worked examples, and the findings as numbered data."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate

import prompts
from assistant.compose import Evidence
from assistant.compose.drafting import SENTINEL
from assistant.compose.forms import Form
from assistant.compose.phrasing import plain
from assistant.letters import plain as in_plain_letters
from assistant.letters import unseen
from corpus.model import Finding, FindingKind
from index.passages import statement

LONGEST_FINDING = 500
_ROLE = re.compile(r"\b(system|assistant|user|human|developer|findings|question|answer)\s*:",
                   re.IGNORECASE)
_FENCE = re.compile(r"#{2,}|`{3,}|-{3,}")
_SENTINEL = re.compile(r"\W+".join(SENTINEL.split()))
# What looks like the bars, colons and signs that marks and templates are made of.
_ALIKE = str.maketrans("∣ǀ│┃❘❙⏐¦꞉ː∶։׃˸˂˃ˋ", "||||||||::::::<>`")
_ASKING = re.compile(r"^how (?:well|good|effective(?:ly)?|efficient(?:ly)?) (?:is|are|does|do) "
                     r"(?:the |this )?(?:force|service|police|constabulary) at ",
                     re.IGNORECASE)


def template(form: Form) -> ChatPromptTemplate:
    """The fixed beginning as finished messages, then the one that changes: ``findings``,
    ``question`` and ``length`` are filled in."""
    words = prompts.wording("prose_examples")
    rules = prompts.load("prose").text
    if form is Form.SCHEMA:
        rules = f"{rules}\n{prompts.load('prose_schema').text}"
    messages: list[BaseMessage] = [SystemMessage(rules)]
    for example in words["examples"]:
        rows = [(n, row["kind"], row["section"], row["text"])
                for n, row in enumerate(example["findings"], start=1)]
        asked = words["question"].format(findings=_lines(rows), question=example["question"],
                                         length=length(len(example["answer"])))
        messages += [HumanMessage(asked), AIMessage(_worked(example["answer"], form))]
    return ChatPromptTemplate.from_messages([*messages, ("human", words["question"])])


def digest() -> str:
    """Which version of the prompts is in use: it changes with any of their words."""
    return prompts.digest("prose", "prose_schema", "prose_examples")


def filled(question: str, evidence: Sequence[Evidence], most: int) -> dict[str, str]:
    """What the template's last message is filled with."""
    return {"findings": listed(evidence), "question": neutral(question), "length": length(most)}


def length(most: int) -> str:
    """How long the answer may be, in words."""
    return str(prompts.wording("prose_examples")["length"][min(most, 4) - 1])


def listed(evidence: Sequence[Evidence]) -> str:
    """Findings as numbered lines, each section named once above those that follow it."""
    rows = [(item.n, item.finding.kind.value.replace("_", " "),
             item.finding.section[-1] if item.finding.section else "",
             _shortened(_told(item.finding))) for item in evidence]
    return _lines(rows)


def _told(finding: Finding) -> str:
    """A finding's words as a sentence; a recommendation keeps who should do it by when."""
    if finding.kind is FindingKind.RECOMMENDATION and finding.lead_in:
        return statement(finding)
    return plain(finding)


def neutral(text: str) -> str:
    """Text as data on one line: nothing in it reads as a mark, a role, a template's token or the
    sentinel, in whatever letters and signs it was written."""
    text = in_plain_letters("".join(" " if unseen(c) else c for c in text))
    text = "".join(map(_bracket, text.translate(_ALIKE)))
    text = re.sub(r"<(?=[|/!?a-zA-Z])", "‹", text.replace("|>", "|›"))
    text = " ".join(_ROLE.sub(r"\1 -", _FENCE.sub(" ", text)).split())
    return _SENTINEL.sub(lambda match: match.group().lower(), text)


def _bracket(character: str) -> str:
    """A round bracket for any other; what belongs to one pair only by name, as low quotation
    marks do, stays."""
    if character in "()" or not unicodedata.mirrored(character):
        return character
    return {"Ps": "(", "Pe": ")"}.get(unicodedata.category(character), character)


def _worked(answer: Sequence[Mapping[str, Any]], form: Form) -> str:
    if form is Form.SCHEMA:
        return json.dumps({"sentences": [{"text": s["text"], "findings": list(s["findings"])}
                                         for s in answer]}, ensure_ascii=False)
    return " ".join(s["text"] + " " + "".join(f"[{n}]" for n in s["findings"]) for s in answer)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_FINDING:
        return text
    return text[:LONGEST_FINDING].rpartition(" ")[0] + " …"


def _topic(section: str) -> str:
    """What a section is about: its heading without the inspectorate's way of asking, in quotation
    marks where it is a role's name alone."""
    topic = neutral(_ASKING.sub("", section)).rstrip("? ")
    return f"“{topic}”" if _ROLE.fullmatch(f"{topic}:") else topic


def _lines(rows: Sequence[tuple[int, str, str, str]]) -> str:
    lines: list[str] = []
    heading = ""
    for n, kind, section, text in rows:
        if section != heading:
            heading = section
            lines.append(f"{_topic(section)}:")
        lines.append(f"[{n}] {kind}: {neutral(text)}")
    return "\n".join(lines)
