"""/health, /ready and /metrics: answered before everything else, to those alone whom they are
for."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access.binding import Binding
from assistant.access.peers import Network, Peers
from assistant.operating.figures import CONTENT_TYPE, Figures
from assistant.operating.readiness import Readiness

HEALTH, READY, METRICS = "/health", "/ready", "/metrics"
_READING = ("GET", "HEAD")
_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Probes:
    """ASGI middleware. ``allowed`` are further networks that may read the figures.

    Whoever else asks is told that there is nothing: what is behind has no such paths.
    """

    def __init__(self, app: ASGIApp, readiness: Readiness, figures: Figures, peers: Peers,
                 binding: Binding, allowed: Sequence[Network] = ()) -> None:
        self.app, self._readiness, self._figures = app, readiness, figures
        self._peers, self._binding, self._allowed = peers, binding, allowed
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, or pass a request on."""
        if scope["type"] != "http" or scope["path"] not in (HEALTH, READY, METRICS):
            await self.app(scope, receive, send)
            return
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        may = self._may_count if scope["path"] == METRICS else self._may_ask
        if scope["method"] not in _READING or not may(scope):
            return PlainTextResponse("Not found", 404, _KEPT)
        if scope["path"] == HEALTH:
            return JSONResponse({"status": "up"}, headers=_KEPT)
        if scope["path"] == METRICS:
            async with self._one_at_a_time:
                text = await run_in_threadpool(self._figures.text)
            return Response(text, headers={**_KEPT, "Content-Type": CONTENT_TYPE})
        state = self._readiness.state()
        if state.reason is None:
            return JSONResponse({"status": "ready"}, headers=_KEPT)
        return JSONResponse({"status": "unready", "reason": state.reason.value}, 503,
                            {**_KEPT, "Retry-After": "5"})

    def _may_ask(self, scope: Scope) -> bool:
        """Whether this comes from this computer or through a proxy that is named."""
        address = _address(scope)
        return _is_loopback(address) or self._peers.is_proxy(address)

    def _may_count(self, scope: Scope) -> bool:
        """Whether the client itself, whoever passed its request on, may read the figures."""
        seen, _ = self._peers.resolve(scope)
        passed_on = len(seen["headers"]) < len(scope["headers"])
        if passed_on and not self._peers.is_proxy(_address(scope)):
            # Something that nobody named speaks for somebody unknown.
            return False
        client = _address(seen)
        if any(_in(client, network) for network in self._allowed):
            return True
        # Another site's name for this computer leads a browser here, and not to the figures.
        return _is_loopback(client) and _host(scope) in self._binding.names


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]).partition("%")[0] if client else ""


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _in(address: str, network: Network) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    if known.version == 6 and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return known in network


def _host(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    host = Headers(scope=scope).get("host", "")
    return host[:host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
