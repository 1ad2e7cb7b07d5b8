"""Two apps with one home behind nginx: signed in, asking, adding, counting, and one of them
stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.access.passwords import hashed
from assistant.access.tokens import new_token
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from tests.deploy.nginx import BINARY, MISSING, Nginx
from tests.shelves import free_port

pytestmark = [pytest.mark.skipif(BINARY is None, reason=MISSING), pytest.mark.real_embedder]
ROOT = Path(__file__).resolve().parents[2]
PASSWORD, KEY = "three random words", "a-key-that-nobody-may-see"
QUESTION = "Why are zebra digital investigations delayed?"


class Served:
    """A ``findings serve`` of its own process, with what it wrote."""

    def __init__(self, home: Path, log: Path) -> None:
        self.port, self.log = free_port(), log
        settings = {
            "FINDINGS_HOME": str(home), "FINDINGS_PORT": str(self.port), "FINDINGS_LOG": "json",
            "FINDINGS_USERS": str(home / "users.toml"), "FINDINGS_TRUSTED_PROXIES": "127.0.0.1",
            "FINDINGS_MODEL": "openai:nobody", "FINDINGS_MODEL_URL": "http://127.0.0.1:9/v1",
            "FINDINGS_MODEL_KEY": KEY, "FINDINGS_COMPOSER": "quotes", "FINDINGS_STOP_WAIT": "5"}
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from assistant.cli import main; main(['serve'])"],
                cwd=ROOT, env={**os.environ, **settings}, stderr=stream, stdout=stream)

    def wait(self) -> None:
        """Until it is ready."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            try:
                if self.get("/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))

    def get(self, path: str) -> httpx.Response:
        """Ask it itself."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)

    def stop(self) -> int:
        """Stop it as systemd and Docker do; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def events(self) -> list[dict[str, Any]]:
        """What it wrote, a line each."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, real_embedder: object) -> Path:
    """A folder with a home, two people and a token."""
    folder = tmp_path_factory.mktemp("behind")
    (folder / "home").mkdir()
    users = UsersFile(folder / "home" / "users.toml")
    for name, role in (("anna", Role.EDITOR), ("rita", Role.READER)):
        users.add(User(name, role, hashed(PASSWORD)))
    secret, token = new_token("program", 30)
    users.add_token("rita", token)
    (folder / "token").write_text(secret)
    return folder


@pytest.fixture(scope="module")
def apps(folder: Path) -> Iterator[list[Served]]:
    both: list[Served] = []
    try:
        for number in (1, 2):
            both.append(Served(folder / "home", folder / f"app-{number}.log"))
            # The second finds the index made.
            both[-1].wait()
        yield both
    finally:
        for one in both:
            one.process.kill()
            one.process.wait()


@pytest.fixture(scope="module")
def nginx(apps: list[Served], folder: Path) -> Iterator[Nginx]:
    one = Nginx(folder / "nginx", [app.port for app in apps])
    yield one
    one.close()


def sign_in(browser: httpx.Client, name: str = "anna") -> None:
    form = browser.get("/sign-in").text
    token = re.search(r'name="token" value="([0-9a-f]+)"', form)
    assert token is not None
    answer = browser.post("/sign-in", data={"token": token[1], "name": name,
                                            "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    assert browser.get("/").status_code == 200


def asked(client: httpx.Client, question: str) -> dict[str, Any]:
    event = client.post("/gradio_api/call/ask", json={"data": [question]}).json()["event_id"]
    answer = client.get(f"/gradio_api/call/ask/{event}").text
    assert answer.startswith("event: complete"), answer
    (told,) = json.loads(answer.partition("data: ")[2].partition("\n")[0])
    return dict(told)


def test_people_stay_signed_in_whichever_app_they_have(nginx: Nginx) -> None:
    apps = set()
    for _ in range(8):
        with nginx.browser() as browser:
            sign_in(browser)
            assert all(browser.get("/config").status_code == 200 for _ in range(3))
        apps.add(nginx.seen()[-1].rpartition(" ")[2])
    assert len(apps) == 2


def test_the_page_and_its_files_load(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        sign_in(browser)
        page = browser.get("/")
        assert "<gradio-app" in page.text or "window.gradio_config" in page.text
        script = re.search(r'src="(?:\./)?(/?assets/[^"]+\.js)"', page.text)
        assert script is not None
        assert browser.get("/" + script[1].lstrip("/")).status_code == 200
        cookies = {one.name for one in browser.cookies.jar}
        assert any(name.startswith("__Host-findings-session") for name in cookies)


def test_a_program_gets_its_answer_from_the_app_it_asked(nginx: Nginx, folder: Path) -> None:
    token = (folder / "token").read_text()
    with nginx.program({"Authorization": f"Bearer {token}"}) as program:
        for _ in range(3):
            told = asked(program, QUESTION)
            assert told["status"] == "answered"
            assert told["citations"]


def test_an_open_page_hears_at_once(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        sign_in(browser)
        with browser.stream("GET", "/gradio_api/heartbeat/abcdefghij0") as beat:
            assert beat.status_code == 200
            assert "ALIVE" in next(beat.iter_text())


def test_reports_pass_up_to_their_limit(nginx: Nginx) -> None:
    with nginx.browser() as browser:
        sign_in(browser)
        for size, status in ((20_000_000, 200), (60_000_000, 413)):
            sent = browser.post("/gradio_api/upload", files={
                "files": ("report.txt", b"x" * size, "text/plain")})
            assert sent.status_code == status, sent.text
    with nginx.browser() as reader:
        sign_in(reader, "rita")
        assert reader.post("/gradio_api/upload", files={
            "files": ("report.txt", b"x", "text/plain")}).status_code == 403


def test_figures_stay_inside_and_are_of_each_app(nginx: Nginx, apps: list[Served]) -> None:
    with nginx.browser() as browser:
        sign_in(browser)
        assert browser.get("/metrics").status_code == 404
    counted = [app.get("/metrics").text for app in apps]
    assert all("findings_ready 1.0" in one for one in counted)
    assert any('findings_questions_total{composer="quotes",status="answered"}' in one
               for one in counted)
    # A forged name of the client makes no one of this computer.
    forged = httpx.get(f"http://127.0.0.1:{apps[0].port}/metrics", trust_env=False,
                       headers={"X-Forwarded-For": "198.51.100.7"})
    assert forged.status_code == 404


def test_nothing_secret_is_in_the_log(nginx: Nginx, apps: list[Served], folder: Path) -> None:
    with nginx.browser() as browser:
        form = browser.get("/sign-in").text
        token = re.search(r'name="token" value="([0-9a-f]+)"', form)
        assert token is not None
        browser.post("/sign-in", data={"token": token[1], "name": "mallory",
                                       "password": "a wrong password"})
    written = "".join(app.log.read_text("utf-8") for app in apps)
    events = [event for app in apps for event in app.events()]
    assert {"note", "turned", "answered", "sign_in_failed"} <= {one["event"] for one in events}
    for secret in (KEY, PASSWORD, "a wrong password", (folder / "token").read_text(), "zebra",
                   "mallory", "rita", "session"):
        assert secret not in written
    assert all(len(one["who"]) == 8 for one in events if one["event"] == "answered")


def test_one_app_stops_and_the_other_serves(nginx: Nginx, apps: list[Served],
                                            folder: Path) -> None:
    token = (folder / "token").read_text()
    with nginx.browser() as browser, \
            nginx.program({"Authorization": f"Bearer {token}"}) as program:
        sign_in(browser)
        at = int(nginx.seen()[-1].rpartition(":")[2])
        gone, left = sorted(apps, key=lambda app: app.port != at)
        assert gone.stop() == 0
        assert gone.events()[-1]["to"] == "stopped"
        assert left.get("/ready").status_code == 200
        # Sign-ins are kept in memory: whoever had the app that is gone signs in again.
        assert browser.get("/").status_code == 303
        sign_in(browser)
        assert asked(program, QUESTION)["status"] == "answered"
