"""Programs where people sign in: tokens over a real server, each example of docs/programs.md, and
how often programs may ask and have something written."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError

import app
from assistant.access.limits import Rate
from assistant.access.line import Line
from assistant.access.tokens import new_token
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.allowance import Allowance
from assistant.answer import Status
from assistant.backend import ProseState, ProseStatus
from assistant.cli import main
from assistant.exchange import AskCall
from assistant.programs import Programs, called
from assistant.service import Service
from assistant.settings import load
from assistant.updates import Update
from corpus.errors import TryAgain
from tests.shelves import free_port
from tests.test_programs_http import LIST, ROOT, SLOW, examples, stream

SEARCH = {"query": "digital devices", "k": 2}


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> UsersFile:
    """Anna, an editor, and bot, whom no password lets in."""
    made = UsersFile(tmp_path_factory.mktemp("users") / "users.toml")
    made.add(User("Anna", Role.EDITOR))
    made.add(User("bot", Role.READER))
    return made


def token_of(users: UsersFile, name: str, label: str) -> str:
    secret, token = new_token(label, 30)
    users.add_token(name, token)
    return secret


@pytest.fixture(scope="module")
def token(users: UsersFile) -> str:
    """A token of Anna's."""
    return token_of(users, "Anna", "tests")


@contextmanager
def serving(service: Service, **settings: Any) -> Iterator[str]:
    running = app.launch(service, load(home=service.settings.home_path, port=free_port(),
                                       **settings))
    try:
        yield running.url
    finally:
        running.close()


