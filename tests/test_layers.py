"""The house as its plan draws it: imports run one way, and help comes without heavy libraries."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("app", "assistant", "corpus", "evals", "index", "prompts")
# What each part may import of the others.
MAY = {
    "corpus": set(), "prompts": set(), "index": {"corpus"},
    "assistant": {"index", "corpus", "prompts"},
    "evals": {"assistant", "index", "corpus", "prompts"},
    "app": {"assistant", "index", "corpus", "prompts"},
}
HEAVY = ("torch", "gradio", "ragas", "chromadb", "langchain", "langchain_core",
         "sentence_transformers", "transformers", "onnxruntime", "xllamacpp")


def modules() -> list[Path]:
    found = [ROOT / "app.py"]
    for part in PARTS:
        found += sorted((ROOT / part).rglob("*.py"))
    return found


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at the top or inside a function, in full."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at() -> None:
    names = {named(path) for path in modules()}
    assert names > {"app.py", "assistant/pipeline.py", "corpus/model.py", "index/sync.py"}


@pytest.mark.parametrize("path", modules(), ids=named)
def test_imports_run_one_way(path: Path) -> None:
    part = named(path).removesuffix(".py").partition("/")[0]
    others = {name.partition(".")[0] for name in imports(path)} & set(PARTS) - {part}
    assert others <= MAY[part], f"{named(path)} imports {others - MAY[part]}"


@pytest.mark.parametrize("path", modules(), ids=named)
def test_the_page_is_imported_by_the_app_alone(path: Path) -> None:
    if named(path) == "app.py" or named(path).startswith("assistant/web/"):
        return
    assert not [name for name in imports(path) if name.startswith("assistant.web")]


def test_the_command_line_is_imported_by_nothing() -> None:
    for path in modules():
        if not named(path).startswith("assistant/cli/"):
            assert not [name for name in imports(path) if name.startswith("assistant.cli")], path


@pytest.mark.parametrize("path", modules(), ids=named)
def test_settings_alone_read_the_environment(path: Path) -> None:
    if named(path) == "assistant/settings.py":
        return
    tree = ast.parse(path.read_text("utf-8"))
    reads = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute)
             and isinstance(node.value, ast.Name) and node.value.id == "os"
             and node.attr in ("environ", "environb", "getenv", "putenv", "unsetenv")]
    reads += [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
              and node.module == "os" and {a.name for a in node.names} & {"environ", "getenv"}]
    assert reads == [], f"{named(path)} reads the environment in lines {reads}"


def test_the_adapter_alone_knows_ragas() -> None:
    knowing = {named(path) for path in modules() for name in imports(path)
               if name.partition(".")[0] == "ragas"}
    assert knowing == {"evals/suite/adapter/metrics.py", "evals/suite/adapter/testset.py"}


def test_the_suite_is_reached_by_name_alone() -> None:
    for path in modules():
        if not named(path).startswith("evals/"):
            assert not [name for name in imports(path) if name.partition(".")[0] == "evals"], path


@pytest.mark.parametrize("path", modules(), ids=named)
def test_the_command_line_alone_prints(path: Path) -> None:
    if named(path).startswith(("assistant/cli/", "evals/cli/")):
        return
    tree = ast.parse(path.read_text("utf-8"))
    prints = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call)
              and isinstance(node.func, ast.Name) and node.func.id == "print"]
    assert prints == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_no_error_is_passed_over(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{named(path)}, line {node.lineno}: a bare except"
            quiet = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            broad = isinstance(node.type, ast.Name) and node.type.id in ("Exception",
                                                                         "BaseException")
            assert not (quiet and broad), f"{named(path)}, line {node.lineno}"


@pytest.mark.parametrize("path", modules(), ids=named)
def test_files_are_of_a_size_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_settings_turn_telemetry_and_downloads_off() -> None:
    from assistant.settings import QUIET_DEPENDENCIES

    assert QUIET_DEPENDENCIES.items() >= {
        "ANONYMIZED_TELEMETRY": "False", "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "LANGSMITH_TRACING": "false",
        "DO_NOT_TRACK": "1", "RAGAS_DO_NOT_TRACK": "true",
        "ORT_DISABLE_TELEMETRY": "1"}.items()


PROBE = """
import json, sys
from assistant.cli import main
try:
    main({arguments})
except SystemExit as stop:
    assert stop.code in (0, None), stop.code
print()
print(json.dumps([name for name in {heavy} if name in sys.modules]))
"""


@pytest.mark.parametrize("arguments", [
    ["--help"], ["ask", "--help"], ["index", "--help"], ["serve", "--help"], ["doctor", "--help"],
    ["eval", "--help"], ["eval", "run", "--help"], ["eval", "suites"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    script = PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=True, cwd=ROOT, env={**os.environ, "COLUMNS": "100"})
    assert "findings" in done.stdout
    assert json.loads(done.stdout.strip().splitlines()[-1]) == []


@pytest.mark.parametrize("module", ["corpus.parse", "index.store", "index.sync",
                                    "assistant.pipeline", "assistant.service"])
def test_the_path_to_a_quoted_answer_needs_no_heavy_import(module: str) -> None:
    script = (f"import sys, {module}\n"
              f"print([n for n in {HEAVY} if n in sys.modules])")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
