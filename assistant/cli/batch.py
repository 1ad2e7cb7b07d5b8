"""``findings batch``: many questions in one process, resumable."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.cli.common import note, pairs, settings_of
from assistant.service import open_service
from corpus.errors import FixConfiguration, GiveUp, remedy


def batch(options: argparse.Namespace) -> int:
    """Answer each line of a file; lines answered in an earlier run are not asked again."""
    rows = list(_rows(options.questions))
    done = _answered(options.answers)
    todo = [(key, question, history) for key, question, history in rows if key not in done]
    if done:
        note(f"{len(rows) - len(todo)} of {len(rows)} were answered before.")
    service = open_service(settings_of(options), note=note)
    try:
        with _append_to(options.answers) as stream:
            for number, (key, question, history) in enumerate(todo, 1):
                answer = service.ask(question, history, composer=options.composer)
                _write(stream, {**answer.to_dict(), "id": json.loads(key)}, options.answers)
                if sys.stderr.isatty():
                    print(f"\rAnswered {number} of {len(todo)}", end="", file=sys.stderr)
    finally:
        service.close()
    note(f"{len(todo)} answered, {len(rows)} in {options.answers}.")
    return 0


def _rows(path: Path) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each line's id (as JSON text, its line number where it has none), question and history."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FixConfiguration(f"The questions {path} can't be read: {error}.",
                               "It has to be JSON Lines in UTF-8.") from error
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            row: Any = json.loads(line)
        except ValueError as error:
            raise GiveUp(f"{where}: it is not JSON ({error}).", "Correct it.") from error
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise GiveUp(f"{where}: it has no question.",
                         "Each line is an object with id and question.")
        key = json.dumps(row.get("id", number))
        if key in seen:
            raise GiveUp(f"{where}: the id {key} was used before.", "Give each line its own.")
        seen.add(key)
        yield key, row["question"], pairs(row.get("history"), where)


def _answered(path: Path) -> set[str]:
    """The ids answered so far. A last line cut off by a crash is removed, so that it is asked
    again; a file that holds anything else than answers is refused and left as it is."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise _unwritable(path, error) from error
    found: set[str] = set()
    kept: list[bytes] = []
    for number, line in enumerate(lines, 1):
        key = _answer_id(line)
        if key is not None:
            found.add(key)
            kept.append(line)
        elif line.strip() and number < len(lines):
            raise FixConfiguration(f"{path.name}, line {number}: it is no answer.",
                                   "Choose another file for the answers.")
    whole = b"".join(line + b"\n" for line in kept)
    if whole != b"\n".join(lines):
        scratch = path.with_name(path.name + ".part")
        try:
            scratch.write_bytes(whole)
            scratch.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error
    return found


def _answer_id(line: bytes) -> str | None:
    """The id of an answer's line, as JSON text; None for any other line."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or not {"id", "status", "answer"} <= set(row):
        return None
    return json.dumps(row["id"])


def _append_to(path: Path) -> Any:
    try:
        return path.open("ab", buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(stream: Any, row: dict[str, Any], path: Path) -> None:
    line = (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    try:
        while line:
            line = line[stream.write(line):]
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> FixConfiguration:
    return FixConfiguration(f"The answers can't be written to {path} ({error.strerror}). Those "
                            "before are kept.", remedy(error, "Choose another file."))
