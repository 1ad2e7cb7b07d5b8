"""What goes wrong between machines: kills, a server that is away, refuses or is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from corpus.errors import FixConfiguration, TryAgain
from index import generation
from index.keeping import Followed
from index.shared import edition as editions
from index.shared.access import Access
from index.shared.server import Server
from index.shared.shared import Shared
from index.store import Index
from tests.chroma.servers import Chroma, Gate, certificate, silent
from tests.fakes import TinyEmbedder
from tests.index.places import passages

Share = Callable[..., Shared]
ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "sesame-0123456789"

# Syncs or follows, and stands still just before, or just after, the request that a moment names.
WORKING = """
import sys, time
from pathlib import Path
from index.shared.access import Access
from index.shared.server import Server
from index.shared.shared import Shared
from tests.fakes import TinyEmbedder
url, name, home, folder, source, moment, what = sys.argv[1:]
after = moment.startswith("after ")
moment, _, number = moment.removeprefix("after ").partition(" ")
count, asked = 0, Server._asked

def kind(method, url, body):
    if method == "POST" and body.get("name"):
        return "create-" + body["name"].removeprefix(name + "-").partition("-")[0]
    if method == "DELETE":
        return "drop-" + url.rpartition("/")[2].removeprefix(name + "-").partition("-")[0]
    return "list" if method == "GET" else url.rpartition("/")[2]

def counted(self, method, url, body=None):
    global count
    mine = kind(method, url, body) == moment
    count += mine
    answer = asked(self, method, url, body) if after or not mine else None
    if mine and count == int(number):
        print("here", flush=True)
        time.sleep(60)
    return answer if after or not mine else asked(self, method, url, body)

Server._asked = counted
one = Shared(Path(home), Path(folder), Access(url, name=name), lease_s=0.5)
if what == "sync":
    one.sync(Path(source), TinyEmbedder())
else:
    one.follow(TinyEmbedder())
print("done", flush=True)
"""


def killed_at(chroma: Chroma, one: Shared, name: str, source: Path, moment: str,
              what: str = "sync") -> None:
    """Kill a child at a moment that it has to come to."""
    child = subprocess.Popen(
        [sys.executable, "-c", WORKING, chroma.url, name, str(one._home), str(one.folder),
         str(source), moment, what], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def count(one: Shared) -> int:
    index = Index(one.folder, TinyEmbedder())
    try:
        return len(index.findings())
    finally:
        index.close()


def test_killed_at_any_moment_the_index_in_force_stays(share: Share, chroma: Chroma, name: str,
                                                       tmp_path: Path) -> None:
    """From the lock to clearing up, just before each step that changes something on the server."""
    source, one, reader = tmp_path / "p.jsonl", share("one"), share("reader")
    for findings in (29, 30):
        one.sync(passages(source, findings), TinyEmbedder())
    reader.follow(TinyEmbedder())
    for moment in ("create-lock 1", "upsert 1", "upsert 2", "create-edition 1",
                   "after create-edition 1", "delete 1"):
        passages(source, findings + 3)
        killed_at(chroma, one, name, source, moment)
        # Whoever reads has the whole one before or the whole one after.
        reader.follow(TinyEmbedder())
        assert count(reader) in (findings, findings + 3)
        assert count(one) in (findings, findings + 3)
        one.sync(source, TinyEmbedder())
        findings += 3
        assert count(one) == findings
        assert reader.follow(TinyEmbedder()) in (Followed.TAKEN, Followed.SAME)
        assert count(reader) == findings
    in_force = one.in_force()
    assert in_force is not None
    passages(source, findings + 1)
    one.sync(source, TinyEmbedder())
    # Nothing of the runs that were cut off is left.
    assert len(editions.all_of(one.server)) == 2
    shelf = editions.shelves(one.server)[in_force.shelf]
    assert len(editions.ids(one.server, shelf.findings)) == findings + 1
    assert len([c for c in one.server.collections() if "-lock-" not in c.name]) == 4


@pytest.mark.parametrize("moment", ["list 3", "get 2", "get 4"])
def test_a_mirror_killed_while_it_is_fetched(share: Share, chroma: Chroma, name: str,
                                             tmp_path: Path, moment: str) -> None:
    source, one, reader = tmp_path / "p.jsonl", share("one"), share("reader")
    one.sync(passages(source, 120), TinyEmbedder())
    killed_at(chroma, reader, name, source, moment, "follow")
    assert generation.current(reader.folder) is None
    assert reader.follow(TinyEmbedder()) is Followed.TAKEN
    assert count(reader) == 120
    assert [p.name for p in (reader.folder / "index").iterdir() if p.is_dir()] \
        == [path.name for path, _ in [generation.current(reader.folder) or (Path(), None)]]


def test_a_writer_that_lost_the_lock_puts_nothing_in_force(
        share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that does not know it: two have made edition 2, the later one is refused."""
    source, other_source = tmp_path / "p.jsonl", tmp_path / "q.jsonl"
    one, other = share("one"), share("two", home="one")
    one.sync(passages(source, 20), TinyEmbedder())
    put_in_force = editions.put_in_force

    def late(server: Server, made: editions.Edition) -> None:
        monkeypatch.setattr(editions, "put_in_force", put_in_force)
        monkeypatch.setattr("index.shared.shared.lease.held", lambda *_: _Free())
        assert other.sync(passages(other_source, 7), TinyEmbedder(), claim=True).findings == 7
        put_in_force(server, made)

    monkeypatch.setattr(editions, "put_in_force", late)
    passages(source, 25)
    with pytest.raises(TryAgain, match="Another process has brought"):
        one.sync(source, TinyEmbedder())
    assert count(one) == 20
    assert one.follow(TinyEmbedder()) is Followed.TAKEN
    assert count(one) == count(other) == 7


