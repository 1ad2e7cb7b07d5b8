"""Corrections of what is known of a report: cleaned, and kept beside the file, never in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from corpus.digests import Digests
from corpus.errors import GiveUp
from corpus.metadata import CORRECTABLE
from index.wanted import CORRECTIONS

_LONGEST = 300


def cleaned(corrections: Mapping[str, str]) -> dict[str, str]:
    """Values on one line each, without control characters. Raises ``GiveUp`` for an unknown
    field."""
    unknown = set(corrections) - CORRECTABLE
    if unknown:
        raise GiveUp(f"There is no field {sorted(unknown)[0]!r}.",
                     f"Known are {', '.join(sorted(CORRECTABLE))}.")
    return {key: " ".join("".join(c for c in str(value) if unicodedata.category(c)[0] != "C")
                          .split())[:_LONGEST] for key, value in corrections.items()}


def keep(home: Path, file: Path, text: str) -> None:
    """Keep the corrections of a file in a home; an empty text corrects nothing. Raises
    ``OSError`` where they can't be stored."""
    if not text:
        return
    folder = home / CORRECTIONS
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{Digests().of(file)}.toml"
    scratch = target.with_suffix(".new")
    scratch.write_text(text, "utf-8")
    scratch.replace(target)
