"""deploy/nginx.conf in front of two stand-ins that say what reached them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.access.gate import UPLOAD_LIMIT
from tests.deploy.nginx import BINARY, MISSING, Nginx

pytestmark = pytest.mark.skipif(BINARY is None, reason=MISSING)
SAID = {"X-Forwarded-For": "192.0.2.66", "X-Forwarded-User": "admin", "X-Real-IP": "192.0.2.66",
        "Forwarded": "for=192.0.2.66", "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher"}


class Echo(BaseHTTPRequestHandler):
    """Says which app it is and what it was sent; /slow says one thing and then waits."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        size = len(self.rfile.read(length))
        if self.path == "/slow":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for text in (b"first", b"second"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
                self.wfile.flush()
                self.server.more.wait(20)  # type: ignore[attr-defined]
            self.wfile.write(b"0\r\n\r\n")
            return
        body = json.dumps({"app": self.server.server_address[1], "size": size,
                           "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class App(ThreadingHTTPServer):
    """A stand-in for an app."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.more = threading.Event()
        self.open: list[Any] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.append(request)
        super().process_request(request, client_address)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for one in self.open:
            with suppress(OSError):
                # A connection that nginx kept would otherwise still be answered.
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def apps() -> Iterator[list[App]]:
    both = [App(), App()]
    yield both
    for one in both:
        one.more.set()
        one.stop()


@pytest.fixture
def nginx(apps: list[App], tmp_path: Path) -> Iterator[Nginx]:
    one = Nginx(tmp_path / "nginx", [app.port for app in apps])
    yield one
    one.close()


def test_a_browser_stays_with_one_app_and_browsers_are_spread(nginx: Nginx) -> None:
    chosen = set()
    for _ in range(24):
        with nginx.browser() as browser:
            first = browser.get("/")
            cookie = first.headers["set-cookie"]
            assert {"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} <= {
                part.strip() for part in cookie.split(";")}
            seen = {browser.post("/gradio_api/queue/join").json()["app"] for _ in range(4)}
            again = browser.get("/gradio_api/queue/data?session_hash=x")
            assert "set-cookie" not in again.headers
            assert seen == {first.json()["app"]} == {again.json()["app"]}
            chosen |= seen
    assert len(chosen) == 2


def test_a_program_stays_with_one_app_by_its_token(nginx: Nginx) -> None:
    chosen = set()
    for number in range(24):
        with nginx.program({"Authorization": f"Bearer fnd_{number}"}) as program:
            answers = [program.post("/gradio_api/call/ask"), *(
                program.get(f"/gradio_api/call/ask/{n}") for n in range(3))]
        assert not any("set-cookie" in one.headers for one in answers)
        seen = {one.json()["app"] for one in answers}
        assert len(seen) == 1
        chosen |= seen
    assert len(chosen) == 2


def test_a_cookie_that_somebody_made_up_decides_nothing(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        answer = browser.get("/", headers={"Cookie": "findings_route=chosen"})
    assert "set-cookie" in answer.headers


def test_what_only_a_proxy_may_say_is_said_anew(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        told = browser.get("/", headers=SAID).json()["headers"]
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-proto"] == "https"
    assert told["host"] == f"localhost:{nginx.port}"
    assert not {"x-forwarded-user", "x-real-ip", "forwarded", "x-forwarded-host"} & set(told)


def test_what_is_for_the_operator_stays_inside(nginx: Nginx) -> None:
    for path in ("/metrics", "/ready", "/health", "/metrics/", "//metrics", "/./metrics",
                 "/%6detrics", "/x/../metrics"):
        assert nginx.status(path) == 404
    assert nginx.status("/healthz") == 200
    assert not [line for line in nginx.seen() if "/metrics" in line and "127.0.0.1:" in line]


def test_http_leads_to_https(nginx: Nginx) -> None:
    answer = httpx.get(f"http://127.0.0.1:{nginx.plain}/x?y=1", trust_env=False,
                       headers={"Host": "findings.example.org"})
    assert (answer.status_code, answer.headers["location"]) == (
        308, "https://findings.example.org/x?y=1")


def test_the_largest_report_passes_and_no_more(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        largest = browser.post("/gradio_api/upload", content=b"0" * UPLOAD_LIMIT)
        more = browser.post("/gradio_api/upload", content=b"0" * (UPLOAD_LIMIT + 1))
    assert (largest.status_code, largest.json()["size"]) == (200, UPLOAD_LIMIT)
    assert more.status_code == 413


def test_what_comes_in_pieces_goes_on_in_pieces(nginx: Nginx, apps: list[App]) -> None:
    with nginx.browser() as browser, browser.stream("GET", "/slow") as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"first"
        # Only now may the app go on.
        for app in apps:
            app.more.set()
        assert next(pieces) == b"second"


def test_an_app_that_stops_is_passed_over(nginx: Nginx, apps: list[App]) -> None:
    with nginx.browser() as browser:
        before = browser.get("/").json()["app"]
        gone, left = sorted(apps, key=lambda app: app.port != before)
        gone.stop()
        for _ in range(4):
            assert browser.get("/").json()["app"] == left.port
            assert browser.post("/gradio_api/queue/join").json()["app"] == left.port


def test_guessing_at_the_sign_in_is_slowed(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        begun = time.monotonic()
        answers = [browser.post("/sign-in").status_code for _ in range(60)]
        took = time.monotonic() - begun
        assert answers[0] == 200
        # Five a second and twenty at once.
        assert answers.count(200) <= 22 + 5 * took
        assert 429 in answers
        assert browser.get("/").status_code == 200


def test_https_is_asked_for_from_then_on(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        assert browser.get("/").headers["strict-transport-security"] == "max-age=31536000"
