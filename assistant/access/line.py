"""A line in front of something that only so many can use at once: first come, first served, and
everybody can see how many are before them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Place:
    """A place in a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def before(self) -> int:
        """How many wait before this one; 0 when it is next, or has its turn."""
        return self._line.before(self)

    def wait(self, seconds: float) -> bool:
        """Wait for the turn, at most so long; whether it has come."""
        return self._line.wait(self, seconds)

    def leave(self) -> None:
        """Let the next have a turn. Harmless when left before."""
        self._line.leave(self)


class Line:
    """Lets ``at_once`` places have their turn at the same time, and ``most`` wait. Safe across
    threads."""

    def __init__(self, at_once: int, most: int = 50) -> None:
        self._at_once, self._most = at_once, most
        self._places: list[Place] = []
        self._is_closed = False
        self._changed = threading.Condition()

    def join(self) -> Place | None:
        """A place at the end; None where too many wait already, or the line is closed."""
        with self._changed:
            if self._is_closed or len(self._places) >= self._at_once + self._most:
                return None
            self._places.append(place := Place(self))
            return place

    def try_turn(self) -> Place | None:
        """A place whose turn it is, None where one would have to wait, or the line is closed."""
        with self._changed:
            if self._is_closed or len(self._places) >= self._at_once:
                return None
            self._places.append(place := Place(self))
            return place

    @property
    def taken(self) -> int:
        """How many have their turn now."""
        with self._changed:
            return min(len(self._places), self._at_once)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._changed:
            return max(0, len(self._places) - self._at_once)

    @property
    def is_closed(self) -> bool:
        """Whether nobody may join any more."""
        return self._is_closed

    def close(self) -> None:
        """Let nobody join any more. Whoever is in the line keeps their place."""
        with self._changed:
            self._is_closed = True

    @contextmanager
    def place(self) -> Iterator[Place | None]:
        """``join``, left again at the end, however that comes."""
        place = self.join()
        try:
            yield place
        finally:
            if place is not None:
                place.leave()

    def before(self, place: Place) -> int:
        """How many wait before ``place``."""
        with self._changed:
            return max(0, self._number(place) - self._at_once)

    def wait(self, place: Place, seconds: float) -> bool:
        """Whether the turn of ``place`` has come within so long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number(place) < self._at_once, seconds)

    def leave(self, place: Place) -> None:
        """Take ``place`` out of the line."""
        with self._changed:
            if place in self._places:
                self._places.remove(place)
                self._changed.notify_all()

    def _number(self, place: Place) -> int:
        return self._places.index(place)
