"""The log: one line for each event, as JSON or as text, without the words of questions, without
secrets, and with people as short keyed hashes, unless that was asked for otherwise."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, TextIO

from assistant.operating.asking import REQUEST
from assistant.operating.happenings import (
    Answered,
    Asked,
    Happening,
    Outcome,
    Refused,
    SignInFailed,
    Synced,
    Turned,
    Written,
    listening,
)
from assistant.operating.pseudonyms import Pseudonyms
from assistant.operating.redaction import Redaction
from assistant.settings import Settings

_OURS = ("app", "assistant", "corpus", "index", "prompts", "findings")
# Libraries that bring handlers of their own, which would write lines of another shape.
_OTHERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "gradio", "httpx",
           "chromadb", "py.warnings")
_NAMES: Mapping[type, str] = {
    Asked: "asked", Answered: "answered", Refused: "refused", SignInFailed: "sign_in_failed",
    Written: "written", Synced: "synced", Turned: "turned"}
_PLAIN = re.compile(r"[A-Za-z0-9._:/@+-]+")
# The longest value of a field, in characters.
_LONGEST = 2000
_FIELDS = "findings_fields"
events = logging.getLogger("findings")


@dataclass(frozen=True)
class Discretion:
    """What a line may tell."""

    redaction: Redaction
    pseudonyms: Pseudonyms
    questions: bool = False
    users: bool = False

    def person(self, who: str) -> str:
        """Who somebody is, as far as may be told."""
        return who if self.users else self.pseudonyms.of(who)


class Lines(logging.Formatter):
    """A record as one line. Line breaks and control characters of a field are escaped, so that no
    text can begin a line of its own."""

    def __init__(self, as_json: bool, discretion: Discretion) -> None:
        super().__init__()
        self._as_json, self._discretion = as_json, discretion

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {"time": when.replace("+00:00", "Z"),
                                "level": record.levelname.lower()}
        given = getattr(record, _FIELDS, None)
        if isinstance(given, Mapping):
            told |= given
        else:
            told |= {"event": "message", "logger": record.name, "message": _message(record)}
        if request := REQUEST.get():
            told.setdefault("request", request)
        if record.exc_info and record.exc_info[1] is not None:
            told |= self._fault(record.exc_info[1])
        clean = {key: self._clean(value) for key, value in told.items()}
        return json.dumps(clean) if self._as_json else _as_text(clean)

    def _fault(self, error: BaseException) -> dict[str, Any]:
        """Where an error came from. Its own words may hold a question, so they stay out."""
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        told = {"error": type(error).__name__, "at": " < ".join(
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in reversed(frames))}
        return {**told, "said": str(error)} if self._discretion.questions else told

    def _clean(self, value: Any) -> Any:
        if isinstance(value, bool | int | float) or value is None:
            return value
        return self._discretion.redaction.of(str(value))[:_LONGEST]


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # A library's own slip must not take the line with it.
        return str(record.msg)


def _as_text(told: Mapping[str, Any]) -> str:
    head = f"{told['time']} {told['level'].upper()} {told['event']}"
    rest = (f"{key}={_word(value)}" for key, value in told.items()
            if key not in ("time", "level", "event"))
    return " ".join([head, *rest])


def _word(value: Any) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


@contextmanager
def journal(settings: Settings, stream: TextIO | None = None) -> Iterator[None]:
    """Write the log to ``stream`` (the standard error output) until the end of the block."""
    to = stream or sys.stderr
    handler = logging.StreamHandler(to)
    discretion = Discretion(Redaction.of_settings(settings), Pseudonyms.at(settings.home_path),
                            settings.log_questions == "yes", settings.log_users == "yes")
    handler.setFormatter(Lines(in_json(settings, to), discretion))
    root = logging.getLogger()
    before, root.handlers, level = root.handlers, [handler], root.level
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    hook, threading.excepthook = threading.excepthook, _of_thread
    adopt()
    try:
        with listening(lambda one: _take_down(one, discretion)):
            yield
    finally:
        threading.excepthook = hook
        logging.captureWarnings(False)
        root.handlers = before
        root.setLevel(level)
        for name in _OURS:
            logging.getLogger(name).setLevel(logging.NOTSET)


def in_json(settings: Settings, stream: TextIO) -> bool:
    """Whether lines are JSON: as it is set, else wherever nobody reads them at a terminal."""
    return settings.log == "json" or (settings.log == "" and not stream.isatty())


def adopt() -> None:
    """Have libraries that log in their own way log here. To be called again once they have set
    themselves up."""
    for name in _OTHERS:
        one = logging.getLogger(name)
        one.handlers, one.propagate = [], True
        one.setLevel(logging.WARNING)


def note(text: str) -> None:
    """A line for whoever started the program."""
    events.info(text, extra={_FIELDS: {"event": "note", "message": text}})


def _of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        events.error("a thread failed", exc_info=args.exc_value, extra={_FIELDS: {
            "event": "thread_failed", "thread": args.thread.name if args.thread else ""}})


def _take_down(happening: Happening, discretion: Discretion) -> None:
    level = _level(happening)
    if not events.isEnabledFor(level):
        return
    told: dict[str, Any] = {"event": _NAMES[type(happening)]}
    for one in fields(happening):
        value = getattr(happening, one.name)
        if one.name in ("who", "name", "address"):
            value = discretion.person(value)
        if one.name == "question" and not discretion.questions:
            continue
        if value in ("", None):
            continue
        told[one.name] = round(value, 4) if isinstance(value, float) else value
    events.log(level, told["event"], extra={_FIELDS: told})


def _level(happening: Happening) -> int:
    if isinstance(happening, Asked):
        return logging.DEBUG
    fine = (Outcome.DONE, Outcome.NOTHING)
    failed = isinstance(happening, Written | Synced) and happening.outcome not in fine
    failed = failed or (isinstance(happening, Turned) and happening.to == "unready")
    return logging.WARNING if failed or isinstance(happening, SignInFailed) else logging.INFO
