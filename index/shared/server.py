"""A Chroma server, spoken to over its HTTP interface (version 2).

Chroma's own client waits without end (its timeout is fixed at none, and its constructor already
asks the server), tells a refused token by the text of an exception, and costs a second to import.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from corpus.errors import FindingsError, FixConfiguration, TryAgain
from index.shared.access import Access

Metadata = Mapping[str, str | int | float | bool]
_CONNECT_S = 5.0
_PAGE = 500
# The server says 1.0.0 whatever its release; another first number is another interface.
_VERSION = "1."
_BUSY = (408, 425, 429, 500, 502, 503, 504)


class Taken(Exception):
    """There is a collection of that name already."""


class Gone(TryAgain):
    """What was asked for is no longer there."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the server lists it; ``id`` is never used again, ``name`` may be."""

    id: str
    name: str
    metadata: Mapping[str, Any]


class Server:
    """One server. Safe to use from several threads. Every call may raise ``TryAgain`` where the
    server can't be reached or is busy, and ``FixConfiguration`` where it refuses the token, can't
    be trusted or is no Chroma server of a version that is known."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def version(self) -> str:
        """The version that the server says it has."""
        told = self._asked("GET", f"{self.access.root}/version")
        if not isinstance(told, str) or not told.startswith(_VERSION):
            raise FixConfiguration(f"The Chroma server at {self.access.address} has the version "
                                   f"{str(told)[:40]!r}, which is not supported.",
                                   "Use Chroma 1.5.9.")
        return told

    def collections(self) -> list[Collection]:
        """Every collection whose name begins with the installation's."""
        found: list[Collection] = []
        begin = 0
        while True:
            page = self._asked("GET", f"{self.access.collections}?limit={_PAGE}&offset={begin}")
            if not isinstance(page, list):
                raise self._strange("its list of collections is none")
            found += [self._collection(told) for told in page]
            if len(page) < _PAGE:
                return [one for one in found if one.name.startswith(f"{self.access.name}-")]
            begin += len(page)

    def create(self, name: str, metadata: Metadata) -> Collection:
        """Make a collection, in one step: of several that try, one succeeds.

        Vectors are compared by inner product, which for unit vectors is the cosine, and which
        gives them back bit for bit, where Chroma's cosine space divides them by their length
        again. Raises ``Taken`` where there is one of that name.
        """
        told = self._asked("POST", self.access.collections, {
            "name": f"{self.access.name}-{name}", "metadata": dict(metadata),
            "configuration": {"hnsw": {"space": "ip"}}})
        return self._collection(told)

    def change(self, collection: Collection, metadata: Metadata) -> None:
        """Replace a collection's metadata. Raises ``Gone`` where there is no such collection."""
        self._asked("PUT", f"{self.access.collections}/{collection.id}",
                    {"new_metadata": dict(metadata)})

    def drop(self, collection: Collection) -> None:
        """Remove a collection; one that is gone already is no error."""
        try:
            self._asked("DELETE", f"{self.access.collections}/{collection.name}")
        except Gone:
            return

    def put(self, collection: Collection, rows: Mapping[str, Sequence[Any]]) -> None:
        """Store rows; the same id again replaces what was there."""
        self._asked("POST", f"{self.access.collections}/{collection.id}/upsert", dict(rows))

    def get(self, collection: Collection, **asked: Any) -> dict[str, list[Any]]:
        """Rows by ``ids`` or by ``where``, ``limit`` and ``offset``; of ids that are not there
        nothing is said."""
        told = self._asked("POST", f"{self.access.collections}/{collection.id}/get", asked)
        if not isinstance(told, dict) or not isinstance(told.get("ids"), list):
            raise self._strange("rows that were asked for did not come")
        return told

    def remove(self, collection: Collection, ids: Sequence[str]) -> None:
        """Remove rows."""
        self._asked("POST", f"{self.access.collections}/{collection.id}/delete",
                    {"ids": list(ids)})

    def close(self) -> None:
        """Release the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _asked(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = self._answered(method, url, body)
        if answer.is_success:
            try:
                return json.loads(answer.content)
            except ValueError as error:
                raise self._strange("it does not answer in JSON") from error
        if answer.status_code == 409:
            raise Taken
        raise self._refusal(answer)

    def _answered(self, method: str, url: str, body: Mapping[str, Any] | None) -> httpx.Response:
        content = None if body is None else json.dumps(body).encode()
        for attempt in (1, 2):
            try:
                return self._opened().request(method, url, content=content)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
                # A connection that was kept open dies with the server that was restarted; all
                # requests can be made twice.
                if attempt == 2:
                    raise self._unreachable(error) from error
            except httpx.TransportError as error:
                raise self._unreachable(error) from error
        raise AssertionError("unreachable")

    def _opened(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                headers = {"Content-Type": "application/json"}
                if self.access.token is not None:
                    headers["Authorization"] = f"Bearer {self.access.token.get_secret_value()}"
                self._client = httpx.Client(
                    headers=headers, verify=self.access.context(), trust_env=False,
                    timeout=httpx.Timeout(self.access.timeout_s,
                                          connect=min(_CONNECT_S, self.access.timeout_s)))
            return self._client

    def _unreachable(self, error: Exception) -> FindingsError:
        if _untrusted(error):
            return FixConfiguration(
                f"The certificate of the Chroma server at {self.access.address} is not trusted.",
                "Name the file of its authority in FINDINGS_CHROMA_CA.")
        reason = "it did not answer in time" if isinstance(error, httpx.TimeoutException) \
            else str(error)[:120] or type(error).__name__
        return TryAgain(f"The Chroma server at {self.access.address} can't be reached ({reason}).",
                        "See that it runs, then try again.")

    def _refusal(self, answer: httpx.Response) -> FindingsError:
        status, address = answer.status_code, self.access.address
        if status in (401, 403):
            given = "refuses the token" if self.access.token else "asks for a token"
            return FixConfiguration(f"The Chroma server at {address} {given} ({status}).",
                                    "Correct FINDINGS_CHROMA_TOKEN.")
        if status in _BUSY:
            return TryAgain(f"The Chroma server at {address} failed ({status}).", "Try again.")
        if status == 404 and _message(answer):
            return Gone(f"The Chroma server at {address} no longer holds what was asked for.",
                        "Try again.")
        return self._strange(f"{status} {_message(answer)}".strip())

    def _collection(self, told: Any) -> Collection:
        if not isinstance(told, dict) or not isinstance(told.get("id"), str) \
                or not isinstance(told.get("name"), str):
            raise self._strange("what it calls a collection is none")
        return Collection(told["id"], told["name"], told.get("metadata") or {})

    def _strange(self, detail: str) -> FixConfiguration:
        if self.access.token is not None:
            detail = detail.replace(self.access.token.get_secret_value(), "***")
        return FixConfiguration(f"What answers at {self.access.address} is not a Chroma server "
                                f"that can be used ({detail[:200]}).", "Correct FINDINGS_CHROMA.")


def _message(answer: httpx.Response) -> str:
    """What the server says of an error, on one line; empty for what no Chroma server says."""
    try:
        told = json.loads(answer.content)
    except ValueError:
        return ""
    return " ".join(str(told.get("message", "")).split()) if isinstance(told, dict) else ""


def _untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
