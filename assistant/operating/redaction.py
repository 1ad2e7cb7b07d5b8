"""Keeps secrets out of what is written down, wherever in a text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from assistant.access.tokens import PREFIX
from assistant.settings import Settings

HIDDEN = "[hidden]"
# Shorter ones would take innocent words out of every line.
_SHORTEST = 6
_SHAPED = re.compile(
    rf"\b(?:{PREFIX}|sk-)[A-Za-z0-9_-]{{12,}}"
    r"|(?i:\bbearer\s+[A-Za-z0-9._~+/=-]{16,})")
# Whatever the scheme, up to the end of the header.
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*['\"]?)[^'\"\r\n]+")
_NAMED = re.compile(
    r"(?i)\b(x-chroma-token|x-api-key|api[_-]?key|password|passwd|secret|token)"
    r"(['\"]?\s*[:=]\s*['\"]?)[^\s'\",;]+")
# user:password@ in an address.
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")


@dataclass(frozen=True)
class Redaction:
    """``known`` are the secrets of this installation, in whole."""

    known: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of_settings(cls, settings: Settings) -> Redaction:
        """Every secret that the settings hold, or name a file of."""
        return cls(tuple(sorted({one for one in _secrets(settings) if len(one) >= _SHORTEST},
                                key=len, reverse=True)))

    def of(self, text: str) -> str:
        """The text with its secrets hidden."""
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        text = _SHAPED.sub(HIDDEN, text)
        text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
        text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
        return _IN_ADDRESS.sub(f"{HIDDEN}@", text)


def _secrets(settings: Settings) -> Iterable[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value().strip()
        elif isinstance(value, Path) and name.endswith(("_key_file", "_token_file")):
            try:
                yield value.expanduser().read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                # Whoever needs the file says that it can't be read.
                continue
