"""``findings doctor``: is everything in place, and what to do where it is not."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.cli.common import settings_of
from assistant.service import library_of
from assistant.settings import Settings
from corpus import library
from corpus.errors import FindingsError

_PACKAGES = ("chromadb", "gradio", "langchain", "onnxruntime", "sentence-transformers",
             "tokenizers", "torch", "xllamacpp")
_ROOM = 500_000_000
_PROBE = ("import sys; from pathlib import Path; from assistant.settings import load;"
          "from assistant.service import open_embedder; from index.store import Index;"
          "s = load(home=Path(sys.argv[1]) if sys.argv[1] else None);"
          "i = Index(s.home_path, open_embedder(s)); print(len(i.findings()));"
          "i.search('police'); i.close()")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ok, or a problem with what to do. A warning does not fail."""

    ok: bool
    text: str
    warning: bool = False


def doctor(options: argparse.Namespace) -> int:
    """Run every check; the exit code is 1 when something needs doing."""
    settings = settings_of(options)
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python, _packages, _home, _space, _embedder, _reports, _index, _model, _port)
    found = [_ran(check, settings) for check in checks]
    for item in found:
        mark = "ok     " if item.ok else "warning" if item.warning else "PROBLEM"
        print(f"{mark} {item.text}")
    problems = sum(not item.ok and not item.warning for item in found)
    print("Everything is in place." if not problems else
          f"{problems} {'thing needs' if problems == 1 else 'things need'} doing.")
    return 1 if problems else 0


def _ran(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """What a check found; one that can't look at a file has found that."""
    try:
        return check(settings)
    except (OSError, FindingsError, subprocess.TimeoutExpired) as error:
        name = check.__name__.strip("_")
        return Finding(False, f"the check of the {name} failed: {error}")


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), f"Python {version} (3.11 or newer is needed)")


def _packages(_: Settings) -> Finding:
    missing = []
    for name in _PACKAGES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding(False, f"packages missing: {', '.join(missing)}. Run 'make setup'.")
    return Finding(True, "packages are installed")


def _home(settings: Settings) -> Finding:
    home = settings.home_path
    probe = home / f".doctor-{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(False, f"the home {home} can't be written ({error.strerror}). Choose "
                       "another with --home.")
    return Finding(True, f"the home is {home}")


def _space(settings: Settings) -> Finding:
    folder = settings.home_path
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Finding(free > _ROOM, f"{free / 1e9:.1f} GB of disk are free"
                   + ("" if free > _ROOM else ". Free some space."))


def _embedder(settings: Settings) -> Finding:
    from index import weights

    found = weights.find([settings.model_path, settings.shared_model_path])
    if found is None:
        return Finding(False, "the embedding model has not been prepared. Run 'make setup' or "
                       "'findings index'.")
    whole = weights.digest(found.folder / "model.onnx") == found.sha256
    return Finding(whole, "the embedding model is whole" if whole else "the embedding model is "
                   f"damaged. Remove {found.folder} and run 'findings index'.")


def _reports(settings: Settings) -> Finding:
    source = library_of(settings)
    try:
        if source.suffix.lower() == ".jsonl":
            return Finding(source.exists(), f"passages are read from {source}")
        found = library.read(source)
    except FindingsError as error:
        return Finding(False, str(error))
    text = f"{len(found.reports)} readable reports in {source}"
    if found.skipped:
        reasons = " ".join(item.reason for item in found.skipped[:5])
        return Finding(False, f"{text}; skipped: {reasons}", warning=bool(found.reports))
    return Finding(bool(found.reports), text if found.reports else
                   f"no reports in {source}. Put some there.")


def _index(settings: Settings) -> Finding:
    """Open the index in a child process: a damaged one can take the process down."""
    from index import generation

    if generation.current(settings.home_path) is None:
        return Finding(False, "there is no index yet. Run 'findings index'.")
    done = subprocess.run([sys.executable, "-c", _PROBE, str(settings.home or "")],
                          capture_output=True, text=True, timeout=120, check=False,
                          cwd=Path(__file__).resolve().parents[2])
    if done.returncode == 0:
        return Finding(True, f"the index answers, with {done.stdout.strip()} findings")
    reason = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
    return Finding(False, f"the index can't be opened: {reason} Run 'findings index --rebuild'.")


def _model(settings: Settings) -> Finding:
    from assistant.models.catalogue import DEFAULT, named
    from assistant.models.registry import is_embedded
    from assistant.models.store import Status, Store

    if not is_embedded(settings.model):
        return _remote_model(settings)
    model = named(DEFAULT)
    status = Store.of(settings).verify(model)
    if status is Status.CORRUPT:
        return Finding(False, f"the language model {model.name} is damaged. Run 'findings models "
                       f"pull {model.name}'.")
    if status is Status.PRESENT:
        return Finding(True, f"the language model {model.name} is whole")
    return Finding(False, f"the language model {model.name} is {status.value}; answers are quotes. "
                   f"'findings models pull {model.name}' fetches it.", warning=True)


def _remote_model(settings: Settings) -> Finding:
    """Whether its package and its key are there. It is not called: that can cost money."""
    from assistant.models import providers
    from assistant.models.registry import open_model

    try:
        open_model(settings).close()
        provider, _ = providers.named(settings.model)
        access = providers.access(provider, settings)
    except FindingsError as error:
        return Finding(False, f"the configured model {settings.model} can't be used: {error}")
    return Finding(True, f"the configured model is {settings.model}: its package is installed, "
                   f"{access} (it was not called)")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.port))
        except OSError:
            return Finding(False, f"port {settings.port} is taken. Use another: "
                           "'findings serve --port 7861'.", warning=True)
    return Finding(True, f"port {settings.port} is free")
