"""A home to copy, and settings for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.operations.homes import filled


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with something of everything."""
    return filled(tmp_path / "home")


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings for this home."""
    return Settings(home=home, users=home / "users.toml")
