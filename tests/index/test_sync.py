"""Bringing the index in step: only what changed is worked on, and nothing good is ever lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import FixConfiguration, TryAgain
from index import generation
from index.lock import writing
from index.store import Index
from index.sync import in_step, sync
from tests.fakes import TinyEmbedder
from tests.index.places import Failing, passages, texts, write

ROOT = Path(__file__).resolve().parents[2]


def test_what_was_added_changed_removed_and_left_alone_is_told(tmp_path: Path) -> None:
    home, folder, embedder = tmp_path / "home", tmp_path / "reports", TinyEmbedder()
    write(folder, "kent-2019")
    first = sync(home, folder, embedder)
    assert (len(first.added), first.changed, first.removed) == (1, (), ())
    assert first.embedded == first.findings > 0
    kent = first.added[0]

    write(folder, "dorset-2019")
    second = sync(home, folder, embedder)
    assert len(second.added) == 1
    assert second.unchanged == (kent,)
    dorset = second.added[0]

    write(folder, "kent-2019", "The force lost three vans.")
    third = sync(home, folder, embedder)
    assert (third.added, third.changed, third.unchanged) == ((), (kent,), (dorset,))
    assert third.embedded == 1

    (folder / "dorset-2019.txt").unlink()
    fourth = sync(home, folder, embedder)
    assert (fourth.removed, fourth.unchanged, fourth.embedded) == ((dorset,), (kent,), 0)
    assert "The force lost three vans." in texts(home)
    assert not any("detectives" in text for text in texts(home))


def test_an_index_in_step_is_left_alone(tmp_path: Path) -> None:
    home, folder, embedder = tmp_path / "home", tmp_path / "reports", TinyEmbedder()
    path = write(folder, "kent-2019")
    done = sync(home, folder, embedder)
    pointer = (home / "index" / "current").read_text()
    embedder.embedded.clear()
    os.utime(path)
    again = sync(home, folder, embedder)
    assert not again.rebuilt
    assert again.unchanged == done.added
    assert again.findings == done.findings
    assert embedder.embedded == []
    assert (home / "index" / "current").read_text() == pointer


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    write(folder, "kent-2019")
    (folder / "empty.txt").write_text("")
    (folder / "scan.txt").write_bytes(bytes(range(256)) * 20)
    changes = sync(tmp_path / "home", folder, TinyEmbedder())
    assert len(changes.added) == 1
    assert len(changes.skipped) == 2
    assert any("empty.txt" in reason for reason in changes.skipped)
    assert any("scan.txt" in reason for reason in changes.skipped)
    assert sync(tmp_path / "home", folder, TinyEmbedder()).skipped == changes.skipped


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="There is no folder"):
        sync(tmp_path / "home", tmp_path / "nowhere", TinyEmbedder())


def test_a_text_is_embedded_once_however_often_it_occurs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    source = tmp_path / "p.jsonl"
    row = '{{"id": "{}", "title": "T", "text": "The same words."}}\n'
    source.write_text("".join(row.format(i) for i in range(5)))
    embedder = TinyEmbedder()
    assert sync(home, source, embedder).embedded == 1
    assert len(embedder.embedded) == 1
    assert len(texts(home)) == 5
    source.write_text("".join(row.format(i) for i in range(3, 9)))
    assert sync(home, source, embedder).embedded == 0
    assert len(texts(home)) == 6


def test_a_build_cut_off_leaves_the_old_index_and_is_taken_up(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    sync(home, passages(source, 20), TinyEmbedder())
    passages(source, 900, "again")
    with pytest.raises(RuntimeError, match="gave up"):
        sync(home, source, Failing(after=600))
    assert len(texts(home)) == 20
    assert not in_step(home, source, TinyEmbedder())
    embedder = TinyEmbedder()
    changes = sync(home, source, embedder)
    assert changes.findings == 900
    assert 300 <= len(embedder.embedded) < 400
    assert len(texts(home)) == 900


def test_vectors_of_a_cut_off_build_serve_a_library_that_has_changed_since(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    with pytest.raises(RuntimeError, match="gave up"):
        sync(home, passages(source, 900), Failing(after=600))
    with source.open("a") as stream:
        stream.write('{"id": "new", "title": "T", "text": "A late addition."}\n')
    embedder = TinyEmbedder()
    assert sync(home, source, embedder).findings == 901
    assert len(embedder.embedded) < 400
    assert not list((home / "index").glob("building-*"))


@pytest.mark.parametrize(("pattern", "damage", "embedded"), [
    ("chroma-*/chroma.sqlite3", b"not a database" * 100, 900 - 512),
    ("vectors.part", b"no vectors" * 100, 900), ("vectors.part", b"", 900)])
def test_a_cut_off_build_whose_files_are_damaged_ends_as_any(
        tmp_path: Path, pattern: str, damage: bytes, embedded: int) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    with pytest.raises(RuntimeError, match="gave up"):
        sync(home, passages(source, 900), Failing(after=600))
    (file,) = (home / "index").glob(f"building-*/{pattern}")
    file.write_bytes(damage)
    assert sync(home, source, TinyEmbedder()).embedded == embedded
    assert len(texts(home)) == 900


@pytest.mark.parametrize("place", [0.1, 0.5, 0.95])
def test_of_a_cut_off_build_only_sound_vectors_are_taken(tmp_path: Path, place: float) -> None:
    home, other, source = tmp_path / "home", tmp_path / "other", tmp_path / "p.jsonl"
    with pytest.raises(RuntimeError, match="gave up"):
        sync(home, passages(source, 900), Failing(after=600))
    (file,) = (home / "index").glob("building-*/vectors.part")
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 4
    file.write_bytes(content)
    assert 900 - 512 < sync(home, source, TinyEmbedder()).embedded < 900
    sync(other, source, TinyEmbedder())
    found = [(generation.current(one) or pytest.fail("no index"))[0] / "vectors.npy"
             for one in (home, other)]
    assert found[0].read_bytes() == found[1].read_bytes()


def test_a_build_that_was_cut_off_before_its_last_step_is_put_in_force(tmp_path: Path) -> None:
    home, source, embedder = tmp_path / "home", tmp_path / "p.jsonl", TinyEmbedder()
    sync(home, passages(source, 20), embedder)
    pointer = home / "index" / "current"
    before = pointer.read_text()
    sync(home, passages(source, 30), embedder)
    pointer.write_text(before)
    embedder.embedded.clear()
    changes = sync(home, source, embedder)
    assert (len(changes.added), changes.embedded, embedder.embedded) == (10, 0, [])
    assert len(texts(home)) == 30
    assert sync(home, passages(source, 20), embedder).findings == 20
    assert embedder.embedded == []


def test_damage_is_mended_by_indexing_again(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    sync(home, passages(source, 20), TinyEmbedder())
    path = (generation.current(home) or pytest.fail("no index"))[0] / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(FixConfiguration, match=r"vectors\.npy is not as it was written"):
        Index(home, TinyEmbedder())
    assert sync(home, source, TinyEmbedder()).embedded == 20
    assert len(texts(home)) == 20


SLOW = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from index.sync import sync
from tests.fakes import TinyEmbedder

class Slow(TinyEmbedder):
    def embed(self, texts):
        time.sleep(0.1)
        return super().embed(texts)

sync(Path(sys.argv[1]), Path(sys.argv[2]), Slow(), lambda done, total: print(done, flush=True))
"""


