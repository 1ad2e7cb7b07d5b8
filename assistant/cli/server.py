"""The checks of ``findings doctor`` for an index that is shared through a Chroma server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from assistant.cli.finding import Finding
from assistant.keeping import keeping_of
from assistant.settings import Settings
from index.shared import edition, lease
from index.shared.shared import Shared


def kept_elsewhere(settings: Settings) -> str:
    """Where the library is kept, in words; empty where it is kept here or nobody does."""
    with closing(_shared(settings)) as shared:
        keeper = shared.keeper()
        return "" if keeper is None else \
            f"the library is kept on {keeper.host}, in {keeper.library}"


def _chroma(settings: Settings) -> Finding:
    """Whether the server can be used."""
    with closing(_shared(settings)) as shared:
        version = shared.server.version()
        open_way = shared.server.access.is_open
        return Finding(not open_way, f"{shared.place} answers (it says version {version})" + (
            "; the token goes there without https and can be read on the way" if open_way else ""),
            warning=open_way)


def _edition(settings: Settings) -> Finding:
    """Which edition is in force, and whether the mirror is in step."""
    with closing(_shared(settings)) as shared:
        now, here = shared.in_force(), shared.mirrored()
        if now is None:
            older = edition.newest(shared.server) is not None
            return Finding(False, "the index on the server was made by an older version; run "
                           "'findings index' where it is kept." if older else
                           "the server holds no index yet. Run 'findings index'.")
        told = f"edition {now.number} is in force, {now.findings:,} findings, kept on {now.host}"
        if here == now:
            return Finding(True, f"{told}; the mirror in {shared.folder} is in step")
        seen = "there is none yet" if here is None else f"it is of edition {here.number}"
        return Finding(False, f"{told}; the mirror is not in step, {seen}. It is fetched by "
                       "whatever is run next.", warning=True)


def _lock(settings: Settings) -> Finding:
    """Who brings the index in step at the moment."""
    with closing(_shared(settings)) as shared:
        holder = lease.holder(shared.server)
        if holder is None or not holder.held:
            return Finding(True, "nobody is bringing the index on the server in step")
        return Finding(True, f"the index is being brought in step on {holder.host} (process "
                       f"{holder.process}); where that was ended, the lock runs out "
                       f"{holder.lease_s:.0f} seconds after the next one asks for it")


def _shared(settings: Settings) -> Shared:
    keeping = keeping_of(settings)
    assert isinstance(keeping, Shared)
    return keeping


CHECKS: tuple[Callable[[Settings], Finding], ...] = (_chroma, _edition, _lock)
