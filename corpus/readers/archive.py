"""The parts of a Word file, taken out of its zip archive within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from corpus.errors import UnreadableReport

PART_LIMIT = 60_000_000
ENTRIES_LIMIT = 20_000
DECLARED_LIMIT = 2_000_000_000
# Word's own XML shrinks to a tenth or so; a bomb to a thousandth.
RATIO_LIMIT = 200
_SMALL = 2_000_000
_CHUNK = 1_000_000


class Archive:
    """A Word file's parts. Nothing is inflated but what is asked for."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableReport(f"{name}: it is damaged or cut off: {error}.",
                                   "Fetch or save it again.") from error
        entries = self._zip.infolist()
        if len(entries) > ENTRIES_LIMIT or sum(e.file_size for e in entries) > DECLARED_LIMIT:
            raise self._swells()

    def part(self, path: str) -> Any | None:
        """The root element of an XML part, None where there is no such part.

        Raises ``UnreadableReport`` where it is damaged, or inflates beyond all reason.
        """
        try:
            entry = self._zip.getinfo(path)
        except KeyError:
            return None
        if entry.flag_bits & 1:
            raise UnreadableReport(f"{self.name}: it is protected by a password.",
                                   "Save a copy without the password.")
        if _is_bomb(entry.file_size, entry.compress_size):
            raise self._swells()
        try:
            content = self._inflated(entry)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                                     huge_tree=False, remove_comments=True, remove_pis=True)
            return etree.fromstring(content, parser)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError,
                etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableReport(f"{self.name}: a part of it ({path}) is damaged.",
                                   "Fetch or save it again.") from error

    def _inflated(self, entry: zipfile.ZipInfo) -> bytes:
        """A part's bytes. What an entry declares may be a lie, so the bytes are counted."""
        found = bytearray()
        with self._zip.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                found += chunk
                if _is_bomb(len(found), entry.compress_size):
                    raise self._swells()
        return bytes(found)

    def _swells(self) -> UnreadableReport:
        return UnreadableReport(f"{self.name}: it swells beyond any report's size when it is "
                                "opened.", "It may be made to do harm; don't open it elsewhere.")


def _is_bomb(size: int, compressed: int) -> bool:
    return size > PART_LIMIT or (size > _SMALL and size > RATIO_LIMIT * max(1, compressed))
