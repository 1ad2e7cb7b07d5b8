"""Whether a port can be listened on, and which other can where it can't."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.request

from corpus.errors import FixConfiguration
from prompts import wording

# How many ports are tried for one that is free.
_TRIED = 50
# Seconds that whoever listens on a port has to say what it is, and the bytes that are read of it.
_SAYS_WITHIN = 2.0
_SAYS_IN = 1_000


def is_free(host: str, port: int) -> bool:
    """Whether something could listen on a port of this computer now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            # Binding alone would pass beside a program that listens on one address of all.
            probe.listen(1)
        except OSError:
            return False
    return True


def runs_findings(port: int) -> bool:
    """Whether a Findings app of this computer listens on a port: its ``/health`` says so."""
    near = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with near.open(f"http://127.0.0.1:{port}/health", timeout=_SAYS_WITHIN) as answer:
            said = json.loads(answer.read(_SAYS_IN))
    except (OSError, ValueError, http.client.HTTPException):
        # Nobody answers, not in http, or not in JSON.
        return False
    return bool(said == {"status": "up"})


def other(host: str, port: int) -> int:
    """A port near this one that is free now; the next one where none of those tried is."""
    near: list[int] = [*range(port + 1, min(port + _TRIED, 65535) + 1),
            *range(port - 1, max(port - _TRIED, 1024), -1)]
    return next((one for one in near if is_free(host, one)), near[0])


def taken(host: str, port: int) -> FixConfiguration:
    """The error for a port that another program listens on."""
    told = wording("page")["serve"]
    return FixConfiguration(str(told["taken"]).format(port=port),
                            str(told["taken_next"]).format(other=other(host, port)))
