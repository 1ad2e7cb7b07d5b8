"""Names of users and labels: one spelling for each."""

from __future__ import annotations

import unicodedata

from corpus.errors import GiveUp

NAME_LIMIT = 64


def tidy_name(name: str) -> str:
    """A name in the spelling it is kept in. Raises ``GiveUp`` for what can't be one."""
    text = unicodedata.normalize("NFC", name).strip()
    if not text or len(text) > NAME_LIMIT:
        raise GiveUp(f"A name has 1 to {NAME_LIMIT} characters.", "Choose another.")
    if any(unicodedata.category(c)[0] in "CZ" and c != " " for c in text):
        raise GiveUp("A name can't hold control characters or line breaks.", "Choose another.")
    return text


def fold(name: str) -> str:
    """What makes two spellings of a name the same."""
    return unicodedata.normalize("NFC", name).strip().casefold()
