"""What Gradio's routes would stumble over is refused before it reaches them."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.refusal import refusal

_API = "/gradio_api/"
_UPLOAD = "/gradio_api/upload"
# What names a function or a component by its number in the page.
_DIRECT = ("/gradio_api/run/", "/gradio_api/api/")
_COMPONENT = "/gradio_api/component_server"


class Sound:
    """Middleware for bodies of JSON: numbers that are none (JSON has no NaN, and a reply that
    quotes one could not be written), and functions or components that the page doesn't have.
    ``functions`` and ``components`` are the numbers that Gradio gave them.

    Bodies are read whole: the gate in front bounds them.
    """

    def __init__(self, app: ASGIApp, functions: Container[int],
                 components: Container[int]) -> None:
        self.app, self.functions, self.components = app, functions, components

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it in words."""
        if not _has_json(scope):
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
            messages.append(await receive())
        name = self._fault(scope["path"], b"".join(one.get("body", b"") for one in messages))
        if name:
            await refusal(name)(scope, receive, send)
            return

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, again, send)

    def _fault(self, path: str, body: bytes) -> str:
        """The refusal that a body calls for, "" where it may go on."""
        if not body:
            return ""
        try:
            sent = json.loads(body, parse_constant=_none, parse_float=_finite)
        except _NoNumber:
            return "arguments"
        except (ValueError, RecursionError):
            # Gradio says so itself where it can't read a body.
            return ""
        if not isinstance(sent, dict):
            return ""
        if path.startswith(_DIRECT) and not _is_one(sent.get("fn_index"), self.functions):
            return "unknown"
        if path.startswith(_COMPONENT) and not _is_one(sent.get("component_id"),
                                                       self.components):
            return "unknown"
        return ""


def _has_json(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    kind = Headers(scope=scope).get("content-type", "").lower()
    path: str = scope["path"]
    return path.startswith(_API) and not path.startswith(_UPLOAD) and "multipart/" not in kind


def _is_one(number: Any, known: Container[int]) -> bool:
    return type(number) is int and number in known


class _NoNumber(Exception):
    """A body holds what stands for no number."""


def _none(constant: str) -> None:
    raise _NoNumber(constant)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _NoNumber(text)
    return number
