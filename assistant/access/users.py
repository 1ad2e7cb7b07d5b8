"""The users file: who may sign in, in which role, with the hash of which password."""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hmac import compare_digest
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.access.names import fold, tidy_name
from assistant.access.passwords import is_usable
from assistant.access.tokens import (
    LONGEST,
    MOST_OF_ONE,
    Token,
    digest_of,
    lines_of,
    tokens_in,
)
from assistant.access.who import Role
from corpus.errors import FixConfiguration, GiveUp, TryAgain

logger = logging.getLogger(__name__)

# A file of more is not a list of people.
_MOST_USERS = 10_000
_SIZE_LIMIT = 5_000_000
WAIT_S = 10.0
_HEAD = ('# Who may use the page. Made and changed by "findings users"; holds no password and no '
         'token itself.\n')


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may use the page; ``password`` is a hash, "" where the name comes from a
    reverse proxy, or where only programs sign in with it, by its ``tokens``."""

    name: str
    role: Role
    password: str = ""
    tokens: tuple[Token, ...] = ()


class UsersFile:
    """The users at ``path``, read anew when the file changes. Safe across threads; changes are
    safe across processes too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._users: dict[str, User] = {}

    def find(self, name: str) -> User | None:
        """The user of this name, upper and lower case the same.

        A file that can't be read any more lets in those whom it named before; a file that is
        gone lets nobody in.
        """
        return self._current().get(fold(name))

    def holder(self, secret: str) -> tuple[User, Token] | None:
        """The user whose token this is, and what is kept of it, expired or not; None for a token
        that nobody has. Takes as long whichever it is. The file counts as for ``find``."""
        found: tuple[User, Token] | None = None
        wanted = digest_of(secret[:LONGEST + 1])
        for user in self._current().values():
            for token in user.tokens:
                if compare_digest(token.digest, wanted):
                    found = user, token
        return found

    def users(self) -> list[User]:
        """Everybody in the file now, by name. Raises ``FixConfiguration`` where it can't be
        read; a file that isn't there holds nobody."""
        return sorted(self._read().values(), key=lambda one: fold(one.name))

    def add(self, user: User) -> None:
        """Add a user. Raises ``GiveUp`` where the name is taken, ``TryAgain`` while another
        process writes for too long, ``FixConfiguration`` where the file can't be written."""
        def added(users: dict[str, User]) -> None:
            if fold(user.name) in users:
                raise GiveUp(f"There is a user {users[fold(user.name)].name!r} already.",
                             "Choose another name, or change the password with "
                             "'findings users password'.")
            if len(users) >= _MOST_USERS:
                raise GiveUp(f"There are {_MOST_USERS} users already.", "Remove some first.")
            users[fold(user.name)] = user

        self._change(added)

    def remove(self, name: str) -> User:
        """Remove a user, who is signed out with the next request. Raises ``GiveUp`` for an
        unknown one, and like ``add``."""
        removed: list[User] = []

        def without(users: dict[str, User]) -> None:
            removed.append(users.pop(self._known(users, name)))

        self._change(without)
        return removed[0]

    def set_password(self, name: str, password: str) -> User:
        """Keep another hash for a user, whose sessions end; tokens stay. Raises like
        ``remove``."""
        return self._replace(name, lambda user: replace(user, password=password))

    def add_token(self, name: str, token: Token) -> User:
        """Keep another token for a user. Raises ``GiveUp`` where the label is taken or there are
        enough, and like ``remove``."""
        def with_token(user: User) -> User:
            if any(fold(one.label) == fold(token.label) for one in user.tokens):
                raise GiveUp(f"{user.name} has a token {token.label!r} already.",
                             "Choose another label, or take that one away with "
                             "'findings users revoke'.")
            if len(user.tokens) >= MOST_OF_ONE:
                raise GiveUp(f"{user.name} has {MOST_OF_ONE} tokens already.",
                             "Take one away with 'findings users revoke'.")
            return replace(user, tokens=(*user.tokens, token))

        return self._replace(name, with_token)

    def revoke(self, name: str, label: str) -> User:
        """Take a token away, which opens nothing from the next request on. Raises ``GiveUp`` for
        an unknown label, and like ``remove``."""
        def without(user: User) -> User:
            kept = tuple(one for one in user.tokens if fold(one.label) != fold(label))
            if len(kept) == len(user.tokens):
                raise GiveUp(f"{user.name} has no token {label!r}.",
                             "'findings users tokens' shows them.")
            return replace(user, tokens=kept)

        return self._replace(name, without)

    def _replace(self, name: str, change: Callable[[User], User]) -> User:
        changed: list[User] = []

        def replaced(users: dict[str, User]) -> None:
            key = self._known(users, name)
            users[key] = change(users[key])
            changed.append(users[key])

        self._change(replaced)
        return changed[0]

    def _known(self, users: dict[str, User], name: str) -> str:
        if fold(name) not in users:
            raise GiveUp(f"There is no user {name!r}.", "'findings users list' shows them.")
        return fold(name)

    def _current(self) -> dict[str, User]:
        with self._lock:
            try:
                about = self.path.stat()
            except OSError:
                self._stamp, self._users = None, {}
                return self._users
            stamp = (about.st_mtime_ns, about.st_size, about.st_ino)
            if stamp != self._stamp:
                try:
                    self._users = self._read()
                except FixConfiguration as error:
                    logger.error("the users stay as they were: %s", error)
                self._stamp = stamp
            return self._users

    def _read(self) -> dict[str, User]:
        try:
            if self.path.stat().st_size > _SIZE_LIMIT:
                raise FixConfiguration(f"The users file {self.path} is too large.",
                                       "Name another with FINDINGS_USERS.")
            data = tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise FixConfiguration(f"The users file {self.path} can't be read "
                                   f"({error.strerror}).", "Make it readable.") from error
        except ValueError as error:
            # Its line may hold a hash, so it stays out of the message.
            raise FixConfiguration(f"The users file {self.path} is not TOML in UTF-8.",
                                   "Correct it, or make it anew with 'findings users add'."
                                   ) from error
        return self._checked(data.get("users", []))

    def _checked(self, rows: Any) -> dict[str, User]:
        users: dict[str, User] = {}
        for number, row in enumerate(rows if isinstance(rows, list) else [None], 1):
            user = _user(row)
            if user is None or fold(user.name) in users:
                raise FixConfiguration(
                    f"The users file {self.path}: user {number} "
                    f"{'is named twice' if user else 'is not written as it should be'}.",
                    "Each has a name, a role (reader or editor), a password and tokens made by "
                    "'findings users', and is named once.")
            users[fold(user.name)] = user
        return users

    def _change(self, change: Callable[[dict[str, User]], None]) -> None:
        scratch = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=WAIT_S):
                users = self._read()
                change(users)
                try:
                    _write(scratch, _text(users.values()))
                    scratch.replace(self.path)
                finally:
                    scratch.unlink(missing_ok=True)
        except Timeout as error:
            raise TryAgain("Another process is changing the users.", "Try again.") from error
        except OSError as error:
            raise FixConfiguration(f"The users file {self.path} can't be written "
                                   f"({error.strerror}).", "Name another with FINDINGS_USERS."
                                   ) from error


def _user(row: Any) -> User | None:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        return None
    kept = row.get("password", "")
    try:
        name, role = tidy_name(row["name"]), Role(row.get("role", Role.READER))
        tokens = tokens_in(row.get("tokens", []))
    except (GiveUp, ValueError):
        return None
    if not isinstance(kept, str) or (kept and not is_usable(kept)):
        return None
    return User(name, role, kept, tokens)


def _text(users: Iterable[User]) -> str:
    parts = [_HEAD]
    for user in sorted(users, key=lambda one: fold(one.name)):
        rows = {"name": user.name, "role": user.role.value, "password": user.password}
        lines = [f"{key} = {_quoted(value)}" for key, value in rows.items() if value]
        parts.append("\n".join(["", "[[users]]", *lines, ""]))
        parts += ["\n".join(["", *lines_of(one, _quoted(one.label)), ""]) for one in user.tokens]
    return "".join(parts)


def _quoted(value: str) -> str:
    # A JSON string of characters that may stand in a name is a TOML string as well.
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
