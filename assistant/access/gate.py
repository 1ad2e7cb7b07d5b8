"""The gate in front of every route: nothing behind it runs for a request before it is known whose
request that is."""

from __future__ import annotations

import re
import secrets
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.access import Access, rests_on
from assistant.access.bearer import Bearer, Problems
from assistant.access.binding import Entry
from assistant.access.bodies import Body, NotUnderstood, TooLarge, announced, tabs_of
from assistant.access.door import Door, Pages, cookie
from assistant.access.limits import network_of
from assistant.access.who import NOBODY, Role, Visit, attach, limited_by
from assistant.operating.happenings import Refused, Why, tell
from corpus.readers import SIZE_LIMIT

HEALTH, SIGN_IN, SIGN_OUT, STYLE = "/healthz", "/sign-in", "/sign-out", "/sign-in.css"
# Where a link from elsewhere is led on to the page.
ONWARD, ONWARD_SCRIPT = "/onward", "/onward.js"
# Gradio asks itself for this once while it starts.
_STARTUP = "/gradio_api/startup-events"
_READING = ("GET", "HEAD")
# Browsers ask for this without their cookies, even where somebody is signed in; it tells nothing.
_MANIFEST = "/manifest.json"
# Gradio's doors and tools that the page has no use for.
_UNUSED = ("/login", "/logout", "/monitoring", "/gradio_api/vibe", "/gradio_api/undo-vibe",
           "/gradio_api/process_recording", "/gradio_api/deep_link")
_PROGRAMS = ("/gradio_api/call/", "/mcp")
# Gradio's own files, which say nothing of anybody.
_SAME_FOR_ALL = ("/assets/", "/static/", "/svelte/")
# Longest body of anything but an upload, which is one file and what the form around it takes.
BODY_LIMIT = 4_000_000
UPLOAD_LIMIT = SIZE_LIMIT + 100_000
_VISITOR = re.compile(r"[A-Za-z0-9_-]{20,64}")


class GatePages(Pages, Problems, Protocol):
    """The pages that people see at the gate, as HTML, and the words of refusals."""

    def refused(self) -> str:
        """What a person sees whom the reverse proxy didn't name, or who has no access."""
        ...

    def onward(self) -> str:
        """A page that goes on to the page itself at once, and to what its address names."""
        ...

    def onward_script(self) -> str:
        """The script of that page."""
        ...

    def style(self) -> str:
        """The style sheet of these pages."""
        ...

    def words(self, key: str) -> str:
        """What is said to a request of the page that is refused: ``signed_out``,
        ``not_this_tab``, ``editors_only``, ``too_large`` or ``too_many``."""
        ...


