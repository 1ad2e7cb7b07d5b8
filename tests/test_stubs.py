"""Importing Gradio without its writing into its own package."""

from __future__ import annotations

import subprocess
import sys

_QUIET = """
import importlib.util, pathlib
from assistant.stubs import leave_out
leave_out()
leave_out()
package = pathlib.Path(importlib.util.find_spec("gradio").submodule_search_locations[0])
opened = []
import sys
sys.addaudithook(lambda event, given: opened.append(str(given[0]))
                 if event == "open" and str(given[0]).endswith(".pyi") else None)
import gradio
assert gradio.Textbox().get_block_name() == "textbox"
print(len([name for name in opened if name.startswith(str(package))]))
"""


def _said(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_no_stub_of_gradio_is_opened() -> None:
    assert _said(_QUIET) == "0"


def test_without_it_stubs_would_be_opened() -> None:
    """The check above can fail: this is what it would count."""
    assert int(_said(_QUIET.replace("leave_out()\n", ""))) > 10
