"""Tokens that programs sign in with: random, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.access.names import fold, tidy_name
from corpus.errors import GiveUp

# What tells a token in a file or a log from other text.
PREFIX = "fnd_"
LONGEST = 200
MOST_OF_ONE = 20
MOST_DAYS = 3650
_SECRET_BYTES = 32
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. ``digest`` is the SHA-256 of the token in hex: what is random in
    256 bits needs no slow hash. ``made`` and ``expires`` are in UTC."""

    label: str
    digest: str = field(repr=False)
    made: datetime
    expires: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it no longer opens anything at ``now``."""
        return now >= self.expires


def new_token(label: str, days: int, now: datetime | None = None) -> tuple[str, Token]:
    """A new token, and what is kept of it. ``days`` is how long it can be used. Raises
    ``GiveUp`` for a label or a time that will not do."""
    if not 1 <= days <= MOST_DAYS:
        raise GiveUp(f"A token can't be used for {days} days.",
                     f"Give a number from 1 to {MOST_DAYS} with --days.")
    made = (now or datetime.now(UTC)).replace(microsecond=0)
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    return secret, Token(tidy_name(label), digest_of(secret), made, made + timedelta(days=days))


def free_label(tokens: Sequence[Token]) -> str:
    """A label for a token that was given none."""
    held = {fold(one.label) for one in tokens}
    return next(label for n in range(1, len(tokens) + 2)
                if (label := f"token {n}") not in held)


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def tokens_in(rows: Any) -> tuple[Token, ...]:
    """The tokens of a user as they stand in the users file. Raises ``ValueError`` for what
    'findings users' would not have written."""
    if not isinstance(rows, list):
        raise ValueError("no list of tokens")
    tokens = tuple(map(_token, rows))
    if len({fold(one.label) for one in tokens}) < len(tokens):
        raise ValueError("two tokens with one label")
    return tokens


def _token(row: Any) -> Token:
    if not isinstance(row, dict):
        raise ValueError("no token")
    label, digest = row.get("label"), row.get("sha256")
    if not isinstance(label, str) or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise ValueError("no label or no hash")
    try:
        return Token(tidy_name(label), digest, _utc(row.get("made")), _utc(row.get("expires")))
    except GiveUp as error:
        raise ValueError("no label") from error


def _utc(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("no time with its zone")
    return value.astimezone(UTC)


def lines_of(token: Token, quoted: str) -> list[str]:
    """A token as lines of the users file; ``quoted`` is its label as a TOML string."""
    return ["[[users.tokens]]", f"label = {quoted}", f'sha256 = "{token.digest}"',
            f"made = {_written(token.made)}", f"expires = {_written(token.expires)}"]


def _written(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")
