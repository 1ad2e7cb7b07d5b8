"""README's commands do what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
LINES = [line.strip() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
         for line in block.splitlines() if line.strip()]
COMMANDS = [line.removeprefix(".venv/bin/findings ") for line in LINES
            if line.startswith(".venv/bin/findings ")]
TARGETS = [line for line in LINES if line.startswith("make ")]


def test_readme_shows_commands_to_run() -> None:
    assert len(COMMANDS) >= 6
    assert TARGETS == ["make run", "make test"]
    assert len(COMMANDS) + len(TARGETS) == len(LINES)


@pytest.mark.real_embedder
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_works(command: str, real_embedder: object, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)
    words = [str(ROOT / "corpus" / "reports") if word == "/path/to/folder" else word
             for word in words]
    words = [str(_draft(tmp_path)) if word == "DRAFT.docx" else word for word in words]
    home = str(tmp_path / "home")
    assert main(["--home", home, "index"]) == 0
    capsys.readouterr()
    assert main(["--home", home, *words]) == 0
    assert capsys.readouterr().out.strip()


def _draft(folder: Path) -> Path:
    """A Word file with a sentence to check."""
    import docx

    document = docx.Document()
    document.add_paragraph("The force has a backlog of digital devices awaiting examination.")
    path = folder / "draft.docx"
    document.save(str(path))
    return path


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_of_the_readme_exists(target: str) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed: install it to run this test")
    done = subprocess.run(["make", "-n", *target.split()[1:]], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pytest" in done.stdout if target == "make test" else "findings serve" in done.stdout


def test_each_setting_named_in_the_readme_exists() -> None:
    from assistant.settings import Settings

    named = set(re.findall(r"\bFINDINGS_([A-Z_]+)\b", README))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_each_file_that_the_readme_links_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
