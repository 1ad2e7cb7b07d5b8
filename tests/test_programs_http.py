"""The calls of programs over a real server: two steps by hand, Gradio's client, what is refused,
and each example of docs/programs.md."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

import app
from assistant.service import Service
from assistant.web.api import DEFAULTS

ROOT = Path(app.__file__).parent
GUIDE = (ROOT / "docs" / "programs.md").read_text("utf-8")
LIST = "List every area for improvement on investigating crime"
SLOW = 120


def examples(language: str, signing_in: bool = False) -> list[str]:
    """The examples of the guide where nobody signs in, or those of signing in."""
    sections = GUIDE.split("\n## ")
    told = "".join(one for one in sections if one.startswith("Signing in\n") is signing_in)
    return re.findall(rf"```{language}\n(.*?)```", told, re.DOTALL)


def post(url: str, path: str, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{url}/gradio_api/{path}", content=content, timeout=SLOW,
                      headers={"Content-Type": "application/json", **headers})


def stream(url: str, name: str, event: str) -> tuple[str, Any]:
    """The last event of a call's stream, and its data."""
    with httpx.stream("GET", f"{url}/gradio_api/call/{name}/{event}", timeout=SLOW) as reply:
        lines = [line for line in reply.iter_lines() if line]
    return lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))


def call(url: str, name: str, **sent: Any) -> tuple[str, Any]:
    reply = post(url, f"call/v2/{name}", sent)
    assert reply.status_code == 200, reply.text
    return stream(url, name, reply.json()["event_id"])


def test_a_call_in_two_steps_gives_a_cited_answer(url: str, service: Service) -> None:
    event, (reply,) = call(url, "ask", question=LIST, force=["Norfolk"])
    assert (event, reply["status"]) == ("complete", "answered")
    assert {one["force"] for one in reply["citations"]} == {"Norfolk"}
    for one in reply["citations"]:
        report = service.report(one["report_id"])
        assert report is not None
        assert report.text[one["start"]:one["end"]] == one["quote"]


def test_fields_in_their_order_may_be_left_out_at_the_end(url: str) -> None:
    event_id = post(url, "call/search", {"data": ["digital devices", 3]}).json()["event_id"]
    event, (reply,) = stream(url, "search", event_id)
    assert (event, reply["count"]) == ("complete", 3)


def test_programs_see_three_calls_and_nothing_of_the_page(url: str) -> None:
    told = httpx.get(f"{url}/gradio_api/info", timeout=SLOW).json()
    assert sorted(told["named_endpoints"]) == ["/ask", "/list", "/search"]
    assert told["unnamed_endpoints"] == {}
    for name, defaults in DEFAULTS.items():
        about = told["named_endpoints"][f"/{name}"]
        assert len(about["description"]) > 100
        assert [one["parameter_default"] for one in about["parameters"]] == list(defaults)


def test_the_pages_own_events_are_refused_by_name(url: str) -> None:
    config = httpx.get(f"{url}/config", timeout=SLOW).json()
    own = [one["api_name"] for one in config["dependencies"]
           if one["api_visibility"] == "private"]
    assert len(own) > 5
    for name in own:
        for path in (f"call/{name}", f"call/v2/{name}", f"run/{name}", f"api/{name}/"):
            reply = post(url, path, {"data": []})
            assert reply.status_code == 404, path
            assert reply.json()["error"]["type"] == "invalid_input"


@pytest.mark.parametrize(("name", "sent", "named"), [
    ("ask", {}, "question"), ("ask", {"question": 5}, "question"),
    ("ask", {"question": "x" * 3000}, "question"), ("ask", {"question": "x", "year": ["soon"]},
                                                    "year"),
    ("ask", {"question": "x", "history": [["a"]]}, "history"),
    ("ask", {"question": "x", "force": ["Atlantis"]}, "Norfolk"),
    ("search", {"query": "x", "k": 1000}, "k"), ("list", {"kind": ["gossip"]}, "kind"),
    ("list", {"limit": None}, "limit")])
def test_what_cannot_be_taken_is_told_with_its_type(url: str, name: str, sent: dict[str, Any],
                                                    named: str) -> None:
    event, told = call(url, name, **sent)
    assert (event, told["title"]) == ("error", "invalid_input")
    assert named in told["error"]


