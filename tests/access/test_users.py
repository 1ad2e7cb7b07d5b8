"""The users file and the command that makes it."""

from __future__ import annotations

import io
import logging
import threading
import tomllib
from pathlib import Path

import pytest

from assistant.access import passwords
from assistant.access.passwords import hashed, is_usable, matches
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.cli import main
from corpus.errors import FixConfiguration, GiveUp
from tests.access.conftest import HASH, PASSWORD


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A users file that is named in the settings and isn't there yet."""
    monkeypatch.setenv("FINDINGS_USERS", str(tmp_path / "who" / "users.toml"))
    return tmp_path / "who" / "users.toml"


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_user_is_added_listed_and_removed(path: Path, monkeypatch: pytest.MonkeyPatch,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, f"{PASSWORD}\n")
    assert main(["users", "add", "Anna Smith", "--role", "editor"]) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text()
    assert [one for one in path.parent.iterdir() if "lock" not in one.name] == [path]
    assert main(["users", "list"]) == 0
    out, err = capsys.readouterr()
    assert out == "Anna Smith  editor\n"
    assert PASSWORD not in out + err
    user = UsersFile(path).find("anna SMITH")
    assert user is not None
    assert matches(PASSWORD, user.password)
    typed(monkeypatch, "another long password")
    assert main(["users", "password", "anna smith"]) == 0
    changed = UsersFile(path).find("Anna Smith")
    assert changed is not None
    assert matches("another long password", changed.password)
    assert changed.role is Role.EDITOR
    assert main(["users", "remove", "Anna Smith"]) == 0
    assert UsersFile(path).users() == []


@pytest.mark.parametrize(("typed_in", "words"), [
    ("short\n", "fewer than 12"), ("\n", "fewer than 12"), (" " * 20 + "\n", "blank"),
    ("x" * 1001 + "\n", "more than 1000")])
def test_a_password_that_will_not_do_is_refused(
        path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        typed_in: str, words: str) -> None:
    typed(monkeypatch, typed_in)
    assert main(["users", "add", "Anna"]) == 65
    assert words in capsys.readouterr().err
    assert not path.exists()


def test_a_password_is_typed_twice_and_never_shown(path: Path, monkeypatch: pytest.MonkeyPatch,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    said = iter([PASSWORD, "another one altogether"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(said))
    assert main(["users", "add", "Anna"]) == 65
    assert "not the same" in capsys.readouterr().err
    assert not path.exists()


def test_a_command_says_what_is_missing(path: Path, monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "remove", "Nobody"]) == 65
    assert main(["users", "add"]) == 65
    monkeypatch.setenv("FINDINGS_USERS", "")
    assert main(["users", "list"]) == 2
    assert "FINDINGS_USERS" in capsys.readouterr().err


def test_names_are_taken_whatever_their_case(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "u")
    users.add(User("Anna", Role.READER, HASH))
    with pytest.raises(GiveUp, match="already"):
        users.add(User("ANNA", Role.EDITOR, HASH))


def test_a_name_can_hold_what_toml_quotes(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "u")
    names = ['A "quoted" name', "back\\slash", "Zoë", "[[users]]", "#x = 1"]
    for name in names:
        users.add(User(name, Role.READER))
    assert {one.name for one in UsersFile(tmp_path / "u").users()} == set(names)


def test_many_who_add_at_once_lose_nobody(tmp_path: Path) -> None:
    def add(number: int) -> None:
        UsersFile(tmp_path / "u").add(User(f"user {number}", Role.READER, HASH))

    threads = [threading.Thread(target=add, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(UsersFile(tmp_path / "u").users()) == 12


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    users = UsersFile(tmp_path / "u")
    users.add(User("Anna", Role.READER, HASH))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FixConfiguration, match="No space left"):
        users.add(User("Rita", Role.READER, HASH))
    assert [one.name for one in users.users()] == ["Anna"]
    assert [one.name for one in tmp_path.iterdir() if "lock" not in one.name] == ["u"]


@pytest.mark.parametrize("text", [
    "users = 3", "not toml", "[[users]]\nrole = 'reader'", "[[users]]\nname = 'a'\nrole = 'root'",
    "[[users]]\nname = 'a'\npassword = 'plain text'", "[[users]]\nname = ''",
    "[[users]]\nname = 'a'\n[[users]]\nname = 'A'", "[[users]]\nname = 3", "\xff",
    "[[users]]\nname = 'a'\npassword = 'scrypt$99999999$8$1$AAAA$AAAA'"])
def test_a_broken_file_is_told_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "u").write_bytes(text.encode("latin-1"))
    with pytest.raises(FixConfiguration, match="users file"):
        UsersFile(tmp_path / "u").users()


def test_a_file_that_breaks_while_the_page_runs_keeps_its_users(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    users = UsersFile(tmp_path / "u")
    users.add(User("Anna", Role.READER, HASH))
    assert users.find("Anna") is not None
    (tmp_path / "u").write_text("half a li")
    with caplog.at_level(logging.ERROR):
        assert users.find("Anna") is not None
    assert "not TOML" in caplog.text
    (tmp_path / "u").unlink()
    assert users.find("Anna") is None


def test_a_hash_has_a_salt_of_its_own_and_tells_its_parameters() -> None:
    one, two = hashed(PASSWORD), hashed(PASSWORD)
    assert one != two
    assert one.startswith("scrypt$32768$8$1$")
    assert matches(PASSWORD, one)
    assert not matches(PASSWORD + " ", one)
    assert not matches("", one)
    assert not matches(PASSWORD, None)


def test_letters_with_accents_are_the_same_from_any_keyboard() -> None:
    assert matches("Zoe\u0308 likes cats", hashed("Zo\u00eb likes cats"))


@pytest.mark.parametrize("kept", [
    "", "scrypt", "scrypt$1024$8$1$AAAA$AAAA", "scrypt$32767$8$1$" + "A" * 44 + "$" + "A" * 44,
    "scrypt$1048576$8$8$" + "A" * 43 + "=$" + "A" * 43 + "=", "md5$x"])
def test_a_hash_that_is_weak_costly_or_none_is_not_usable(kept: str) -> None:
    assert not is_usable(kept)


def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[tuple[int, int, int]] = []
    real = passwords._scrypt

    def counted(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        spent.append((n, r, p))
        return real(password, salt, n, r, p)

    monkeypatch.setattr(passwords, "_scrypt", counted)
    matches("a guess", HASH)
    matches("a guess", None)
    assert spent[0] == spent[1]


def test_the_file_is_toml_that_a_person_can_read(tmp_path: Path) -> None:
    UsersFile(tmp_path / "u").add(User("Anna", Role.EDITOR))
    data = tomllib.loads((tmp_path / "u").read_text())
    assert data == {"users": [{"name": "Anna", "role": "editor"}]}
