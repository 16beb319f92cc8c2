"""Places to publish to for tests: what is published there, and how it goes wrong."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from narrator.model import Asset
from narrator.patience import Patience
from narrator.publish.content import load
from narrator.publish.stores import Parcel, Store
from narrator.publish.syncing import Changes, synchronise

GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"


class Readable(Protocol):
    """Where files can be looked at."""

    def read(self, name: str) -> bytes | None: ...
    def sizes(self, names: Collection[str]) -> Mapping[str, int]: ...


class Seen:
    """What lies at a place now, of these names."""

    def __init__(self, place: Any, names: Iterable[str]) -> None:
        self._files: dict[str, bytes | None] = {name: place.read(name) for name in set(names)}

    def read(self, name: str) -> bytes | None:
        return self._files[name]

    def sizes(self, names: Collection[str]) -> Mapping[str, int]:
        found = {name: self._files.get(name) for name in names}
        return {name: len(content) for name, content in found.items() if content is not None}


class Silence:
    """Nobody who watches."""

    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


class Ended(BaseException):
    """The process was ended here."""


@dataclass
class Faulty:
    """A store whose nth change ends the process, before it was done or after it."""

    store: Store
    ends_at: int = 10**9
    after: bool = False
    error: BaseException = field(default_factory=Ended)
    changes: int = 0
    done: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return self.store.shown

    @property
    def parallel(self) -> int:
        return self.store.parallel

    def sizes(self, names: Collection[str]) -> Mapping[str, int]:
        return self.store.sizes(names)

    def size(self, name: str) -> int | None:
        return self.store.size(name)

    def unfinished(self, name: str) -> tuple[str, ...]:
        return self.store.unfinished(name)

    def close(self) -> None:
        self.store.close()

    def read(self, name: str) -> bytes | None:
        self.reads.append(name)
        return self.store.read(name)

    def put(self, parcel: Parcel) -> None:
        with self._change(f"put {parcel.name}"):
            self.store.put(parcel)

    def delete(self, name: str) -> None:
        with self._change(f"delete {name}"):
            self.store.delete(name)

    @contextmanager
    def _change(self, what: str) -> Iterator[None]:
        self.changes += 1
        ends = self.changes == self.ends_at
        if ends and not self.after:
            raise self.error
        yield
        self.done.append(what)
        if ends:
            raise self.error


# ---------------------------------------------------------------- publications made by hand
_PAGES = ("index.html", "feed.xml", "one/index.html", "two/index.html", "three/index.html")
"""A folder on disk is asked for each of them."""


def fixed(stem: str, content: bytes, type_: str = "audio/mpeg", suffix: str = ".mp3") -> Asset:
    key = hashlib.sha256(content).hexdigest()
    return Asset(f"{stem}-{key[:8]}{suffix}", type_, key, content)


def page(name: str, names: Collection[str], render: Callable[[str], bytes] = str.encode) -> Asset:
    """Return a page or feed that names files; its key is made from the same, its content when asked for."""
    text = "\n".join(sorted(names))
    key = hashlib.sha256(text.encode()).hexdigest()
    return Asset(name, "text/html; charset=utf-8", key, lambda: render(text), fixed=False)


def publication_of(episodes: Mapping[str, str], render: Callable[[str], bytes] = str.encode) -> list[Asset]:
    """Return the publication of a show.

    Args:
        episodes: By name what is said in them.
        render: Makes the content of a page from the names in it.
    """
    files = {
        name: [
            fixed(f"{name}/{name}", said.encode() * 50),
            fixed(f"{name}/{name}", said.encode(), "text/vtt; charset=utf-8", ".vtt"),
        ]
        for name, said in episodes.items()
    }
    style = fixed("assets/page", b"p {}", "text/css; charset=utf-8", ".css")
    pages = [
        page(f"{name}/index.html", [style.name, *(one.name for one in some)], render)
        for name, some in files.items()
    ]
    index = page("index.html", [style.name, *(one.name for one in pages)], render)
    feed = page("feed.xml", [index.name, *(one.name for some in files.values() for one in some)], render)
    return [style, *(one for some in files.values() for one in some), *pages, index, feed]


def check_whole(store: Readable) -> int:
    """Check that all files which a page or feed of such a publication names are there, with their content.

    Returns:
        How many pages and feeds there are.
    """
    pages = [name for name in store.sizes(_PAGES) if name in _PAGES]
    for name in pages:
        content = store.read(name)
        assert content is not None
        for named in content.decode().split("\n"):
            there = store.read(named)
            assert there is not None, f"{name} names {named}, which is not there"
            if digest := re.search(r"-([0-9a-f]{8})\.", named):
                assert hashlib.sha256(there).hexdigest().startswith(digest[1]), f"{named} is not whole"
    return len(pages)


def check_is(store: Readable, assets: Collection[Asset]) -> None:
    """Check that exactly these contents lie at the place."""
    for asset in assets:
        assert store.read(asset.name) == load(asset.source), asset.name


def bring(
    store: Store, assets: Collection[Asset], *, dry_run: bool = False, patience: Patience | None = None
) -> Changes:
    return synchronise(list(assets), store, GUID, Silence(), dry_run=dry_run, patience=patience)


def sent(changes: Changes) -> list[str]:
    return [name for name, _ in changes.sent]
