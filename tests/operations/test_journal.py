"""The log: one line an event, and nothing in it that nobody may read."""

from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from assistant.operating.asking import asked_by
from assistant.operating.happenings import (
    Answered,
    Asked,
    Outcome,
    Refused,
    SignInFailed,
    Synced,
    Why,
    tell,
)
from assistant.operating.journal import adopt, journal, note
from assistant.operating.redaction import HIDDEN, Redaction
from assistant.service import Service
from assistant.settings import load

QUESTION = "Why does the zebra unit in Northampton wait for phones?"
ANSWERED = Answered("0123456789abcdef", "user:anna", "answered", "lookup", "quotes", 0.0123456,
                    0.5, QUESTION)
HOSTILE = 'x\n{"event": "forged"}\r\n\x1b[31m\u2028\x00 level=error'


class Log:
    """A journal into memory."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self._stream = io.StringIO()
        self._journal = journal(load(home=home, **settings), self._stream)

    def __enter__(self) -> Log:
        self._journal.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.__exit__(None, None, None)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.split("\n") if line]


def test_a_line_of_json_for_each_event(tmp_path: Path) -> None:
    with Log(tmp_path, log="json") as log:
        tell(ANSWERED)
        tell(Synced(Outcome.DONE, 1.5, added=2, findings=9))
    first, second = log.lines
    assert first["event"] == "answered"
    assert first["level"] == "info"
    assert first["time"].endswith("Z")
    assert first["request"] == ANSWERED.request
    assert (first["evidence_s"], first["total_s"]) == (0.0123, 0.5)
    assert (second["event"], second["outcome"], second["findings"]) == ("synced", "done", 9)


def test_no_words_of_a_question_and_no_name_unless_asked_for(tmp_path: Path) -> None:
    with Log(tmp_path, log="json") as log:
        tell(ANSWERED)
        tell(SignInFailed("password", "anna", "10.1.2.3"))
    assert "zebra" not in log.text
    assert "anna" not in log.text
    assert "10.1.2.3" not in log.text
    assert len(log.lines[0]["who"]) == 8
    with Log(tmp_path, log="json", log_questions="yes", log_users="yes") as open_log:
        tell(ANSWERED)
    assert open_log.lines[0]["question"] == QUESTION
    assert open_log.lines[0]["who"] == "user:anna"


def test_people_keep_their_short_names_in_one_home_alone(tmp_path: Path) -> None:
    seen = []
    for home in (tmp_path / "a", tmp_path / "a", tmp_path / "b"):
        with Log(home, log="json") as log:
            tell(Asked("1", "user:anna"))
            tell(Refused(Why.QUESTIONS, "user:anna", 3))
        seen.append(log.lines[-1]["who"])
    assert seen[0] == seen[1] != seen[2]
    assert (tmp_path / "a" / "log.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("form", ["json", "text"])
def test_nothing_can_begin_a_line_of_its_own(tmp_path: Path, form: str) -> None:
    with Log(tmp_path, log=form, log_questions="yes", log_users="yes") as log:
        tell(Answered("1", HOSTILE, "answered", "lookup", "quotes", None, 1.0, HOSTILE))
        logging.getLogger("assistant.x").warning("%s", HOSTILE)
        logging.getLogger(HOSTILE).error("from a library")
    assert log.text.count("\n") == 3
    assert len(log.text.splitlines()) == 3
    assert not any(c in log.text for c in "\x1b\x00\r\u2028")
    if form == "json":
        assert [one["event"] for one in log.lines] == ["answered", "message", "message"]


def test_text_reads_well(tmp_path: Path) -> None:
    with Log(tmp_path, log="text") as log:
        tell(Synced(Outcome.TRY_AGAIN, 0.25))
    head, rest = log.text.strip().split(" WARNING synced ")
    assert head.endswith("Z")
    assert rest.split()[:2] == ["outcome=try_again", "seconds=0.25"]


def test_at_a_terminal_it_is_text_and_else_json(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, begins in ((Terminal(), "20"), (io.StringIO(), "{")):
        with journal(load(home=tmp_path), stream):
            note("hello")
        assert stream.getvalue().startswith(begins)


def test_libraries_write_the_same_lines_from_warnings_on(tmp_path: Path) -> None:
    with Log(tmp_path, log="json") as log:
        # As uvicorn does while it starts.
        own = logging.StreamHandler(io.StringIO())
        uvicorn = logging.getLogger("uvicorn")
        uvicorn.handlers, uvicorn.propagate = [own], False
        adopt()
        for name in ("uvicorn.error", "chromadb.api", "httpx"):
            logging.getLogger(name).info("quiet")
            logging.getLogger(name).warning("heard")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    told = log.lines
    assert [one["logger"] for one in told[:3]] == ["uvicorn.error", "chromadb.api", "httpx"]
    assert {one["message"] for one in told[:3]} == {"heard"}
    assert own.stream.getvalue() == ""


def test_an_error_is_told_by_its_place_and_not_in_its_words(tmp_path: Path) -> None:
    def fails() -> None:
        raise ValueError(QUESTION)

    with Log(tmp_path, log="json") as log:
        try:
            fails()
        except ValueError:
            logging.getLogger("assistant.service").exception("a question failed")
        thread = threading.Thread(target=fails, name="worker")
        thread.start()
        thread.join()
    logged, died = log.lines
    assert (logged["error"], logged["message"]) == ("ValueError", "a question failed")
    assert logged["at"].startswith("test_journal.py:")
    assert (died["event"], died["thread"], died["level"]) == ("thread_failed", "worker", "error")
    assert "zebra" not in log.text
    assert "Traceback" not in log.text


def test_what_a_question_logs_carries_its_id(service: Service, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(QUESTION)

    monkeypatch.setattr(service, "_steps", fails)
    with Log(tmp_path, log="json") as log, asked_by("user:anna"):
        answer = service.ask(QUESTION)
    failed, answered = log.lines
    assert failed["request"] == answered["request"] == answer.trace.request
    assert (failed["error"], answered["status"]) == ("RuntimeError", "error")
    assert "zebra" not in log.text


def test_the_level_decides_what_is_told(tmp_path: Path) -> None:
    with Log(tmp_path, log="json", log_level="WARNING") as quiet:
        tell(ANSWERED)
        tell(SignInFailed("token"))
    assert [one["event"] for one in quiet.lines] == ["sign_in_failed"]
    with Log(tmp_path, log="json", log_level="debug") as wordy:
        tell(Asked("1"))
    assert [one["event"] for one in wordy.lines] == ["asked"]


KEY, TOKEN, IN_FILE = "a-model-key-0123", "chroma-token-4567", "key-from-a-file-89"


def test_secrets_are_hidden_wherever_they_stand(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{IN_FILE}\n")
    with Log(tmp_path, log="json", model_key=KEY, chroma_token=TOKEN,
             model_key_file=kept) as log:
        for text in (f"asked with {KEY}", f"x{TOKEN}y", IN_FILE,
                     "Authorization: Basic abcdef.123456", "Cookie: findings-session-7860=abc; b=c",
                     "fnd_abcdefghijklmnopqrstuvwxyz0123456789", "password=hunter2hunter2",
                     "http://anna:letmein@chroma:8000/api", "{'api_key': 'sk-abcdefghijklmnop'}"):
            logging.getLogger("chromadb").error("%s", text)
    for secret in (KEY, TOKEN, IN_FILE, "abcdef.123456", "=abc", "b=c", "fnd_abc", "hunter2",
                   "letmein", "sk-abc"):
        assert secret not in log.text
    assert log.text.count(HIDDEN) >= 9
    assert "asked with" in log.text
    assert "@chroma:8000/api" in log.text


def test_words_that_are_no_secrets_stay() -> None:
    plain = "The token of the force's password policy is told: 3 cookies, basic training"
    assert Redaction().of(plain) == plain


def test_everything_is_as_before_afterwards(tmp_path: Path) -> None:
    root, hook = logging.getLogger(), threading.excepthook
    before = list(root.handlers), root.level
    with Log(tmp_path):
        pass
    assert (list(root.handlers), root.level) == before
    assert threading.excepthook is hook
