"""What comes through the gate, and as whom."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from assistant.access import gate
from assistant.access.users import UsersFile
from tests.access.conftest import Served, Site

PROXY, ELSEWHERE = "10.1.1.1", "10.9.9.9"
HEADER: dict[str, Any] = {"trusted_header": "X-Forwarded-User", "trusted_proxies": "10.1.0.0/16"}


def named(name: str) -> dict[str, str]:
    return {"X-Forwarded-User": name}


@pytest.mark.parametrize("path", ["/", "//", "/sign-in/", "/sign-in/x", "/healthz/", "/Healthz",
                                  "/healthz/../config", "/%2fhealthz", "/config;/healthz",
                                  "/sign-in.css/x", "/assets/index.js", "/gradio_api/info",
                                  "/gradio_api/startup-events/", "/mcp"])
def test_no_spelling_of_a_path_gets_past(site: Site, path: str) -> None:
    answer = site.browser().get(path)
    assert answer.status_code in (303, 401)
    assert "key" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_no_method_gets_past(site: Site, method: str) -> None:
    assert site.browser().request(method, "/gradio_api/queue/join").status_code == 401


def test_health_says_ok_and_nothing_else(site: Site) -> None:
    answer = site.browser().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert site.browser().post("/healthz").status_code == 401


def test_a_refused_request_tells_the_page_that_nobody_is_signed_in(site: Site) -> None:
    answer = site.browser().get("/gradio_api/queue/data?session_hash=x")
    assert answer.headers["x-findings"] == "signed-out"
    assert answer.headers["cache-control"] == "no-store"


def test_a_websocket_needs_a_session_too(site: Site) -> None:
    with pytest.raises(WebSocketDisconnect), site.browser().websocket_connect("/any"):
        pass


def test_the_start_itself_is_let_in_once(site: Site) -> None:
    path = "/gradio_api/startup-events"
    first = site.browser().get(path)
    assert (first.status_code, first.json()["role"]) == (200, "reader")
    assert site.browser().get(path).status_code == 401


def test_a_link_from_elsewhere_leads_on_to_the_page(site: Site) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    answer = site.browser().get("/", headers=headers)
    # Without "#" in it, so that the browser keeps what the link named.
    assert (answer.status_code, answer.headers["location"]) == (303, "/onward")
    page = site.browser().get("/onward", headers=headers)
    assert page.status_code == 200
    assert '<noscript><meta http-equiv="refresh" content="0; url=/">' in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    script = site.browser().get("/onward.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert 'location.replace("/" + location.hash)' in script.text
    assert site.browser().post("/onward").status_code == 401


def test_what_is_sent_to_one_user_is_not_kept_for_the_next(site: Site) -> None:
    browser = site.signed_in()
    assert browser.get("/config").headers["cache-control"] == "no-store"
    assert "cache-control" not in browser.get("/assets/a.js").headers


def test_readers_cannot_send_files(site: Site) -> None:
    for path in ("/gradio_api/upload", "/gradio_api/upload/", "/upload"):
        assert site.signed_in("Rita").post(path, files={"files": b"x"}).status_code == 403
    assert site.signed_in("Anna").post("/gradio_api/upload",
                                       files={"files": b"x"}).status_code == 200


@pytest.mark.parametrize("path", ["/login", "/logout", "/monitoring/summary",
                                  "/gradio_api/vibe-code", "/gradio_api/process_recording"])
def test_doors_that_the_page_has_no_use_for_are_shut(site: Site, path: str) -> None:
    assert site.signed_in().post(path).status_code == 404


def test_an_open_page_belongs_to_who_used_it_first(site: Site) -> None:
    anna, rita = site.signed_in("Anna"), site.signed_in("Rita")
    body = {"session_hash": "abc", "data": []}
    assert anna.post("/gradio_api/queue/join", json=body).status_code == 200
    tries = [rita.post("/gradio_api/queue/join", json=body),
             rita.post("/gradio_api/queue/join?session_hash=mine", json=body),
             rita.post("/gradio_api/component_server", json=body),
             rita.post("/gradio_api/cancel", json=body),
             rita.post("/gradio_api/cancel", content=b'{"session_hash":"abc"}',
                       headers={"content-type": "text/plain"}),
             rita.get("/gradio_api/queue/data?session_hash=abc"),
             rita.get("/gradio_api/queue/data?session_hash=mine&session_hash=abc"),
             rita.get("/gradio_api/heartbeat/abc")]
    assert [one.status_code for one in tries] == [403] * len(tries)
    assert tries[0].headers["x-findings"] == "other-tab"
    assert anna.get("/gradio_api/queue/data?session_hash=abc").status_code == 200
    form = {"session_hash": "abc", "fn_name": "library"}
    assert rita.post("/gradio_api/component_server", data=form,
                     files={"f": b"x"}).status_code == 415


def test_the_body_is_handed_on_whole(site: Site) -> None:
    content = b'{"session_hash": "abc", "data": ["' + b"x" * 100_000 + b'"]}'
    told = site.signed_in().post("/gradio_api/queue/join", content=content).json()
    assert told["sent"] == len(content)


def test_a_body_without_end_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_LIMIT", 1000)
    anna = site.signed_in()
    assert anna.post("/gradio_api/queue/join", content=b"x" * 1001).status_code == 413

    def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 100

    assert anna.post("/gradio_api/queue/join", content=pieces()).status_code == 413


def test_files_are_limited_for_each_user(users: UsersFile, served: Served) -> None:
    users.set_password("Rita", users.users()[0].password)
    site = served(users=users.path, upload_rate=2)
    anna = site.signed_in()
    statuses = [anna.post("/gradio_api/upload", content=b"x").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_proxy_names_the_user(served: Served) -> None:
    told = served(**HEADER).browser(peer=PROXY).get("/", headers=named("Jo@example.org")).json()
    assert (told["name"], told["role"]) == ("jo@example.org", "reader")
    assert "x-forwarded-user" not in told["headers"]


@pytest.mark.parametrize("peer", [ELSEWHERE, "127.0.0.1", "10.2.0.1", "::1", "fe80::1"])
def test_a_foreign_peer_names_nobody(served: Served, peer: str) -> None:
    browser = served(**HEADER).browser(peer=peer)
    headers = {**named("anna"), "X-Forwarded-For": PROXY, "Forwarded": f"for={PROXY}"}
    assert browser.get("/", headers=headers).status_code == 403
    assert browser.get("/config", headers=headers).status_code == 401


def test_a_header_that_came_twice_names_nobody(served: Served) -> None:
    browser = served(**HEADER).browser(peer=PROXY)
    twice = [("X-Forwarded-User", "anna"), ("x-forwarded-user", "admin")]
    assert browser.get("/", headers=twice).status_code == 403
    for bad in ("", "   ", "a" * 65):
        assert browser.get("/", headers=named(bad)).status_code == 403


def test_the_users_file_gives_roles_to_who_a_proxy_names(users: UsersFile,
                                                         served: Served) -> None:
    browser = served(users=users.path, **HEADER).browser(peer=PROXY)
    assert browser.get("/", headers=named("ANNA")).json()["role"] == "editor"
    assert browser.get("/", headers=named("rita")).json()["role"] == "reader"
    assert browser.get("/", headers=named("stranger")).status_code == 403
    assert sign_in_is_gone(browser)
    more = served(users=users.path, default_role="reader", **HEADER).browser(peer=PROXY)
    assert more.get("/", headers=named("stranger")).json()["role"] == "reader"


def sign_in_is_gone(browser: Any) -> bool:
    return bool(browser.get("/sign-in").status_code == 401)


def test_forwarded_headers_count_from_named_proxies_alone(users: UsersFile,
                                                          served: Served) -> None:
    site = served(users=users.path, trusted_proxies="10.1.0.0/16")
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4, 192.0.2.7, 10.1.2.3",
            "X-Forwarded-Host": "evil.example", "X-Real-IP": "1.2.3.4"}
    stranger = site.signed_in(peer=ELSEWHERE).get("/", headers=said).json()
    assert (stranger["scheme"], stranger["address"]) == ("http", ELSEWHERE)
    cookie = site.browser(peer=PROXY).get("/sign-in", headers=said).headers["set-cookie"]
    assert cookie.startswith("__Host-findings-form")
    assert cookie.endswith("; Secure")
    site = served(trusted_proxies="10.1.0.0/16", trusted_header="X-User")
    told = site.browser(peer=PROXY).get("/", headers={**said, "X-User": "jo"}).json()
    # The last address that is no proxy: what stands before it anybody could have written.
    assert (told["scheme"], told["address"]) == ("https", "192.0.2.7")
    assert not [name for name in told["headers"] if "forward" in name or "real" in name]


def test_without_sign_in_everybody_here_is_an_editor(served: Served) -> None:
    site = served()
    one, two = site.browser(), site.browser()
    first = one.get("/")
    assert first.json()["name"] is None
    assert first.json()["role"] == "editor"
    assert "HttpOnly" in first.headers["set-cookie"]
    two.get("/")
    keys = [browser.get("/").json()["key"] for browser in (one, two)]
    assert keys[0] != keys[1]
    assert all(key.startswith("visitor:") for key in keys)
    assert one.get("/").headers.get("set-cookie") is None
    made_up = site.browser()
    made_up.cookies.set("findings-visitor-7860", "user:Anna")
    assert made_up.get("/config").json()["key"] == ""


@pytest.mark.parametrize("headers", [
    {"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}])
def test_another_site_reads_and_sends_nothing(served: Served, headers: dict[str, str]) -> None:
    browser = served().browser()
    assert browser.get("/gradio_api/info", headers=headers).status_code == 403
    assert browser.post("/gradio_api/upload", headers=headers).status_code == 403
    own = {"origin": "http://127.0.0.1"}
    assert browser.post("/gradio_api/queue/join", json={}, headers=own).status_code == 200
