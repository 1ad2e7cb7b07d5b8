"""Text that files can hold: without control characters and what turns a line's direction."""

from __future__ import annotations

# Direction overrides could make a text read differently from what its source says.
_TURNING = frozenset([*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])


def plain(text: str) -> str:
    """``text`` with all that XML or a printed page can't hold taken out or replaced; line breaks
    and tabs stay."""
    return "".join("�" if c in _TURNING or not _is_allowed(c) else c
                   for c in text if c in "\n\t" or ord(c) >= 32)


def _is_allowed(character: str) -> bool:
    code = ord(character)
    return not (0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE)
