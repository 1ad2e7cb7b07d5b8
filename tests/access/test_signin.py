"""Signing in and out, and what people try instead."""

from __future__ import annotations

import re

import pytest

from assistant.access import door
from assistant.access.passwords import hashed
from assistant.access.users import UsersFile
from tests.access.conftest import PASSWORD, Site, form_token, sign_in

SESSION = "findings-session-7860"
HERE = {"domain": "127.0.0.1", "path": "/"}


def test_somebody_signs_in_and_the_page_knows_who_it_is(site: Site) -> None:
    browser = site.browser()
    assert browser.get("/").headers["location"] == "/sign-in"
    answer = sign_in(browser, "anna ")
    assert answer.headers["location"] == "/"
    told = browser.get("/").json()
    assert (told["name"], told["role"]) == ("Anna", "editor")
    assert browser.get("/sign-in").headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    plain = sign_in(site.browser()).headers.get_list("set-cookie")
    (session,) = [one for one in plain if one.startswith(SESSION)]
    assert re.fullmatch(rf"{SESSION}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Strict", session)
    secure = sign_in(site.browser(url="https://127.0.0.1")).headers.get_list("set-cookie")
    (session,) = [one for one in secure if "session" in one]
    assert session.startswith(f"__Host-{SESSION}=")
    assert session.endswith("; Secure")


