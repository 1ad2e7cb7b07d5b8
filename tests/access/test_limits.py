"""Sessions, rates, slowing down, lines and where the page is served."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpx
import pytest

import app
from assistant.access import limits, sessions
from assistant.access.binding import Entry, binding_of
from assistant.access.limits import Rate, Slowing, Ties, network_of
from assistant.access.line import Line
from assistant.access.sessions import Sessions
from assistant.access.users import UsersFile
from assistant.cli.serve import _reach
from assistant.settings import load
from corpus.errors import FixConfiguration
from tests.browser.backend import FakeBackend
from tests.browser.chromium import free_port


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_when_it_is_idle_and_in_any_case_after_a_day() -> None:
    clock = Clock()
    held = Sessions(100, 1000, clock)
    idle, used = held.begin("anna", "x"), held.begin("anna", "x")
    clock.now += 90
    assert held.find(used) is not None
    clock.now += 20
    assert held.find(idle) is None
    assert held.find(used) is not None
    for _ in range(12):
        clock.now += 80
        last = held.find(used)
    assert last is None


def test_sessions_stay_few(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Sessions(100, 1000)
    mine = [held.begin("anna", "x") for _ in range(sessions.MOST_OF_ONE + 1)]
    assert held.find(mine[0]) is None
    assert all(held.find(one) for one in mine[1:])
    monkeypatch.setattr(sessions, "MOST", 20)
    others = [held.begin(f"user {n}", "x") for n in range(30)]
    assert held.find(others[-1]) is not None
    assert held.find(mine[-1]) is None


def test_an_id_is_not_kept_itself() -> None:
    held = Sessions(100, 1000)
    identifier = held.begin("anna", "x")
    assert identifier not in str(vars(held))


def test_a_rate_says_when_to_come_back() -> None:
    clock = Clock()
    rate = Rate(2, 60, clock)
    assert rate.take("a") == rate.take("a") == 0
    clock.now += 20
    assert rate.take("a") == 40
    assert rate.take("b") == 0
    clock.now += 40
    assert rate.take("a") == 0
    assert Rate(0, 60).take("a") == 0


def test_memory_stays_bounded_under_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 50)
    rate, slowing, ties = Rate(3, 60), Slowing(5, 300), Ties(10)
    for n in range(500):
        rate.take(f"k{n}")
        slowing.begin(f"k{n}")
        ties.claim(f"t{n}", "anna")
    assert len(rate._times) <= 50
    assert len(slowing._tries) <= 50
    assert len(ties._owners) <= 10


def test_nobody_pushes_out_the_open_pages_of_another() -> None:
    ties = Ties(10)
    assert ties.claim("mine", "anna")
    for n in range(100):
        ties.claim(f"t{n}", "rita")
    assert not ties.claim("mine", "rita")
    assert ties.claim("mine", "anna")


def test_waits_double_and_end() -> None:
    clock = Clock()
    slowing = Slowing(3, 60, clock)
    waits = []
    for _ in range(10):
        slowing.begin("anna")
        waits.append(slowing.wait("anna"))
        clock.now += waits[-1]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    clock.now += 61
    slowing.begin("anna")
    assert slowing.wait("anna") == 0
    slowing.forgive("anna")
    assert slowing.wait("anna") == 0


def test_a_site_with_many_addresses_counts_as_one() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db9::1")
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("testclient") == "testclient"


def test_a_line_is_served_in_order_and_says_how_many_are_before() -> None:
    line = Line(1, most=3)
    first, second, third = line.join(), line.join(), line.join()
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.wait(0)
    assert not second.wait(0)
    assert (second.before, third.before) == (0, 1)
    assert line.try_turn() is None
    fourth = line.join()
    assert fourth is not None
    assert line.join() is None
    second.leave()
    assert third.before == 0
    came = threading.Thread(target=lambda: third.wait(30))
    came.start()
    first.leave()
    came.join(30)
    assert not came.is_alive()
    first.leave()
    third.leave()
    assert fourth.wait(0)


def test_a_place_is_left_when_its_holder_fails() -> None:
    line = Line(1)
    with pytest.raises(ValueError, match="x"), line.place():
        raise ValueError("x")
    assert line.try_turn() is not None


def test_by_default_this_computer_alone_is_served() -> None:
    binding = binding_of(load())
    assert (binding.entry, binding.is_loopback, binding.is_shared) == (Entry.ALONE, True, False)
    assert binding.url == "http://127.0.0.1:7860"


@pytest.mark.parametrize("settings", [
    {"host": "0.0.0.0"}, {"host": "192.168.1.5"}, {"host": "box.example"},
    {"allowed_hosts": "findings.example.org"}, {"trusted_proxies": "127.0.0.1"},
    {"trusted_header": "X-User"}, {"host": "::"}, {"host": "[::]"}, {"host": "2001:db8::1"},
    {"host": "fe80::1%eth0", "open": "yes"}, {"host": "::ffff:127.0.0.1"}, {"host": "[::1", },
    {"host": "[127.0.0.1]"}, {"host": ""}, {"host": "a b"}, {"allowed_hosts": "[2001:db8::1]"},
    {"allowed_hosts": "[::1]:80", "open": "yes"},
    {"trusted_header": "X-User", "trusted_proxies": "not an address"},
    {"trusted_header": "Cookie", "trusted_proxies": "127.0.0.1"},
    {"trusted_header": "X User:", "trusted_proxies": "127.0.0.1"},
    {"allowed_hosts": "http://x/", "open": "yes"}, {"allowed_hosts": "*", "open": "yes"}])
def test_nothing_is_shared_by_mistake(settings: dict[str, str]) -> None:
    with pytest.raises(FixConfiguration) as caught:
        binding_of(load(**settings))
    assert "FINDINGS_" in str(caught.value)
    assert caught.value.next_step


def test_it_is_shared_when_that_is_said(tmp_path: Path) -> None:
    opened = binding_of(load(host="0.0.0.0", open="yes", allowed_hosts="f.example, *.g.example"))
    assert opened.entry is Entry.OPEN
    assert opened.names == ("127.0.0.1", "localhost", "f.example", "*.g.example")
    assert opened.url == "http://localhost:7860"
    file = UsersFile(tmp_path / "u").path
    assert binding_of(load(host="10.0.0.1", users=file)).entry is Entry.PASSWORD
    header = binding_of(load(trusted_header="X-User", trusted_proxies="127.0.0.1, ::1"))
    assert header.entry is Entry.HEADER
    assert header.is_shared
    assert opened.listen == "0.0.0.0"
    # Said for nothing: nobody else can come.
    assert binding_of(load(open="yes")).entry is Entry.ALONE


def test_this_computer_alone_has_an_ipv6_address_too() -> None:
    for written in ("::1", "[::1]", " 0:0:0:0:0:0:0:1 "):
        binding = binding_of(load(host=written))
        assert (binding.entry, binding.is_loopback) == (Entry.ALONE, True)
        assert (binding.host, binding.listen) == ("::1", "[::1]")
        assert binding.url == "http://[::1]:7860"
        assert binding.names == ("127.0.0.1", "localhost", "[::1]")
    assert binding_of(load(allowed_hosts="::1, localhost")).entry is Entry.ALONE


def test_any_ipv6_address_is_reached_from_elsewhere() -> None:
    binding = binding_of(load(host="::", open="yes", allowed_hosts="2001:DB8:0::1"))
    assert (binding.entry, binding.is_loopback) == (Entry.OPEN, False)
    assert binding.url == "http://[::1]:7860"
    assert "[2001:db8::1]" in binding.names
    assert "OTHER COMPUTERS can reach it" in _reach(binding)
    one = binding_of(load(host="2001:DB8::5", open="yes"))
    assert one.url == "http://[2001:db8::5]:7860"
    assert one.names[-1] == "[2001:db8::5]"


def test_the_page_is_served_on_an_ipv6_address() -> None:
    if not socket.has_ipv6:
        pytest.skip("this computer has no IPv6: switch it on to run this test")
    backend = FakeBackend()
    running = app.launch(backend, load(host="::1", port=free_port()))
    try:
        assert running.url.startswith("http://[::1]:")
        assert httpx.get(running.url, timeout=30).status_code == 200
        foreign = httpx.get(running.url, headers={"Host": "[2001:db8::1]"}, timeout=30)
        assert foreign.status_code == 400
        own = {"Origin": running.url}
        joined = httpx.post(f"{running.url}/gradio_api/queue/join", json={}, headers=own,
                            timeout=30)
        assert joined.status_code == 422
    finally:
        running.close()
