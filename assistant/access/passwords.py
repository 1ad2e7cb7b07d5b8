"""Passwords as they are kept: scrypt, with a salt and the parameters beside each hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import cache

from corpus.errors import GiveUp

SHORTEST = 12
LONGEST = 1000

# 32 MB and some 0.1 s for each check.
_N, _R, _P = 2 ** 15, 8, 1
_SALT_BYTES = _HASH_BYTES = 32
_FORM = re.compile(r"scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")
# Parameters from a file must not make one check take all the memory there is.
_MOST_MEMORY = 256 * 1024 * 1024


def hashed(password: str) -> str:
    """A password as it is kept. Raises ``GiveUp`` for one that is too short or too long."""
    if len(password) < SHORTEST:
        raise GiveUp(f"The password has {len(password)} characters, fewer than {SHORTEST}.",
                     "Choose a longer one; three random words are easy to remember.")
    if len(password) > LONGEST:
        raise GiveUp(f"The password has more than {LONGEST} characters.", "Choose a shorter one.")
    if not password.strip():
        raise GiveUp("The password is blank.", "Choose another.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return _written(_N, _R, _P, salt, _scrypt(password, salt, _N, _R, _P))


def matches(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one that was kept. Takes as long for a user who isn't there
    (None) as for one who is."""
    n, r, p, salt, wanted = _read(kept or _nobodys())
    given = _scrypt(password[:LONGEST + 1], salt, n, r, p)
    return hmac.compare_digest(given, wanted) and kept is not None


def is_usable(kept: str) -> bool:
    """Whether this is a hash that a password can be checked against."""
    try:
        _read(kept)
    except ValueError:
        return False
    return True


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One spelling for letters with accents, whatever keyboard they come from.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY + 2 ** 20,
                          dklen=_HASH_BYTES)


def _written(n: int, r: int, p: int, salt: bytes, digest: bytes) -> str:
    return f"scrypt${n}${r}${p}${_base64(salt)}${_base64(digest)}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read(kept: str) -> tuple[int, int, int, bytes, bytes]:
    found = _FORM.fullmatch(kept)
    if found is None:
        raise ValueError("not a hash of this form")
    n, r, p = (int(found[place]) for place in (1, 2, 3))
    try:
        salt, digest = (base64.b64decode(found[place], validate=True) for place in (4, 5))
    except binascii.Error as error:
        raise ValueError("not a hash of this form") from error
    is_power = n >= 2 ** 12 and n & (n - 1) == 0
    if not is_power or r < 1 or p < 1 or 128 * n * r * p > _MOST_MEMORY:
        raise ValueError("parameters that are too weak or too costly")
    if len(salt) < 16 or len(digest) != _HASH_BYTES:
        raise ValueError("a salt or hash of the wrong length")
    return n, r, p, salt, digest


@cache
def _nobodys() -> str:
    """A hash that no password has."""
    return _written(_N, _R, _P, secrets.token_bytes(_SALT_BYTES),
                    secrets.token_bytes(_HASH_BYTES))
