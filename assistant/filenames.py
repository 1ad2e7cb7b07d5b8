"""Names of files that people drop on the page."""

from __future__ import annotations

import re
import unicodedata

from corpus.readers import SUFFIXES


def clean_name(name: str) -> str:
    """A file name without folders, control characters and direction marks, with its ending."""
    bare = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", bare)
                    if unicodedata.category(c)[0] not in "CZ" or c == " ")
    plain = re.sub(r'[<>:"|?*\s]+', " ", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem:
        return f"{plain or 'report'}"[:120]
    ending = ending.lower()[:10]
    return f"{stem[:110]}.{ending}"


def accepted() -> frozenset[str]:
    """The endings of files that can be added."""
    return SUFFIXES
