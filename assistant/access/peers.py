"""Who is at the other end of a connection: the client itself, or a reverse proxy that says whom
it speaks for. Only named proxies are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import Scope

from corpus.errors import FixConfiguration

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Pairs = list[tuple[bytes, bytes]]

_FOR, _PROTO = b"x-forwarded-for", b"x-forwarded-proto"
# What a proxy may say; everything is taken away again, since what is behind believes it blindly.
_SAID = (b"forwarded", b"x-forwarded-", b"x-real-ip", b"x-gradio-server")


def parsed(listed: str, setting: str = "FINDINGS_TRUSTED_PROXIES") -> tuple[Network, ...]:
    """The addresses and networks of a list with commas. Raises ``FixConfiguration`` that names the
    ``setting``."""
    found = []
    for one in filter(None, map(str.strip, listed.split(","))):
        try:
            found.append(ipaddress.ip_network(one, strict=False))
        except ValueError as error:
            raise FixConfiguration(f"{setting} names {one!r}, which is no address.",
                                   "Give addresses or networks such as 127.0.0.1,10.0.0.0/8."
                                   ) from error
    return tuple(found)


@dataclass(frozen=True)
class Peers:
    """``proxies`` are believed. ``header`` (lower case, "" for none) is where they name the
    signed-in user."""

    proxies: Sequence[Network] = ()
    header: bytes = b""

    def resolve(self, scope: Scope) -> tuple[Scope, str | None]:
        """The scope as the client itself would have sent it, and the user that a proxy named.

        Everything that a proxy may say is taken out of the headers, whoever sent it.
        """
        client = scope.get("client")
        peer = client[0] if client else ""
        headers: Pairs = list(scope["headers"])
        scope = {**scope, "headers": [pair for pair in headers if not self._is_said(pair[0])]}
        if not self._is_proxy(peer):
            return scope, None
        scheme = _only(headers, _PROTO)
        if scheme in ("http", "https"):
            secure = scheme == "https"
            is_socket = scope["type"] == "websocket"
            scope["scheme"] = ("wss" if secure else "ws") if is_socket else scheme
        real = self._client(headers)
        if real:
            scope["client"] = (real, 0)
        return scope, _only(headers, self.header) if self.header else None

    def _is_said(self, name: bytes) -> bool:
        return name == self.header or name.startswith(_SAID)

    def _is_proxy(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if known.version == 6 and known.ipv4_mapped is not None:
            known = known.ipv4_mapped
        return any(known in network for network in self.proxies)

    def is_proxy(self, address: str) -> bool:
        """Whether a connection from this address is a named proxy's."""
        return self._is_proxy(address)

    def _client(self, headers: Pairs) -> str:
        """The last address that isn't a proxy's: what stands before it anybody could have
        written."""
        said = b",".join(value for name, value in headers if name == _FOR).decode("latin-1")
        last = ""
        for one in reversed([part.strip() for part in said.split(",")]):
            try:
                last = str(ipaddress.ip_address(one.strip("[]")))
            except ValueError:
                return last
            if not self._is_proxy(last):
                return last
        return last


def _only(headers: Pairs, name: bytes) -> str | None:
    """The header's value; None where it is missing or there are several, one of them forged."""
    values = [value for key, value in headers if key == name]
    if len(values) != 1:
        return None
    try:
        return values[0].decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