class _Free:
    """A lock that everybody has."""

    def __enter__(self) -> _Free:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def check(self) -> None:
        """It is never lost."""


def test_a_server_that_is_away_stops_no_answer(own_chroma: Chroma, tmp_path: Path) -> None:
    access = Access(own_chroma.url)
    one = Shared(tmp_path / "one", tmp_path / "one" / "mirror", access, lease_s=1.0)
    source = passages(tmp_path / "p.jsonl", 20)
    one.sync(source, TinyEmbedder())
    own_chroma.stop()
    for call in (lambda: one.follow(TinyEmbedder()), lambda: one.sync(source, TinyEmbedder())):
        with pytest.raises(TryAgain, match=f"at {own_chroma.url} can't be reached"):
            call()
    assert count(one) == 20
    own_chroma.start()
    assert one.follow(TinyEmbedder()) is Followed.SAME
    passages(source, 21)
    assert one.sync(source, TinyEmbedder()).embedded == 1
    one.close()


def test_a_token_goes_out_and_is_never_shown(chroma: Chroma, name: str, tmp_path: Path) -> None:
    gate = Gate(chroma.port, TOKEN)
    try:
        source = passages(tmp_path / "p.jsonl", 20)
        right = Shared(tmp_path / "one", tmp_path / "one" / "mirror",
                       Access(gate.url, SecretStr(TOKEN), name=name), lease_s=1.0)
        assert right.sync(source, TinyEmbedder()).findings == 20
        assert gate.passed
        for wrong in (SecretStr("sesame-wrong-98765"), None):
            other = Shared(tmp_path / "two", tmp_path / "two" / "mirror",
                           Access(gate.url, wrong, name=name))
            with pytest.raises(FixConfiguration, match="token") as refused:
                other.follow(TinyEmbedder())
            assert "FINDINGS_CHROMA_TOKEN" in str(refused.value)
            assert "sesame" not in f"{refused.value} {refused.value!r} {other.server.access!r}"
            other.close()
        gate.status = 503
        with pytest.raises(TryAgain, match="failed \\(503\\)"):
            right.follow(TinyEmbedder())
        gate.status = 418
        with pytest.raises(FixConfiguration, match="is not a Chroma server"):
            right.follow(TinyEmbedder())
        gate.status = 0
        assert right.follow(TinyEmbedder()) is Followed.SAME
        right.close()
    finally:
        gate.close()


def test_a_server_that_never_answers(tmp_path: Path) -> None:
    with silent() as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        one = Shared(tmp_path, tmp_path / "mirror", Access(url, timeout_s=0.3))
        begun = time.monotonic()
        with pytest.raises(TryAgain, match="did not answer in time"):
            one.follow(TinyEmbedder())
        assert time.monotonic() - begun < 5
        one.close()


@pytest.mark.parametrize(("told", "words"), [
    ({"url": "chroma:8000"}, "not the address"), ({"url": "http://"}, "not the address"),
    ({"url": "http://x:99999"}, "not the address"), ({"url": "ftp://x"}, "not the address"),
    ({"url": "http://me:sesame@x"}, "more than an address"), ({"name": "a b"}, "CHROMA_NAME"),
    ({"token": SecretStr("sesame\nx")}, "can't be in one")])
def test_settings_that_cannot_be_used(told: dict[str, object], words: str) -> None:
    with pytest.raises(FixConfiguration, match=words) as refused:
        Access(**({"url": "http://x"} | told))  # type: ignore[arg-type]
    assert "sesame" not in str(refused.value)


def test_a_private_authority(chroma: Chroma, name: str, tmp_path: Path) -> None:
    authority = certificate(tmp_path)
    gate = Gate(chroma.port, TOKEN, authority)
    try:
        token = SecretStr(TOKEN)
        trusting = Server(Access(gate.url, token, authority, name=name))
        assert trusting.version() == "1.0.0"
        passed = len(gate.passed)
        wary = Server(Access(gate.url, token, name=name))
        with pytest.raises(FixConfiguration, match=r"is not trusted.*FINDINGS_CHROMA_CA"):
            wary.version()
        # The token has not gone to a server that could not be trusted.
        assert len(gate.passed) == passed
        trusting.close()
        wary.close()
    finally:
        gate.close()


def test_an_authority_that_is_no_file(tmp_path: Path) -> None:
    server = Server(Access("https://127.0.0.1:9", authority=tmp_path / "none.pem"))
    with pytest.raises(FixConfiguration, match="FINDINGS_CHROMA_CA"):
        server.version()


def test_another_version_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(Access("http://127.0.0.1:9"))
    monkeypatch.setattr(server, "_asked", lambda *_: "2.0.0")
    with pytest.raises(FixConfiguration, match=r"'2\.0\.0', which is not supported"):
        server.version()


def test_an_index_of_a_newer_program_is_left_in_force(share: Share, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    source, one = passages(tmp_path / "p.jsonl", 20), share()
    one.sync(source, TinyEmbedder())
    in_force = one.in_force()
    monkeypatch.setattr(editions, "FORMAT", generation.FORMAT - 1)
    for call in (lambda: one.follow(TinyEmbedder()),
                 lambda: one.sync(source, TinyEmbedder(), claim=True, rebuild=True)):
        with pytest.raises(FixConfiguration, match="newer version of the program"):
            call()
    monkeypatch.undo()
    assert one.in_force() == in_force
    # An older one is made anew, under the next number.
    monkeypatch.setattr(editions, "FORMAT", generation.FORMAT + 1)
    assert one.follow(TinyEmbedder()) is Followed.NOTHING
