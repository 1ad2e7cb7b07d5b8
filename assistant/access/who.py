"""Who a request comes from, as the gate in front of the page found out."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Where the gate leaves the visit for everything behind it.
SCOPE_KEY = "findings.visit"


class Role(StrEnum):
    """What somebody may do. Readers ask, read, brief and mark; editors also upload, replace,
    remove, correct metadata and fetch the language model."""

    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Visit:
    """The person behind a request.

    ``name`` is the signed-in user's, None where nobody has to sign in. ``key`` tells visits
    apart (a user, or else a browser) and is never shown; "" stands for all that can't be told
    apart. ``address`` is the client's. ``token`` goes into forms that end the session; "" where
    there is none to end. ``is_program``: a program that brought a token of the user's.
    """

    name: str | None = None
    role: Role = Role.READER
    key: str = ""
    address: str = ""
    token: str = ""
    is_program: bool = False


NOBODY = Visit()


def attach(scope: MutableMapping[str, Any], visit: Visit) -> None:
    """Leave ``visit`` in an ASGI scope."""
    scope[SCOPE_KEY] = visit


def scope_of(request: object) -> MutableMapping[str, Any] | None:
    """The ASGI scope behind a Gradio or Starlette request, which may be the scope itself; None
    for anything else."""
    inner = getattr(request, "request", None) or request
    scope = inner if isinstance(inner, MutableMapping) else getattr(inner, "scope", None)
    return scope if isinstance(scope, MutableMapping) else None


def visit(request: object) -> Visit:
    """The visit behind a request. A request that passed no gate, and None, count as a reader
    without a name, who may do least."""
    scope = scope_of(request)
    found = None if scope is None else scope.get(SCOPE_KEY)
    return found if isinstance(found, Visit) else NOBODY


def owner(request: object) -> str | None:
    """Whose conversations and briefings a request works with: the signed-in user's name, in the
    one spelling that is used for this user everywhere; None where nobody has to sign in."""
    return visit(request).name


def role(request: object) -> Role:
    """What the person behind a request may do."""
    return visit(request).role


def limited_by(visit: Visit) -> str:
    """Whom a limit counts for: the user, or else the address, since a browser that nobody signed
    in with can call itself something new at any time."""
    return visit.key if visit.name is not None else f"address:{visit.address}"
