"""The way in for programs: which requests reach a call, and how large they may be."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.who import visit
from assistant.allowance import Allowance
from assistant.programs import Library, Programs
from assistant.web.api import DEFAULTS
from assistant.web.refusal import refusal

# Far more than a question with a long conversation before it.
MOST_BYTES = 1_000_000
MCP = "/mcp"
_CALL = re.compile(r"/gradio_api/call/(?P<named>v2/)?(?P<name>[^/]+)(?:/|$)")
# The page's own script calls its events by number, under the name "predict".
_DIRECT = re.compile(r"/gradio_api/(?:run|api)/(?!predict/?$)")
_BOUNDED = re.compile(r"/gradio_api/(?:call/|queue/join)")
_UPLOAD = re.compile(r"/gradio_api/upload/?")
_QUEUE = re.compile(r"/gradio_api/queue/join/?")


class Entrance:
    """Middleware that leaves programs the calls and nothing else of the page's events, counts
    them, reads no more of a call than a call can be, and fills in the fields that were left out.
    ``calls`` are the numbers that Gradio gave the calls. What comes by a number is counted where
    it works (assistant/web/api.py): here it looks like the page's own events."""

    def __init__(self, app: ASGIApp, allowance: Allowance, calls: frozenset[int]) -> None:
        self.app, self.allowance, self.calls = app, allowance, calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it in words."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        call = _CALL.match(path)
        if _DIRECT.match(path) or (call and call["name"] not in DEFAULTS):
            await refusal("unknown")(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD", "OPTIONS") or not _BOUNDED.match(path):
            await self.app(scope, receive, send)
        elif (body := await _read(scope, receive)) is None:
            await refusal("large")(scope, receive, send)
        elif visit(scope).is_program and _QUEUE.fullmatch(path) and not self._is_call(body):
            await refusal("unknown")(scope, receive, send)
        elif call and (wait := self.allowance.take(scope)):
            await refusal("too_often", wait)(scope, receive, send)
        else:
            if call and not call["named"]:
                body = _filled(body, DEFAULTS[call["name"]])
            await self.app(_sized(scope, body), _again(body, receive), send)

    def _is_call(self, body: bytes) -> bool:
        """Whether what is put into the queue is a call, and no event of the page."""
        sent = _object(body)
        return type(number := sent.get("fn_index")) is int and number in self.calls


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The body of a request, None where it is larger than any call."""
    length = Headers(scope=scope).get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return None
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        more = message["type"] == "http.request" and bool(message.get("more_body"))
    return bytes(body)


def _filled(body: bytes, defaults: tuple[object, ...]) -> bytes:
    """A call by place, ``{"data": [...]}``, with what it left out at its end."""
    sent = _object(body)
    data = sent.get("data")
    if not isinstance(data, list) or len(data) >= len(defaults):
        return body
    return json.dumps({**sent, "data": [*data, *defaults[len(data):]]}).encode()


def _object(body: bytes) -> dict[str, Any]:
    """What was sent, empty for what is no JSON object."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _sized(scope: Scope, body: bytes) -> Scope:
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["content-length"] = str(len(body))
    return {**scope, "headers": headers.raw}


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read once more, and then goes on as before."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def unplaced(request: Request, error: Exception) -> Response:
    """The response to a call whose arguments Gradio can't place, and to an upload that brings
    something else than files. Raises other errors again."""
    if not _CALL.match(request.url.path) and not _UPLOAD.fullmatch(request.url.path):
        raise error
    return refusal("arguments")


def ways_in(library: Library, allowance: Allowance) -> dict[str, Any]:
    """What the app needs besides the middleware: how to answer a call that can't be placed, and
    the MCP tools with what is open while they are served. Where the package for them is missing,
    their path says so."""
    ways: dict[str, Any] = {"exception_handlers": {TypeError: unplaced}}
    if importlib.util.find_spec("mcp") is None:
        async def missing(_: Request) -> Response:
            return refusal("missing")

        return {**ways, "routes": [Route(MCP, missing, methods=["POST"])]}
    programs = Programs(library, True, allowance)
    endpoint = importlib.import_module("assistant.mcp").Endpoint(programs, allowance.count)
    return {**ways, "lifespan": endpoint.lifespan, "routes": [
        Route(path, endpoint, methods=["POST"]) for path in (MCP, f"{MCP}/")]}
