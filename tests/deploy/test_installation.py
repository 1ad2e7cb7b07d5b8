"""Two apps behind nginx that share a Chroma server and a model server: one indexes while both
answer, and each part is killed and started again while the others go on."""

from __future__ import annotations

import html
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.asking import Shown, Visitor
from tests.chroma.servers import EXECUTABLE, Chroma
from tests.corpus.generate import long_report, text_of
from tests.deploy.installation import MODEL_WAIT_S, WRITTEN, App, Installation, within
from tests.deploy.nginx import BINARY, MISSING

pytestmark = [
    pytest.mark.skipif(BINARY is None, reason=MISSING), pytest.mark.real_embedder,
    pytest.mark.skipif(not EXECUTABLE.exists(), reason="chroma is not installed beside Python")]
QUESTION = "Why are Kent Police's investigations delayed?"
BACKLOG = "The force has a backlog of seized phones, which delays its investigations."
SECTION = "How effective is the force at investigating crime?"
# Longer than two looks for changed reports and one for a newer index, on a busy machine.
TAKEN_UP_S = 60.0


def write(folder: Path, force: str, *findings: str) -> None:
    """A small report on a force in the folder that the installation indexes."""
    (folder / f"{force.lower()}-2019.txt").write_text(
        "\n".join((f"{force} Police: PEEL 2019", SECTION, *findings)) + "\n", "utf-8")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, real_embedder: object) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def reports(base: Path) -> Path:
    (base / "reports").mkdir()
    write(base / "reports", "Kent", BACKLOG, "The force answers emergency calls quickly.")
    return base / "reports"


@pytest.fixture(scope="module")
def chroma(base: Path) -> Iterator[Chroma]:
    running = Chroma(base / "chroma")
    try:
        running.start()
    except (RuntimeError, OSError) as error:
        pytest.skip(f"chroma run does not start here: {error}")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def whole(base: Path, chroma: Chroma, reports: Path) -> Iterator[Installation]:
    with closing(Installation(base / "apart", chroma, reports)) as installation:
        yield installation


def called(whole: Installation, app: App, question: str) -> Mapping[str, Any]:
    """What an app's calls answer, in quotes."""
    with closing(whole.asker(app)) as asker:
        return asker.ask(question)


def quoted(whole: Installation, app: App, force: str, words: str) -> bool:
    """Whether an app answers a question about a force with a finding of these words."""
    told = called(whole, app, f"Does {force} Police have a shortage of {words}?")
    return any(one["force"] == force and words in one["quote"] for one in told["citations"])


def both_quote(whole: Installation, force: str, words: str) -> None:
    for app in whole.apps:
        within(TAKEN_UP_S, lambda app=app: quoted(whole, app, force, words),  # type: ignore[misc]
               f"app {app.name} answers from the report on {force}")


def is_written(shown: Shown) -> bool:
    """Whether a turn is an answer, by the model server."""
    assert BACKLOG in shown.html
    return WRITTEN in html.unescape(shown.html) and "Written by openai:writer" in shown.html


def test_both_answer_alike_and_the_model_server_writes(whole: Installation) -> None:
    answers = [called(whole, app, QUESTION) for app in whole.apps]
    assert answers[0]["status"] == "answered"
    assert answers[0]["citations"][0]["quote"] == BACKLOG
    assert answers[0]["citations"] == answers[1]["citations"]
    for app in whole.apps:
        with closing(whole.visitor(app)) as visitor:
            assert is_written(visitor.ask(QUESTION))


def is_quoted(shown: Shown) -> None:
    """Fails where a turn is anything but an answer in quotes with a line that says why."""
    assert not is_written(shown)
    assert 'class="status answered"' in shown.html
    assert "The findings are quoted instead." in shown.html


