"""``findings doctor``: is everything in place, and what to do where it is not."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection

from assistant import ports
from assistant.cli import kept, server
from assistant.cli.common import print_json, settings_of
from assistant.cli.finding import Finding, Outcome
from assistant.operating import restoring
from assistant.service import library_of
from assistant.settings import Settings
from corpus import library
from corpus.errors import FindingsError

_PACKAGES = ("chromadb", "gradio", "langchain", "onnxruntime", "sentence-transformers",
             "tokenizers", "torch", "xllamacpp")
_ROOM = 500_000_000
_MARKS = {Outcome.OK: "ok     ", Outcome.WARNING: "warning", Outcome.PROBLEM: "PROBLEM"}


def doctor(options: argparse.Namespace) -> int:
    """Run every check; the exit code is 1 when something needs doing."""
    found = examined(settings_of(options))
    problems = sum(not item.ok and not item.warning for _, item in found)
    if options.json:
        print_json([{"check": name, "outcome": item.outcome, "text": item.text}
                    for name, item in found])
        return 1 if problems else 0
    for _, item in found:
        print(f"{_MARKS[item.outcome]} {item.text}")
    print("Everything is in place." if not problems else
          f"{problems} {'thing needs' if problems == 1 else 'things need'} doing.")
    return 1 if problems else 0


def examined(settings: Settings,
             leave_out: Collection[str] = ()) -> list[tuple[str, Finding]]:
    """What each check found, with its name; those to leave out are not made."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python, _packages, _home, _space, _embedder,
        *(server.CHECKS if settings.chroma else ()), _reports, *kept.CHECKS, _model, _port)
    named = [(check.__name__.strip("_"), check) for check in checks]
    return [(name, _ran(check, settings)) for name, check in named if name not in leave_out]


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
    if restoring.cut_off(home):
        return Finding(False, "a restore was cut off. Start 'findings serve' or restore again: "
                       "either ends it.")
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

    folders = [settings.model_path, settings.shared_model_path]
    if weights.find(folders) is not None:
        return Finding(True, "the embedding model is whole")
    if (broken := weights.damaged(folders)) is not None:
        return Finding(False, f"the embedding model in {broken} is damaged. Run 'findings index', "
                       "which prepares it anew.")
    return Finding(False, "the embedding model has not been prepared. Run 'make setup' or "
                   "'findings index'.")


def _reports(settings: Settings) -> Finding:
    if settings.chroma and (words := server.kept_elsewhere(settings)):
        return Finding(True, words)
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
    if ports.is_free("127.0.0.1", settings.port):
        return Finding(True, f"port {settings.port} is free")
    if ports.runs_findings(settings.port):
        return Finding(True, f"Findings runs on port {settings.port}")
    return Finding(False, f"port {settings.port} is taken. Use another: 'findings serve --port "
                   f"{ports.other('127.0.0.1', settings.port)}'.", warning=True)
