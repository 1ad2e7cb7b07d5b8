"""Commands and their options."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

_KINDS = ("judgment", "summary", "strength", "weakness", "narrative", "area_for_improvement",
          "cause_of_concern", "recommendation", "innovative_practice")


def lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """A command that is imported when it runs."""

    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"assistant.cli.{module}"), function)(options))

    return run


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="findings", description="Answers from published reports, every sentence with its "
        "citation. 'findings COMMAND --help' tells more of a command.")
    parser.add_argument("--home", type=Path, help=_HOME)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, default=argparse.SUPPRESS, help=_HOME)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, module: str, function: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=lazily(module, function))
        return command

    _serving(add)
    _asking(add)
    _looking(add)
    _keeping(add)
    # The suite has commands of its own, and tells of them itself.
    evaluate = commands.add_parser("eval", help="the evaluation suite", add_help=False,
                                   prefix_chars="\0")
    evaluate.set_defaults(run=lazily("models", "evaluate"))
    evaluate.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


_HOME = "where the index and downloaded models live (also FINDINGS_HOME)"
_Add = Callable[[str, str, str, str], argparse.ArgumentParser]


def _serving(add: _Add) -> None:
    serve = add("serve", "serve", "serve", "index what changed and start the web app")
    serve.add_argument("--port", type=int, help="port (default 7860)")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1: this computer "
                       "alone); any other needs FINDINGS_USERS, FINDINGS_TRUSTED_HEADER or "
                       "FINDINGS_OPEN=yes")
    serve.add_argument("--reports", type=Path, help="folder of reports (default: the last indexed)")
    serve.add_argument("--model", help="local, or provider:name such as openai:gpt-4o-mini")
    tools = add("mcp", "mcp", "mcp", "serve the library as MCP tools to a desktop assistant")
    tools.add_argument("--reports", type=Path, help="folder of reports (default: the last indexed)")
    tools.add_argument("--model", help="local, or provider:name")
    index = add("index", "index", "index", "bring the index in step with a folder of reports")
    index.add_argument("folder", nargs="?", type=Path, help="default: the shipped reports")
    index.add_argument("--passages", type=Path, metavar="FILE.jsonl",
                       help="index ready-made passages {id, title, text, metadata} instead")
    index.add_argument("--rebuild", action="store_true", help="build anew, whatever is there")
    index.add_argument("--json", action="store_true", help="print the changes as JSON")


def _asking(add: _Add) -> None:
    ask = add("ask", "ask", "ask", "answer one question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.add_argument("--history", type=Path, metavar="FILE",
                     help="JSON list of [question, answer] pairs, oldest first")
    ask.add_argument("--explain", action="store_true", help="show what was understood, and each "
                     "candidate with its scores")
    batch = add("batch", "batch", "batch", "answer many questions in one process, resumable")
    batch.add_argument("questions", type=Path, metavar="IN.jsonl",
                       help="{id, question, history} a line")
    batch.add_argument("answers", type=Path, metavar="OUT.jsonl", help="one answer a line")
    for command in (ask, batch):
        command.add_argument("--composer", choices=("auto", "quotes", "prose"), default="auto",
                             help="quotes: the findings themselves; prose: a language model")
        command.add_argument("--model", help="local, or provider:name")


def _looking(add: _Add) -> None:
    search = add("search", "look", "search", "ranked findings with scores")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, metavar="N", help="how many (default 10)")
    search.add_argument("--json", action="store_true")
    listing = add("list", "look", "listing", "typed findings, complete")
    listing.add_argument("--kind", choices=_KINDS, action="append", help="may be repeated")
    listing.add_argument("--section", help="words of the heading, or a topic such as "
                         "'organised crime'")
    listing.add_argument("--force", help="a force's name or short name")
    listing.add_argument("--year", type=int)
    listing.add_argument("--polarity", choices=("positive", "negative", "neutral"))
    listing.add_argument("--report", help="a report's id")
    listing.add_argument("--json", action="store_true")
    check = add("check", "check", "check", "check a draft's sentences against the reports")
    check.add_argument("file", type=Path, help="text or Markdown")
    check.add_argument("--json", action="store_true")


def _keeping(add: _Add) -> None:
    corpus = add("corpus", "corpus", "corpus", "look at reports: how a file parses")
    corpus.add_argument("what", choices=("report",), help="report: how one file parses")
    corpus.add_argument("file", type=Path)
    corpus.add_argument("--json", action="store_true")
    models = add("models", "models", "models", "language models: what is there, fetch one")
    models.add_argument("what", nargs="?", choices=("list", "pull"), default="list")
    models.add_argument("name", nargs="?", help="the model to fetch")
    users = add("users", "users", "users", "who may sign in to the page, and by which tokens "
                "programs do")
    users.add_argument("what", choices=("add", "list", "remove", "password", "token", "tokens",
                                        "revoke"),
                       help="token: make one for a user's programs; tokens: list them; revoke: "
                       "take one away")
    users.add_argument("name", nargs="?", help="the user's name")
    users.add_argument("which", nargs="?", metavar="label", help="the token to revoke")
    users.add_argument("--role", choices=("reader", "editor"), default="reader",
                       help="readers ask, read, brief and mark; editors also change the library "
                       "(default: reader)")
    users.add_argument("--no-password", action="store_true",
                       help="add somebody whom a reverse proxy signs in")
    users.add_argument("--label", help="what to call the token (default: token and a number)")
    users.add_argument("--days", type=int, default=365, metavar="N",
                       help="how long the token can be used (default: 365)")
    users.add_argument("--file", type=Path, help="the users file (also FINDINGS_USERS)")
    backup = add("backup", "backup", "backup", "copy what can't be made again, also while the page "
                 "is served")
    backup.add_argument("target", type=Path, metavar="FILE",
                        help="FILE.tar.zst, FILE.tar.gz, or a folder that isn't there yet")
    backup.add_argument("--index", action="store_true",
                        help="with the index, which could be made anew from the reports")
    restore = add("restore", "backup", "restore", "put a backup back into a home")
    restore.add_argument("source", type=Path, metavar="FILE", help="what 'findings backup' wrote")
    restore.add_argument("--replace", action="store_true",
                         help="move aside what the home holds; without this it has to be empty")
    restore.add_argument("--no-index", action="store_true",
                         help="leave it to the next start to bring the index in step")
    doctor = add("doctor", "doctor", "doctor", "check the installation and say what to do")
    doctor.add_argument("--port", type=int, help="port to check (default 7860)")
    doctor.add_argument("--json", action="store_true", help="print what each check found as JSON")
