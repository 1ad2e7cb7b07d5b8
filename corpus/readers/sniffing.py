"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from corpus.errors import UnreadableReport

_WEB_PAGE = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)*"
                       rb"(?:<!doctype html|<html[\s>]|<head[\s>])", re.IGNORECASE | re.DOTALL)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = ((b"{\\rtf", "an RTF file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
           (b"GIF8", "a picture"), (b"II*\x00", "a picture"), (b"MM\x00*", "a picture"),
           (b"\x1f\x8b", "a gzip file"), (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "an archive"),
           (b"\x7fELF", "a program"))
_PARTS = (("xl/workbook.xml", "an Excel file"),
          ("ppt/presentation.xml", "a PowerPoint file"), ("content.xml", "an OpenDocument file"))
_MARKED_UP = re.compile(rb"<(?:p|div|body|h[1-6]|table|ul|ol|main|article|section)\b",
                        re.IGNORECASE)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARGIN = 1024
_SAMPLE = 1_000_000


class Format(StrEnum):
    """The formats that have a reader."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


ENDINGS = {".txt": Format.TEXT, ".text": Format.TEXT, ".md": Format.MARKDOWN,
           ".markdown": Format.MARKDOWN, ".html": Format.HTML, ".htm": Format.HTML,
           ".docx": Format.DOCX, ".pdf": Format.PDF}
_CALLED = {Format.HTML: ("a web page", ".html"), Format.DOCX: ("a Word file", ".docx"),
           Format.PDF: ("a PDF", ".pdf")}


def check(name: str, wanted: Format, content: bytes) -> None:
    """See that a file is what its name's ending says.

    Raises ``UnreadableReport`` where it is empty, protected by a password, or something else;
    the message says what it is and, where there is a reader for that, how to name it.
    """
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableReport(f"{name}: it is empty.", "Check that the report was saved whole.")
    found = _format(content)
    if found is wanted:
        return
    if found is not None:
        what, ending = _CALLED[found]
        raise UnreadableReport(f"{name}: it is {what}, whatever its name says.",
                               f"If it is the report, rename it to end in {ending}.")
    _refuse_others(name, content)
    if wanted in (Format.TEXT, Format.MARKDOWN) or (wanted is Format.HTML and _MARKED_UP.search(
            content.replace(b"\x00", b"")[:_SAMPLE])):
        return
    raise UnreadableReport(f"{name}: it is not {_CALLED[wanted][0]}, though its name ends in "
                           f"{Path(name).suffix}, or its beginning is damaged.",
                           "Save the report again from where it came.")


def _format(content: bytes) -> Format | None:
    """The format that the first bytes show; None for text, and for what has no reader."""
    if b"%PDF-" in content[:_MARGIN]:
        return Format.PDF
    if content.startswith(_ZIP):
        return Format.DOCX if "word/document.xml" in _parts(content) else None
    start = content[:_MARGIN].removeprefix(b"\xef\xbb\xbf")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start[2:].replace(b"\x00", b"")
    return Format.HTML if _WEB_PAGE.match(start) else None


def _refuse_others(name: str, content: bytes) -> None:
    what = next((what for mark, what in _OTHERS if content.startswith(mark)), None)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise UnreadableReport(f"{name}: it is protected by a password.",
                                   "Save a copy without the password.")
        what = "an old Word file or another Office file from before 2007"
    elif content.startswith(_ZIP):
        parts = _parts(content)
        if not parts:
            raise UnreadableReport(f"{name}: it is a zip or Word file that is cut off or damaged.",
                                   "Fetch or save it again.")
        what = next((what for part, what in _PARTS if part in parts), "a zip archive")
    if what:
        raise UnreadableReport(f"{name}: it is {what}, whatever its name says.",
                               f"Save the report as one of {', '.join(sorted(ENDINGS))}.")


def _parts(content: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return frozenset()
