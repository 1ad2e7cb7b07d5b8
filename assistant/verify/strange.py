"""What a drafted sentence brings along that is no report's way to write: signs, letters of other
scripts, addresses, mark-up."""

from __future__ import annotations

import re

from assistant.language import is_foreign
from assistant.letters import TURNING, plain
from index.words import stems

_FEW_WORDS = 4
_LETTER = "A-Za-zÀ-ÖØ-öø-ƿǄ-ɏḀ-ỿ"
_SIGNS = r".,;:!?'\"()/%&+£€°§…½¼¾’‘“”–—-"
_ODD = re.compile(rf"[^{_LETTER}0-9{_SIGNS}]|[{_LETTER}][!?\"%+£€°§½¼¾]+[{_LETTER}]")
_ADDRESS = re.compile(
    r"\S@\S|\w://|//\w|\b(?:https?|ftp|file|mailto|javascript|data):\S"
    r"|(?<![\w.])(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\w+|\w+);")
_AROUND = ".,;:!?'\"()’‘“”–—"


def strange(text: str, known: str) -> str | None:
    """A problem when a sentence has no letters, is a scrap without a word of its evidence or in
    another language than it, has characters that turn its direction, or a word with signs,
    letters of other scripts, an address or mark-up in it that its evidence does not have just so.
    """
    said = stems(text)
    if not any(map(str.isalpha, text)) or (len(said) <= _FEW_WORDS and not said & stems(known)):
        return "it has no word of its evidence"
    if is_foreign(text) and not is_foreign(known):
        return "it is not in the language of its evidence"
    if TURNING & set(text):
        return "it has characters that turn its words round"
    odd = [word for word in text.split()
           if _ODD.search(word) or _ADDRESS.search(word) or _ENTITY.search(word)]
    have = plain(known).casefold() if odd else ""
    for word in odd:
        if word.strip(_AROUND).casefold() not in have:
            return f"{word[:40]!r} is not in its evidence"
    return None
