"""Tokens of programs: in the users file, on the command line, at the gate."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.access import users as users_module
from assistant.access.access import access_of
from assistant.access.passwords import hashed
from assistant.access.tokens import Token, digest_of, new_token
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.cli import main
from assistant.settings import load
from corpus.errors import FixConfiguration, GiveUp
from tests.access.conftest import HASH, PASSWORD, Served, Site

CALL, INFO = "/gradio_api/call/ask", "/gradio_api/info"
SECRET = re.compile(r"fnd_[A-Za-z0-9_-]{43}")


def token_of(users: UsersFile, name: str = "Rita", label: str = "bot", days: int = 30,
             made: datetime | None = None) -> str:
    """A token that is kept for a user."""
    secret, token = new_token(label, days, made)
    users.add_token(name, token)
    return secret


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


# In the file


def test_a_token_is_random_recognisable_and_kept_as_a_hash(users: UsersFile) -> None:
    one, two = token_of(users), token_of(users, label="other")
    assert one != two
    assert SECRET.fullmatch(one)
    assert one not in users.path.read_text()
    assert one[4:] not in users.path.read_text()
    kept = tomllib.loads(users.path.read_text())["users"][1]["tokens"][0]
    assert kept["sha256"] == hashlib.sha256(one.encode()).hexdigest()
    assert users.path.stat().st_mode & 0o777 == 0o600
    held = UsersFile(users.path).holder(one)
    assert held is not None
    assert (held[0].name, held[1].label) == ("Rita", "bot")
    assert held[1].expires - held[1].made == timedelta(days=30)
    assert digest_of(one) not in repr(held)
    assert users.holder(one[:-1]) is users.holder("") is users.holder(digest_of(one)) is None


def test_each_token_is_compared_whichever_fits(users: UsersFile,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    first = token_of(users, "Anna")
    token_of(users, "Rita")
    compared: list[str] = []
    real = users_module.compare_digest

    def noted(one: str, other: str) -> bool:
        compared.append(one)
        return real(one, other)

    monkeypatch.setattr(users_module, "compare_digest", noted)
    for secret in (first, "fnd_unknown"):
        compared.clear()
        users.holder(secret)
        assert len(compared) == 2


def test_what_else_changes_leaves_tokens_alone(users: UsersFile) -> None:
    secret = token_of(users)
    users.set_password("Rita", hashed("four other random words"))
    users.add(User("Zoë", Role.READER, HASH))
    users.remove("Anna")
    held = UsersFile(users.path).holder(secret)
    assert held is not None
    assert held[0].role is Role.READER


def test_a_label_names_one_token_and_is_no_markup_of_the_file(users: UsersFile) -> None:
    secret = token_of(users, label='the "weekly" [[users]]')
    held = UsersFile(users.path).holder(secret)
    assert held is not None
    assert held[1].label == 'the "weekly" [[users]]'
    with pytest.raises(GiveUp, match="already"):
        token_of(users, label='THE "weekly" [[users]]')
    for label in ("", "a\nb", "x" * 65):
        with pytest.raises(GiveUp):
            token_of(users, label=label)
    for days in (0, -1, 4000):
        with pytest.raises(GiveUp, match="days"):
            token_of(users, label="y", days=days)


def test_one_user_has_so_many_tokens(users: UsersFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_module, "MOST_OF_ONE", 2)
    token_of(users, label="a")
    token_of(users, label="b")
    with pytest.raises(GiveUp, match="2 tokens already"):
        token_of(users, label="c")
    token_of(users, "Anna", label="c")


GOOD_ROW = f'label = "a"\nsha256 = "{"0" * 64}"\nmade = 2026-01-01T00:00:00Z\n' \
           "expires = 2027-01-01T00:00:00Z\n"


def test_a_file_with_and_without_tokens_is_read(tmp_path: Path) -> None:
    (tmp_path / "u").write_text('[[users]]\nname = "a"\n[[users]]\nname = "b"\n\n'
                                f"[[users.tokens]]\n{GOOD_ROW}")
    one, two = UsersFile(tmp_path / "u").users()
    assert one.tokens == ()
    assert two.tokens == (Token("a", "0" * 64, datetime(2026, 1, 1, tzinfo=UTC),
                                datetime(2027, 1, 1, tzinfo=UTC)),)


@pytest.mark.parametrize("row", [
    GOOD_ROW.replace("0" * 64, "0" * 63), GOOD_ROW.replace("label", "name"),
    GOOD_ROW.replace("2027-01-01T00:00:00Z", '"soon"'),
    GOOD_ROW.replace("2027-01-01T00:00:00Z", "2027-01-01T00:00:00"),
    GOOD_ROW.replace('"a"', '""'), f"{GOOD_ROW}[[users.tokens]]\n{GOOD_ROW}"])
def test_a_broken_token_is_told_in_words(tmp_path: Path, row: str) -> None:
    (tmp_path / "u").write_text(f'[[users]]\nname = "a"\n[[users.tokens]]\n{row}')
    with pytest.raises(FixConfiguration, match="user 1 is not written"):
        UsersFile(tmp_path / "u").users()


# On the command line


@pytest.fixture
def named(users: UsersFile, monkeypatch: pytest.MonkeyPatch) -> UsersFile:
    """The users file, named in the settings."""
    monkeypatch.setenv("FINDINGS_USERS", str(users.path))
    return users


def test_a_token_is_made_listed_and_revoked(named: UsersFile,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "token", "rita", "--label", "weekly summary", "--days", "10"]) == 0
    out, err = capsys.readouterr()
    assert SECRET.fullmatch(out.strip())
    assert out.strip() not in err
    assert "shown this once" in err
    assert named.holder(out.strip()) is not None
    assert main(["users", "token", "Rita"]) == 0
    second = capsys.readouterr().out.strip()
    assert main(["users", "tokens", "Rita"]) == 0
    listed = capsys.readouterr().out
    today, later = datetime.now(UTC), datetime.now(UTC) + timedelta(days=10)
    assert f"weekly summary  made {today:%Y-%m-%d}  expires {later:%Y-%m-%d}\n" in listed
    assert "token 1         made" in listed
    for secret in (out.strip(), second):
        assert secret not in listed
        assert digest_of(secret) not in listed
    assert main(["users", "revoke", "Rita", "Weekly Summary"]) == 0
    assert named.holder(out.strip()) is None
    assert named.holder(second) is not None


def test_an_expired_token_is_listed_as_such(named: UsersFile,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    token_of(named, made=datetime(2020, 1, 1, tzinfo=UTC))
    assert main(["users", "tokens", "Rita"]) == 0
    assert capsys.readouterr().out == "bot  made 2020-01-01  expires 2020-01-31  expired\n"


def test_a_command_says_what_is_wrong(named: UsersFile,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in ((["token", "Nobody"], "no user"), (["tokens", "Nobody"], "no user"),
                        (["revoke", "Rita", "x"], "no token 'x'"), (["token"], "needs a name"),
                        (["revoke", "Rita"], "needs the label"), (["tokens"], "needs a name"),
                        (["token", "Rita", "--days", "0"], "--days"),
                        (["add", "Anna", "Smith"], "in quotes")):
        assert main(["users", *words]) == 65, words
        assert said in capsys.readouterr().err
    assert main(["users", "tokens", "Rita"]) == 0
    assert "has no token" in capsys.readouterr().err


def test_another_password_tells_of_the_tokens_that_stay(
        named: UsersFile, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    token_of(named)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["users", "password", "Rita"]) == 0
    assert "Tokens still sign in (bot)" in capsys.readouterr().err


def test_a_user_for_programs_alone_needs_no_password(
        named: UsersFile, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Anna", "Rita"):
        named.remove(name)
    named.add(User("bot", Role.READER))
    with pytest.raises(FixConfiguration, match="nobody who can sign in"):
        access_of(load(users=named.path))
    token_of(named, "bot")
    assert access_of(load(users=named.path)).users is not None
    assert main(["users", "list"]) == 0
    assert "programs alone sign in" in capsys.readouterr().out


# At the gate


def test_a_token_signs_its_user_in_with_the_users_role(site: Site, users: UsersFile) -> None:
    for name, role in (("Anna", "editor"), ("Rita", "reader")):
        secret = token_of(users, name)
        for path in (CALL, "/mcp"):
            told = site.browser().post(path, json={}, headers=bearing(secret)).json()
            assert (told["name"], told["role"], told["key"]) == (name, role, f"user:{name}")
            assert told["token"] == ""
            assert secret not in str(told)


@pytest.mark.parametrize("spoilt", [
    "", "fnd_", "fnd_" + "A" * 43, "x" * 10_000, "\u00e9", "a b"])
def test_an_unknown_token_is_refused_with_what_to_do(site: Site, users: UsersFile,
                                                     spoilt: str) -> None:
    token_of(users)
    answer = site.browser().post(CALL, json={}, headers={
        "Authorization": f"Bearer {spoilt}".encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    error = answer.json()["error"]
    assert error["type"] == "sign_in"
    assert "findings users token" in error["next_step"]
    assert spoilt not in answer.text or len(spoilt) < 4


def test_a_token_that_is_changed_or_sent_otherwise_opens_nothing(site: Site,
                                                                 users: UsersFile) -> None:
    secret = token_of(users)
    browser = site.browser()
    sent: list[Any] = [
        bearing(secret[:-1]), bearing(secret + "A"), bearing(secret.swapcase()),
        {"Authorization": secret}, {"Authorization": f"Basic {secret}"}, {"X-Api-Key": secret},
        {"Cookie": f"findings-session-7860={secret}"},
        [("Authorization", f"Bearer {secret}"), ("Authorization", "Bearer other")]]
    assert [browser.post(CALL, json={}, headers=one).status_code for one in sent] == \
        [401] * len(sent)
    for query in (f"token={secret}", f"access_token={secret}", f"authorization=Bearer%20{secret}"):
        assert browser.post(f"{CALL}?{query}", json={}).status_code == 401
    assert browser.post(CALL, json={}, headers=bearing(secret)).status_code == 200


def test_a_call_without_a_token_is_told_how_to_get_one(site: Site) -> None:
    for path in (CALL, "/gradio_api/call/v2/ask", "/mcp"):
        answer = site.browser().post(path, json={})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="findings"'
        assert answer.json()["error"]["type"] == "sign_in"


def test_an_expired_token_says_so(site: Site, users: UsersFile) -> None:
    secret = token_of(users, days=1, made=datetime.now(UTC) - timedelta(days=1, seconds=5))
    answer = site.browser().post(CALL, json={}, headers=bearing(secret))
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_tokens_end_while_the_page_is_served(site: Site, users: UsersFile) -> None:
    browser, another = site.browser(), UsersFile(users.path)

    def status(secret: str) -> int:
        return browser.post(CALL, json={}, headers=bearing(secret)).status_code

    first, second, third = (token_of(another, label=label) for label in "abc")
    assert [status(one) for one in (first, second, third)] == [200] * 3
    another.revoke("Rita", "a")
    assert [status(one) for one in (first, second, third)] == [401, 200, 200]
    another.remove("Rita")
    assert [status(one) for one in (first, second, third)] == [401] * 3
    another.add(User("Rita", Role.READER, HASH))
    assert status(second) == 401


def test_wrong_tokens_slow_down_for_an_address_and_keep_nobody_else_waiting(
        site: Site, users: UsersFile) -> None:
    secret = token_of(users)

    def post(token: str, peer: str = "10.0.0.1") -> Any:
        return site.browser(peer=peer).post(CALL, json={}, headers=bearing(token))

    assert [post(f"fnd_{n}").status_code for n in range(20)] == [401] * 20
    held_up = post(secret)
    assert held_up.status_code == 429
    assert int(held_up.headers["retry-after"]) >= 1
    assert held_up.json()["error"]["type"] == "try_again"
    assert post("fnd_x").status_code == 429
    assert post(secret, "10.0.0.2").status_code == 200
    assert site.signed_in("Rita", peer="10.0.0.1").get("/config").status_code == 200


def test_right_tokens_cost_nothing(site: Site, users: UsersFile) -> None:
    secret, browser = token_of(users), site.browser()
    statuses = {browser.get(INFO, headers=bearing(secret)).status_code for _ in range(40)}
    assert statuses == {200}


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/"), ("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/run/predict"), ("GET", "/sign-in"), ("POST", "/sign-out"),
    ("GET", "/assets/a.js"), ("POST", "//gradio_api/call/ask"), ("GET", "/gradio_api/call/"),
    ("GET", "/gradio_api/queue/data/../../upload"), ("GET", "/mcp/x")])
def test_a_token_opens_the_calls_and_nothing_else(site: Site, users: UsersFile, method: str,
                                                  path: str) -> None:
    answer = site.browser().request(method, path, headers=bearing(token_of(users, "Anna")))
    assert answer.status_code == 403
    assert "key" not in answer.json()
    assert answer.json()["error"]["type"] == "invalid_input"


def test_a_token_counts_whatever_cookie_is_beside_it(site: Site, users: UsersFile) -> None:
    anna, secret = site.signed_in("Anna"), token_of(users, "Rita")
    assert anna.get(INFO, headers=bearing(secret)).json()["name"] == "Rita"
    assert anna.get(INFO, headers=bearing("fnd_x")).status_code == 401
    assert anna.get(INFO, headers={"Authorization": "Basic eDp5"}).json()["name"] == "Anna"


def test_another_sites_page_gains_nothing_by_a_token(site: Site, users: UsersFile) -> None:
    headers = {**bearing(token_of(users)), "Sec-Fetch-Site": "cross-site"}
    assert site.browser().post(CALL, json={}, headers=headers).status_code == 403
    preflight = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = site.browser().options(CALL, headers=preflight)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_token_is_written_nowhere(site: Site, users: UsersFile,
                                    caplog: pytest.LogCaptureFixture) -> None:
    secret = token_of(users)
    with caplog.at_level(logging.DEBUG):
        told = site.browser().post(CALL, json={}, headers=bearing(secret)).json()
        site.browser().post(CALL, json={}, headers=bearing(secret + "x"))
        users.path.write_text(users.path.read_text() + "broken")
        site.browser().post(CALL, json={}, headers=bearing(secret))
    assert "not TOML" in caplog.text
    assert secret not in caplog.text
    assert digest_of(secret) not in caplog.text
    assert "authorization" not in told["headers"]


def test_a_websocket_takes_no_token(site: Site, users: UsersFile) -> None:
    from starlette.websockets import WebSocketDisconnect

    secret = token_of(users)
    with pytest.raises(WebSocketDisconnect), site.browser().websocket_connect(
            "/mcp", headers=bearing(secret)):
        pass


def test_tokens_are_for_sign_in_by_password_alone(users: UsersFile, served: Served) -> None:
    secret = token_of(users)
    proxied = served(users=users.path, trusted_header="X-User", trusted_proxies="10.1.1.1")
    assert proxied.browser(peer="10.1.1.1").post(CALL, json={}, headers=bearing(secret)
                                                 ).status_code == 401
    assert proxied.browser(peer="10.1.1.1").post(
        CALL, json={}, headers={**bearing("anything"), "X-User": "Anna"}).json()["name"] == "Anna"
    assert served().browser().post(CALL, json={}, headers=bearing("fnd_x")).status_code == 200