class Gate:
    """ASGI middleware. Behind it, ``who.visit`` tells of each request whose it is."""

    def __init__(self, app: ASGIApp, access: Access, pages: GatePages) -> None:
        self.app, self.access, self.pages = app, access, pages
        self.door, self.bearer = Door(access, pages), Bearer(access, pages)
        self._has_started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope, named = self.access.peers.resolve(scope)
        scope, token = self.bearer.taken(scope)
        # Nobody but this gate says whose a request is; a token counts whatever cookie is beside it.
        visit = (self._visit(scope, named) if token is None
                 else self.bearer.visit(token, _address(scope)))
        attach(scope, visit or NOBODY)
        if scope["type"] == "websocket":
            if visit is None or visit.is_program or is_foreign(scope):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await self.app(scope, receive, send)
            return
        answer = await self._answer(scope, receive, visit, token)
        if answer is not None:
            await answer(scope, receive, send)
        else:
            await self._pass(scope, receive, send, visit or NOBODY)

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit | None,
                      token: str | None) -> Response | None:
        """What the gate itself answers; None for what goes on to the page."""
        path, method = scope["path"], scope["method"]
        if path == HEALTH and method in _READING:
            return PlainTextResponse("ok")
        if is_foreign(scope):
            return PlainTextResponse("Not allowed", status_code=403)
        if token is not None:
            return (self.bearer.refusal(token, _address(scope)) if visit is None
                    else self.bearer.beyond(scope))
        entry = self.access.binding.entry
        if entry in (Entry.PASSWORD, Entry.HEADER) and path == STYLE and method in _READING:
            return self.door.page(self.pages.style(), media_type="text/css")
        if entry is Entry.PASSWORD and path == ONWARD and method in _READING:
            return self.door.page(self.pages.onward(), script=True)
        if entry is Entry.PASSWORD and path == ONWARD_SCRIPT and method in _READING:
            return self.door.page(self.pages.onward_script(), media_type="text/javascript")
        if entry is Entry.PASSWORD and path == SIGN_IN:
            return await self.door.sign_in(scope, receive, visit)
        if entry is Entry.PASSWORD and path == SIGN_OUT:
            return await self.door.sign_out(scope, receive, visit)
        if visit is not None:
            return self._refusal(scope, visit)
        if path == _STARTUP and method == "GET" and not self._has_started:
            self._has_started = True
            return None
        return self._stranger(scope)

    def _told(self, key: str, status: int, headers: dict[str, str] | None = None) -> Response:
        """A refusal in words, in the form that the page shows errors from."""
        return JSONResponse({"detail": self.pages.words(key)}, status, headers)

    def _stranger(self, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        if scope["path"] == _MANIFEST and scope["method"] in _READING:
            return JSONResponse({"display": "browser"}, headers={"Cache-Control": "no-store"},
                                media_type="application/manifest+json")
        if scope["path"].startswith(_PROGRAMS) and self.access.binding.entry is Entry.PASSWORD:
            return self.pages.problem("signed_out")
        if scope["path"] != "/" or scope["method"] not in _READING:
            return self._told("signed_out", 401, {"X-Findings": "signed-out",
                                                  "Cache-Control": "no-store"})
        if self.access.binding.entry is Entry.HEADER:
            return self.door.page(self.pages.refused(), 403)
        if headers.get("sec-fetch-site") == "cross-site":
            # The browser kept the cookie back, since a link elsewhere led here. The page's own
            # next step brings it. It is a page of another address, so that its step to this one
            # is no step within one page; a browser keeps what stands behind "#" on the way.
            return RedirectResponse(ONWARD, 303, {"Cache-Control": "no-store"})
        return RedirectResponse(SIGN_IN, 303, {"Cache-Control": "no-store"})

    def _visit(self, scope: Scope, named: str | None) -> Visit | None:
        address = _address(scope)
        entry = self.access.binding.entry
        if entry is Entry.HEADER:
            user = self.access.named(named)
            return None if user is None else Visit(user.name, user.role, f"user:{user.name}",
                                                   address)
        if entry is Entry.PASSWORD:
            return self._signed_in(scope, address)
        known = _cookies(scope).get(self._visitor, "")
        key = f"visitor:{known}" if _VISITOR.fullmatch(known) else ""
        return Visit(None, Role.EDITOR, key, address)

    def _signed_in(self, scope: Scope, address: str) -> Visit | None:
        identifier = _cookies(scope).get(self.door.cookie_name(scope), "")
        signed = self.access.sessions.find(identifier) if identifier else None
        if signed is None or self.access.users is None:
            return None
        user = self.access.users.find(signed.name)
        if user is None or not user.password or rests_on(user) != signed.rests_on:
            self.access.sessions.end(identifier)
            return None
        return Visit(user.name, user.role, f"user:{user.name}", address,
                     self.access.signed("sign-out", identifier))

    def _refusal(self, scope: Scope, visit: Visit) -> Response | None:
        if scope["path"].startswith(_UNUSED):
            return PlainTextResponse("Not found", 404)
        if not _is_upload(scope):
            return None
        if visit.role is not Role.EDITOR:
            return self._told("editors_only", 403)
        wait = self.access.arrivals.take(limited_by(visit))
        if wait:
            tell(Refused(Why.UPLOADS, visit.key, wait))
            return self._told("too_many", 429, {"Retry-After": str(int(wait) + 1)})
        return None

    async def _pass(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        limit = UPLOAD_LIMIT if _is_upload(scope) else BODY_LIMIT
        body = Body(receive, limit)
        try:
            if announced(scope) > limit:
                raise TooLarge
            if visit.name is not None:
                # The open pages that a request speaks for have to be of who sent it.
                for tab in await tabs_of(scope, body, is_upload=_is_upload(scope)):
                    if not self.access.ties.claim(tab, visit.key):
                        refusal = self._told("not_this_tab", 403, {"X-Findings": "other-tab"})
                        await refusal(scope, receive, send)
                        return
            await self.app(scope, body.receive, self._sending(scope, send))
        except TooLarge:
            await self._told("too_large", 413)(scope, receive, send)
        except NotUnderstood:
            await PlainTextResponse("Not allowed", 415)(scope, receive, send)

    @property
    def _visitor(self) -> str:
        return f"findings-visitor-{self.access.binding.port}"

    def _sending(self, scope: Scope, send: Send) -> Send:
        """``send``, which also gives a browser that is new a name to be told apart by."""
        shared = self.access.binding.entry in (Entry.PASSWORD, Entry.HEADER)
        known = _VISITOR.fullmatch(_cookies(scope).get(self._visitor, ""))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if shared and not scope["path"].startswith(_SAME_FOR_ALL):
                    # Another person may use this browser next.
                    headers["Cache-Control"] = "no-store"
                if not shared and scope["path"] == "/" and not known:
                    headers.append("Set-Cookie", cookie(
                        scope, self._visitor, secrets.token_urlsafe(24), site="Lax"))
            await send(message)

        return sending


def is_foreign(scope: Scope) -> bool:
    """Whether another site's page sent this, other than by a link that leads here."""
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    navigates = headers.get("sec-fetch-mode") == "navigate" and scope.get("method") in _READING
    if site is not None:
        return site not in ("same-origin", "none") and not navigates
    origin = headers.get("origin")
    if origin is None:
        return False
    if origin == "null":
        # The page sends no referrer, so its own form comes with this; a token guards it.
        return bool(scope["path"] != SIGN_OUT)
    return origin.partition("://")[2] != headers.get("host", "")


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return network_of(client[0]) if client else ""


def _is_upload(scope: Scope) -> bool:
    return scope["path"].rstrip("/").endswith("/upload") and scope["method"] not in _READING


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))
