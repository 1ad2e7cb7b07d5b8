"""One small reader for each format: a file in, its text and blocks out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.blocks import Document
from corpus.errors import UnreadableReport
from corpus.readers import text

SIZE_LIMIT = 50_000_000
_READERS: dict[str, Callable[[str, bytes], Document]] = {
    ".txt": text.read, ".text": text.read, ".md": text.read, ".markdown": text.read,
}
SUFFIXES = frozenset(_READERS)


def read(path: Path) -> Document:
    """The text and blocks of a report file.

    Raises ``UnreadableReport`` with the reason: missing, unreadable, empty, too large, not
    text, or of a format that no reader takes.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        taken = ", ".join(sorted(SUFFIXES))
        raise UnreadableReport(f"{path.name}: there is no reader for "
                               f"'{path.suffix or 'files without an ending'}'.",
                               f"Save the report as one of {taken}.")
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise UnreadableReport(f"{path.name}: {size / 1e6:.0f} MB is more than the "
                                   f"{SIZE_LIMIT / 1e6:.0f} MB that a report may have.",
                                   "Split it or remove what is not the report.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableReport(f"{path.name}: there is no such file.",
                               "Check the path.") from error
    except OSError as error:
        raise UnreadableReport(f"{path.name}: it can't be read ({error.strerror}).",
                               "Check the file's permissions.") from error
    return reader(str(path), content)
