"""Bytes into clean text, or the reason why they are no text."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.errors import UnreadableReport

_FORMATS = ((b"%PDF", "a PDF"), (b"PK\x03\x04", "a zip or Word file"), (b"{\\rtf", "an RTF file"),
            (b"\xd0\xcf\x11\xe0", "an old Word file"), (b"\x89PNG", "a picture"),
            (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "a gzip file"))
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_LINE_END = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f]")
# They change how a text looks, never what it says: a reader must not be shown words reversed.
INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SHARE_OF_CONTROLS = 0.02
_FEW_CONTROLS = 20
_SAMPLE = 100_000


def decode(source: str, content: bytes) -> str:
    """Bytes as text with plain line ends: UTF-8 (or UTF-16), else Windows-1252.

    Control characters become spaces; marks that reverse or hide text are left out. Raises
    ``UnreadableReport`` for an empty file and for what is not text.
    """
    name = Path(source).name
    for start, what in _FORMATS:
        if content.startswith(start):
            raise _not_text(name, what)
    if _WEB_PAGE.match(content.removeprefix(b"\xef\xbb\xbf")[:500]):
        raise _not_text(name, "a web page")
    text = _characters(content)
    sample = text[:_SAMPLE]
    if "\x00" in text or len(CONTROL.findall(sample)) > max(
            _FEW_CONTROLS, _SHARE_OF_CONTROLS * len(sample)):
        raise _not_text(name, "binary data")
    text = INVISIBLE.sub("", CONTROL.sub(" ", _LINE_END.sub("\n", text)))
    if not text.strip():
        raise UnreadableReport(f"{name}: it is empty.", "Check that the report was saved whole.")
    return text


def _characters(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    sample = content[:2000]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(sample) > 20 and zeros.count(0) > 0.9 * len(zeros) and sample.count(0) < len(sample):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _not_text(name: str, what: str) -> UnreadableReport:
    return UnreadableReport(f"{name}: it is {what}, not a text file, whatever its name says.",
                            "Save the report as plain text and try again.")
