"""Errors, typed by what the caller should do about them. Every part uses these."""

from __future__ import annotations

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FindingsError(Exception):
    """Something a person can act on.

    ``reason`` is one sentence that says what happened; ``next_step`` says what to do.
    """

    exit_code = 1

    def __init__(self, reason: str, next_step: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.reason} {self.next_step}".strip()


class FixConfiguration(FindingsError):
    """A setting, a file or an installation has to change before this can work."""

    exit_code = 2


class TryAgain(FindingsError):
    """The same call may succeed later: another process holds the lock, a server is busy."""

    exit_code = 75


class GiveUp(FindingsError):
    """This input can't be processed, now or later."""

    exit_code = 65


class UnreadableReport(GiveUp):
    """A report file that can't be read, named, with the reason."""


def remedy(error: OSError, otherwise: str) -> str:
    """What to do about a file that could not be written: where there is no room, to make some."""
    return "Free some space and try again." if error.errno in _FULL else otherwise
