"""PDF by its layout: columns, headings, lists and tables, without what repeats on every page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from corpus.blocks import Document
from corpus.errors import UnreadableReport
from corpus.readers import canonical
from corpus.readers.pdf import columns, flow, glyphs, margins
from corpus.readers.pdf.shapes import Line, Page

PAGES_LIMIT = 1000
_TAIL = 4096
_LEAST_LETTERS = 20
_PICTURED = 0.5
_NAMED_PAGES = 10


def read(source: str, content: bytes) -> Document:
    """The document of a PDF that holds its text as text; pages are counted from 1.

    Raises ``UnreadableReport`` for a file that is protected by a password, damaged, cut off,
    longer than ``PAGES_LIMIT`` pages, or made of pictures of pages.
    """
    name = Path(source).name
    document = _opened(name, content)
    try:
        count = len(document)
        if count > PAGES_LIMIT:
            raise UnreadableReport(f"{name}: it has {count:,} pages, more than the "
                                   f"{PAGES_LIMIT:,} that a report may have.",
                                   "Split it into its reports.")
        pages, damaged = _pages(name, document, count)
        title = document.get_metadata_dict(skip_empty=True).get("Title", "").strip()
    finally:
        document.close()
    notes = _notes(name, pages, damaged)
    body = _body_size(pages)
    margins.strip(pages, body)
    lines: list[Line] = [line for page in pages for line in columns.lines_of(page)]
    properties = {"title": canonical.clean(title)} if title else {}
    return canonical.document(source, flow.pieces_of(lines, body), properties, notes)


def _opened(name: str, content: bytes) -> Any:
    tail = content[-_TAIL:]
    whole = b"%%EOF" in tail or b"startxref" in tail
    try:
        if not whole:
            raise UnreadableReport(f"{name}: it is cut off before its end.", "Fetch it again.")
        document = pypdfium2.PdfDocument(content)
        if len(document) == 0:
            raise UnreadableReport(f"{name}: it has no pages.", "Fetch or save it again.")
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise UnreadableReport(f"{name}: it is protected by a password.",
                                   "Save a copy without the password.") from error
        raise UnreadableReport(f"{name}: it is damaged and can't be opened as a PDF.",
                               "Fetch or save it again.") from error
    return document


def _pages(name: str, document: Any, count: int) -> tuple[list[Page], list[int]]:
    pages: list[Page] = []
    damaged: list[int] = []
    for index in range(count):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            damaged.append(index + 1)
            continue
        try:
            pages.append(glyphs.page_of(page, index + 1))
        except glyphs.TooDense as error:
            raise UnreadableReport(f"{name}: page {index + 1} has more characters than any page "
                                   "of print.", "Check what this file is.") from error
        finally:
            page.close()
    if not pages:
        raise UnreadableReport(f"{name}: none of its pages can be read.",
                               "Fetch or save it again.")
    return pages, damaged


def _notes(name: str, pages: list[Page], damaged: list[int]) -> list[str]:
    """What a person should know. Raises ``UnreadableReport`` where there is no text at all."""
    letters = {page.number: sum(s.letters for s in page.segments) for page in pages}
    if sum(letters.values()) < _LEAST_LETTERS:
        scanned = any(page.pictured > _PICTURED for page in pages)
        what = "its pages are pictures, without text" if scanned else "it has no text"
        raise UnreadableReport(f"{name}: {what}.",
                               "Run text recognition (OCR) on it, or find the original.")
    notes: list[str] = []
    for page in pages:
        total = letters[page.number]
        # Recognised text lies unpainted over the picture of its page: it is what one sees.
        if page.pictured > _PICTURED and page.unseen >= 0.9 * max(1, total):
            for segment in page.segments:
                segment.hidden = False
    pictures = [page.number for page in pages
                if letters[page.number] < _LEAST_LETTERS and page.pictured > _PICTURED]
    for numbers, what in ((pictures, "a picture without text"), (damaged, "damaged")):
        if numbers:
            named = ", ".join(map(str, numbers[:_NAMED_PAGES]))
            more = " and others" if len(numbers) > _NAMED_PAGES else ""
            notes.append(f"Left out, each {what}: page {named}{more}.")
    return notes


def _body_size(pages: list[Page]) -> float:
    """The size that most of the text has."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            if not segment.hidden:
                sizes[round(segment.size * 2) / 2] += segment.letters
    return sizes.most_common(1)[0][0] if sizes else 10.0
