"""Disks, libraries and services in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import Disk, small


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk with little room."""
    with small(tmp_path / "disk") as made:
        yield made
