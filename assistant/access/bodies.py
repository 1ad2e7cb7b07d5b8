"""What a request brings: bounded, and looked into for the open page that it speaks for."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

_IN_PATH = re.compile(r"/(?:heartbeat|stream)/([^/]+)")


class TooLarge(Exception):
    """A body is longer than it may be."""


class NotUnderstood(Exception):
    """A body is not what its sender says it is."""


class Body:
    """A request's body from ``receive``, of at most ``limit`` bytes. It can be looked at and is
    still handed on whole."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._count = 0
        self._held: list[Message] = []

    async def receive(self) -> Message:
        """The next message, for whatever stands behind. Raises ``TooLarge``."""
        return self._held.pop(0) if self._held else await self._next()

    async def read(self) -> bytes:
        """The whole body. Raises ``TooLarge``."""
        messages: list[Message] = []
        while not messages or messages[-1].get("more_body"):
            messages.append(await self._next())
            if messages[-1]["type"] == "http.disconnect":
                break
        self._held += messages
        return b"".join(message.get("body", b"") for message in messages)

    async def _next(self) -> Message:
        message = await self._receive()
        self._count += len(message.get("body", b""))
        if self._count > self._limit:
            raise TooLarge
        return message


def announced(scope: Scope) -> int:
    """How long a request says its body is, in bytes; 0 where it doesn't say."""
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < 20 else 0


async def tabs_of(scope: Scope, body: Body, *, is_upload: bool) -> set[str]:
    """The open pages (Gradio's sessions) that a request speaks for, however it names them.

    Raises ``TooLarge``, and ``NotUnderstood`` for a form that is no upload: the page never sends
    one, and a name could hide in it.
    """
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    tabs = {*query.get("session_hash", ()), *_IN_PATH.findall(scope["path"])}
    if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not is_upload:
        if Headers(scope=scope).get("content-type", "").lower().startswith("multipart/"):
            raise NotUnderstood
        tabs |= _in_json(await body.read())
    return tabs


def _in_json(content: bytes) -> set[str]:
    try:
        data = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        # Nothing behind can read it either.
        return set()
    tab = data.get("session_hash") if isinstance(data, dict) else None
    return {tab} if isinstance(tab, str) and tab else set()
