"""A server on loopback that gives a small model file slowly, by ranges."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.models.catalogue import DEFAULT, ModelFile, Packages

BLOCK = 1 << 14
_BLOCKS = 150
_PAUSE_S = 0.01


class Hub:
    """``sent`` counts the bytes that were given, whoever asked."""

    def __init__(self) -> None:
        self.content = b"GGUF" + b"".join(
            hashlib.sha256(str(n).encode()).digest() for n in range(BLOCK * _BLOCKS // 32))
        self.sent = 0
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.give(self)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        size = len(self.content)
        self.model = ModelFile(
            name=DEFAULT, title="Small", file="small.gguf", size=size,
            sha256=hashlib.sha256(self.content).hexdigest(), licence="none",
            url=f"http://127.0.0.1:{self._server.server_address[1]}/small.gguf",
            packages=Packages("none{}", "0", 1, size))

    def told(self) -> dict[str, Any]:
        """The model as JSON can hold it."""
        return asdict(self.model)

    def give(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request, slowly."""
        found = re.match(r"bytes=(\d+)-", request.headers.get("Range", ""))
        begin, size = int(found[1]) if found else 0, len(self.content)
        request.send_response(206 if found else 200)
        if found:
            request.send_header("Content-Range", f"bytes {begin}-{size - 1}/{size}")
        request.send_header("Content-Length", str(size - begin))
        request.end_headers()
        try:
            for start in range(begin, size, BLOCK):
                block = self.content[start:start + BLOCK]
                request.wfile.write(block)
                self.sent += len(block)
                time.sleep(_PAUSE_S)
        except OSError:
            # Whoever asked was killed.
            return
