"""Editions: the generations of the index that a server holds, one of them in force.

An edition is the collection ``NAME-edition-N``: the highest number is in force, its metadata point
to the manifest. Creating it is the one step that makes it so, and of several that try for a number
one succeeds: a writer that lost the lock without knowing can't put an older index in force.

Findings and reports are stored by content, and each id ends with the number of the edition that
first brought it. A writer of edition N takes over what edition N - 1 reaches and what carries N
itself (from a run that was cut off), nothing else; whoever clears up after edition N removes what
carries N or less and is reached neither by N nor by N - 1. So clearing up can't take from another
writer what it counts on, whenever it happens.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from corpus.errors import FixConfiguration, TryAgain
from index.generation import FORMAT
from index.shared import record
from index.shared.record import Incomplete, Rows
from index.shared.server import Collection, Server, Taken

_Item = TypeVar("_Item")
_PAGE = 5000
_ROWS = 500
_PARTS = 200


@dataclass(frozen=True, slots=True)
class Shelf:
    """The two collections that hold findings and reports, of one or several editions. ``name``
    ends both names and begins with the number of the edition that they were made for."""

    name: str
    findings: Collection
    reports: Collection

    @property
    def number(self) -> int:
        """The edition that the collections were made for."""
        return int(self.name.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as its collection tells it. ``token`` names this very one, ``keeper`` the home
    whose ``library`` it mirrors, on the computer ``host``; ``manifest`` is a blob. ``dead`` counts
    what was removed from the shelf since it was made."""

    number: int
    token: str
    format: int
    model: str
    fingerprint: str
    shelf: str
    manifest: str
    findings: int
    dead: int
    keeper: str
    host: str
    library: str

    def told(self) -> dict[str, str | int]:
        """The edition as a collection's metadata."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__
                if name != "number"}


def all_of(server: Server) -> dict[Edition, Collection]:
    """Every edition that is there, oldest first. What is no edition is left out."""
    prefix = f"{server.access.name}-edition-"
    found = {}
    for one in server.collections():
        number = one.name.removeprefix(prefix)
        if number != one.name and number.isdecimal():
            try:
                found[Edition(number=int(number), **one.metadata)] = one
            except TypeError as error:
                raise FixConfiguration(
                    f"The index on the Chroma server at {server.access.address} was made by "
                    "another version of the program.", "Use the same version everywhere.") \
                    from error
    return dict(sorted(found.items(), key=lambda item: item[0].number))


def newest(server: Server) -> Edition | None:
    """The edition in force; None on a server that holds none."""
    return next(reversed(all_of(server)), None)


def readable(edition: Edition) -> bool:
    """Whether this version of the program can read an edition. Raises ``FixConfiguration`` for
    one that a newer version made, which must not be put out of force."""
    if edition.format > FORMAT:
        raise FixConfiguration("The index on the Chroma server was made by a newer version of the "
                               "program.", "Install that version here.")
    return edition.format == FORMAT


def put_in_force(server: Server, made: Edition) -> None:
    """Make an edition the one in force, in one step. Raises ``TryAgain`` where another writer was
    quicker; nothing has changed then."""
    late = TryAgain("Another process has brought this index in step meanwhile.", "Try again.")
    try:
        mine = server.create(f"edition-{made.number}", made.told())
    except Taken:
        # An answer that was lost may have been a yes.
        if made in all_of(server):
            return
        raise late from None
    now = newest(server)
    if now is not None and now.number > made.number:
        # Its number had come and gone: this writer was away for long.
        server.drop(mine)
        raise late


def token() -> str:
    """A new edition's name."""
    return os.urandom(8).hex()


def shelves(server: Server) -> dict[str, Shelf]:
    """Every pair of collections that is whole, by name."""
    prefixes = [f"{server.access.name}-findings-", f"{server.access.name}-reports-"]
    halves: dict[str, dict[str, Collection]] = {}
    for one in server.collections():
        for prefix in prefixes:
            name = one.name.removeprefix(prefix)
            if name != one.name and name.partition("-")[0].isdecimal():
                halves.setdefault(name, {})[prefix] = one
    return {name: Shelf(name, *(found[prefix] for prefix in prefixes))
            for name, found in halves.items() if len(found) == len(prefixes)}


def new_shelf(server: Server, number: int, model: str) -> Shelf:
    """A new pair of collections for an edition."""
    name = f"{number}-{os.urandom(3).hex()}"
    return Shelf(name, *(server.create(f"{part}-{name}", {"model": model, "format": FORMAT})
                         for part in ("findings", "reports")))


def some(items: Iterable[_Item], count: int) -> Iterator[list[_Item]]:
    """Items, so many at a time."""
    left = iter(items)
    while page := list(islice(left, count)):
        yield page


def ids(server: Server, collection: Collection, **where: Any) -> list[str]:
    """The id of every row."""
    found: list[str] = []
    while True:
        page = server.get(collection, include=[], limit=_PAGE, offset=len(found), **where)["ids"]
        found += page
        if len(page) < _PAGE:
            return found


def put(server: Server, collection: Collection, rows: Rows) -> None:
    """Store rows, some hundred at a time."""
    told = rows.told()
    for begin in range(0, len(rows.ids), _ROWS):
        server.put(collection, {name: values[begin:begin + _ROWS]
                                for name, values in told.items()})


def blobs(server: Server, shelf: Shelf, refs: Sequence[str]) -> dict[str, Any]:
    """What blobs say. Raises ``Incomplete`` where one is missing or was altered."""
    wanted = [part for ref in refs for part in record.part_ids(ref)]
    parts: dict[str, str] = {}
    for asked in some(wanted, _PARTS):
        rows = server.get(shelf.reports, ids=asked, include=["metadatas"])
        parts |= {one: str((told or {}).get("part", ""))
                  for one, told in zip(rows["ids"], rows["metadatas"], strict=True)}
    if missing := [part for part in wanted if part not in parts]:
        raise Incomplete(f"record {missing[0]}")
    return {ref: record.unpacked(ref, [parts[part] for part in record.part_ids(ref)])
            for ref in refs}


def brought_by(ref: str) -> int:
    """The number of the edition that first brought what has this id."""
    return int(ref.split(".")[0].split("-")[1])


def clear_up(server: Server, edition: Edition, reached: Mapping[str, set[str]]) -> None:
    """Remove what neither an edition nor the one before it reaches; ``reached`` are the ids of
    rows that they do reach, by the name of the shelf. What another writer may count on stays."""
    for old, collection in all_of(server).items():
        if old.number < edition.number - 1:
            server.drop(collection)
    prefixes = [f"{server.access.name}-{part}-" for part in ("findings", "reports")]
    for one in server.collections():
        for prefix in prefixes:
            name = one.name.removeprefix(prefix)
            number = name.partition("-")[0]
            if name == one.name or not number.isdecimal() or int(number) > edition.number:
                continue
            if name not in reached:
                server.drop(one)
            else:
                gone = [row for row in ids(server, one) if row not in reached[name]
                        and brought_by(row) <= edition.number]
                for rows in some(gone, _ROWS):
                    server.remove(one, rows)
