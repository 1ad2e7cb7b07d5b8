"""Fixtures for every test: no network but loopback, homes of their own, fakes first."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import QUIET_DEPENDENCIES

for _name, _value in QUIET_DEPENDENCIES.items():
    os.environ.setdefault(_name, _value)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "network: may reach beyond loopback")


class NetworkBlocked(Exception):
    """A test tried to reach beyond this machine."""


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest,
                   monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.node.get_closest_marker("network"):
        yield
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and host not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkBlocked(f"a connection to {host} was attempted")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the settings of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("FINDINGS_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The assistant over the library of tests/shelves.py."""
    from tests.shelves import opened

    service = opened(tmp_path_factory.mktemp("library"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def url(service: Any) -> Iterator[str]:
    """The address of a page that serves this library to whoever is on this computer."""
    import app
    from assistant.settings import load
    from tests.shelves import free_port

    running = app.launch(service, load(home=service.settings.home_path, port=free_port()))
    yield running.url
    running.close()


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The folder of the reports that ship with the project."""
    return Path(__file__).resolve().parent.parent / "corpus" / "reports"


@pytest.fixture(scope="session")
def real_embedder() -> Any:
    """The embedding model itself, from the user's cache folder; exported there when absent.

    For tests marked ``real_embedder``.
    """
    from assistant.service import open_embedder
    from assistant.settings import Settings

    return open_embedder(Settings(home=None))
