"""A home with something of everything."""

from __future__ import annotations

import json
import os
from pathlib import Path

from assistant.access.passwords import hashed
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.answer import Answer, Intent, Sentence, Status
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Reason, Verdict
from assistant.paper.paper import Paper
from assistant.paper.store import Papers

UPLOAD = """Kent Police: PEEL 2019
How effective is the force at investigating crime?
The force has a backlog of seized phones, which delays its investigations.
"""


def settled(path: Path) -> None:
    """Make a folder look as if nothing had come or gone for a while."""
    os.utime(path, (1_700_000_000, 1_700_000_000))


def filled(home: Path) -> Path:
    """Fill a home that isn't there yet."""
    uploads = home / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "Kent ü 2019.txt").write_text(UPLOAD, "utf-8")
    (home / "corrections").mkdir()
    (home / "corrections" / "ab12.toml").write_text('title = "Kent"\n')
    Conversations(home).keep("user:anna", "Phones", [{"question": "Why?"}])
    Papers(home).create("anna", Paper(title="For Monday"))
    refusal = Answer(question="q", standalone_question="q", intent=Intent.LOOKUP,
                     status=Status.NOT_IN_REPORTS, sentences=(Sentence(text="No.", citations=()),))
    Feedback(home).keep(Entry("1", Verdict.DOWN, "Why?", refusal, reason=Reason.OTHER))
    run = home / "evals" / "run-1"
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"format": 1, "name": "r", "dataset": {"name": "d"}}))
    UsersFile(home / "users.toml").add(User("anna", Role.EDITOR, hashed("three random words")))
    (home / "models").mkdir()
    (home / "models" / "large.bin").write_bytes(b"0" * 1000)
    (home / "incoming" / "x").mkdir(parents=True)
    (home / "log.key").write_bytes(b"k" * 32)
    for folder in ("uploads", "corrections"):
        settled(home / folder)
    return home


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


