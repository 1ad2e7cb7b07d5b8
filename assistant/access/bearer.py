"""Programs that bring a token in place of a cookie, and what such a token opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from assistant.access.access import Access
from assistant.access.binding import Entry
from assistant.access.who import Visit
from assistant.operating.happenings import Refused, SignInFailed, Why, tell

# What Gradio's client and the calls need; nothing else of the page is for programs.
_OPENED = re.compile(
    r"/config/?|/mcp/?|/gradio_api/(?:info/?|openapi\.json|call/.+|queue/(?:join|data)/?"
    r"|heartbeat/[^/]+|cancel/?)")
_HEADER = b"authorization"


class Problems(Protocol):
    """What programs are told."""

    def problem(self, key: str, wait_s: float = 0) -> Response:
        """A refusal that a program understands: ``signed_out``, ``token``, ``expired``,
        ``slowed`` or ``not_a_call``."""
        ...


class Bearer:
    """Knows users by the tokens that their programs send. Wrong ones cost time like wrong
    passwords, for each address."""

    def __init__(self, access: Access, problems: Problems,
                 clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.access, self.problems, self._clock = access, problems, clock

    def taken(self, scope: Scope) -> tuple[Scope, str | None]:
        """The scope without the token that it brought, and the token: "" for what can be none,
        None where there is no token, or nobody signs in with a password here."""
        if self.access.binding.entry is not Entry.PASSWORD:
            return scope, None
        sent = Headers(scope=scope).getlist("authorization")
        parts = [one.strip().partition(" ") for one in sent]
        tokens = [value.strip() for scheme, _, value in parts if scheme.lower() == "bearer"]
        if not tokens:
            return scope, None
        # Nothing behind needs it, so nothing behind can write it down.
        kept = [pair for pair in scope["headers"] if pair[0] != _HEADER]
        return {**scope, "headers": kept}, tokens[0] if len(sent) == 1 else ""

    def visit(self, token: str, address: str) -> Visit | None:
        """Whose program this is; None for a token that opens nothing, and for any from an
        address that has to wait."""
        if self.access.users is None or self.access.tokens.wait(address):
            return None
        held = self.access.users.holder(token)
        if held is None or held[1].is_over(self._clock()):
            return None
        user, _ = held
        return Visit(user.name, user.role, f"user:{user.name}", address, is_program=True)

    def refusal(self, token: str, address: str) -> Response:
        """The answer to a token that opens nothing, which counts."""
        wait = self.access.tokens.wait(address)
        if wait:
            tell(Refused(Why.SIGN_IN, f"address:{address}", wait))
            return self.problems.problem("slowed", wait)
        self.access.tokens.begin(address)
        tell(SignInFailed("token", address=address))
        held = None if self.access.users is None else self.access.users.holder(token)
        return self.problems.problem("token" if held is None else "expired")

    def beyond(self, scope: Scope) -> Response | None:
        """The answer to a program that asks for something else than the calls; None for these."""
        opened = _OPENED.fullmatch(scope["path"])
        return None if opened else self.problems.problem("not_a_call")
