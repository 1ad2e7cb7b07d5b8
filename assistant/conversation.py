"""The file of a conversation: its first line says what a list needs, each other line is a turn."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from corpus.errors import GiveUp

FORMAT = 1
TITLE_LIMIT = 120
SUFFIX = ".jsonl"
# What reading a file that is none may raise.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)
# The first line is short; a file without one is read no further than this.
_HEAD_LIMIT = 16_384
_ID = re.compile(r"[0-9a-f]{32}")

Turns = Sequence[Mapping[str, Any]]


def new_id() -> str:
    """An id past guessing."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Whether this may be a conversation's id, and so a part of a path."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Head:
    """What a list says of a conversation.

    ``id`` is past guessing: who has it may read the conversation. ``named`` says that its owner
    chose the title. ``begun`` and ``changed`` are times as ISO in UTC. ``stamp`` names the state
    of its turns, so that two tabs do not write over each other. ``order`` grows with each change
    of any conversation of its owner, whatever the clock says.
    """

    id: str
    title: str
    begun: str
    changed: str
    questions: int
    stamp: str
    named: bool = False
    order: int = 0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is none."""
        if data["format"] != FORMAT:
            raise ValueError("a conversation of another version of the program")
        told = {name: data[name] for name in ("id", "title", "begun", "changed", "stamp")}
        if not all(isinstance(one, str) for one in told.values()) or not is_id(told["id"]):
            raise ValueError("the first line is none of a conversation")
        return cls(**told, questions=int(data["questions"]), named=bool(data["named"]),
                   order=int(data.get("order", 0)))


def titled(title: str) -> str:
    """A title on one line, cut where it is longer than is kept."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_LIMIT else line[:TITLE_LIMIT - 1].rstrip() + "…"


def packed(head: Head, turns: Turns) -> bytes:
    """The whole file."""
    return first_line(head) + b"".join(json.dumps(one).encode() + b"\n" for one in turns)


def first_line(head: Head) -> bytes:
    """The line that a file begins with."""
    return json.dumps({"format": FORMAT, **asdict(head)}).encode() + b"\n"


def unpacked(content: bytes) -> tuple[Head, tuple[dict[str, Any], ...]]:
    """A file read back. Raises one of ``UNREADABLE`` for what is none."""
    first, *rest = content.splitlines()
    turns = tuple(json.loads(line) for line in rest)
    if not all(isinstance(one, dict) for one in turns):
        raise ValueError("a line is no turn")
    return Head.from_dict(json.loads(first)), turns


def head_of(content: bytes) -> Head:
    """The head of a file's content. Raises ``GiveUp`` for what is none."""
    try:
        return Head.from_dict(json.loads(content.partition(b"\n")[0]))
    except UNREADABLE as error:
        raise damaged() from error


def read_head(path: Path) -> Head:
    """The head of a file, without the turns. Raises one of ``UNREADABLE``."""
    with path.open("rb") as file:
        head = Head.from_dict(json.loads(file.readline(_HEAD_LIMIT)))
    if f"{head.id}{SUFFIX}" != path.name:
        raise ValueError("the file was given another name")
    return head


def damaged() -> GiveUp:
    """What is said of a file that can't be read."""
    return GiveUp("This conversation can’t be read: its file is damaged, or another version of the "
                  "program wrote it.", "Begin a new conversation.")


def write(path: Path, content: bytes) -> None:
    """Write a file for nobody else on this computer, whole or not at all. Raises ``OSError``."""
    beside = path.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
