"""Every word sent to a model or shown as a canned reply: one file each, known by its digest."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as sent; ``digest`` tells one version of it from another."""

    name: str
    text: str
    digest: str


class Wording(Mapping[str, Any]):
    """A TOML file's entries; a missing one raises a ``KeyError`` that names file and key."""

    def __init__(self, name: str, entries: Mapping[str, Any]) -> None:
        self._name = name
        self._entries = entries

    def __getitem__(self, key: str) -> Any:
        try:
            entry = self._entries[key]
        except KeyError:
            raise KeyError(f"{self._name} has no {key!r}") from None
        return Wording(f"{self._name}.{key}", entry) if isinstance(entry, dict) else entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@cache
def load(name: str) -> Prompt:
    """The prompt in ``NAME.md``; ``KeyError`` where there is none."""
    text = _read(f"{name}.md").strip()
    return Prompt(name, text, hashlib.sha256(text.encode()).hexdigest()[:12])


@cache
def wording(name: str) -> Wording:
    """The entries of ``NAME.toml``; ``KeyError`` where there is none."""
    return Wording(f"{name}.toml", tomllib.loads(_read(f"{name}.toml")))


@cache
def digest(*names: str) -> str:
    """The digest of several files together, by their names without the ending."""
    whole = hashlib.sha256()
    for name in names:
        suffix = "md" if (_FOLDER / f"{name}.md").exists() else "toml"
        whole.update(_read(f"{name}.{suffix}").encode())
    return whole.hexdigest()[:12]


def _read(file: str) -> str:
    try:
        return (_FOLDER / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(f"there is no prompt file {file}") from None
