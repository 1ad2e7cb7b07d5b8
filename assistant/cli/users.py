"""``findings users``: who may sign in to the page."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from assistant.access.passwords import LONGEST, SHORTEST, hashed
from assistant.access.users import User, UsersFile, tidy_name
from assistant.access.who import Role
from assistant.cli.common import note, settings_of
from corpus.errors import FixConfiguration, GiveUp


def users(options: argparse.Namespace) -> int:
    """Add, list or remove users, or give one another password."""
    file = _file(options)
    if options.what == "list":
        return _list(file)
    if not options.name:
        raise GiveUp(f"'findings users {options.what}' needs a name.",
                     f"Type 'findings users {options.what} NAME'.")
    if options.what == "remove":
        removed = file.remove(options.name)
        note(f"{removed.name} is removed, and signed out with the next click.")
    elif options.what == "password":
        changed = file.set_password(options.name, hashed(_password()))
        note(f"{changed.name} has a new password. Whoever is signed in with the old one is "
             "signed out with the next click.")
    else:
        _add(file, options)
    return 0


def _file(options: argparse.Namespace) -> UsersFile:
    path: Path | None = options.file or settings_of(options).users_path
    if path is None:
        raise FixConfiguration("No users file is named.",
                               "Set FINDINGS_USERS=FILE, or give --file FILE; it is made where "
                               "there is none.")
    return UsersFile(path.expanduser())


def _list(file: UsersFile) -> int:
    listed = file.users()
    width = max((len(one.name) for one in listed), default=0)
    for one in listed:
        signs_in = "" if one.password else "  no password: known to the reverse proxy alone"
        print(f"{one.name:<{width}}  {one.role.value}{signs_in}")
    if not listed:
        note(f"There is nobody in {file.path}. Add somebody with 'findings users add NAME'.")
    elif file.path.stat().st_mode & 0o077:
        note(f"Others on this computer can read {file.path}: chmod 600 {file.path}")
    return 0


def _add(file: UsersFile, options: argparse.Namespace) -> None:
    name = tidy_name(options.name)
    # Before a password is typed for nothing.
    if file.find(name) is not None:
        raise GiveUp(f"There is a user {name!r} already.",
                     f"Change the password with 'findings users password {name}'.")
    kept = "" if options.no_password else hashed(_password())
    file.add(User(name, Role(options.role), kept))
    note(f"{name} is added as {options.role} in {file.path}.")


def _password() -> str:
    """The password, typed twice at a terminal, or else the first line of the input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline(LONGEST + 2)
        return line.removesuffix("\n").removesuffix("\r")
    first = getpass.getpass(f"Password (at least {SHORTEST} characters): ")
    if getpass.getpass("Once more: ") != first:
        raise GiveUp("The two passwords are not the same.", "Try again.")
    return first
