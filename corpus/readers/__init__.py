"""One small reader for each format: a file in, its text and blocks out."""

from __future__ import annotations

from pathlib import Path

from corpus.blocks import Document
from corpus.errors import UnreadableReport
from corpus.readers import guard, sniffing, text
from corpus.readers.sniffing import Format

SIZE_LIMIT = 50_000_000
SUFFIXES = frozenset(sniffing.ENDINGS)


def read(path: Path) -> Document:
    """The text and blocks of a report file.

    PDF, Word, HTML and Markdown are parsed in a process of their own, within limits of time and
    memory, so that a hostile file can't take the program with it. Raises ``UnreadableReport``
    with the reason: missing, unreadable, empty, too large, damaged, protected by a password,
    without text, not what its ending says, or of a format that no reader takes.
    """
    wanted = sniffing.ENDINGS.get(path.suffix.lower())
    if wanted is None:
        taken = ", ".join(sorted(SUFFIXES))
        raise UnreadableReport(f"{path.name}: there is no reader for "
                               f"'{path.suffix or 'files without an ending'}'.",
                               f"Save the report as one of {taken}.")
    content = _content(path)
    sniffing.check(path.name, wanted, content)
    if wanted is Format.TEXT:
        return text.read(str(path), content)
    return guard.read(str(path), wanted, content)


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise UnreadableReport(f"{path.name}: {size / 1e6:.0f} MB is more than the "
                                   f"{SIZE_LIMIT / 1e6:.0f} MB that a report may have.",
                                   "Split it or remove what is not the report.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableReport(f"{path.name}: there is no such file.",
                               "Check the path.") from error
    except OSError as error:
        raise UnreadableReport(f"{path.name}: it can't be read ({error.strerror}).",
                               "Check the file's permissions.") from error
