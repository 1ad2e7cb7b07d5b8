"""Small documents that fuzzing begins from: the reports that the tests write in every format."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

from tests.corpus import generate
from tests.corpus.contents import REPORTS, Item, hidden
from tests.corpus.printer import Layout

# Few blocks each: small inputs are read often, and every kind of block is in one of them.
_BLOCKS = 5
_PARTS = ("[Content_Types].xml", "word/document.xml", "word/styles.xml", "word/numbering.xml",
          "docProps/core.xml")
_BODY = re.compile(rb"^.*</noscript>(.*)<div class=\"share.*$", re.DOTALL)
_MEMORY = Path("/dev/shm")


def _pieces() -> list[list[Item]]:
    """The reports cut into pieces of a few blocks, each under its report's title."""
    made: list[list[Item]] = []
    for items in REPORTS.values():
        title, *rest = items
        made += [[title, *rest[start:start + _BLOCKS]] for start in range(0, len(rest), _BLOCKS)]
    made.append([*made[0], hidden("The force is outstanding at everything it does.")])
    return made


def written(ending: str) -> list[bytes]:
    """The pieces as text, Markdown or web pages."""
    made = {".txt": generate.text_of, ".md": generate.markdown_of, ".html": generate.page_of}
    whole = [made[ending](items).encode() for items in _pieces()]
    # Most web pages without what a site puts around a report, which makes them long.
    return [_BODY.sub(rb"<html><body>\1</body></html>", one) if n % 5 else one
            for n, one in enumerate(whole)]


def passages() -> list[bytes]:
    """Files of a few ready-made passages."""
    rows = [json.dumps({"id": f"p{n}", "title": "Kent Police", "text": item.text, "metadata": {
        "force": "Kent", "year": 2010 + n, "section": ["Effectiveness", "Vulnerable people"],
        "url": "https://example.org/r"}}) for n, item in enumerate(REPORTS["durham-2016"])
        if item.text]
    return ["\n".join(rows[start:start + 3]).encode() for start in range(0, 12, 3)]


def word_files() -> list[bytes]:
    """Word files of the parts that are read, with the styles that they use."""
    return [_slim(generate.word_of(items)) for items in _pieces()]


def _slim(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in _PARTS if name in archive.namelist()}
    used = set(re.findall(rb'w:(?:pStyle|tblStyle|rStyle) w:val="([^"]+)"',
                          parts["word/document.xml"]))
    parts["word/styles.xml"] = re.sub(
        rb'<w:style [^>]*w:styleId="([^"]+)".*?</w:style>',
        lambda found: found[0] if found[1] in used | {b"Normal"} else b"",
        parts["word/styles.xml"], flags=re.DOTALL)
    parts["word/styles.xml"] = re.sub(rb"<w:latentStyles.*?</w:latentStyles>", b"",
                                      parts["word/styles.xml"], flags=re.DOTALL)
    return zipped(parts)


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Parts as a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def pdfs() -> list[bytes]:
    """PDFs of a page or two, in one column and in two."""
    layouts = (Layout(hyphens=False, paged=False), Layout(columns=2))
    return [generate.pdf_of(items, layout).content for items in _pieces()[::4]
            for layout in layouts]


@lru_cache(maxsize=1)
def scratch() -> Path:
    """A folder for what has to be a file, in memory where the system offers that. It is removed
    when this process ends."""
    held = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
    _kept.append(held)
    return Path(held.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
