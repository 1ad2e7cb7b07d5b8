"""The whole app behind the gate: each of its routes, roles on the server, whose files are whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import app
from assistant.access.binding import binding_of
from assistant.access.limits import Rate
from assistant.access.users import User, UsersFile
from assistant.access.who import Role, Visit, owner, role, visit
from assistant.settings import load
from assistant.web.conversations import owner_of
from assistant.web.desk import Desk
from assistant.web.frame import footer_html, header_html
from assistant.web.inbox import Inbox
from assistant.web.signin import account_html, later
from tests.access.conftest import HASH, PASSWORD, form_token
from tests.access.test_turns import ANNA, Asked
from tests.browser.backend import METADATA, PHONES, FakeBackend
from tests.browser.chromium import free_port
from tests.browser.shelf import GOOD, FakeShelf, shelved

CHARLES = Visit("Charles", Role.EDITOR, "user:Charles")


@pytest.fixture(scope="module")
def backend() -> FakeBackend:
    """What the page is served over."""
    return FakeBackend()


@pytest.fixture(scope="module")
def running(backend: FakeBackend,
            tmp_path_factory: pytest.TempPathFactory) -> Iterator[app.Running]:
    """The page over a fake backend, with Anna and Rita as users."""
    users = UsersFile(tmp_path_factory.mktemp("users") / "users.toml")
    users.add(User("Anna", Role.EDITOR, HASH))
    users.add(User("Rita", Role.READER, HASH))
    served = app.launch(backend, load(port=free_port(), users=users.path))
    yield served
    served.close()


def client(running: app.Running, name: str) -> httpx.Client:
    """A browser in which somebody has signed in."""
    browser = httpx.Client(base_url=running.url, timeout=30)
    token = form_token(browser.get("/sign-in").text)
    answer = browser.post("/sign-in", data={"token": token, "name": name, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def paths(running: app.Running) -> Iterator[tuple[str, str]]:
    """Method and path of every route there is, with something in place of each parameter."""
    def walk(routes: Any) -> Iterator[tuple[str, str]]:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes)
            elif hasattr(route, "path"):
                path = re.sub(r"\{[^}]+\}", "x", route.path)
                yield from ((method, path) for method in route.methods or ("GET", "POST"))

    yield from walk(running.blocks.app.routes)


def test_no_route_answers_without_a_session(running: app.Running) -> None:
    known = list(paths(running))
    assert len(known) > 50
    assert ("POST", "/gradio_api/queue/join") in known
    with httpx.Client(base_url=running.url, timeout=30) as stranger:
        statuses = {(method, path): stranger.request(method, path).status_code
                    for method, path in known}
        assert stranger.get("/manifest.json").json() == {"display": "browser"}
    del statuses["GET", "/manifest.json"]
    assert set(statuses.values()) == {303, 401}
    assert {path for (_, path), status in statuses.items() if status == 303} == {"/"}


def test_uvicorn_believes_no_proxy_by_itself(running: app.Running) -> None:
    with httpx.Client(base_url=running.url) as near:
        page = near.get("/sign-in", headers={"X-Forwarded-Proto": "https",
                                             "X-Forwarded-For": "1.2.3.4"})
    assert "Secure" not in page.headers["set-cookie"]


def test_a_signed_in_user_gets_the_page_with_its_policy(running: app.Running) -> None:
    page = client(running, "Rita").get("/")
    assert page.status_code == 200
    assert "gradio" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "form-action 'self'" in page.headers["content-security-policy"]


def component(browser: httpx.Client, name: str) -> int:
    """The number of the component that serves a function."""
    config = browser.get("/config").json()
    return next(int(one["id"]) for one in config["components"]
                if name in (one["props"].get("server_fns") or ()))


def served_by(browser: httpx.Client, name: str, wish: dict[str, Any], tab: str) -> Any:
    """What a function of the page says to a wish that is sent straight to it."""
    return browser.post("/gradio_api/component_server", json={
        "data": wish, "component_id": component(browser, name), "session_hash": tab,
        "fn_name": name}).json()


def test_a_reader_changes_nothing_by_calling_the_functions_directly(running: app.Running) -> None:
    rita = client(running, "Rita")
    before = served_by(rita, "library", {"do": "look"}, "rita-1")
    assert before["reader"].startswith("You are signed in as a reader.")
    assert "data-do=\"edit\"" not in before["reports"][0]["html"]
    for wish in ({"do": "correct", "values": {"title": "Changed"}}, {"do": "remove"},
                 {"do": "restore"}, {"do": "edit"}, {"do": "ask_remove"}, {"do": "send"},
                 {"do": "drop", "path": "/x", "name": "a.txt"}, {"do": "put_away"},
                 {"do": "add", "items": [{"key": METADATA.id}]}):
        reply = served_by(rita, "library", {**wish, "key": METADATA.id}, "rita-1")
        assert [words for _, words in reply["problems"]] == [
            "Only an editor can do that, and you are signed in as a reader. Nothing was changed."]
        assert reply["piece"] == ""
    after = served_by(rita, "library", {"do": "look"}, "rita-1")
    assert after["reports"] == before["reports"]
    upload = rita.post("/gradio_api/upload", files={"files": ("a.txt", b"x")})
    assert upload.status_code == 403


def test_files_of_one_user_are_not_shown_to_another(running: app.Running) -> None:
    anna, rita = client(running, "Anna"), client(running, "Rita")
    sent = anna.post("/gradio_api/upload", files={"files": ("borsetshire.txt", GOOD)})
    path = sent.json()[0]
    reply = served_by(anna, "library", {"do": "drop", "path": path, "name": "b.txt"}, "anna-1")
    assert [one["html"].count("b.txt") > 0 for one in reply["arrivals"]] == [True]
    assert served_by(rita, "library", {"do": "look"}, "rita-2")["arrivals"] == []
    other_tab = served_by(client(running, "Anna"), "library", {"do": "look"}, "anna-2")
    assert len(other_tab["arrivals"]) == 1
    stolen = rita.post("/gradio_api/component_server", json={
        "data": {"do": "look"}, "component_id": 1, "session_hash": "anna-1", "fn_name": "library"})
    assert stolen.status_code == 403


def arrive(folder: Path) -> str:
    (folder / "a.txt").write_bytes(GOOD)
    return str(folder / "a.txt")


def test_nobody_adds_or_puts_away_the_files_of_another(tmp_path: Path) -> None:
    shelf = FakeShelf([shelved(METADATA)])
    desk = Desk(shelf, Inbox(tmp_path))
    desk.serve({"do": "drop", "path": arrive(tmp_path), "name": "a.txt"}, ANNA)
    (token,) = [one.token for one in shelf.candidates()]
    assert desk.serve({"do": "look"}, CHARLES)["arrivals"] == []
    assert desk.serve({"do": "look"}, CHARLES)["busy"] is False
    for wish in ({"do": "put_away", "key": token}, {"do": "add", "items": [{"key": token}]}):
        assert "no longer there" in str(desk.serve(wish, CHARLES)["problems"])
    assert [one.token for one in shelf.candidates()] == [token]
    assert len(desk.serve({"do": "look"}, ANNA)["arrivals"]) == 1
    desk.serve({"do": "put_away", "key": token}, ANNA)
    assert shelf.candidates() == []


def test_a_desk_has_to_know_whom_it_serves(tmp_path: Path) -> None:
    shelf = FakeShelf([shelved(METADATA)])
    desk = Desk(shelf, Inbox(tmp_path))
    wish = {"do": "remove", "key": METADATA.id}
    with pytest.raises(TypeError, match="visit"):
        desk.serve(wish)  # type: ignore[call-arg]
    # What passed no gate comes as nobody.
    for nobody in (visit(None), visit(object())):
        assert "Only an editor" in str(desk.serve(wish, nobody)["problems"])
    assert len(shelf.shelved()) == 1


def test_one_who_drops_much_leaves_room_for_others(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.desk.FILES_AT_ONCE", 1)
    desk = Desk(FakeShelf([]), Inbox(tmp_path))
    for who, problems in ((ANNA, 0), (ANNA, 1), (CHARLES, 0)):
        reply = desk.serve({"do": "drop", "path": arrive(tmp_path), "name": "a.txt"}, who)
        assert len(reply["problems"]) == problems


def test_who_sends_many_files_is_told_when_to_go_on(tmp_path: Path) -> None:
    desk = Desk(FakeShelf([]), Inbox(tmp_path), Rate(1, 3600))
    wish = {"do": "send", "name": "a.txt"}
    assert desk.serve(wish, ANNA)["problems"] == []
    ((_, words),) = desk.serve(wish, ANNA)["problems"]
    assert words.startswith("a.txt: you have sent many files")
    assert "in 60 minutes" in words
    assert desk.serve(wish, CHARLES)["problems"] == []


def test_a_request_that_passed_no_gate_may_do_least() -> None:
    assert visit(None) == visit(object()) == Visit()
    assert role(None) is Role.READER
    assert owner(None) is None
    assert owner(Asked(ANNA)) == "Anna"
    forged = Asked(ANNA)
    forged.scope = {"findings.visit": "Anna"}  # type: ignore[dict-item]
    assert owner(forged) is None


def test_the_page_says_who_is_signed_in_and_where_it_is_served(tmp_path: Path) -> None:
    hostile = Visit("<b>x</b>", Role.EDITOR, "user:x", token="abc")
    made = header_html([], account_html(hostile))
    assert "&lt;b&gt;x&lt;/b&gt;, editor" in made
    assert 'action="/sign-out"' in made
    assert account_html(Visit()) == ""
    alone = footer_html([], "", binding_of(load()))
    assert "stay on this computer" in alone
    assert "Nobody has to sign in: the page is served to this computer alone." in alone
    opened = footer_html([], "", binding_of(load(host="0.0.0.0", open="yes")))
    assert "open to other computers, and nobody has to sign in" in opened
    assert "stay on the computer that serves this page" in opened
    shared = footer_html([], "openai:x", binding_of(load(host="0.0.0.0", users=tmp_path / "u")))
    assert "Everybody who uses it signs in." in shared
    assert "openai:x when it writes" in shared


def test_waits_are_said_in_words() -> None:
    assert [later(one) for one in (0, 0.2, 1, 1.5, 90, 91, 3600)] == [
        "in 1 second", "in 1 second", "in 1 second", "in 2 seconds", "in 90 seconds",
        "in 2 minutes", "in 60 minutes"]


def test_a_conversation_belongs_to_who_is_signed_in_whatever_the_browser_says(
        running: app.Running, backend: FakeBackend) -> None:
    secret = "a" * 64
    anna, rita = client(running, "Anna"), client(running, "Rita")
    assert owner_of(secret, "Anna") == "user:Anna"
    assert owner_of("user:Anna") == ""
    kept = backend.conversations.keep("user:Anna", "About phones", [{"question": PHONES}])
    assert kept
    for browser, tab, count in ((anna, "anna-9", 1), (rita, "rita-9", 0)):
        for sent in (secret, "user:Anna", None):
            wish = {"do": "list", "owner": sent}
            assert served_by(browser, "conversations", wish, tab)["count"] == count
    deleted = served_by(rita, "conversations",
                        {"do": "delete", "owner": "user:Anna", "id": kept.id}, "rita-9")
    assert deleted["problem"]
