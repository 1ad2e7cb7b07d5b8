"""``findings users``: who may sign in to the page."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

from assistant.access.names import fold, tidy_name
from assistant.access.passwords import LONGEST, SHORTEST, hashed
from assistant.access.tokens import free_label, new_token
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.cli.common import note, settings_of
from corpus.errors import FixConfiguration, GiveUp


def users(options: argparse.Namespace) -> int:
    """Add, list or remove users, give one another password, or tokens for programs."""
    file = _file(options)
    if options.which is not None and options.what != "revoke":
        raise GiveUp(f"'findings users {options.what}' takes one name, and {options.which!r} is "
                     "another.", "Put a name of several words in quotes.")
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
        if changed.tokens:
            note(f"Tokens still sign in ({', '.join(one.label for one in changed.tokens)}): "
                 "'findings users revoke' takes one away.")
    elif options.what == "token":
        _token(file, options)
    elif options.what == "tokens":
        _tokens(file, options.name)
    elif options.what == "revoke":
        _revoke(file, options)
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
        signs_in = "" if one.password else (
            "  no password: programs alone sign in, by token" if one.tokens
            else "  no password: known to the reverse proxy alone")
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


def _token(file: UsersFile, options: argparse.Namespace) -> None:
    """Print a new token: the only time that anybody sees it."""
    label = options.label or free_label(_user(file, options.name).tokens)
    secret, token = new_token(label, options.days)
    user = file.add_token(options.name, token)
    print(secret)
    note(f"This is the token {token.label!r} of {user.name}, {user.role.value}. It is shown this "
         f"once and kept as a hash alone; it can be used until {token.expires:%Y-%m-%d}.")


def _tokens(file: UsersFile, name: str) -> None:
    user, now = _user(file, name), datetime.now(UTC)
    width = max((len(one.label) for one in user.tokens), default=0)
    for one in user.tokens:
        over = "  expired" if one.is_over(now) else ""
        print(f"{one.label:<{width}}  made {one.made:%Y-%m-%d}  expires {one.expires:%Y-%m-%d}"
              f"{over}")
    if not user.tokens:
        note(f"{user.name} has no token. 'findings users token {user.name}' makes one.")


def _revoke(file: UsersFile, options: argparse.Namespace) -> None:
    label = options.which or options.label
    if not label:
        raise GiveUp("'findings users revoke' needs the label of a token.",
                     f"'findings users tokens {options.name}' shows them.")
    user = file.revoke(options.name, label)
    note(f"The token {label!r} of {user.name} opens nothing any more.")


def _user(file: UsersFile, name: str) -> User:
    user = next((one for one in file.users() if fold(one.name) == fold(name)), None)
    if user is None:
        raise GiveUp(f"There is no user {name!r}.", "'findings users list' shows them.")
    return user


def _password() -> str:
    """The password, typed twice at a terminal, or else the first line of the input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline(LONGEST + 2)
        return line.removesuffix("\n").removesuffix("\r")
    first = getpass.getpass(f"Password (at least {SHORTEST} characters): ")
    if getpass.getpass("Once more: ") != first:
        raise GiveUp("The two passwords are not the same.", "Try again.")
    return first
