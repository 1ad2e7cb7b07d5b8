"""The files that a briefing can be taken away as, with names that any system takes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.paper import markdown
from assistant.paper.references import Sheet
from corpus.errors import GiveUp

NAME_LIMIT = 80
# Names that Windows keeps for devices.
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over."""

    name: str
    type: str
    content: bytes


_TYPES = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "pdf": "application/pdf", "md": "text/markdown;charset=utf-8"}


def exported(sheet: Sheet, ending: str) -> File:
    """The briefing as "docx", "pdf" or "md". Raises ``GiveUp`` for any other format."""
    if ending not in _TYPES:
        raise GiveUp(f"There is no format {ending!r}.")
    return File(f"{safe_name(sheet.title)}.{ending}", _TYPES[ending], _written(sheet, ending))


def _written(sheet: Sheet, ending: str) -> bytes:
    # The libraries that write files are loaded once one is wanted: the page starts without them.
    if ending == "docx":
        from assistant.paper import docx
        return docx.written(sheet)
    if ending == "pdf":
        from assistant.paper import pdf
        return pdf.written(sheet)
    return markdown.written(sheet).encode("utf-8", "replace")


def safe_name(title: str) -> str:
    """A file name without ending from a title: no folders, signs or control characters."""
    plain = "".join(c if c in " -_'’()," or unicodedata.category(c)[0] in "LNM" else " "
                    for c in unicodedata.normalize("NFC", title))
    name = " ".join(plain.split()).strip(" -_'’,")[:NAME_LIMIT].strip()
    if not name:
        return "briefing"
    return f"{name} briefing" if _DEVICES.match(name) else name
