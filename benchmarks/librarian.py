"""Somebody who adds reports to a running page's library and removes them, as its script does."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

_PATIENCE_S = 300.0
_LOOK_S = 0.5
_API = "/gradio_api"


class Librarian:
    """One session of the library view. A ``client`` of one's own brings the cookies that a proxy
    in between wants."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(base_url=url, timeout=60.0, trust_env=False)
        self._session = secrets.token_hex(6)
        config = self._client.get("/config").json()
        self._component = next(
            one["id"] for one in config["components"]
            if "library" in (one["props"].get("server_fns") or ()))

    def add(self, name: str, content: bytes) -> str:
        """Send a report, add it to the library, wait until it can be asked; its key there.

        Raises ``RuntimeError`` with what the page would say where that fails.
        """
        before = self._keys(self._call({"do": "look", "seen": ""}))
        reply = self._client.post(f"{_API}/upload", files={"files": (name, content)})
        if reply.status_code != 200:
            raise RuntimeError(f"{reply.status_code}: {reply.text[:200]}")
        self._call({"do": "drop", "path": reply.json()[0], "name": name})
        state = self._until(lambda told: any(
            one["stage"] in ("ready", "failed") for one in told["arrivals"]))
        arrival = next(one for one in state["arrivals"] if one["stage"] in ("ready", "failed"))
        if arrival["stage"] == "failed":
            raise RuntimeError(f"{name} can't be added: {arrival['html'][:300]}")
        self._call({"do": "add", "items": [{"key": arrival["key"]}]})
        state = self._until(lambda told: bool(self._keys(told) - before) and not told["busy"])
        return (self._keys(state) - before).pop()

    def remove(self, key: str) -> None:
        """Take a report off the shelf and wait until nothing is being indexed any more."""
        self._call({"do": "remove", "key": key})
        self._until(lambda told: key not in self._keys(told) and not told["busy"])

    def close(self) -> None:
        """Close the view."""
        self._client.close()

    def _keys(self, state: Mapping[str, Any]) -> set[str]:
        return {one["key"] for one in state["reports"] or ()}

    def _until(self, done: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        begun = time.monotonic()
        while time.monotonic() - begun < _PATIENCE_S:
            state = self._call({"do": "look", "seen": ""})
            if done(state):
                return state
            time.sleep(_LOOK_S)
        raise RuntimeError("the library did not come to rest")

    def _call(self, wish: Mapping[str, object]) -> Mapping[str, Any]:
        reply = self._client.post(f"{_API}/component_server/", json={
            "data": wish, "component_id": self._component, "fn_name": "library",
            "session_hash": self._session})
        if reply.status_code != 200:
            raise RuntimeError(f"{reply.status_code}: {reply.text[:200]}")
        told: Mapping[str, Any] = reply.json()
        if told.get("problems"):
            raise RuntimeError(str(told["problems"])[:300])
        return told
