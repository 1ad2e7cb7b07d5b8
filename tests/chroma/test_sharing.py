"""An index on a Chroma server: the same answers as an embedded one, on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import TryAgain
from corpus.model import FindingKind, Polarity
from index import generation
from index.embedding import Embedder
from index.filter import Filter
from index.keeping import Followed
from index.shared import edition as editions
from index.shared.shared import Shared
from index.store import Index
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.index.places import Failing, passages, write

Share = Callable[..., Shared]
QUESTIONS = ("How good is the force at investigating crime?", "vulnerable victims",
             "backlog of digital devices", "domestic abuse", "leadership", "serious violence")
FILTERS = (None, Filter(kinds=frozenset({FindingKind.STRENGTH})),
           Filter(polarities=frozenset({Polarity.NEGATIVE})), Filter(years=frozenset({2017})),
           Filter(topics=frozenset({"vulnerability"})))


def contents(index: Index, digits: int = 9) -> list[object]:
    """Everything that an index answers."""
    told: list[object] = [index.findings(wanted) for wanted in FILTERS]
    told += [index.count(wanted) for wanted in FILTERS]
    told += [index.report(about.id) for about in index.reports()]
    told += [index.catalogue.vocabulary(), index.catalogue.sections(), index.catalogue.topics(),
             index.catalogue.sources(), index.reports()]
    for question in QUESTIONS:
        for wanted in FILTERS:
            told.append([(hit.finding, hit.fused, hit.dense_rank, hit.lexical_rank, hit.lexical,
                          round(hit.dense or 0, digits)) for hit in index.search(question, wanted)])
    return told


def opened(folder: Path) -> Index:
    return Index(folder, TinyEmbedder())


@pytest.mark.real_embedder
def test_the_same_answers_as_an_embedded_index(share: Share, shipped: Path, tmp_path: Path,
                                               real_embedder: Embedder) -> None:
    sync(tmp_path / "alone", shipped, real_embedder)
    first, second = share("one"), share("two")
    done = first.sync(shipped, real_embedder)
    assert (done.findings, done.embedded, len(done.added)) == (72, 72, 1)
    assert second.follow(real_embedder) is Followed.TAKEN
    # Embedded, Chroma divides vectors by their length once more: the last bits differ.
    told = [contents(Index(folder, real_embedder), digits=5)
            for folder in (tmp_path / "alone", first.folder, second.folder)]
    assert len(told[0][0]) == 72  # type: ignore[arg-type]
    assert told[0] == told[1] == told[2]
    assert not (tmp_path / "one" / "index").exists()
    assert not list((tmp_path / "two").rglob("chroma"))


def test_a_mirror_is_what_was_made_to_the_last_bit(share: Share, tmp_path: Path) -> None:
    first, second = share("one"), share("two")
    first.sync(passages(tmp_path / "p.jsonl", 700), TinyEmbedder())
    second.follow(TinyEmbedder())
    files = [generation.current(one.folder) for one in (first, second)]
    made = [np.load(found[0] / "vectors.npy") for found in files if found is not None]
    assert made[0].shape == (700, 256)
    assert made[0].tobytes() == made[1].tobytes()
    manifests = [found[1] for found in files if found is not None]
    assert manifests[0].reports == manifests[1].reports
    assert list(manifests[0].reports) == list(manifests[1].reports)


def test_only_what_is_new_is_embedded_stored_and_fetched(share: Share, tmp_path: Path) -> None:
    folder, embedder = tmp_path / "reports", TinyEmbedder()
    write(folder, "kent-2019")
    first, second = share("one"), share("two")
    first.sync(folder, embedder)
    second.follow(embedder)
    write(folder, "dorset-2019")
    embedder.embedded.clear()
    done = first.sync(folder, embedder)
    assert (len(done.added), len(done.unchanged)) == (1, 1)
    assert done.embedded == len(embedder.embedded) == 2
    asked: list[list[str]] = []
    get = second.server.get

    def noted(collection, **what):  # type: ignore[no-untyped-def]
        asked.append(what.get("ids", []))
        return get(collection, **what)

    second.server.get = noted  # type: ignore[method-assign]
    assert second.follow(embedder) is Followed.TAKEN
    # The manifest, one report, and its two findings.
    assert [len(ids) for ids in asked] == [1, 1, 2]
    assert contents(opened(first.folder)) == contents(opened(second.folder))
    # What a changed report no longer says goes, on the server too, once no edition needs it.
    write(folder, "kent-2019", "The force lost three vans.")
    assert first.sync(folder, embedder).embedded == 1
    (folder / "dorset-2019.txt").unlink()
    assert len(first.sync(folder, embedder).removed) == 1
    write(folder, "kent-2019")
    first.sync(folder, embedder)
    in_force = first.in_force()
    assert in_force is not None
    assert [one.number for one in editions.all_of(first.server)] == [in_force.number - 1,
                                                                     in_force.number]
    shelf = editions.shelves(first.server)[in_force.shelf]
    # Two findings now, three of the edition before, of which two are the same.
    assert len(editions.ids(first.server, shelf.findings)) == 3


def test_an_index_in_step_is_left_alone(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    one = share()
    one.sync(source, embedder)
    before = one.in_force()
    assert one.in_step(source, embedder)
    assert not one.sync(source, embedder).rebuilt
    assert one.in_force() == before
    assert one.follow(embedder) is Followed.SAME


def test_an_index_of_this_machine_gives_its_vectors(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    sync(tmp_path / "one", source, embedder)
    assert share("one").sync(source, embedder).embedded == 0


def test_rebuilding_takes_over_nothing(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    one = share()
    one.sync(source, embedder)
    before = one.in_force()
    assert one.sync(source, embedder, rebuild=True).embedded == 20
    after = one.in_force()
    assert before is not None
    assert after is not None
    assert after.shelf != before.shelf
    one.sync(source, embedder, rebuild=True)
    assert before.shelf not in editions.shelves(one.server)


def test_collections_that_are_mostly_dead_are_made_anew(share: Share, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.shared.publishing._MOST_DEAD", 25)
    source, one, shelves = tmp_path / "p.jsonl", share(), []
    for word, count, new in (("one", 20, 20), ("two", 20, 20), ("three", 20, 20), ("three", 21, 1)):
        # Made anew is not embedded anew.
        assert one.sync(passages(source, count, word), TinyEmbedder()).embedded == new
        in_force = one.in_force()
        assert in_force is not None
        shelves.append((in_force.shelf, in_force.dead))
    first, last = shelves[0][0], shelves[-1][0]
    assert shelves == [(first, 0), (first, 20), (first, 40), (last, 0)]
    assert first != last
    one.sync(passages(source, 20, "four"), TinyEmbedder())
    assert set(editions.shelves(one.server)) == {last}
    assert len(opened(one.folder).findings()) == 20


def test_a_mirror_asks_no_server_however_large_it_is(share: Share, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.neighbours._WHOLE", 10)
    one = share(url="http://127.0.0.1:9")
    other = share("other")
    other.sync(passages(tmp_path / "p.jsonl", 20), TinyEmbedder())
    assert opened(other.folder).search("Note 3 on phones")[0].finding.text.startswith("Note 3 ")
    assert not list(other.folder.rglob("chroma*"))
    with pytest.raises(TryAgain, match="can't be reached"):
        one.follow(TinyEmbedder())


def test_another_installation_on_the_same_server_is_apart(share: Share, tmp_path: Path,
                                                          chroma, name: str) -> None:  # type: ignore[no-untyped-def]
    from index.shared.access import Access

    one = share()
    other = Shared(tmp_path / "other", tmp_path / "other" / "mirror",
                   Access(chroma.url, name=f"{name}-test"))
    one.sync(passages(tmp_path / "p.jsonl", 20), TinyEmbedder())
    assert other.follow(TinyEmbedder()) is Followed.NOTHING
    other.sync(passages(tmp_path / "q.jsonl", 5), TinyEmbedder())
    assert one.follow(TinyEmbedder()) is Followed.SAME
    other.close()


def test_who_keeps_the_library(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    other_source = passages(tmp_path / "q.jsonl", 5)
    first, second, beside = share("one"), share("two"), share("three", home="one")
    first.sync(source, embedder)
    second.follow(embedder)
    assert first.keeper() is None
    keeper = second.keeper()
    assert keeper is not None
    assert keeper.library == str(source)
    # Without an explicit wish the index of another is taken as it is.
    assert second.sync(other_source, embedder).findings == 20
    assert first.follow(embedder) is Followed.SAME
    # Who has the same home keeps it too.
    beside.follow(embedder)
    assert beside.keeper() is None
    # Unless it can't reach the library.
    source.rename(tmp_path / "away")
    assert beside.keeper() is not None
    (tmp_path / "away").rename(source)
    assert second.sync(other_source, embedder, claim=True).findings == 5
    assert second.keeper() is None
    first.follow(embedder)
    assert first.keeper() is not None
    assert len(opened(first.folder).findings()) == 5


def test_a_run_that_was_cut_off_is_taken_up(share: Share, tmp_path: Path) -> None:
    source, one = tmp_path / "p.jsonl", share()
    one.sync(passages(source, 20), TinyEmbedder())
    before = one.in_force()
    passages(source, 300)
    with pytest.raises(RuntimeError, match="gave up"):
        one.sync(source, Failing(after=200))
    assert one.in_force() == before
    assert len(opened(one.folder).findings()) == 20
    # From another machine too: what was embedded is on the server. The home is the same.
    embedder = TinyEmbedder()
    changes = share("two", home="one").sync(source, embedder)
    assert changes.findings == 300
    assert changes.embedded == len(embedder.embedded) <= 300 - 20 - 128
    assert one.follow(embedder) is Followed.TAKEN
    assert len(opened(one.folder).findings()) == 300


def test_another_model_is_told_and_can_be_replaced(share: Share, tmp_path: Path) -> None:
    source = passages(tmp_path / "p.jsonl", 20)
    first, second = share("one"), share("two")
    first.sync(source, TinyEmbedder("other:1", 128))
    with pytest.raises(Exception, match="another embedding model"):
        second.follow(TinyEmbedder())
    with pytest.raises(Exception, match="another embedding model"):
        second.sync(source, TinyEmbedder())
    assert first.sync(source, TinyEmbedder()).embedded == 20
    assert second.follow(TinyEmbedder()) is Followed.TAKEN


def test_a_report_of_unusual_shape_comes_back_as_it_was(share: Share, tmp_path: Path) -> None:
    rows = [{"id": "a", "title": "É > 'quotes' \"and\" more",
             "text": "Line one\n\n> line 😀 two.  ",
             "metadata": {"section": ["One > two", "Three"], "force": ""}},
            {"id": "b", "title": "b", "text": "x" * 200_000, "metadata": {"section": []}}]
    source = tmp_path / "p.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    sync(tmp_path / "alone", source, TinyEmbedder())
    first, second = share("one"), share("two")
    first.sync(source, TinyEmbedder())
    second.follow(TinyEmbedder())
    assert contents(opened(second.folder)) == contents(opened(tmp_path / "alone"))
