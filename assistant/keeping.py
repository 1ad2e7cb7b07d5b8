"""Where the settings say that the index is kept, and what of it there is to start from."""

from __future__ import annotations

from collections.abc import Callable

from assistant.models.keys import secret
from assistant.settings import Settings
from corpus.errors import TryAgain
from index.embedding import Embedder
from index.keeping import Alone, AnotherModel, Keeping
from prompts import wording

Note = Callable[[str], None]


def keeping_of(settings: Settings) -> Keeping:
    """The index of this machine's own, or the one on the Chroma server that is named.

    Raises ``FixConfiguration`` for settings that can't be used. Nothing is asked of a server.
    """
    if not settings.chroma:
        return Alone(settings.home_path)
    # Only who shares an index pays for the import.
    from index.shared.access import Access
    from index.shared.shared import Shared

    authority = settings.chroma_ca if settings.chroma_ca and settings.chroma_ca.name else None
    return Shared(settings.home_path, settings.index_path, Access(
        settings.chroma, secret(settings.chroma_token, settings.chroma_token_file,
                                "FINDINGS_CHROMA_TOKEN", "token"),
        authority, settings.chroma_name, settings.chroma_tenant, settings.chroma_database,
        settings.chroma_timeout))


def taken_up(keeping: Keeping, embedder: Embedder, note: Note) -> bool:
    """Whether an index that others share is to be served as it is: because another installation
    keeps its library, or because its server is away and there is a mirror.

    Raises ``TryAgain`` where the server is away and there is no mirror, ``FixConfiguration``
    where the server can't be used.
    """
    if not keeping.is_shared:
        return False
    try:
        keeping.follow(embedder)
    except AnotherModel:
        # Whoever keeps the library may make the index anew.
        return False
    except TryAgain as error:
        if keeping.held(embedder) is None:
            raise
        note(f"{error} The index as it was goes on answering.")
        return True
    keeper = keeping.keeper()
    if keeper is not None:
        note(f"The index is taken from {keeping.place} as it is; its library is kept on "
             f"{keeper.host}.")
    return keeper is not None


def elsewhere(keeping: Keeping) -> str:
    """Where the library is kept, in the words that a reader sees; empty where it is here."""
    keeper = keeping.keeper()
    return "" if keeper is None else str(
        wording("replies")["library"]["elsewhere"]).format(host=keeper.host)
