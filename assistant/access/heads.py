"""A bound for what stands before a request's body, which the server itself would gather without
end."""

from __future__ import annotations

import asyncio

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The first line and all headers of a request, in bytes; browsers and proxies keep to less.
HEAD_LIMIT = 64_000


class BoundedHeads(HttpToolsProtocol):
    """Uvicorn's protocol, which ends a connection whose head is longer than ``HEAD_LIMIT``."""

    # A connection begins with a head.
    _in_head = True
    _taken = 0

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse it where a head goes on too long."""
        super().data_received(data)
        if self._in_head:
            # Where it began in these bytes the parser has set the count back: it is too high by
            # what stood before, at most.
            self._taken += len(data)
        if self._in_head and self._taken > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._taken = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head ends."""
        self._in_head = False
        super().on_headers_complete()


def bound(config: uvicorn.Config) -> None:
    """Have a server that runs with ``config`` bound the heads of every connection from now on.
    One that runs with uvicorn's other protocol is left as it is: that has a bound of its own."""
    known: type[asyncio.Protocol] | str = config.http_protocol_class
    if isinstance(known, type) and issubclass(known, HttpToolsProtocol):
        config.http_protocol_class = BoundedHeads
