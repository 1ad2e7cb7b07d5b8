"""What readers thought of their answers: kept in the home folder, a JSON line each, and nowhere
else. Lines are only ever added; the last one that names an id holds."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from assistant.answer import Answer
from corpus.errors import FixConfiguration, TryAgain, remedy

logger = logging.getLogger(__name__)

FILE = "feedback.jsonl"
FORMAT = 1
# Longest correction that is taken, in characters.
CORRECTION_LIMIT = 2000
# How long to wait for another thread or process that writes.
WAIT_S = 10.0
_WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """Whether a reader found an answer helpful."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What is not right with an answer, in the order in which the page offers it."""

    WRONG_EVIDENCE = "wrong_evidence"
    SOMETHING_MISSING = "something_missing"
    NOT_ASKED = "not_asked"
    BEYOND_REPORT = "beyond_report"
    SHOULD_HAVE_ANSWERED = "should_have_answered"
    OTHER = "other"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version() -> str:
    try:
        return importlib.metadata.version("findings")
    except importlib.metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer and what its reader thought of it.

    ``history`` is the conversation that the answer was given in, ``correction`` what it should
    have said, ``at`` the time as ISO in UTC, ``version`` the program's. Raises ``ValueError`` for
    an answer that is not right without a reason, a reason for one that is, a blank id or
    question, or a correction over the limit.
    """

    id: str
    verdict: Verdict
    question: str
    answer: Answer
    history: tuple[tuple[str, str], ...] = ()
    reason: Reason | None = None
    correction: str = ""
    at: str = field(default_factory=_now)
    version: str = field(default_factory=_version)

    def __post_init__(self) -> None:
        if not self.id or not self.question.strip():
            raise ValueError("an entry needs an id and a question")
        if (self.verdict is Verdict.DOWN) != (self.reason is not None):
            raise ValueError("what is not right has a reason, and nothing else has")
        if len(self.correction) > CORRECTION_LIMIT:
            raise ValueError(f"a correction has at most {CORRECTION_LIMIT} characters")

    def to_dict(self) -> dict[str, Any]:
        """The entry as a JSON object, the answer whole with its trace."""
        return {"format": FORMAT, "id": self.id, "at": self.at, "version": self.version,
                "verdict": self.verdict.value,
                "reason": self.reason.value if self.reason else None,
                "correction": self.correction, "question": self.question,
                "history": [list(pair) for pair in self.history],
                "answer": self.answer.model_dump(mode="json")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is none."""
        if data["format"] != FORMAT:
            raise ValueError("an entry of another version of the program")
        return cls(str(data["id"]), Verdict(data["verdict"]), str(data["question"]),
                   Answer.model_validate(data["answer"]),
                   tuple((str(q), str(a)) for q, a in data["history"]),
                   Reason(data["reason"]) if data["reason"] else None,
                   str(data["correction"]), str(data["at"]), str(data["version"]))


class Feedback:
    """The entries of one home. Safe to use from several threads and processes at once."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def keep(self, entry: Entry) -> None:
        """Add an entry; it takes the place of an earlier one with the same id.

        Raises ``FixConfiguration`` where the home can't be written, ``TryAgain`` while another
        process writes for too long.
        """
        self._add(entry.to_dict())

    def withdraw(self, identifier: str) -> None:
        """Take an entry back; harmless where there is none. Raises like ``keep``."""
        self._add({"format": FORMAT, "id": identifier, "at": _now(), "verdict": _WITHDRAWN})

    def broken(self) -> list[int]:
        """The numbers of the lines that ``entries`` passes over. Raises like it."""
        return self._looked()[1]

    def entries(self) -> list[Entry]:
        """What holds now, in the order in which it was last marked.

        A line that a kill cut short, or that this version can't read, is passed over with a
        warning. Raises ``FixConfiguration`` where the file is there and can't be read.
        """
        return self._looked()[0]

    def _looked(self) -> tuple[list[Entry], list[int]]:
        held: dict[str, Entry] = {}
        broken: list[int] = []
        for number, line in self._lines():
            try:
                data = json.loads(line)
                gone = data["verdict"] == _WITHDRAWN
                entry = None if gone else Entry.from_dict(data)
                held.pop(data["id"], None)
            except (ValueError, KeyError, TypeError) as error:
                # Its words may be a reader's own, so they stay out of the log.
                logger.warning("line %d of %s is passed over (%s)", number, self.path.name,
                               type(error).__name__)
                broken.append(number)
                continue
            if entry is not None:
                held[entry.id] = entry
        return list(held.values()), broken

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            # By bytes: other separators of lines may stand inside a text.
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise FixConfiguration(f"{self.path} can't be read ({error.strerror}).",
                                   "Make it readable, or move it away.") from error
        yield from ((n, line) for n, line in enumerate(lines, 1) if line.strip())

    def _add(self, data: Mapping[str, Any]) -> None:
        line = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._writing():
            # It holds what a person asked: for nobody else on this computer.
            self.path.touch(mode=0o600)
            with self.path.open("r+b", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                if end:
                    file.seek(end - 1)
                    # A line that a kill cut short must not swallow this one.
                    line = line if file.read(1) == b"\n" else b"\n" + line
                try:
                    while line:
                        line = line[file.write(line):]
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(end)
                    raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        home = self.path.parent
        try:
            home.mkdir(parents=True, exist_ok=True)
            with FileLock(home / "feedback.lock", timeout=WAIT_S):
                yield
        except Timeout as error:
            raise TryAgain("Another process is writing there, so this could not be kept.",
                           "Try again.") from error
        except OSError as error:
            raise FixConfiguration(
                f"This could not be kept: the folder {home} can't be written ({error.strerror}).",
                remedy(error, "Choose another with --home or FINDINGS_HOME.")) from error



def read(home: Path) -> list[Entry]:
    """What holds in this home; see ``Feedback.entries``."""
    return Feedback(home).entries()