class Reader:
    """Somebody who asks again and again until told to end, each time noting when."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.times: list[float] = []
        self.faults: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while not self._ended.wait(0.1):
            try:
                shown = self.visitor.ask(QUESTION)
            except (RuntimeError, httpx.HTTPError) as error:
                self.faults.append(repr(error))
            else:
                self.times.append(time.monotonic())
                if BACKLOG not in shown.html or 'class="status answered"' not in shown.html:
                    self.faults.append(shown.html)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self.visitor.close()


def test_one_indexes_while_both_answer(whole: Installation) -> None:
    long = text_of(long_report(20, "Surrey Police", "2018/19", 1))
    content = f"{long}{SECTION}\nThe force has a shortage of kennels for police dogs.\n".encode()
    readers = [Reader(whole.visitor(app)) for app in whole.apps]
    try:
        with closing(whole.librarian(whole.apps[0])) as librarian:
            begun = time.monotonic()
            librarian.add("surrey.txt", content)
            added = time.monotonic()
        both_quote(whole, "Surrey", "kennels")
    finally:
        for reader in readers:
            reader.close()
    for reader in readers:
        assert reader.faults == []
        assert sum(begun < at < added for at in reader.times) >= 3
    told = [called(whole, app, "Does Surrey Police have a shortage of kennels?")
            for app in whole.apps]
    assert told[0]["citations"] == told[1]["citations"]


def test_the_chroma_server_is_killed(whole: Installation, chroma: Chroma, reports: Path) -> None:
    with closing(whole.visitor(whole.apps[0])) as one, \
            closing(whole.visitor(whole.apps[1])) as two:
        before = {app.name: warnings(app) for app in whole.apps}
        chroma.stop()
        try:
            write(reports, "Dorset", "The force has a shortage of detectives.")
            for app in whole.apps:
                within(30, lambda app=app: warnings(app) > before[app.name],  # type: ignore[misc]
                       f"app {app.name} notes that the server is away")
            for visitor in (one, two):
                assert is_written(visitor.ask(QUESTION))
            assert not any(quoted(whole, app, "Dorset", "detectives") for app in whole.apps)
        finally:
            chroma.start()
        both_quote(whole, "Dorset", "detectives")


def warnings(app: App) -> int:
    """How many warnings of the look for a newer index its log has."""
    events = [json.loads(line) for line in app.log.read_text("utf-8").splitlines()]
    return sum((one.get("logger"), one["level"]) == ("assistant.watch", "warning")
               for one in events)


def test_the_model_server_is_killed_and_hangs(whole: Installation) -> None:
    visitors = [whole.visitor(app) for app in whole.apps]
    try:
        whole.model.kill()
        try:
            for visitor in visitors:
                is_quoted(visitor.ask(QUESTION))
        finally:
            whole.model.start()
        for visitor in visitors:
            assert is_written(visitor.ask(QUESTION))
        whole.model.hang(True)
        try:
            shown = visitors[0].ask(QUESTION)
            is_quoted(shown)
            # Waited for once, and the findings stood there meanwhile.
            assert shown.evidence is not None
            assert shown.evidence < MODEL_WAIT_S <= shown.whole < 3 * MODEL_WAIT_S
        finally:
            whole.model.hang(False)
        assert is_written(visitors[0].ask(QUESTION))
    finally:
        for visitor in visitors:
            visitor.close()


@pytest.mark.parametrize(("number", "force", "lacks"), [
    (1, "Essex", "interpreters"), (0, "Sussex", "analysts")], ids=["two", "one"])
def test_an_app_is_killed(whole: Installation, reports: Path, number: int, force: str,
                          lacks: str) -> None:
    gone, left = whole.apps[number], whole.apps[1 - number]
    with closing(whole.client(gone)) as browser, closing(whole.visitor(gone)) as visitor:
        gone.kill()
        try:
            write(reports, force, f"The force has a shortage of {lacks}.")
            assert whole.reached(browser) == left.port
            # Also from a page that was open, without loading it again.
            assert is_written(visitor.ask(QUESTION))
            assert called(whole, left, QUESTION)["status"] == "answered"
        finally:
            gone.start()
        gone.wait(gone.ready)
        within(30, lambda: whole.reached(browser) == gone.port, "nginx sends its people back")
        both_quote(whole, force, lacks)


def test_nginx_is_killed(whole: Installation) -> None:
    visitors = [whole.visitor(app) for app in whole.apps]
    try:
        whole.nginx.kill()
        try:
            for visitor in visitors:
                with pytest.raises(httpx.TransportError):
                    visitor.ask(QUESTION)
        finally:
            whole.nginx.start()
        for visitor, app in zip(visitors, whole.apps, strict=True):
            assert is_written(visitor.ask(QUESTION))
            assert called(whole, app, QUESTION)["status"] == "answered"
    finally:
        for visitor in visitors:
            visitor.close()