@pytest.fixture(scope="module")
def door(service: Service, users: UsersFile, token: str) -> Iterator[str]:
    """The address of a page where people sign in, and ask as often as they like."""
    with serving(service, users=users.path, question_rate=0) as url:
        yield url


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def call(url: str, name: str, sent: Any, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{url}/gradio_api/call/v2/{name}", json=sent, headers=headers, timeout=SLOW)


def talk(url: str, headers: dict[str, str], how: Callable[[Any], Awaitable[None]]) -> None:
    """Connect the protocol's own client with headers, and do something with it."""
    mcp = pytest.importorskip("mcp", reason="install the extra 'mcp' to run this test")
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    async def talking() -> None:
        with anyio.fail_after(SLOW):
            async with create_mcp_http_client(headers=headers) as http:
                reached = streamable_http_client(f"{url}/mcp", http_client=http)
                async with mcp.Client(reached) as client:
                    await how(client)

    anyio.run(talking)


# Signing in


def test_gradios_own_client_signs_in(door: str, token: str) -> None:
    client = Client(door, verbose=False, headers=bearing(token))
    assert client.predict(question=LIST, api_name="/ask")["status"] == "answered"
    assert client.predict("digital devices", 2, api_name="/search")["count"] == 2


def test_gradios_own_client_is_kept_out_without_a_token(door: str) -> None:
    with pytest.raises(AuthenticationError):
        Client(door, verbose=False)
    with pytest.raises(AuthenticationError):
        Client(door, verbose=False, headers=bearing("fnd_unknown"))


def test_a_call_in_two_steps_needs_the_token_in_both(door: str, token: str) -> None:
    assert call(door, "search", SEARCH, {}).status_code == 401
    begun = call(door, "search", SEARCH, bearing(token))
    address = f"{door}/gradio_api/call/search/{begun.json()['event_id']}"
    refused = httpx.get(address, timeout=SLOW)
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "sign_in"
    told = httpx.get(address, headers=bearing(token), timeout=SLOW).text
    assert "event: complete" in told
    assert '"count": 2' in told


def test_tools_are_used_with_a_token(door: str, token: str) -> None:
    async def how(client: Any) -> None:
        found = await client.call_tool("search_findings", SEARCH)
        assert found.structured_content["count"] == 2

    talk(door, bearing(token), how)
    refused = httpx.post(f"{door}/mcp", json={}, headers=bearing("fnd_no"), timeout=SLOW)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert refused.json()["error"]["type"] == "sign_in"


def test_a_token_reaches_no_event_of_the_page_by_its_number(door: str, token: str) -> None:
    config = httpx.get(f"{door}/config", headers=bearing(token), timeout=SLOW).json()
    numbers = {one["id"]: one["api_visibility"] for one in config["dependencies"]}
    assert sorted(numbers.values()).count("public") == 3
    for number, visibility in numbers.items():
        for sent in (number, str(number), float(number)):
            reply = httpx.post(f"{door}/gradio_api/queue/join", timeout=SLOW, json={
                "fn_index": sent, "data": [], "session_hash": f"s{number}"},
                headers=bearing(token))
            if visibility == "private" or type(sent) is not int:
                assert reply.status_code == 404
    for body in (b"", b"[]", b"{", b'{"data": []}', b'{"fn_index": true, "data": []}'):
        reply = httpx.post(f"{door}/gradio_api/queue/join", content=body, timeout=SLOW,
                           headers={**bearing(token), "Content-Type": "application/json"})
        assert reply.status_code == 404


def test_a_removed_user_s_program_is_out_at_once(door: str, users: UsersFile) -> None:
    secret = token_of(users, "bot", "short-lived")
    client = Client(door, verbose=False, headers=bearing(secret))
    assert client.predict("phones", 1, api_name="/search")["count"] == 1
    users.remove("bot")
    assert call(door, "search", SEARCH, bearing(secret)).status_code == 401
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        client.predict("phones", 1, api_name="/search")


# The examples of the guide


def test_the_example_makes_a_token(users: UsersFile, capsys: pytest.CaptureFixture[str],
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = examples("console", signing_in=True)
    setting, command, *words = shlex.split(example)
    assert setting.startswith("FINDINGS_USERS=")
    assert command.endswith("/findings")
    monkeypatch.setenv("FINDINGS_USERS", str(users.path))
    assert main(words) == 0
    assert users.holder(capsys.readouterr().out.strip()) is not None


def run(command: list[str], token: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SLOW,
                          cwd=ROOT, env={**os.environ, "TOKEN": token})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_in_python_signs_in(door: str, token: str) -> None:
    (example,) = examples("python", signing_in=True)
    out = run([sys.executable, "-c", example.replace("http://127.0.0.1:7860", door)], token)
    assert out.startswith("answered ")
    assert "#finding=" in out


def test_the_example_with_curl_signs_in(door: str, token: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: install it to run this test")
    (example,) = examples("sh", signing_in=True)
    out = run(["bash", "-c", example.replace("http://127.0.0.1:7860", door)], token)
    event, data = out.strip().splitlines()[-2:]
    assert event == "event: complete"
    assert json.loads(data.removeprefix("data: "))[0]["count"] == 3


def test_the_example_of_a_desktop_assistant_signs_in(door: str, token: str) -> None:
    (example,) = examples("json", signing_in=True)
    configured = json.loads(example.replace("http://127.0.0.1:7860", door).replace(
        "TOKEN", token))["mcpServers"]["findings"]
    assert configured["url"] == f"{door}/mcp"

    async def how(client: Any) -> None:
        assert len((await client.list_tools()).tools) == 3

    talk(door, configured["headers"], how)


# How often


@pytest.fixture
def limited(service: Service, tmp_path: Path) -> Iterator[tuple[str, dict[str, str],
                                                                dict[str, str]]]:
    """A page where each may ask twice a minute, and the headers of two users' programs."""
    users = UsersFile(tmp_path / "users.toml")
    users.add(User("Anna", Role.EDITOR))
    users.add(User("Rita", Role.READER))
    one, two = token_of(users, "Anna", "a"), token_of(users, "Rita", "b")
    with serving(service, users=users.path, question_rate=2) as url:
        yield url, bearing(one), bearing(two)


def test_calls_by_name_are_counted_for_each_user(
        limited: tuple[str, dict[str, str], dict[str, str]]) -> None:
    url, anna, rita = limited
    for _ in range(2):
        begun = call(url, "list", {"limit": 1}, anna)
        assert begun.status_code == 200
        told = httpx.get(f"{url}/gradio_api/call/list/{begun.json()['event_id']}", headers=anna,
                         timeout=SLOW).text
        # Counted once: as it came in, and not again where it works.
        assert "event: complete" in told
    refused = call(url, "list", {"limit": 1}, anna)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    error = refused.json()["error"]
    assert error["type"] == "try_again"
    assert f"in {refused.headers['retry-after']} seconds" in error["next_step"]
    assert call(url, "list", {"limit": 1}, rita).status_code == 200
    plain = httpx.post(f"{url}/gradio_api/call/ask", json={"data": [LIST]}, headers=anna,
                       timeout=SLOW)
    assert plain.status_code == 429


def test_what_comes_through_the_queue_is_counted(
        limited: tuple[str, dict[str, str], dict[str, str]]) -> None:
    url, anna, rita = limited
    client = Client(url, verbose=False, headers=anna)
    for _ in range(2):
        assert client.predict("phones", 1, api_name="/search")["count"] == 1
    for sent, name in ((("phones", 1), "/search"), ((LIST,), "/ask"), ((), "/list")):
        with pytest.raises(AppError, match=r"Call again in \d+ seconds") as caught:
            client.predict(*sent, api_name=name)
        assert caught.value.title == "try_again"
    assert call(url, "list", {"limit": 1}, anna).status_code == 429
    other = Client(url, verbose=False, headers=rita)
    assert other.predict("phones", 1, api_name="/search")["count"] == 1


def test_tools_are_counted_and_looking_at_them_is_not(
        limited: tuple[str, dict[str, str], dict[str, str]]) -> None:
    url, anna, _ = limited

    async def how(client: Any) -> None:
        for _ in range(4):
            await client.list_tools()
        assert not (await client.call_tool("ask_findings", {"question": LIST})).is_error
        assert not (await client.call_tool("search_findings", SEARCH)).is_error
        refused = await client.call_tool("ask_findings", {"question": LIST})
        assert refused.is_error
        (block,) = refused.content
        assert block.text.startswith("try_again: ")
        assert "seconds" in block.text

    talk(url, anna, how)
    assert call(url, "list", {"limit": 1}, anna).status_code == 429


def test_where_nobody_signs_in_an_address_is_counted(service: Service) -> None:
    with serving(service, host="127.0.0.1", allowed_hosts="findings.example", open="yes",
                 question_rate=1) as url:
        client = Client(url, verbose=False)
        assert client.predict("phones", 1, api_name="/search")["count"] == 1
        another = Client(url, verbose=False)
        with pytest.raises(AppError, match="Call again"):
            another.predict("phones", 1, api_name="/search")
        assert call(url, "list", {"limit": 1}, {}).status_code == 429


def test_on_this_computer_alone_nothing_is_counted(service: Service) -> None:
    with serving(service, question_rate=1) as url:
        for _ in range(3):
            event = call(url, "list", {"limit": 1}, {}).json()["event_id"]
            assert stream(url, "list", event)[0] == "complete"


# What a language model writes


class Writing(Service):
    """The service with a language model, which writes quotes and waits to be let go on."""

    def __init__(self, service: Service) -> None:
        self.__dict__ = dict(service.__dict__)
        self.running = self.most = 0
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        self._counting = threading.Lock()

    def prose_state(self) -> ProseState:
        return ProseState(ProseStatus.READY, "a model")

    def stream(self, question: str, *history: Any, **more: Any) -> Iterator[Update]:
        if more["composer"] == "prose":
            with self._counting:
                self.running += 1
                self.most = max(self.most, self.running)
            self.begun.release()
            assert self.go_on.wait(SLOW)
            with self._counting:
                self.running -= 1
        yield from super().stream(question, *history, **{**more, "composer": "quotes"})


def prose(programs: Programs, stop: threading.Event | None = None) -> Status:
    return programs.ask(called(AskCall, {"question": LIST, "composer": "prose"}), stop).status


def test_prose_of_programs_takes_turns_with_what_the_page_has_written(service: Service) -> None:
    line = Line(1)
    writing, allowance = Writing(service), Allowance(Rate(0, 60), line)
    programs = Programs(writing, allowance=allowance)
    done: list[Status] = []
    threads = [threading.Thread(target=lambda: done.append(prose(programs))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert writing.begun.acquire(timeout=SLOW)
    # The page would have to wait as well; quotes need not.
    assert line.try_turn() is None
    assert programs.ask(called(AskCall, {"question": LIST})).status is Status.ANSWERED
    writing.go_on.set()
    for thread in threads:
        thread.join(SLOW)
    assert done == [Status.ANSWERED] * 3
    assert writing.most == 1
    assert line.try_turn() is not None


def test_prose_that_would_wait_for_too_long_is_told_to_come_back(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(1, most=1)
    held = line.join()
    assert held is not None
    programs = Programs(Writing(service), allowance=Allowance(Rate(0, 60), line))
    stop = threading.Event()
    stop.set()
    with pytest.raises(TryAgain, match="busy") as caught:
        prose(programs, stop)
    assert "composer" in caught.value.next_step
    monkeypatch.setattr("assistant.allowance.WAIT_S", 0.05)
    with pytest.raises(TryAgain, match="busy"):
        prose(programs)
    waiting = line.join()
    assert waiting is not None
    with pytest.raises(TryAgain, match="busy"):
        prose(programs)
    held.leave()
    waiting.leave()
    assert line.try_turn() is not None


def test_a_page_and_its_programs_share_the_writer(service: Service,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    writing = Writing(service)
    monkeypatch.setattr("assistant.allowance.WAIT_S", 0.3)
    with serving(writing, writing_at_once=1) as url:
        client = Client(url, verbose=False)
        first = client.submit(question=LIST, composer="prose", api_name="/ask")
        assert writing.begun.acquire(timeout=SLOW)
        with pytest.raises(AppError, match="busy") as caught:
            client.predict(question=LIST, composer="prose", api_name="/ask")
        assert caught.value.title == "try_again"

        async def how(tools: Any) -> None:
            sent = {"question": LIST, "composer": "prose"}
            refused = await tools.call_tool("ask_findings", sent)
            assert refused.is_error
            assert refused.content[0].text.startswith("try_again: The language model is busy")

        talk(url, {}, how)
        writing.go_on.set()
        assert first.result(timeout=SLOW)["status"] == "answered"
        assert writing.most == 1
