"""A gate in front of an app that says whose request reached it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from assistant.access.access import (
    FREE_FOR_A_NAME,
    FREE_FOR_AN_ADDRESS,
    LONGEST_WAIT_S,
    Access,
    access_of,
)
from assistant.access.gate import Gate
from assistant.access.limits import Slowing
from assistant.access.passwords import hashed
from assistant.access.users import User, UsersFile
from assistant.access.who import Role, visit
from assistant.settings import load
from assistant.web.signin import SignInPages

PASSWORD = "three random words"
HASH = hashed(PASSWORD)
Served = Callable[..., "Site"]


async def tells(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate: it says who came, and what with."""
    request = Request(scope, receive)
    known = visit(request)
    content = await request.body()
    await JSONResponse({
        "name": known.name, "role": known.role.value, "key": known.key, "address": known.address,
        "token": known.token, "scheme": request.url.scheme, "sent": len(content),
        "headers": dict(request.headers)})(scope, receive, send)


class Site:
    """A gate with its access, and browsers that come to it."""

    def __init__(self, access: Access) -> None:
        # Time stands still for who guesses, however slow the machine is.
        self.access = replace(
            access, names=Slowing(FREE_FOR_A_NAME, LONGEST_WAIT_S, lambda: 1000.0),
            addresses=Slowing(FREE_FOR_AN_ADDRESS, LONGEST_WAIT_S, lambda: 1000.0),
            tokens=Slowing(FREE_FOR_AN_ADDRESS, LONGEST_WAIT_S, lambda: 1000.0))
        self.gate = Gate(tells, self.access, SignInPages())

    def browser(self, peer: str = "127.0.0.1", url: str = "http://127.0.0.1") -> TestClient:
        """A browser of its own, whose connection comes from ``peer``."""
        return TestClient(self.gate, url, client=(peer, 50000), follow_redirects=False)

    def signed_in(self, name: str = "Anna", **where: str) -> TestClient:
        """A browser in which somebody has signed in."""
        browser = self.browser(**where)
        assert sign_in(browser, name).status_code == 303
        return browser


def form_token(text: str) -> str:
    """The hidden token of a form."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', text)
    assert found is not None
    return found[1]


def sign_in(browser: TestClient, name: str = "Anna", password: str = PASSWORD,
            **headers: str) -> Any:
    """Fill the form in and send it, as a browser does."""
    token = form_token(browser.get("/sign-in").text)
    return browser.post("/sign-in", data={"token": token, "name": name, "password": password},
                        headers=headers)


@pytest.fixture
def users(tmp_path: Path) -> UsersFile:
    """Anna, an editor, and Rita, a reader."""
    made = UsersFile(tmp_path / "users.toml")
    made.add(User("Anna", Role.EDITOR, HASH))
    made.add(User("Rita", Role.READER, HASH))
    return made


@pytest.fixture
def served() -> Served:
    """A gate for settings that a test gives."""
    return lambda **settings: Site(access_of(load(**settings)))


@pytest.fixture
def site(users: UsersFile, served: Served) -> Site:
    """A gate that wants a password."""
    return served(users=users.path)
