"""Parsing in a child process: a file that hangs, crashes or swells ends the child alone."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from corpus.blocks import Block, Document, Role
from corpus.errors import UnreadableReport
from corpus.readers import standby
from corpus.readers.sniffing import Format
from corpus.readers.standby import Pool

SECONDS = 120.0
MEMORY = 2_000_000_000
_HOME = Path(__file__).resolve().parents[2]
REFUSED, OUT_OF_MEMORY = 65, 71


# Ended with the program.
_standing_by = Pool()
atexit.register(_standing_by.close)


def read(source: str, kind: Format, content: bytes) -> Document:
    """Parse a file's content in a child process of its own.

    Raises ``UnreadableReport`` for what the reader refuses, and where the child needs more than
    ``SECONDS`` or ``MEMORY`` bytes, or dies.
    """
    name = Path(source).name
    try:
        code, answer = (_standing_by.read(kind.value, name, content, MEMORY, SECONDS)
                        if standby.POSSIBLE else _alone(kind, name, content))
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise UnreadableReport(f"{name}: it was not read within {SECONDS:.0f} seconds.",
                               "Split it into smaller files, or save it as plain text."
                               ) from error
    except EOFError:
        code, answer = 1, b""
    if code == 0:
        return decoded(source, answer)
    if code == REFUSED:
        reason, next_step = json.loads(answer)
        raise UnreadableReport(reason, next_step)
    if code == OUT_OF_MEMORY:
        raise UnreadableReport(f"{name}: reading it takes more than {MEMORY / 1e9:.0f} GB of "
                               "memory.", "Split it into smaller files.")
    raise UnreadableReport(f"{name}: it is damaged, or written in a way that can't be read.",
                           "Save it again from where it came, or as plain text.")


def _alone(kind: Format, name: str, content: bytes) -> tuple[int, bytes]:
    """The exit code and the output of a process that is started for this file."""
    command = [sys.executable, "-m", "corpus.readers.worker", kind.value, name, str(MEMORY),
               str(int(SECONDS) + 1)]
    done = subprocess.run(command, input=content, capture_output=True, cwd=_HOME,
                          timeout=SECONDS, check=False)
    return done.returncode, done.stdout


def encoded(document: Document) -> bytes:
    """A document as bytes for the parent process."""
    blocks = [[b.role.value, b.start, b.end, b.level, b.page, b.marker, b.indent, b.hidden]
              for b in document.blocks]
    told: dict[str, Any] = {"text": document.text, "blocks": blocks, "notes": document.notes,
                            "properties": dict(document.properties), "pages": document.pages}
    return json.dumps(told).encode("ascii")


def decoded(source: str, content: bytes) -> Document:
    """The document that ``encoded`` wrote, under the name of its source."""
    told = json.loads(content)
    text: str = told["text"]
    blocks = tuple(Block(Role(role), text[start:end], start, end, *rest)
                   for role, start, end, *rest in told["blocks"])
    return Document(source, text, blocks, told["properties"], tuple(told["notes"]),
                    tuple((start, page) for start, page in told["pages"]))
