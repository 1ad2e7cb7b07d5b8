"""What may be sent to the page, and where uploads arrive."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from starlette.datastructures import Headers

import app
from assistant.settings import load
from assistant.web import inbox as inbox_module
from assistant.web.policy import is_refused
from tests.browser.backend import FakeBackend
from tests.browser.chromium import free_port


@pytest.mark.parametrize(("path", "method", "site", "refused"), [
    ("/", "GET", None, False), ("/", "GET", "cross-site", False),
    ("/gradio_api/upload", "POST", "same-origin", False),
    ("/gradio_api/upload", "POST", None, False),
    ("/gradio_api/upload", "POST", "cross-site", True),
    ("/gradio_api/component_server", "POST", "same-site", True),
    ("/gradio_api/file=/tmp/x", "GET", None, True), ("/file=http://a", "GET", None, True),
    ("/gradio_api/proxy=http://a", "GET", "same-origin", True)])
def test_what_is_not_the_pages_own_is_refused(path: str, method: str, site: str | None,
                                              refused: bool) -> None:
    headers = Headers({"sec-fetch-site": site} if site else {})
    assert is_refused(path, method, headers) is refused


@pytest.fixture
def running() -> Iterator[app.Running]:
    served = app.launch(FakeBackend(), load(port=free_port()))
    yield served
    served.close()


def post(url: str, content: bytes, **headers: str) -> int:
    body = (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
            + content + b"\r\n--x--\r\n")
    request = urllib.request.Request(
        f"{url}/gradio_api/upload", body,
        {"Content-Type": "multipart/form-data; boundary=x", **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_uploads_arrive_in_a_folder_that_goes_away(running: app.Running) -> None:
    folder = running.arrivals
    assert folder.stat().st_mode & 0o077 == 0
    assert post(running.url, b"text") == 200
    assert [one.read_bytes() for one in folder.rglob("a.txt")] == [b"text"]
    assert post(running.url, b"text", **{"Sec-Fetch-Site": "cross-site"}) == 403
    running.close()
    assert not folder.exists()


def test_an_upload_over_the_limit_is_cut_off_and_leaves_nothing(running: app.Running) -> None:
    running.blocks.max_file_size = 1000
    assert post(running.url, b"x" * 5000) == 413
    assert [one for one in running.arrivals.rglob("*") if one.is_file()] == []


def test_the_limit_is_the_readers_own(running: app.Running) -> None:
    assert running.blocks.max_file_size == inbox_module.SIZE_LIMIT
