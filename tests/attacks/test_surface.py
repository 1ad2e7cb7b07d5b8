"""What comes over the wire to a page that is served: malformed, oversized, endless, misdirected.
Nothing of it is a fault of the server's, and the page answers afterwards."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.access.gate import BODY_LIMIT

API = "/gradio_api"
CALLS = ("ask", "search", "list")
# What no field of any call takes, or takes only by luck.
WRONG: tuple[Any, ...] = (
    True, -1, 10 ** 30, 1.5, "\x00", "\ud800", "x" * 100_000, [[]], [None], [10 ** 400], {"a": {}},
    ["\ud800"], ["x"] * 5_000)
FIELDS = {
    "ask": ("question", "history", "force", "year", "kind", "report", "composer"),
    "search": ("query", "k", "force", "year", "kind", "report", "topic", "polarity", "grade"),
    "list": ("offset", "limit", "force", "year", "kind", "report", "topic", "polarity", "grade")}
SLOW_S = 60


@pytest.fixture(autouse=True)
def _answers_afterwards(url: str) -> Iterator[None]:
    yield
    assert httpx.get(f"{url}/healthz", timeout=SLOW_S).text == "ok"


@pytest.fixture(autouse=True, scope="module")
def _serves_the_page_in_the_end(url: str) -> Iterator[None]:
    yield
    assert httpx.get(f"{url}/", timeout=SLOW_S).status_code == 200


def shows_nothing(text: str) -> None:
    """No trace of the program's inside: frames, files, or objects by their address."""
    for word in ("Traceback", 'File "', "site-packages", " object at 0x"):
        assert word not in text


def post(url: str, path: str, content: bytes, **headers: str) -> httpx.Response:
    reply = httpx.post(f"{url}{path}", content=content, timeout=SLOW_S,
                       headers={"Content-Type": "application/json", **headers})
    shows_nothing(reply.text)
    return reply


def outcome(url: str, name: str, sent: dict[str, Any]) -> tuple[str, Any]:
    """How a call ended: "refused" at once, or its last event with the event's data."""
    reply = post(url, f"{API}/call/v2/{name}", json.dumps(sent).encode("ascii"))
    if reply.status_code != 200:
        assert reply.status_code < 500
        return "refused", reply.text
    with httpx.stream("GET", f"{url}{API}/call/{name}/{reply.json()['event_id']}",
                      timeout=SLOW_S) as stream:
        lines = [line for line in stream.iter_lines() if line]
    shows_nothing("\n".join(lines))
    return lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))


@pytest.mark.parametrize("name", CALLS)
def test_values_of_any_type_in_any_field_are_taken_or_refused_in_words(url: str,
                                                                       name: str) -> None:
    good = {"ask": {"question": "phones"}, "search": {"query": "phones"}, "list": {}}[name]
    ended: dict[str, int] = {}
    for place, field in enumerate(FIELDS[name]):
        # All of them in the first field, and in the others some, in turns.
        for value in WRONG if not place else WRONG[place % 3::3]:
            event, told = outcome(url, name, {**good, field: value})
            ended[event] = ended.get(event, 0) + 1
            if event == "error":
                assert told["title"] == "invalid_input", (field, str(value)[:40], told)
    assert set(ended) <= {"complete", "error", "refused"}
    assert ended["error"] > 15


BODIES = {
    "cut off": b'{"question": "x', "deep list": b"[" * 200_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "long number": b'{"question": ' + b"9" * 100_000 + b"}",
    "infinite": b'{"question": 1e999}', "no number": b'{"question": NaN}',
    "negative infinity": b'{"data": [-Infinity]}', "twice": b'{"question": "x", "question": 5}',
    "no utf-8": b'{"question": "\xff\xfe\xed\xa0\x80"}', "null bytes": b"\x00" * 1000,
    "utf-16": '{"question": "x"}'.encode("utf-16"), "empty": b"", "a word": b"null",
    "a string": b'"x"', "many keys": json.dumps({f"k{n}": n for n in range(20_000)}).encode(),
    "no json": b"<xml/>" * 100}
PLACES = ("/call/v2/ask", "/call/ask", "/call/search", "/queue/join", "/component_server",
          "/run/predict", "/api/predict", "/reset", "/cancel")


