"""Short names for people that can't be turned back without a key that stays in the home."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

FILE = "log.key"
_BYTES = 32


@dataclass(frozen=True)
class Pseudonyms:
    """The same person has the same name as long as the key stays."""

    key: bytes = field(repr=False)

    @classmethod
    def at(cls, home: Path) -> Pseudonyms:
        """With the key of a home, made where there is none. Where it can't be kept, the names
        last until the program ends."""
        path = home / FILE
        try:
            home.mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                held = path.read_bytes()
                return cls(held if len(held) >= _BYTES else secrets.token_bytes(_BYTES))
            key = secrets.token_bytes(_BYTES)
            with os.fdopen(handle, "wb") as file:
                file.write(key)
            return cls(key)
        except OSError:
            return cls(secrets.token_bytes(_BYTES))

    def of(self, who: str) -> str:
        """Eight hex digits for somebody; "" for nobody."""
        if not who:
            return ""
        return hmac.new(self.key, who.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:8]
