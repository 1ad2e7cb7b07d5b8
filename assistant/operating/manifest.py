"""What a backup says of itself: its version, where its reports were, and each file's SHA-256."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import FixConfiguration, GiveUp

NAME = "manifest.json"
FORMAT = 1
# Of a backup with a hundred thousand files.
SIZE_LIMIT = 100_000_000
SHIPPED = "shipped"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class File(_Told):
    """A file's size in bytes and its SHA-256 in hex."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(_Told):
    """``library`` is the folder or file that the reports were read from, "shipped" for those of
    the project; ``users`` is the name of the users file within, "" where there is none."""

    format: int
    version: str
    made: str
    library: str = ""
    users: str = ""
    index: bool = False
    files: Mapping[str, File]


def made_now(library: str, users: str, index: bool, files: Mapping[str, File]) -> Manifest:
    """The manifest of a backup that is being made."""
    try:
        version = importlib.metadata.version("findings")
    except importlib.metadata.PackageNotFoundError:
        version = ""
    return Manifest(format=FORMAT, version=version,
                    made=datetime.now(UTC).isoformat(timespec="seconds"), library=library,
                    users=users, index=index, files=files)


def read(content: bytes) -> Manifest:
    """A manifest read back. Raises ``GiveUp`` for what is none, ``FixConfiguration`` for one of a
    later version of the program."""
    try:
        told = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise GiveUp("What the backup says of itself can't be read.",
                     "Use another backup; nothing was changed.") from error
    if told.format > FORMAT:
        raise FixConfiguration(
            f"The backup was made by a later version of the program ({told.version[:40]}).",
            "Restore it with that version.")
    return told
