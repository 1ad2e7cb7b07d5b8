"""A model server of a process of its own: speaks OpenAI's protocol on a loopback port, and writes
one sentence from the first finding that says what it is given to look for."""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def reply(messages: list[dict[str, Any]], word: str, sentence: str) -> str:
    """``sentence`` with the number of the finding that holds ``word``, as the schema wants it; no
    sentence where none does."""
    findings = re.findall(r"(?m)^\[(\d+)\] (.*)$", str(messages[-1]["content"]))
    found = [int(number) for number, text in findings if word in text]
    said = [{"text": sentence, "findings": found[:1]}] if found else []
    return json.dumps({"sentences": said})


def serve(port: int, word: str, sentence: str) -> None:
    """Answer until killed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            text = reply(asked["messages"], word, sentence)
            for delta, ended in (({"role": "assistant", "content": text}, None), ({}, "stop")):
                event = {"id": "1", "object": "chat.completion.chunk", "created": 1,
                         "model": asked["model"],
                         "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])