@pytest.mark.parametrize(("path", "body", "status"), [
    ("call/v2/ask", b"{bad", 422), ("call/v2/ask", b"[]", 422), ("call/v2/ask", b"", 422),
    ("call/ask", b"{}", 422), ("call/ask", b'{"data": 5}', 422), ("call/ask", b"[" * 5000, 400),
    ("call/v2/ask", b'{"question": "x", "temperature": 1}', 422),
    ("call/v2/nothing", b"{}", 404), ("run/ask", b'{"data": ["x"]}', 404)])
def test_what_is_no_call_is_refused(url: str, path: str, body: bytes, status: int) -> None:
    reply = post(url, path, body)
    assert reply.status_code == status, reply.text
    assert "Traceback" not in reply.text


def test_what_is_too_large_is_refused_before_it_is_read(url: str) -> None:
    large = json.dumps({"question": "x" * 1_100_000}).encode()

    def parts() -> Iterator[bytes]:
        for start in range(0, len(large), 100_000):
            yield large[start:start + 100_000]

    for path in ("call/v2/ask", "call/ask", "queue/join"):
        assert post(url, path, large).status_code == 413
        chunked = httpx.post(f"{url}/gradio_api/{path}", content=parts(), timeout=SLOW,
                             headers={"Content-Type": "application/json"})
        assert chunked.status_code == 413
    assert call(url, "list", limit=1)[0] == "complete"


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200), ({"Sec-Fetch-Site": "same-origin"}, 200), ({"Sec-Fetch-Site": "none"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Host": "example.org"}, 400)])
def test_other_sites_cannot_call(url: str, headers: dict[str, str], status: int) -> None:
    reply = post(url, "call/v2/ask", {"question": LIST}, **headers)
    assert reply.status_code == status
    assert "access-control-allow-origin" not in reply.headers


def test_a_foreign_page_is_not_told_that_it_may_read(url: str) -> None:
    for origin in ("https://example.org", "null"):
        reply = httpx.get(f"{url}/gradio_api/info", headers={"Origin": origin}, timeout=SLOW)
        assert "access-control-allow-origin" not in reply.headers


def test_calls_at_the_same_time_get_their_own_replies(url: str) -> None:
    forces = ["Norfolk", "Lincolnshire", "Northamptonshire", "Kent"] * 5

    def total(force: str) -> set[str]:
        _, (reply,) = call(url, "list", force=[force], limit=5)
        return {one["force"] for one in reply["findings"]}

    with ThreadPoolExecutor(len(forces)) as pool:
        assert list(pool.map(total, forces)) == [{force} for force in forces]


def test_gradios_own_client_works(url: str) -> None:
    client = Client(url, verbose=False)
    reply = client.predict(question=LIST, api_name="/ask")
    assert reply["status"] == "answered"
    assert client.predict("digital devices", 2, api_name="/search")["count"] == 2
    with pytest.raises(AppError, match="at most 2000 characters") as caught:
        client.predict(question="x" * 3000, api_name="/ask")
    assert caught.value.title == "invalid_input"


@pytest.mark.parametrize("example", examples("sh"))
def test_an_example_with_curl_works(url: str, example: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: install it to run this test")
    done = subprocess.run(["bash", "-c", example.replace("http://127.0.0.1:7860", url)],
                          capture_output=True, text=True, check=True, timeout=SLOW)
    event, data = done.stdout.strip().splitlines()[-2:]
    assert event == "event: complete"
    (reply,) = json.loads(data.removeprefix("data: "))
    assert reply["citations" if "status" in reply else "findings"]


@pytest.mark.parametrize("example", examples("python"))
def test_an_example_in_python_works(url: str, example: str) -> None:
    done = subprocess.run([sys.executable, "-c", example.replace("http://127.0.0.1:7860", url)],
                          capture_output=True, text=True, check=False, timeout=SLOW,
                          env={**os.environ}, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("answered ")
    assert "#finding=" in done.stdout


def test_the_guide_has_an_example_of_each_way() -> None:
    assert len(examples("sh")) == 2
    assert len(examples("python")) == 1
    assert len(examples("json")) == 2
    for language in ("console", "python", "sh", "json"):
        assert len(examples(language, signing_in=True)) == 1