def test_a_killed_process_leaves_the_old_index_and_a_build_to_take_up(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    sync(home, passages(source, 50), TinyEmbedder())
    passages(source, 2000, "again")
    child = subprocess.Popen([sys.executable, "-c", SLOW, str(home), str(source), str(ROOT)],
                             stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 700:
            break
    with pytest.raises(TryAgain, match="Another process"):
        sync(home, source, TinyEmbedder())
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    assert len(texts(home)) == 50
    embedder = TinyEmbedder()
    changes = sync(home, source, embedder)
    assert changes.findings == len(texts(home)) == 2000
    assert len(embedder.embedded) <= 1300


def test_an_edited_report_makes_the_index_stale_and_it_is_rebuilt(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    path = write(folder, "kent-2019")
    sync(home, folder, TinyEmbedder())
    assert in_step(home, folder, TinyEmbedder())
    path.write_text(path.read_text("utf-8").replace("phones", "laptops"), "utf-8")
    assert not in_step(home, folder, TinyEmbedder())
    assert sync(home, folder, TinyEmbedder()).rebuilt
    assert any("laptops" in text for text in texts(home))
    assert not any("phones" in text for text in texts(home))


def test_an_index_made_with_another_model_is_refused_and_then_rebuilt(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    write(folder, "kent-2019")
    sync(home, folder, TinyEmbedder("other:1"))
    with pytest.raises(FixConfiguration, match="another embedding model"):
        Index(home, TinyEmbedder())
    assert not in_step(home, folder, TinyEmbedder())
    embedder = TinyEmbedder()
    changes = sync(home, folder, embedder)
    assert changes.embedded == changes.findings == len(embedder.embedded)
    assert texts(home, embedder)


def test_rebuilding_takes_nothing_over_and_serves_meanwhile(tmp_path: Path) -> None:
    home, folder, embedder = tmp_path / "home", tmp_path / "reports", TinyEmbedder()
    write(folder, "kent-2019")
    first = sync(home, folder, embedder)
    with pytest.raises(RuntimeError, match="gave up"):
        sync(home, folder, Failing(after=0), rebuild=True)
    assert len(texts(home)) == first.findings
    again = sync(home, folder, embedder, rebuild=True)
    assert again.embedded == first.embedded
    assert again.rebuilt


def test_two_writers_at_once(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    write(folder, "kent-2019")
    script = (f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport time\n"
              "from pathlib import Path\nfrom index.lock import writing\n"
              "with writing(Path(sys.argv[1])):\n"
              "    print('held', flush=True)\n    time.sleep(60)")
    child = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE,
                             text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "held"
    started = time.monotonic()
    with pytest.raises(TryAgain, match="Another process") as caught:
        sync(home, folder, TinyEmbedder(), wait=0.2)
    assert time.monotonic() - started < 5
    assert caught.value.next_step
    child.kill()
    child.wait()
    child.stdout.close()
    assert sync(home, folder, TinyEmbedder(), wait=5).findings > 0


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    folder, home = tmp_path / "reports", tmp_path / "home"
    write(folder, "kent-2019")
    home.write_text("a file where the folder should be")
    with pytest.raises(FixConfiguration, match="can't be written") as caught:
        sync(home, folder, TinyEmbedder())
    assert "--home" in caught.value.next_step
    assert home.read_text() == "a file where the folder should be"


def test_an_index_folder_that_cannot_be_written(tmp_path: Path) -> None:
    folder, home = tmp_path / "reports", tmp_path / "home"
    write(folder, "kent-2019")
    home.mkdir()
    (home / "index").write_text("in the way")
    with pytest.raises(FixConfiguration, match="can't be stored") as caught:
        sync(home, folder, TinyEmbedder())
    assert "--home" in caught.value.next_step


def test_progress_reaches_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 150), TinyEmbedder(),
         lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 150)
    assert seen[-1] == (150, 150)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"), writing(tmp_path):
        raise ValueError("inside")
    with writing(tmp_path):
        assert generation.current(tmp_path) is None
