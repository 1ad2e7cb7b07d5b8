"""What a browser is allowed to do with this page: security headers on every response."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers as Received
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def content_policy(page: bytes = b"") -> str:
    """A Content-Security-Policy that lets nothing in from outside the page's own origin.

    Loose where Gradio needs it: it compiles its HTML templates with ``Function``
    ('unsafe-eval'), sets style attributes ('unsafe-inline' for styles only), and shows icons
    from data: addresses. Inline scripts run only when they are the very ones of ``page``, by
    their hash, so a handler or script that slipped into the text would not run.
    """
    hashes = "".join(f" 'sha256-{_digest(one)}'" for one in _INLINE_SCRIPT.findall(page))
    return "; ".join([
        "default-src 'none'", f"script-src 'self' 'unsafe-eval'{hashes}",
        "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "base-uri 'self'", "form-action 'self'",
        "frame-ancestors 'none'"])


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


def is_refused(path: str, method: str, headers: Received) -> bool:
    """Whether a request is none of this page's: a form or script of another site that would send
    something here (such as a file), or Gradio's routes that hand out files and fetch addresses,
    neither of which the page uses."""
    if "/file=" in path or "/proxy=" in path:
        return True
    foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    return foreign and method not in ("GET", "HEAD", "OPTIONS")


class Headers:
    """Middleware that sets the policy and refuses what is not the page's own. It holds the page
    itself back to hash its scripts; the scripts of any other HTML are never allowed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if is_refused(scope["path"], scope["method"], Received(scope=scope)):
            await PlainTextResponse("Not allowed", status_code=403)(scope, receive, send)
            return
        held: list[Message] = []

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Content-Security-Policy"] = content_policy()
                is_html = headers.get("content-type", "").startswith("text/html")
                if is_html and scope["path"] == "/":
                    held.append(message)
                    return
            elif held:
                held.append(message)
                if message.get("more_body"):
                    return
                page = b"".join(part.get("body", b"") for part in held[1:])
                MutableHeaders(scope=held[0])["Content-Security-Policy"] = content_policy(page)
                for part in held:
                    await send(part)
                held.clear()
                return
            await send(message)

        await self.app(scope, receive, guarded)
