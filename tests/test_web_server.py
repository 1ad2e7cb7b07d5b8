"""The served page: where it listens, what it allows, how it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from assistant.backend import ProseState, ProseStatus
from assistant.settings import load
from assistant.web.policy import content_policy
from assistant.web.writing import fetch_label, panel_html, size_words
from corpus.errors import FixConfiguration
from tests.browser.backend import FakeBackend
from tests.browser.chromium import free_port

ROOT = Path(app.__file__).parent


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    running = app.launch(FakeBackend(), load(port=free_port()))
    yield running.url
    running.close()


def get(url: str, host: str | None = None) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, dict(reply.headers), reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def test_the_page_allows_nothing_from_outside(url: str) -> None:
    status, headers, body = get(url)
    policy = headers["content-security-policy"]
    assert status == 200
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in script
    assert script.count("'sha256-") == body.count("<script>") + body.count("<script data-")
    assert "http" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_foreign_host_name_is_refused(url: str) -> None:
    assert get(url, host="example.org")[0] == 400


def test_files_of_the_machine_are_not_served(url: str) -> None:
    for path in ("/etc/passwd", str(ROOT / "pyproject.toml")):
        assert get(f"{url}/gradio_api/file={path}")[0] in (403, 404)


def test_it_listens_on_this_machine_only(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    assert url == f"http://127.0.0.1:{port}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", port))


def test_a_taken_port_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        backend = FakeBackend()
        with pytest.raises(FixConfiguration) as caught:
            app.serve(backend, load(port=port))
    assert str(port) in caught.value.reason
    assert "PORT=" in caught.value.next_step
    assert "--port" in caught.value.next_step
    assert backend.closed


SCRIPT = """
import sys, app
from assistant.settings import load
from tests.browser.backend import FakeBackend
backend = FakeBackend()
app.serve(backend, load(port=int(sys.argv[1])), lambda url: print(url, flush=True))
print("closed" if backend.closed else "open", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(number: signal.Signals) -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", SCRIPT, str(port)], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ}) as process:
        timer = threading.Timer(60, process.kill)
        timer.start()
        assert process.stdout is not None
        assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
        process.send_signal(number)
        out, err = process.communicate()
        timer.cancel()
    assert out == "closed\n"
    assert process.returncode == 0
    assert "Traceback" not in err


def test_it_starts_where_a_proxy_is_to_be_used() -> None:
    port = free_port()
    # A proxy that nobody answers for, as every proxy is for what is on this computer.
    told = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    told |= {"HTTP_PROXY": f"http://127.0.0.1:{free_port()}", "NO_PROXY": "intranet.example"}
    told |= {"http_proxy": told["HTTP_PROXY"]}
    with subprocess.Popen([sys.executable, "-c", SCRIPT, str(port)], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=told) as process:
        timer = threading.Timer(60, process.kill)
        timer.start()
        assert process.stdout is not None
        assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
        process.terminate()
        process.communicate()
        timer.cancel()
    assert process.returncode == 0


@pytest.mark.parametrize(("lower", "upper", "expected"), [
    (None, None, "localhost,127.0.0.1,::1"),
    (None, "a.example, localhost", "a.example,localhost,127.0.0.1,::1"),
    ("b.example", "a.example", "b.example,localhost,127.0.0.1,::1"), ("*", None, "*")])
def test_what_goes_past_a_proxy_is_kept(monkeypatch: pytest.MonkeyPatch, lower: str | None,
                                        upper: str | None, expected: str) -> None:
    for name, value in (("no_proxy", lower), ("NO_PROXY", upper)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    load()
    load()
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == expected


def test_scripts_are_allowed_by_hash_alone() -> None:
    policy = content_policy(b'<script src="/a.js"></script><script>let a = 1</script>')
    assert policy.count("sha256-") == 1
    assert "sha256-" not in content_policy()


def test_sizes_and_progress_are_said_in_words() -> None:
    absent = ProseState(ProseStatus.ABSENT, "m", 0, 1_117_000_000)
    assert size_words(absent.total_bytes) == "1.1 GB"
    assert size_words(40_000_000) == "40 MB"
    assert size_words(0) == ""
    assert "1.1 GB once" in panel_html(absent)
    assert fetch_label(absent) == "Fetch 1.1 GB and write it up"
    assert "GB" not in fetch_label(ProseState(ProseStatus.ABSENT, "m"))
    fetching = panel_html(ProseState(ProseStatus.FETCHING, "m", 335_100_000, 1_117_000_000))
    assert "335 of 1,117 MB, 30 per cent" in fetching
    assert 'value="30.0"' in fetching
    failed = ProseState(ProseStatus.FAILED, "m", message="<b>disk full</b>")
    assert "&lt;b&gt;disk full" in panel_html(failed)
    assert fetch_label(failed) == "Try again"
    assert panel_html(ProseState(ProseStatus.READY, "m")) == ""
