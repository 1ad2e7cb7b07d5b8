"""A chat model that says what it is told to, and a server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


def chat_reply(pieces: Sequence[str], *, finish: bool = True, pause: float = 0.0) -> Any:
    """A handler that streams ``pieces`` as a chat completion."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        deltas: list[tuple[dict[str, str], str | None]] = [
            ({"role": "assistant", "content": piece}, None) for piece in pieces]
        if finish:
            deltas.append(({}, "stop"))
        for delta, reason in deltas:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
            request.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            request.wfile.flush()
            time.sleep(pause)
        if finish:
            request.wfile.write(b"data: [DONE]\n\n")
    return handle


def error_reply(status: int, message: str, code: str | None = None) -> Any:
    """A handler that answers with an error as OpenAI words it."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": message, "code": code}}).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
    return handle
