"""Where a Chroma server is, how it is spoken to, and which of its collections are ours."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from corpus.errors import FixConfiguration

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}[A-Za-z0-9]")
_NEAR = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Access:
    """``url`` is the server's address, with a path where a proxy gives it one; ``name`` begins
    the names of all collections, so that a server can hold several installations. ``token`` goes
    out as a bearer token, ``authority`` is the file of a private certificate authority,
    ``timeout_s`` how long a reply may keep silent.

    Raises ``FixConfiguration`` for values that can't be used; the token is in no message.
    """

    url: str
    token: SecretStr | None = None
    authority: Path | None = None
    name: str = "findings"
    tenant: str = "default_tenant"
    database: str = "default_database"
    timeout_s: float = 15.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) \
                and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise FixConfiguration("FINDINGS_CHROMA is not the address of a server.",
                                   "It is like http://chroma.example:8000.")
        if "@" in parts.netloc or parts.query or parts.fragment:
            # An address is shown and logged: nothing secret may be in it.
            raise FixConfiguration("FINDINGS_CHROMA holds more than an address.",
                                   "A token goes into FINDINGS_CHROMA_TOKEN.")
        if not _NAME.fullmatch(self.name):
            raise FixConfiguration(f"FINDINGS_CHROMA_NAME can't be {self.name!r}.",
                                   "Use 3 to 64 letters, digits, dots and hyphens.")
        if self.token is not None and not all(
                "!" <= letter <= "~" for letter in self.token.get_secret_value()):
            raise FixConfiguration("The token for the Chroma server holds something that can't be "
                                   "in one.", "Put the token there, on one line.")

    @property
    def address(self) -> str:
        """The address as it is shown."""
        return self.url.rstrip("/")

    @property
    def root(self) -> str:
        """Where the server's programming interface begins."""
        return f"{self.address}/api/v2"

    @property
    def collections(self) -> str:
        """Where the collections of this tenant and database are."""
        return (f"{self.root}/tenants/{quote(self.tenant, safe='')}"
                f"/databases/{quote(self.database, safe='')}/collections")

    @property
    def place(self) -> str:
        """What tells this index from every other: a mirror of another is never taken for it."""
        return f"{self.collections} {self.name}"

    @property
    def is_open(self) -> bool:
        """Whether a token could be read on its way to the server."""
        parts = urlsplit(self.url)
        return self.token is not None and parts.scheme == "http" and parts.hostname not in _NEAR

    def context(self) -> ssl.SSLContext:
        """What the server's certificate is checked against."""
        try:
            return ssl.create_default_context(
                cafile=None if self.authority is None else str(self.authority))
        except (OSError, ssl.SSLError) as error:
            raise FixConfiguration(f"The authority's file {self.authority} can't be used "
                                   f"({error.strerror or error}).",
                                   "Correct FINDINGS_CHROMA_CA.") from error