@pytest.mark.parametrize("place", PLACES)
def test_a_body_that_is_none_is_no_fault(url: str, place: str) -> None:
    for name, body in BODIES.items():
        reply = post(url, API + place, body)
        assert reply.status_code < 500, (name, reply.text[:300])


@pytest.mark.parametrize("sent", [
    {"fn_index": 10 ** 9, "data": []}, {"fn_index": -1, "data": []},
    {"fn_index": "0", "data": [None] * 1000}, {"fn_index": 1.5, "data": {}},
    {"fn_index": None, "data": []}, {"fn_index": [], "data": []}, {"data": []},
    {"fn_index": 0, "data": [], "trigger_id": 10 ** 20, "session_hash": "a" * 10_000},
    {"fn_index": 0, "data": [], "session_hash": {"a": 1}, "event_data": [[]]}])
@pytest.mark.parametrize("place", ["/queue/join", "/run/predict", "/api/predict"])
def test_an_unknown_function_is_refused(url: str, place: str, sent: dict[str, Any]) -> None:
    reply = post(url, API + place, json.dumps(sent).encode())
    assert reply.status_code < 500, reply.text[:300]


@pytest.mark.parametrize("sent", [
    {"component_id": 10 ** 9, "fn_name": "library", "session_hash": "x", "data": {}},
    {"component_id": 1, "fn_name": "__class__", "session_hash": "x", "data": {}},
    {"component_id": -1, "fn_name": "x" * 10_000, "session_hash": "x", "data": []},
    {"component_id": "1", "fn_name": None, "session_hash": None, "data": "x"}])
def test_an_unknown_component_is_refused(url: str, sent: dict[str, Any]) -> None:
    reply = post(url, f"{API}/component_server", json.dumps(sent).encode())
    assert 400 <= reply.status_code < 500, reply.text[:300]


UP = ("../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
      "....//....//etc/passwd", "..%5c..%5cetc%5cpasswd", "/etc/passwd", "%2fetc%2fpasswd",
      "..%252f..%252fetc%252fpasswd", "file:///etc/passwd", "%00/etc/passwd", "..;/etc/passwd",
      "\\\\host\\share", "~root/.bashrc", "http://127.0.0.1:1/")


@pytest.mark.parametrize("route", ["/gradio_api/file=", "/gradio_api/file/", "/file=", "/static/",
                                   "/assets/", "/svelte/", "/theme.css/", "/custom_component/x/",
                                   "/gradio_api/proxy=", "/gradio_api/stream/x/x/x/", "/"])
def test_no_path_leads_out_of_what_is_served(url: str, route: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    for path in UP:
        # By hand: a client would tidy the path before it is sent.
        reply = raw(host, int(port), f"GET {route}{path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
                                     "Connection: close\r\n\r\n".encode())
        assert not reply.startswith(b"HTTP/1.1 5"), path
        assert b"root:x:0" not in reply, path
        shows_nothing(reply.decode("latin-1"))


def raw(host: str, port: int, sent: bytes, wait: float = SLOW_S) -> bytes:
    """What the server says to these very bytes; at most the first 100 kB."""
    found = b""
    with socket.create_connection((host, port), timeout=wait) as line:
        try:
            line.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass
        else:
            try:
                while len(found) < 100_000 and (part := line.recv(65536)):
                    found += part
            except ConnectionResetError:
                pass
    return found


@pytest.mark.parametrize("sent", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" * 40, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 3_000_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(
        b"X-%d: a\r\n" % n for n in range(200_000)) + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA\x00B: c\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    b"Connection: close\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"])
def test_what_is_no_request_is_refused_and_not_answered_with_a_page(url: str,
                                                                    sent: bytes) -> None:
    host, port = url.removeprefix("http://").split(":")
    reply = raw(host, int(port), sent)
    assert not reply.startswith(b"HTTP/1.1 2")
    assert not reply.startswith(b"HTTP/1.1 5")
    shows_nothing(reply.decode("latin-1"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "X"])
