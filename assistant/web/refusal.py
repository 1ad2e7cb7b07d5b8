"""What a program is told whose request reaches no call."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.responses import JSONResponse, Response

from assistant.exchange import Problem
from prompts import wording

_CHALLENGE = 'Bearer realm="findings"'
# Type and status of each problem of programs.toml that is told without a call.
_PROBLEMS: dict[str, tuple[Any, HTTPStatus]] = {
    "unknown": ("invalid_input", HTTPStatus.NOT_FOUND),
    "large": ("invalid_input", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    "arguments": ("invalid_input", HTTPStatus.UNPROCESSABLE_ENTITY),
    "missing": ("fix_configuration", HTTPStatus.NOT_IMPLEMENTED),
    "signed_out": ("sign_in", HTTPStatus.UNAUTHORIZED),
    "token": ("sign_in", HTTPStatus.UNAUTHORIZED),
    "expired": ("sign_in", HTTPStatus.UNAUTHORIZED),
    "not_a_call": ("invalid_input", HTTPStatus.FORBIDDEN),
    "slowed": ("try_again", HTTPStatus.TOO_MANY_REQUESTS),
    "too_often": ("try_again", HTTPStatus.TOO_MANY_REQUESTS)}


def refusal(name: str, wait_s: float = 0) -> Response:
    """The problem ``name`` as JSON. ``wait_s`` is when it may go better, in seconds."""
    words, (kind, status) = wording("programs")[name], _PROBLEMS[name]
    seconds = ceil(wait_s)
    headers = {"Cache-Control": "no-store"}
    if seconds:
        headers["Retry-After"] = str(seconds)
    if status is HTTPStatus.UNAUTHORIZED:
        known = name == "signed_out"
        headers["WWW-Authenticate"] = _CHALLENGE + ("" if known else ', error="invalid_token"')
    told = Problem(type=kind, message=words["message"],
                   next_step=words["next_step"].format(seconds=seconds))
    return JSONResponse({"error": told.model_dump()}, status, headers)
