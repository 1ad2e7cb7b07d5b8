"""Fonts for the printed briefing: embedded ones that have the letters of its text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# The first ships with the library that writes the file; the others are looked for on the system
# where a text has letters that it lacks.
_FAMILIES = (("Vera.ttf", "VeraBd.ttf", "VeraIt.ttf"),
             ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"),
             ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf",
              "LiberationSans-Italic.ttf"),
             ("arial.ttf", "arialbd.ttf", "ariali.ttf"))
_LIKE = {"‑": "-", "‐": "-", "−": "-", "●": "•", "▪": "•", "→": "->", "\t": " "}
MISSING = "▯"


@dataclass(frozen=True)
class Family:
    """The names of a font's cuts, and the characters that all of them have."""

    regular: str
    bold: str
    italic: str
    known: frozenset[int]

    def text(self, text: str) -> str:
        """``text`` with what this font lacks in the nearest characters that it has, else in a
        box."""
        return "".join(self._shown(c) for c in unicodedata.normalize("NFC", text))

    def _shown(self, character: str) -> str:
        if ord(character) in self.known or character == "\n":
            return character
        bare = "".join(c for c in unicodedata.normalize("NFKD", character)
                       if not unicodedata.combining(c))
        for other in (_LIKE.get(character, ""), bare):
            if other and all(ord(c) in self.known for c in other):
                return other
        return MISSING if ord(MISSING) in self.known else "?"

    def lacks(self, text: str) -> int:
        """How many characters of ``text`` it doesn't have."""
        return sum(ord(c) not in self.known and c != "\n" and c not in _LIKE
                   for c in unicodedata.normalize("NFC", text))


def family_for(text: str) -> Family:
    """The first family that has every character of ``text``, else the one that has most."""
    best = _opened(_FAMILIES[0])
    assert best is not None
    for names in _FAMILIES[1:]:
        if not best.lacks(text):
            break
        other = _opened(names)
        if other is not None and other.lacks(text) < best.lacks(text):
            best = other
    return best


@cache
def _opened(names: tuple[str, str, str]) -> Family | None:
    """A registered family; None where this system doesn't have it."""
    fonts = []
    for name in names:
        try:
            fonts.append(TTFont(name.removesuffix(".ttf"), name))
        except (TTFError, OSError):
            return None
    for font in fonts:
        pdfmetrics.registerFont(font)
    regular, bold, italic = (font.fontName for font in fonts)
    pdfmetrics.registerFontFamily(regular, normal=regular, bold=bold, italic=italic,
                                  boldItalic=bold)
    known = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))
    return Family(regular, bold, italic, known)
