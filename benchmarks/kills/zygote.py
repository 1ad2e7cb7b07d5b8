"""A process that has imported everything and does nothing but fork: a child of it begins its work
at once, so that moments fall on the work and not on imports."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

_AHEAD = ("assistant.cli.index", "assistant.cli.models", "assistant.service", "index.sync",
          "chromadb")
_FURTHER = {"evaluating": ("evals.cli", "evals.suite.run"),
            "serving": ("assistant.cli.serve", "app")}


def main() -> int:
    """Obey lines of JSON: ``start`` forks and says which process it is, ``wait`` says how one
    ended."""
    from assistant.settings import load

    load()
    for name in (*_AHEAD, *(one for kind in sys.argv[1:] for one in _FURTHER.get(kind, ()))):
        importlib.import_module(name)
    for line in sys.stdin:
        told = json.loads(line)
        reply = _started(told) if told["do"] == "start" else _waited(told)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()
    return 0


def _started(told: dict[str, Any]) -> int:
    sys.stdout.flush()
    number = os.fork()
    if number == 0:
        os._exit(_child(told))
    return number


def _child(told: dict[str, Any]) -> int:
    os.setsid()
    for descriptor, path in ((1, told["out"]), (2, told["err"])):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    from benchmarks.kills import child

    try:
        status = child.run(told["words"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it was, the parent is told
        traceback.print_exc()
        status = 70
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _waited(told: dict[str, Any]) -> int:
    _, status = os.waitpid(told["process"], 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