def test_an_error_does_not_say_which_of_both_was_wrong(site: Site) -> None:
    wrong = sign_in(site.browser(), "Anna", "not the password")
    unknown = sign_in(site.browser(), "Nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 403

    def without(text: str, name: str) -> str:
        return re.sub(r'value="[0-9a-f]{64}"', "", text.replace(name, ""))

    assert without(wrong.text, "Anna") == without(unknown.text, "Nobody")
    assert "That name and password don’t go together" in wrong.text
    assert "not the password" not in wrong.text


def test_a_user_without_a_password_cannot_sign_in(site: Site, users: UsersFile) -> None:
    users.set_password("Anna", "")
    assert sign_in(site.browser(), "Anna", "").status_code == 403
    assert sign_in(site.browser(), "Anna").status_code == 403


def test_the_form_needs_no_script_and_loads_nothing_but_its_style(site: Site) -> None:
    page = site.browser().get("/sign-in")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert site.browser().get("/sign-in.css").headers["content-type"].startswith("text/css")


def test_what_was_typed_as_a_name_is_no_markup(site: Site) -> None:
    page = sign_in(site.browser(), '"><img src=x onerror=alert(1)>', "x" * 12)
    assert "<img" not in page.text
    assert "&quot;&gt;&lt;img" in page.text


def test_a_session_that_somebody_planted_is_not_taken_over(site: Site) -> None:
    attacker = site.signed_in("Rita")
    planted = attacker.cookies[SESSION]
    victim = site.browser()
    victim.cookies.set(SESSION, planted, **HERE)
    # The victim's browser comes with the attacker's session, and signs in from the form it has.
    token_page = site.browser().get("/sign-in")
    victim.cookies.set("findings-form-7860", token_page.cookies["findings-form-7860"], **HERE)
    victim.post("/sign-in", data={"token": form_token(token_page.text), "name": "Anna",
                                  "password": PASSWORD})
    assert victim.cookies[SESSION] != planted
    assert attacker.get("/").status_code == 303
    unknown = site.browser()
    unknown.cookies.set(SESSION, "made-up-by-somebody", **HERE)
    sign_in(unknown)
    assert unknown.cookies[SESSION] != "made-up-by-somebody"


@pytest.mark.parametrize("value", ["", "x", "a" * 43, "../../etc", "Anna", "\u00e9", "a" * 4000])
def test_a_cookie_that_was_made_up_opens_nothing(site: Site, value: str) -> None:
    site.signed_in()
    answer = site.browser().get("/config", headers={"cookie": f"{SESSION}={value}".encode()})
    assert answer.status_code == 401


def test_a_changed_cookie_opens_nothing(site: Site) -> None:
    held = site.signed_in().cookies[SESSION]
    for changed in (held[:-1], held + "a", held.swapcase(), held[::-1]):
        answer = site.browser().get("/config", headers={"cookie": f"{SESSION}={changed}"})
        assert answer.status_code == 401


def test_the_form_of_another_browser_is_not_taken(site: Site) -> None:
    token = form_token(site.browser().get("/sign-in").text)
    sent = {"token": token, "name": "Anna", "password": PASSWORD}
    bare = site.browser()
    assert bare.post("/sign-in", data=sent).status_code == 403
    other = site.browser()
    other.get("/sign-in")
    assert other.post("/sign-in", data=sent).status_code == 403
    assert other.get("/").status_code == 303


@pytest.mark.parametrize("headers", [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
    {"origin": "http://evil.example"}, {"origin": "null"}])
def test_another_site_cannot_sign_anybody_in(site: Site, headers: dict[str, str]) -> None:
    browser = site.browser()
    assert sign_in(browser, **headers).status_code == 403
    assert browser.get("/").status_code == 303


def test_a_form_in_another_shape_is_not_read(site: Site) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    assert browser.post("/sign-in", json={"name": "Anna"}).status_code == 400
    assert browser.post("/sign-in", data={"name": "x" * 20_000}).status_code == 400
    assert browser.put("/sign-in").status_code == 405


def test_signing_out_ends_the_session_itself(site: Site) -> None:
    browser = site.signed_in()
    held, token = browser.cookies[SESSION], browser.get("/").json()["token"]
    assert browser.post("/sign-out", data={"token": token}).headers["location"] == "/sign-in"
    again = site.browser()
    again.cookies.set(SESSION, held)
    assert again.get("/config").status_code == 401


def test_another_site_cannot_sign_anybody_out(site: Site) -> None:
    browser = site.signed_in()
    token = browser.get("/").json()["token"]
    assert browser.post("/sign-out").status_code == 403
    assert browser.post("/sign-out", data={"token": "0" * 64}).status_code == 403
    other = site.signed_in("Rita").get("/").json()["token"]
    assert browser.post("/sign-out", data={"token": other}).status_code == 403
    assert browser.post("/sign-out", data={"token": token},
                        headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browser.get("/sign-out").headers["location"] == "/"
    assert browser.get("/").status_code == 200
    # Its own form comes with no origin: the page sends no referrer.
    assert browser.post("/sign-out", data={"token": token},
                        headers={"origin": "null"}).status_code == 303


def test_who_is_removed_or_gets_another_password_is_signed_out(site: Site,
                                                              users: UsersFile) -> None:
    anna, rita = site.signed_in("Anna"), site.signed_in("Rita")
    users.remove("Rita")
    assert rita.get("/config").status_code == 401
    assert anna.get("/config").status_code == 200
    users.set_password("anna", hashed("four other random words"))
    assert anna.get("/config").status_code == 401


def test_guessing_slows_down_for_a_name_from_wherever_it_comes(site: Site) -> None:
    statuses = [sign_in(site.browser(peer=f"10.0.0.{n}"), "Anna", f"guess number {n}").status_code
                for n in range(7)]
    assert statuses == [403] * 5 + [429] * 2
    held_up = sign_in(site.browser(peer="10.0.1.1"), "ANNA")
    assert held_up.status_code == 429
    assert int(held_up.headers["retry-after"]) >= 1
    assert re.search(r"Try again in \d+ seconds?\.", held_up.text)
    assert sign_in(site.browser(), "Rita").status_code == 303


def test_guessing_slows_down_for_an_address_whatever_the_name(site: Site) -> None:
    for n in range(20):
        assert sign_in(site.browser(peer="10.0.0.1"), f"name {n}", "a wrong guess"
                       ).status_code == 403
    assert sign_in(site.browser(peer="10.0.0.1"), "Anna").status_code == 429
    assert sign_in(site.browser(peer="10.0.0.2"), "Anna").status_code == 303


def test_an_unknown_name_is_slowed_down_like_a_known_one(site: Site) -> None:
    statuses = [sign_in(site.browser(peer=f"10.0.0.{n}"), "Nobody", "a wrong guess").status_code
                for n in range(6)]
    assert statuses == [403] * 5 + [429]


def test_too_many_at_once_are_sent_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "CHECKS_WAITING", 0)
    assert sign_in(site.browser()).status_code == 503
