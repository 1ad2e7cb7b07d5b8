"""Where the page is served and who may reach it, checked before anything listens."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.access.peers import parsed
from assistant.settings import Settings
from corpus.errors import FixConfiguration

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
# A client or another program sets these itself.
_TAKEN_HEADERS = ("authorization", "cookie", "forwarded", "host", "origin", "x-forwarded-for",
                  "x-forwarded-host", "x-forwarded-proto")


class Entry(StrEnum):
    """How somebody gets to the page."""

    ALONE = "alone"        # whoever uses this computer
    OPEN = "open"          # whoever reaches it
    PASSWORD = "password"
    HEADER = "header"      # a reverse proxy says who


@dataclass(frozen=True)
class Binding:
    """The address to listen on, the names it goes by, and how somebody gets in."""

    host: str
    port: int
    names: tuple[str, ...]
    entry: Entry

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer can connect, other than through a proxy on it."""
        return _is_loopback(self.host)

    @property
    def is_shared(self) -> bool:
        """Whether there may be more than one person."""
        return self.entry is not Entry.ALONE

    @property
    def listen(self) -> str:
        """The address to listen on as it stands in a URL: an IPv6 address in brackets."""
        return _in_url(self.host)

    @property
    def url(self) -> str:
        """The page's address as seen from this computer."""
        here = {"0.0.0.0": "localhost", "::": "[::1]"}
        return f"http://{here.get(self.host, self.listen)}:{self.port}"


def binding_of(settings: Settings) -> Binding:
    """What the settings come to. Raises ``FixConfiguration`` for what would let anybody in who
    should not be, unless that was said explicitly."""
    host = _spelt(settings.host)
    if not _HOST.fullmatch(host) and _ipv6(host) is None:
        raise FixConfiguration(f"FINDINGS_HOST is {host!r}, which the page can't be served on.",
                               "Give an address such as 127.0.0.1, ::1, 0.0.0.0 or ::, or a name.")
    allowed = tuple(_in_url(_spelt(name)) for name in settings.allowed_hosts.split(",")
                    if name.strip())
    for name in allowed:
        if not _HOST.fullmatch(name.removeprefix("*.")) and _ipv6(_spelt(name)) is None:
            raise FixConfiguration(f"FINDINGS_ALLOWED_HOSTS names {name!r}, which is no host name.",
                                   "Give names as a browser's address line shows them, without "
                                   "http:// and port, such as findings.example.org.")
    entry = _entry(settings)
    beyond = not _is_loopback(host) or not set(allowed) <= {*LOOPBACK_NAMES, "[::1]"}
    if entry is Entry.ALONE and beyond:
        if settings.open != "yes":
            where = "FINDINGS_ALLOWED_HOSTS" if _is_loopback(host) else f"FINDINGS_HOST={host}"
            raise FixConfiguration(
                f"{where} would let other computers reach the page, and nobody has to sign in.",
                "Name a users file with FINDINGS_USERS (made by 'findings users add NAME'), or a "
                "header with FINDINGS_TRUSTED_HEADER; or set FINDINGS_OPEN=yes to let in whoever "
                "reaches it.")
        entry = Entry.OPEN
    # For "any address" there is no name of its own; the program asks itself for [::] at the start.
    own = {"0.0.0.0": (), "::": ("[::1]", "[::]")}.get(host, (_in_url(host),))
    names = tuple(dict.fromkeys((*LOOPBACK_NAMES, *own, *allowed)))
    return Binding(host, settings.port, names, entry)


def _entry(settings: Settings) -> Entry:
    header = settings.trusted_header.strip()
    if not header:
        told = settings.users_path is not None or settings.open == "yes"
        if parsed(settings.trusted_proxies) and not told:
            raise FixConfiguration(
                "FINDINGS_TRUSTED_PROXIES is set, and nobody has to sign in.",
                "Set FINDINGS_TRUSTED_HEADER or FINDINGS_USERS as well, or FINDINGS_OPEN=yes.")
        return Entry.ALONE if settings.users_path is None else Entry.PASSWORD
    if not _HEADER.fullmatch(header) or header.lower() in _TAKEN_HEADERS:
        raise FixConfiguration(f"FINDINGS_TRUSTED_HEADER is {header!r}, which can't name a user.",
                               "Name a header that your proxy sets, such as X-Forwarded-User.")
    if not parsed(settings.trusted_proxies):
        raise FixConfiguration("FINDINGS_TRUSTED_HEADER is set without FINDINGS_TRUSTED_PROXIES.",
                               "Say which addresses may send it, such as 127.0.0.1.")
    return Entry.HEADER


def _ipv6(host: str) -> ipaddress.IPv6Address | None:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return None
    # A browser takes no address with a network card's name behind it.
    return None if address.scope_id else address


def _spelt(host: str) -> str:
    """A host without brackets, an IPv6 address in the one spelling that browsers use."""
    bare = host.strip()
    inner = bare[1:-1] if bare.startswith("[") and bare.endswith("]") else bare
    address = _ipv6(inner)
    return bare if address is None else str(address)


def _in_url(host: str) -> str:
    return host if _ipv6(host) is None else f"[{host}]"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
