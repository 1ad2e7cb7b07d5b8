"""The sign-in page and what it is sent: checked, slowed down, and answered without telling more
than it has to."""

from __future__ import annotations

import secrets
from functools import partial
from math import ceil
from typing import Protocol
from urllib.parse import parse_qs

import anyio
from anyio import CapacityLimiter
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope

from assistant.access.access import Access, rests_on
from assistant.access.bodies import Body, TooLarge
from assistant.access.limits import network_of
from assistant.access.names import NAME_LIMIT
from assistant.access.who import Visit
from assistant.operating.happenings import Refused, SignInFailed, Why, tell

_FORM_LIMIT = 10_000
_FORM_TYPE = "application/x-www-form-urlencoded"
# Checking a password takes 32 MB; more at once wait, and too many are sent away.
CHECKS_AT_ONCE, CHECKS_WAITING = 2, 40
_POLICY = ("default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
           "frame-ancestors 'none'")


class Pages(Protocol):
    """The words that the door shows, as HTML."""

    def form(self, token: str, name: str, problem: str, wait_s: int) -> str:
        """The sign-in form. ``problem`` is "", ``wrong``, ``wait``, ``stale`` or ``busy``."""
        ...


def cookie(scope: Scope, name: str, value: str, *, site: str = "Strict",
           gone: bool = False) -> str:
    """A cookie that scripts can't read and other sites don't send, for https alone over https."""
    secure = "; Secure" if scope.get("scheme") in ("https", "wss") else ""
    age = "; Max-Age=0" if gone else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite={site}{secure}{age}"


class Door:
    """Answers /sign-in and /sign-out."""

    def __init__(self, access: Access, pages: Pages) -> None:
        self.access, self.pages = access, pages
        self._waiting = 0
        self._checks: CapacityLimiter | None = None

    def cookie_name(self, scope: Scope) -> str:
        """The session cookie's name. Over https its prefix keeps other hosts from setting it."""
        return self._named(scope, "findings-session")

    async def sign_in(self, scope: Scope, receive: Receive, visit: Visit | None) -> Response:
        """Show the form, or take what was sent with it."""
        if scope["method"] in ("GET", "HEAD"):
            return _home() if visit is not None else self._form(scope)
        if scope["method"] != "POST":
            return PlainTextResponse("Not allowed", 405)
        form = await _sent(scope, receive)
        if form is None:
            return PlainTextResponse("Not allowed", 400)
        held = self._form_cookie(scope)
        if not held or not self._is_ours("sign-in", held, form.get("token", "")):
            return self._form(scope, form.get("name", ""), "stale", status=403)
        return await self._try(scope, form.get("name", ""), form.get("password", ""))

    async def _try(self, scope: Scope, name: str, password: str) -> Response:
        client = scope.get("client")
        address = network_of(client[0]) if client else ""
        wait = ceil(self.access.waits(name, address))
        if wait > 0:
            tell(Refused(Why.SIGN_IN, f"address:{address}", wait))
            return self._form(scope, name, "wait", wait, 429)
        if self._waiting >= CHECKS_WAITING:
            tell(Refused(Why.SIGN_IN, f"address:{address}"))
            return self._form(scope, name, "busy", status=503)
        self.access.begin(name, address)
        self._waiting += 1
        try:
            self._checks = self._checks or CapacityLimiter(CHECKS_AT_ONCE)
            user = await anyio.to_thread.run_sync(
                partial(self.access.check, name, password, address), limiter=self._checks)
        finally:
            self._waiting -= 1
        if user is None:
            tell(SignInFailed("password", name[:NAME_LIMIT], address))
            return self._form(scope, name, "wrong", status=403)
        # Another id than the one that the browser came with, which somebody may have given it.
        self._end(scope)
        answer = _home()
        answer.headers.append("Set-Cookie", cookie(
            scope, self.cookie_name(scope), self.access.sessions.begin(user.name, rests_on(user))))
        answer.headers.append("Set-Cookie", cookie(scope, self._form_name(scope), "", gone=True))
        return answer

    async def sign_out(self, scope: Scope, receive: Receive, visit: Visit | None) -> Response:
        """End the session, where the page's own form asks for it."""
        if scope["method"] != "POST":
            return _home()
        form = await _sent(scope, receive)
        if visit is not None:
            token = (form or {}).get("token", "")
            if not visit.token or not secrets.compare_digest(visit.token.encode(),
                                                             token.encode("utf-8", "replace")):
                return PlainTextResponse("Not allowed", 403)
            self._end(scope)
        answer = RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})
        answer.headers.append("Set-Cookie", cookie(scope, self.cookie_name(scope), "", gone=True))
        # What the browser still holds of the page goes as well.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def page(self, content: str, status: int = 200, media_type: str = "text/html",
             script: bool = False) -> Response:
        """One of the gate's pages, which may load its own style sheet, a ``script`` of ours where
        it has one, and nothing else."""
        return Response(content, status, {
            "Content-Security-Policy": _POLICY + ("; script-src 'self'" if script else ""),
            "X-Content-Type-Options": "nosniff",
            # Its form has to say where it comes from.
            "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}, media_type)

    def _form(self, scope: Scope, name: str = "", problem: str = "", wait_s: int = 0,
              status: int = 200) -> Response:
        held = self._form_cookie(scope) or secrets.token_urlsafe(24)
        answer = self.page(self.pages.form(self.access.signed("sign-in", held), name, problem,
                                           wait_s), status)
        answer.headers.append("Set-Cookie", cookie(scope, self._form_name(scope), held))
        if wait_s:
            answer.headers["Retry-After"] = str(wait_s)
        return answer

    def _end(self, scope: Scope) -> None:
        self.access.sessions.end(_cookies(scope).get(self.cookie_name(scope), ""))

    def _is_ours(self, purpose: str, text: str, token: str) -> bool:
        wanted = self.access.signed(purpose, text).encode()
        return secrets.compare_digest(wanted, token.encode("utf-8", "replace"))

    def _form_cookie(self, scope: Scope) -> str:
        return _cookies(scope).get(self._form_name(scope), "")[:100]

    def _form_name(self, scope: Scope) -> str:
        return self._named(scope, "findings-form")

    def _named(self, scope: Scope, name: str) -> str:
        # Cookies don't know of ports: two programs on one computer would take each other's.
        prefix = "__Host-" if scope.get("scheme") in ("https", "wss") else ""
        return f"{prefix}{name}-{self.access.binding.port}"


def _home() -> Response:
    return RedirectResponse("/", 303, {"Cache-Control": "no-store"})


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))


async def _sent(scope: Scope, receive: Receive) -> dict[str, str] | None:
    """The form that was sent; None for anything else."""
    if Headers(scope=scope).get("content-type", "").partition(";")[0].strip() != _FORM_TYPE:
        return None
    try:
        content = await Body(receive, _FORM_LIMIT).read()
        fields = parse_qs(content.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except (TooLarge, ValueError):
        return None
    return {key: values[-1] for key, values in fields.items()}
