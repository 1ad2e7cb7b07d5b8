"""A chat model that says what it is told to, and servers that speak each provider's protocol."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class QueuedModel(BaseChatModel):
    """Replies from a queue, streamed a few characters at a time; an exception is raised.

    ``prompts`` are the messages of each call, ``streamed`` counts the pieces it got to send.
    """

    replies: list[Any]
    size: int = 3
    finish: str = "stop"
    prompts: list[list[BaseMessage]]
    streamed: int = 0

    def __init__(self, replies: Sequence[str | Exception], **options: Any) -> None:
        super().__init__(replies=list(replies), prompts=[], **options)

    @property
    def _llm_type(self) -> str:
        return "queued"

    def _stream(self, messages: list[BaseMessage], stop: list[str] | None = None,
                run_manager: CallbackManagerForLLMRun | None = None,
                **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.prompts.append(messages)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        for at in range(0, len(reply), self.size):
            self.streamed += 1
            yield ChatGenerationChunk(message=AIMessageChunk(reply[at:at + self.size]))
        yield ChatGenerationChunk(message=AIMessageChunk(
            "", response_metadata={"finish_reason": self.finish}))

    def _generate(self, messages: list[BaseMessage], stop: list[str] | None = None,
                  run_manager: CallbackManagerForLLMRun | None = None,
                  **kwargs: Any) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])


@dataclass
class Loopback:
    """A running loopback server: where it is and what it was asked."""

    address: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def serving(handle: Any) -> Iterator[Loopback]:
    """Serve ``handle(request)`` on loopback for GET and POST until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            loopback.requests.append({
                "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                "body": json.loads(body) if body else None})
            try:
                handle(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = _serve

        def log_message(self, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    loopback = Loopback(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def forget_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the providers' own variables of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "AZURE_", "ANTHROPIC_", "OLLAMA_", "LANGSMITH_GATEWAY")):
            monkeypatch.delenv(name)


def _begin(request: BaseHTTPRequestHandler, kind: str) -> None:
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.end_headers()


def _send(request: BaseHTTPRequestHandler, text: str, pause: float = 0.0) -> None:
    request.wfile.write(text.encode())
    request.wfile.flush()
    if pause:
        time.sleep(pause)


def chat_reply(pieces: Sequence[str], *, finish: bool = True, pause: float = 0.0,
               reason: str = "stop") -> Any:
    """A handler that streams ``pieces`` as a chat completion, ended by ``reason``."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        _begin(request, "text/event-stream")
        deltas: list[tuple[dict[str, str], str | None]] = [
            ({"role": "assistant", "content": piece}, None) for piece in pieces]
        if finish:
            deltas.append(({}, reason))
        for delta, ended in deltas:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
            _send(request, f"data: {json.dumps(event)}\n\n", pause)
        if finish:
            request.wfile.write(b"data: [DONE]\n\n")
    return handle


def broken_chat_reply(pieces: Sequence[str]) -> Any:
    """A handler that promises more than the ``pieces`` that it sends before it hangs up."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Content-Length", "50000")
        request.end_headers()
        for piece in pieces:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": {"content": piece},
                                  "finish_reason": None}]}
            _send(request, f"data: {json.dumps(event)}\n\n")
    return handle


def ollama_reply(pieces: Sequence[str], reason: str = "stop") -> Any:
    """A handler that streams ``pieces`` as Ollama does, an object a line."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        _begin(request, "application/x-ndjson")
        last = {"done": True, "done_reason": reason, "prompt_eval_count": 1, "eval_count": 1}
        for piece, ended in [*((piece, {"done": False}) for piece in pieces), ("", last)]:
            line = {"model": "m", "created_at": "2026-11-25T00:00:00Z",
                    "message": {"role": "assistant", "content": piece}, **ended}
            _send(request, json.dumps(line) + "\n")
    return handle


def anthropic_reply(pieces: Sequence[str], reason: str = "end_turn") -> Any:
    """A handler that streams ``pieces`` as Anthropic's messages do, by named events."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0,
           "delta": {"type": "text_delta", "text": piece}} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None},
         "usage": {"output_tokens": 1}},
        {"type": "message_stop"}]

    def handle(request: BaseHTTPRequestHandler) -> None:
        _begin(request, "text/event-stream")
        for event in events:
            _send(request, f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
    return handle


def text_reply(text: str, kind: str = "text/html") -> Any:
    """A handler that answers with ``text``, which is no model's reply."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        _begin(request, kind)
        _send(request, text)
    return handle


def in_turn(*handlers: Any) -> Any:
    """A handler that is each of ``handlers`` once, and the last of them from then on."""
    waiting = list(handlers)

    def handle(request: BaseHTTPRequestHandler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(request)
    return handle


def error_reply(status: int, message: str, code: str | None = None,
                headers: Mapping[str, str] | None = None) -> Any:
    """A handler that answers with an error as OpenAI words it."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": message, "code": code}}).encode()
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
    return handle
