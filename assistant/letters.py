"""Letters as they look: what is unseen, wide, or borrowed from another script to look Latin."""

from __future__ import annotations

import re
import unicodedata

# They turn the direction of what follows: the words are no longer in the order that is seen.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Unseen, though their category says otherwise: fillers, joiners, a blank pattern of Braille.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TAGS = re.compile("[\U000e0000-\U000e01ef\u202a-\u202e\u2066-\u2069]")
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
# Compatible with other signs, yet what a report prints.
_KEPT = frozenset("…⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞")
_HYPHENS = str.maketrans("\u2010\u2011\u2012\u2212", "----")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝӏѵкАВЕКМНОРСТУХІЈЅԌԚԜ" "αοινκρτυγηχωεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "ոսօցհɑɡꓳꓲ",
    "aeopcyxijshdqwlvkABEKMHOPCTYXIJSGQW" "aoivkptuynxweABEZHIKMNOPTYX" "nuoghagOI")
_STROKES = str.maketrans("ıłŁøØđĐħĦŧŦ", "ilLoOdDhHtT")


def unseen(character: str) -> bool:
    """Whether a character leaves nothing on the page, or only turns what is around it. Line ends
    and tabs are white space, not unseen."""
    if character in "\t\n\r ":
        return False
    return unicodedata.category(character) in _UNSEEN or character in _FILLERS \
        or bool(_SELECTORS.match(character))


def carries_unseen_text(text: str) -> bool:
    """Whether a text has characters that can spell out what nobody sees, or that reverse what is
    seen. A soft hyphen or a joiner, which real files are full of, is none of them."""
    return bool(_TAGS.search(text))


def plain(text: str) -> str:
    """A text in the letters that it seems to be written in: wide and ornamental ones as plain
    ones, unseen characters gone, and in a word that has Latin letters, letters of other scripts
    as the Latin ones that they look like.

    Characters that turn the direction stay, since without them the words would be others than
    those that are seen; so do fractions and the ellipsis. A plain text is left as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = (c for c in text.translate(_HYPHENS) if c in TURNING or not unseen(c))
    found = "".join(c if c <= "\xff" or c in _KEPT else unicodedata.normalize("NFKC", c)
                    for c in kept)
    return _WORD.sub(_in_latin, unicodedata.normalize("NFC", found))


def bare(text: str) -> str:
    """A text without the accents and strokes of its letters, for looking words up in it."""
    apart = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def other_letters(text: str) -> int:
    """How many letters of a text are not Latin."""
    return sum(c.isalpha() and c > "\u024f" and not unicodedata.name(c, "").startswith("LATIN")
               for c in text)


def _in_latin(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_ALIKE) if _LATIN.search(word) else word
