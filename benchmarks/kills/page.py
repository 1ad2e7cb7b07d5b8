"""Questions over HTTP to a page that is being served."""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.request
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.kills.process import Child

_UP_S = 90.0
# Questions are asked for so long, then the page is asked to end.
ASKED_S = 3.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def questions(port: int, child: Child, asked: Sequence[str]) -> dict[str, Any]:
    """The answers of a page, asked again and again for some seconds, or until it is gone; then it
    is asked to end."""
    found: dict[str, Any] = {}
    until = time.monotonic() + _UP_S
    while time.monotonic() < until and not child.ended.is_set():
        try:
            for one in asked:
                found[one] = _ask(port, one)
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        until = min(until, time.monotonic() + ASKED_S)
    child.stop()
    return found


def _ask(port: int, question: str) -> Any:
    base = f"http://127.0.0.1:{port}/gradio_api/call"
    body = json.dumps({"data": [question]}).encode()
    request = urllib.request.Request(f"{base}/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        event = json.loads(reply.read())["event_id"]
    with urllib.request.urlopen(f"{base}/ask/{event}", timeout=30) as reply:
        lines = [line for line in reply.read().decode().splitlines() if line]
    (told,) = json.loads(lines[-1].removeprefix("data: "))
    return {key: told[key] for key in ("status", "answer", "citations")}