@pytest.mark.parametrize("path", ["/", "/config", f"{API}/call/v2/ask", f"{API}/upload",
                                  f"{API}/queue/join", "/healthz"])
def test_another_method_does_nothing(url: str, method: str, path: str) -> None:
    reply = httpx.request(method, f"{url}{path}", timeout=SLOW_S)
    assert 400 <= reply.status_code < 500
    shows_nothing(reply.text)


@pytest.mark.parametrize("query", [
    "&".join(f"a{n}=1" for n in range(8_000)), "session_hash=" + "a" * 50_000, "a=%00%ff%zz",
    "__theme=../../x", "fn_index[]=1&fn_index[]=2", "view=api&view=api"])
def test_a_long_or_odd_query_changes_nothing(url: str, query: str) -> None:
    reply = httpx.get(f"{url}/?{query}", timeout=SLOW_S)
    assert reply.status_code < 500
    shows_nothing(reply.text)


def test_a_hundred_thousand_parameters_are_refused_or_ignored(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    query = "&".join(f"a{n}=1" for n in range(100_000)).encode()
    begun = time.monotonic()
    reply = raw(host, int(port), b"GET /config?" + query + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Connection: close\r\n\r\n")
    assert not reply.startswith(b"HTTP/1.1 5")
    assert time.monotonic() - begun < SLOW_S


@pytest.mark.parametrize("wanted", [
    "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 3000, 2)), "bytes=-1", "bytes=5-1",
    "bytes=0-99999999999999999999", "bytes=" + "0-," * 1000, "lines=1-2", "bytes=a-b",
    "bytes=0-0,0-0,0-0"])
def test_ranges_are_served_in_bounds_or_refused(url: str, wanted: str) -> None:
    page = httpx.get(f"{url}/", timeout=SLOW_S).text
    asset = page.partition('src="./assets/')[2].partition('"')[0] or "index.js"
    whole = httpx.get(f"{url}/assets/{asset}", timeout=SLOW_S)
    reply = httpx.get(f"{url}/assets/{asset}", headers={"Range": wanted}, timeout=SLOW_S)
    assert reply.status_code < 500
    assert len(reply.content) <= 2 * len(whole.content) + 500_000
    shows_nothing(reply.text)


def test_a_body_without_end_is_cut_off_while_others_are_served(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    head = (f"POST {API}/call/v2/ask HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").encode()
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with socket.create_connection((host, int(port)), timeout=SLOW_S) as line:
        line.sendall(head)
        sent = 0
        try:
            while sent < 4 * BODY_LIMIT:
                line.sendall(chunk)
                sent += 0x10000
            answer = line.recv(1000)
        except (BrokenPipeError, ConnectionResetError):
            answer = b"HTTP/1.1 413"
    assert answer.startswith(b"HTTP/1.1 413")


def test_many_who_send_slowly_keep_nobody_out(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    held = []
    try:
        for number in range(60):
            line = socket.create_connection((host, int(port)), timeout=SLOW_S)
            held.append(line)
            half = b"GET / HTTP/1.1\r\nHost: 127" if number % 2 else (
                b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Length: 100\r\n\r\n{")
            line.sendall(half)
        event, _ = outcome(url, "search", {"query": "phones"})
        assert event == "complete"
    finally:
        for line in held:
            line.close()


def test_an_announced_body_that_is_too_long_is_not_waited_for(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    begun = time.monotonic()
    reply = raw(host, int(port), (
        f"POST {API}/queue/join HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: "
        f"{BODY_LIMIT + 1}\r\nConnection: close\r\n\r\nx").encode())
    assert b" 413 " in reply.split(b"\r\n")[0]
    assert time.monotonic() - begun < SLOW_S


@pytest.mark.parametrize("form", [
    b"", b"--x", b"--x--", b"--x\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nno file\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="' + b"a" * 5000
    + b'.txt"\r\n\r\nx\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a\x00b/../../c.txt"\r\n\r\nx'
    b"\r\n--x--",
    (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n') * 3000 + b"--x--"])
def test_a_broken_upload_is_no_fault(url: str, form: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ""):
        reply = post(url, f"{API}/upload", form, **{"Content-Type": kind})
        assert reply.status_code < 500, (kind, reply.text[:300])
