"""Secrets and code: neither comes out of, or in by, what is written and read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.settings import load
from corpus.library import read
from index.neighbours import Neighbours
from tests.test_layers import modules

SECRET = "a-very-secret-word-9f3c"
# What turns bytes or text into objects or code that runs.
_UNSAFE = frozenset(("pickle", "cPickle", "_pickle", "dill", "shelve", "marshal", "joblib",
                     "cloudpickle"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a file, by the dotted name that it is made by."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def keyword(call: ast.Call, name: str) -> str | None:
    return next((ast.unparse(one.value) for one in call.keywords if one.arg == name), None)


def test_nothing_of_ours_makes_objects_of_bytes() -> None:
    seen = 0
    for path in modules():
        assert not imported(path) & _UNSAFE, path
        for name, call in calls(path):
            seen += 1
            assert name not in ("eval", "exec", "compile", "yaml.load", "os.system"), path
            assert keyword(call, "shell") in (None, "False"), path
            if name == "torch.load":
                assert keyword(call, "weights_only") == "True", path
            if name in ("np.load", "numpy.load"):
                # What is not said is False since NumPy 1.16.
                assert keyword(call, "allow_pickle") in (None, "False"), path
    assert seen > 1000


def test_a_file_of_vectors_that_holds_objects_is_not_opened(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return (Path.touch, (tmp_path / "harm",))  # type: ignore[return-value]

    from index.neighbours import NAME

    np.save(tmp_path / NAME, np.array([Harm()], dtype=object), allow_pickle=True)
    with pytest.raises(Exception, match="damaged"):
        Neighbours(tmp_path, ["a"], {"a": 0})
    assert not (tmp_path / "harm").exists()


def test_settings_tell_no_secret_however_they_are_shown(tmp_path: Path) -> None:
    held = load(home=tmp_path, model_key=SECRET, chroma_token=SECRET)
    for shown in (repr(held), str(held), f"{held.model_dump()}", held.model_dump_json(),
                  repr(held.model_key)):
        assert SECRET not in shown
    assert held.model_key is not None
    assert held.model_key.get_secret_value() == SECRET


def test_a_link_to_a_secret_file_is_read_by_its_ending_alone(tmp_path: Path) -> None:
    """A library may hold links; what they lead to is a report only if it is called one."""
    secret = tmp_path / "elsewhere" / "key"
    secret.parent.mkdir()
    secret.write_text(SECRET)
    library = tmp_path / "library"
    library.mkdir()
    (library / "report.pdf").symlink_to(secret)
    (library / "key").symlink_to(secret)
    (library / "good.txt").write_text("Kent Police: PEEL 2017\n\nThe force listens.\n")
    found = read(library)
    assert len(found.reports) == 1
    assert SECRET not in repr([report.text for report in found.reports])
    assert SECRET not in " ".join(one.reason for one in found.skipped)
