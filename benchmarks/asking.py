"""People and programs that ask a running server over HTTP, without a browser."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import httpx

from prompts import wording

_PATIENCE_S = 120.0
_API = "/gradio_api"
# Words of the page by which a simulated reader knows that it waits, or is sent away.
_LIMITS: Any = wording("page")["limits"]
_WAITING = tuple(str(words).rpartition("}")[2] for words in (
    _LIMITS["next"], _LIMITS["before"]["one"], _LIMITS["before"]["many"]))
_FULL = str(_LIMITS["full"])


class Asker:
    """A program that uses the calls (docs/programs.md). A ``client`` of one's own brings what a
    proxy in between wants."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False)

    def ask(self, question: str, **more: object) -> Mapping[str, Any]:
        """The reply to a question. Raises ``RuntimeError`` for anything but a reply."""
        return self.call("ask", {"question": question, **more})

    def call(self, name: str, fields: Mapping[str, object]) -> Mapping[str, Any]:
        """The reply of a call. Raises ``RuntimeError`` for anything but a reply."""
        begun = self._client.post(f"{_API}/call/v2/{name}", json=fields)
        if begun.status_code != 200:
            raise RuntimeError(f"{begun.status_code}: {begun.text[:200]}")
        event = begun.json()["event_id"]
        last = ""
        with self._client.stream("GET", f"{_API}/call/{name}/{event}") as stream:
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    last = line[7:]
                elif line.startswith("data: ") and last == "complete":
                    return json.loads(line[6:])[0]  # type: ignore[no-any-return]
                elif line.startswith("data: ") and last == "error":
                    raise RuntimeError(line[6:206])
        raise RuntimeError("the stream ended without a reply")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


class RefusedError(Exception):
    """The server refused a question politely, in words, because too many ask."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page was sent for a question: seconds until its first card and until it was whole,
    whether it was told to wait in line, and the turn as HTML."""

    evidence: float | None
    whole: float
    waited: bool
    html: str


class Visitor:
    """A person with the page open: asks as the page's own script does, in one session. A
    ``client`` of one's own brings the cookies that a proxy in between wants."""

    def __init__(self, url: str, config: Mapping[str, Any] | None = None,
                 client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False)
        self._session = secrets.token_hex(6)
        self.config = config or self._client.get("/config").json()
        self._event = _submitting(self.config)
        # An open page keeps this connection: when it ends, the server lets go of the session.
        self._heart = self._client.send(self._client.build_request(
            "GET", f"{_API}/heartbeat/{self._session}"), stream=True)

    def ask(self, question: str) -> Shown:
        """Type a question and wait for its answer. Raises ``RefusedError`` where the server has
        too much to do, ``RuntimeError`` where the page would show another error."""
        sent = [question, *(None for _ in self._event["inputs"][1:])]
        begun = time.perf_counter()
        evidence, waited, shown = None, False, _Shown(len(self._event["outputs"]))
        html = ""
        for data in self._run(self._event, sent):
            shown.take(data)
            html = shown.holding(question) or html
            waited = waited or any(words in html for words in _WAITING)
            if evidence is None and 'class="card' in html:
                evidence = time.perf_counter() - begun
        if _FULL in html:
            raise RefusedError(question)
        return Shown(evidence, time.perf_counter() - begun, waited, html)

    def write_up(self) -> Iterator[tuple[float, str]]:
        """What the page goes on to do where an answer came in quotes because the model was busy:
        the seconds since, with everything that is shown then."""
        (event,) = [one for one in self.config["dependencies"]
                    if one.get("trigger_after") == self._event["id"]]
        begun = time.perf_counter()
        for data in self._run(event, [None for _ in event["inputs"]]):
            yield time.perf_counter() - begun, json.dumps(data)

    def close(self) -> None:
        """Close the page."""
        self._heart.close()
        self._client.close()

    def _run(self, event: Mapping[str, Any], sent: list[Any]) -> Iterator[list[Any]]:
        """The outputs that an event sends, message by message."""
        reply = self._client.post(f"{_API}/queue/join", json={
            "data": sent, "event_data": None, "fn_index": event["id"],
            "trigger_id": event["targets"][0][0], "session_hash": self._session})
        if reply.status_code == 503:
            raise RefusedError(reply.text[:200])
        if reply.status_code != 200:
            raise RuntimeError(f"{reply.status_code}: {reply.text[:200]}")
        for message in self._messages(reply.json()["event_id"]):
            output = message.get("output") or {}
            if message.get("success") is False:
                raise RuntimeError(f"the page shows an error: {str(output)[:200]}")
            yield output.get("data") or []

    def _messages(self, event: str) -> Iterator[Mapping[str, Any]]:
        with self._stream() as lines:
            for line in lines:
                if not line.startswith("data: "):
                    continue
                message = json.loads(line[6:])
                if message.get("event_id") not in (None, event):
                    continue
                if message["msg"] == "unexpected_error":
                    raise RuntimeError(str(message)[:200])
                yield message
                if message["msg"] == "process_completed":
                    return
        raise RuntimeError("the stream ended before the answer was whole")

    @contextmanager
    def _stream(self) -> Iterator[Iterator[str]]:
        with self._client.stream("GET", f"{_API}/queue/data",
                                 params={"session_hash": self._session}) as stream:
            yield stream.iter_lines()


class _Shown:
    """The outputs of an event as the page holds them: values, and changes to them."""

    def __init__(self, count: int) -> None:
        self._values: list[Any] = [None] * count

    def take(self, data: list[Any]) -> None:
        """Take a message's outputs: whole values, or lists of changes to those before."""
        for number, one in enumerate(data):
            if isinstance(one, list) and one and isinstance(one[0], list) and len(one[0]) == 3:
                for action, path, value in one:
                    self._change(number, action, path, value)
            elif not (isinstance(one, list) and not one):
                self._values[number] = one

    def _change(self, number: int, action: str, path: list[Any], value: Any) -> None:
        if not path:
            old = self._values[number]
            self._values[number] = (str(old or "") + value) if action == "append" else value

    def holding(self, question: str) -> str:
        """The output that shows this question's turn as the last, "" while there is none."""
        sign = f'data-question="{escape(question)}"'
        told = [one for one in self._values if isinstance(one, str) and sign in one[:2000]]
        return told[-1] if told else ""


def _submitting(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event that sending the question box triggers."""
    boxes = {one["id"] for one in config["components"]
             if one["props"].get("elem_id") == "question"}
    for event in config["dependencies"]:
        if any(target in boxes and name == "submit" for target, name in event["targets"]):
            return event  # type: ignore[no-any-return]
    raise RuntimeError("the page has no question box")
