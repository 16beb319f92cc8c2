"""A publication comes to a place in an order in which the show is always whole, and only what changed."""

import json
import os
import stat
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from places import GUID, Ended, Faulty, Silence, bring, check_is, check_whole, fixed, publication_of, sent

from narrator.errors import PublishError, StoreError
from narrator.model import Asset
from narrator.patience import Patience
from narrator.publish.folder import FolderStore
from narrator.publish.published import PUBLISHED, Note, Published, format_published, is_safe, parse_published
from narrator.publish.storage import open_store
from narrator.publish.stores import Parcel
from narrator.publish.syncing import synchronise

SHOW = {"one": "Good morning.", "two": "Good night."}


def never(_text: str) -> bytes:
    raise AssertionError


def test_sound_comes_first_and_the_feed_last(tmp_path: Path) -> None:
    """Checklist: enclosure: url, length in bytes, type — what the feed names is there before it."""
    store = Faulty(FolderStore(tmp_path))
    bring(store, publication_of(SHOW))
    order = [one.removeprefix("put ") for one in store.done]
    assert order[0] == order[-1] == PUBLISHED  # what is about to change is noted, then what has
    assert all(name.endswith(".mp3") for name in order[1:3])
    assert order[-5:-1] == ["one/index.html", "two/index.html", "index.html", "feed.xml"]
    check_is(store, publication_of(SHOW))


def test_what_did_not_change_is_neither_made_nor_read_nor_sent(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    store = Faulty(FolderStore(tmp_path))
    changes = bring(store, publication_of(SHOW, never))
    assert (changes.sent, changes.deleted, store.done, store.reads) == ((), (), [], [PUBLISHED])
    assert len(changes.kept) == len(publication_of(SHOW))


def test_of_a_change_only_what_it_touches_is_sent(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    changes = bring(FolderStore(tmp_path), publication_of(SHOW | {"two": "Good evening."}))
    assert [name.partition("-")[0] for name in sent(changes)] == [
        "two/two",
        "two/two",
        "two/index.html",
        "feed.xml",
    ]
    assert changes.deleted == ()


def test_old_files_stay_for_one_more_publication(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first, second, third = (publication_of({"one": said}) for said in ("First.", "Second.", "Third."))
    old = {asset.name for asset in first if asset.fixed} - {asset.name for asset in second}
    bring(store, first)
    assert bring(store, second).deleted == ()
    bring(store, second)  # nothing changed: a listener may still have the first feed
    assert old <= set(store.sizes(old))
    assert set(bring(store, third).deleted) == old
    assert store.sizes(old) == {}
    assert bring(store, third).deleted == ()


def test_an_episode_that_is_gone_takes_its_folder_with_it(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "notes.txt").write_text("mine")
    for show in (SHOW, {}, {"one": "new"}):
        bring(store, publication_of(show))
    assert [path.name for path in (tmp_path / "two").iterdir()] == ["notes.txt"]
    for show in ({}, {"three": "new"}):
        bring(store, publication_of(show))
    assert not (tmp_path / "one").exists()


def test_what_is_missing_or_of_another_size_is_sent_again(tmp_path: Path) -> None:
    assets = publication_of(SHOW)
    bring(FolderStore(tmp_path), assets)
    names = [assets[1].name, "index.html"]
    (tmp_path / names[0]).write_bytes(b"half")
    (tmp_path / names[1]).unlink()
    assert sent(bring(FolderStore(tmp_path), assets)) == names
    check_is(FolderStore(tmp_path), assets)


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    first, second = publication_of(SHOW), publication_of({"one": "Changed."})
    place = tmp_path / "place"
    told = bring(FolderStore(place), first, dry_run=True)
    assert not place.exists()
    assert told == bring(FolderStore(place), first)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    told = bring(FolderStore(place), second, dry_run=True)
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    assert told == bring(FolderStore(place), second)


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"version": 2}', b"\xff", b'{"version": 1, "guid": 1}']
)
def test_with_a_damaged_record_everything_is_looked_at_and_nothing_deleted(
    tmp_path: Path, damage: bytes
) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    (tmp_path / PUBLISHED).write_bytes(damage)
    changes = bring(FolderStore(tmp_path), publication_of({"one": SHOW["one"]}))
    assert sent(changes) == ["index.html", "feed.xml"]  # the others are there already, byte by byte
    assert changes.deleted == ()
    check_is(FolderStore(tmp_path), publication_of({"one": SHOW["one"]}))


def test_pages_of_somebody_else_are_not_replaced_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("My own page")
    with pytest.raises(PublishError, match=r"index\.html lies at .* already.*--overwrite"):
        bring(FolderStore(tmp_path), publication_of(SHOW))
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    synchronise(publication_of(SHOW), FolderStore(tmp_path), GUID, Silence(), overwrite=True)
    check_whole(FolderStore(tmp_path))


def test_without_a_record_a_show_that_is_there_is_taken_up(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    (tmp_path / PUBLISHED).unlink()
    assert sent(bring(FolderStore(tmp_path), publication_of(SHOW))) == []
    assert parse_published((tmp_path / PUBLISHED).read_bytes()).files["feed.xml"]


def test_another_podcast_is_not_published_over(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    with pytest.raises(PublishError, match="another podcast is published"):
        synchronise(publication_of(SHOW), FolderStore(tmp_path), "another", Silence())


@pytest.mark.parametrize("name", ["../stolen.txt", "/stolen.txt", "a/../../stolen.txt", "c:\\stolen.txt"])
def test_a_record_never_leads_out_of_the_show(tmp_path: Path, name: str) -> None:
    place = tmp_path / "place"
    bring(FolderStore(place), publication_of(SHOW))
    record = (
        (place / PUBLISHED)
        .read_text()
        .replace('"leaving": []', f'"leaving": ["{name}"]'.replace("\\", "\\\\"))
    )
    (place / PUBLISHED).write_text(record)
    (tmp_path / "stolen.txt").write_text("stays")
    bring(FolderStore(place), publication_of({"one": "new"}))
    assert (tmp_path / "stolen.txt").read_text() == "stays"


def test_no_name_of_a_publication_leads_out_of_the_show(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="outside the show"):
        bring(FolderStore(tmp_path), [fixed("../a", b"a")])


def test_the_record_reads_back(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    content = (tmp_path / PUBLISHED).read_bytes()
    record = parse_published(content)
    assert record.complete
    assert format_published(record) == content
    assert parse_published(format_published(Published("g", {}, coming=frozenset({"ü"})))).coming == {"ü"}


NAMES = st.frozensets(st.text(st.characters(codec="utf-8"), min_size=1).filter(is_safe), max_size=4)


@given(
    st.builds(
        Published,
        guid=st.text(st.characters(codec="utf-8")),
        files=st.dictionaries(
            st.text(st.characters(codec="utf-8"), min_size=1).filter(is_safe),
            st.builds(Note, key=st.text(st.characters(codec="utf-8")), size=st.integers(0)),
            max_size=4,
        ),
        before=NAMES,
        coming=NAMES,
        leaving=NAMES,
        complete=st.booleans(),
    )
)
def test_any_record_reads_back(record: Published) -> None:
    assert parse_published(format_published(record)) == record


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats()
    | st.text()
    | st.sampled_from(["../a", "/a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("guid", "files", "before", "coming", "leaving", "complete")


@given(st.fixed_dictionaries({"version": st.just(1), **dict.fromkeys(FIELDS, JSON)}) | JSON)
def test_whatever_the_record_says_no_name_leads_out_of_the_show(content: object) -> None:
    record = parse_published(json.dumps(content).encode("utf-8", "surrogatepass"))
    assert all(map(is_safe, record.names))
    format_published(record)


@given(st.binary(max_size=50))
def test_of_bytes_that_are_no_record_nothing_is_known(content: bytes) -> None:
    assert parse_published(content) == Published()


# ---------------------------------------------------------------- folders
def sound(folder: Path, content: bytes = b"sound") -> Asset:
    folder.mkdir(exist_ok=True)
    (folder / "one.mp3").write_bytes(content)
    made = fixed("one/one", content)
    return Asset(made.name, made.type, made.key, folder / "one.mp3")


def test_sound_is_not_stored_twice_and_rebuilding_leaves_what_is_published(tmp_path: Path) -> None:
    first = sound(tmp_path / "one")
    bring(FolderStore(tmp_path), [first])
    published = tmp_path / first.name
    assert published.samefile(tmp_path / "one" / "one.mp3")
    (tmp_path / "one" / "one.mp3").unlink()
    bring(FolderStore(tmp_path), [sound(tmp_path / "one", b"other sound")])
    assert published.read_bytes() == b"sound"


def test_what_a_killed_process_left_is_not_written_through(tmp_path: Path) -> None:
    asset = sound(tmp_path / "one")
    target = tmp_path / asset.name
    os.link(tmp_path / "one" / "one.mp3", target.with_name(f".{target.name}.link"))
    other = fixed("one/one", b"sound")
    bring(FolderStore(tmp_path), [Asset(other.name, "text/plain", other.key, b"sound"), fixed("b", b"x")])
    bring(FolderStore(tmp_path), [asset])
    assert (tmp_path / "one" / "one.mp3").read_bytes() == b"sound"
    assert target.read_bytes() == b"sound"


def test_sound_that_is_not_what_its_name_says_is_not_published(tmp_path: Path) -> None:
    asset = sound(tmp_path / "one")
    assert isinstance(asset.source, Path)
    asset.source.write_bytes(b"SOUND")
    with pytest.raises(PublishError, match="has changed"):
        bring(FolderStore(tmp_path), [asset])
    assert not (tmp_path / asset.name).exists()


def test_a_folder_in_which_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(PublishError, match=r"index\.html"):
        synchronise(publication_of(SHOW), FolderStore(tmp_path), GUID, Silence(), overwrite=True)


def test_published_files_can_be_read_by_a_web_server(tmp_path: Path) -> None:
    bring(FolderStore(tmp_path), publication_of(SHOW))
    for path in tmp_path.rglob("*"):
        readable = stat.S_IRGRP | stat.S_IROTH
        umask = os.umask(0)
        os.umask(umask)
        assert path.stat().st_mode & readable == readable & ~umask


# ---------------------------------------------------------------- interruptions
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("before", [None, {"one": "Old.", "three": "Gone."}])
def test_ended_anywhere_the_show_is_whole_and_the_next_run_completes_it(
    tmp_path: Path, *, before: dict[str, str] | None, after: bool
) -> None:
    """Whatever change is the last one: the feed names only what is there, and nothing whole is sent twice."""
    count = 0
    for number in range(1, 100):
        store = FolderStore(tmp_path / str(number))
        if before is not None:
            bring(store, publication_of({"one": "Older."}))
            bring(store, publication_of(before))
        faulty = Faulty(store, number, after)
        try:
            bring(faulty, publication_of(SHOW))
        except Ended:
            pass
        else:
            break
        count += 1
        assert check_whole(store) >= (3 if before else 0)
        if before is not None and "put feed.xml" not in faulty.done:
            feed = store.read("feed.xml")
            assert feed == publication_of(before)[-1].source()  # type: ignore[operator]
        if before is not None:
            check_is(store, [asset for asset in publication_of(before) if asset.fixed])
        whole = {one.removeprefix("put ") for one in faulty.done if one.startswith("put ")}
        again = Faulty(store)
        changes = bring(again, publication_of(SHOW))
        assert set(sent(changes)).isdisjoint(whole)
        check_is(store, publication_of(SHOW))
        assert bring(store, publication_of(SHOW)).sent == ()
    assert count >= 10


def test_a_failure_that_passes_is_met_with_another_try(tmp_path: Path) -> None:
    faulty = Faulty(FolderStore(tmp_path), 3, error=StoreError("place", "busy", retry=True))
    synchronise(publication_of(SHOW), faulty, GUID, Silence(), patience=Patience(delay_s=0))
    check_is(faulty, publication_of(SHOW))


def test_a_failure_that_stays_is_told(tmp_path: Path) -> None:
    faulty = Faulty(FolderStore(tmp_path), 3, error=StoreError("place", "access is denied"))
    with pytest.raises(StoreError, match="place: access is denied"):
        bring(faulty, publication_of(SHOW))
    assert faulty.changes == 3


class Publishing(RuleBasedStateMachine):
    """Whatever is edited, published and interrupted, and in whatever order, the show is whole."""

    @initialize()
    def begin(self) -> None:
        self.store = open_store(f"memory://machine-{uuid.uuid4()}")
        self.episodes: dict[str, str] = {}
        self.complete: list[list[Asset]] = []
        self.mine = fixed("mine", b"the owner's own file")
        bring(self.store, [self.mine])
        self.store.delete(PUBLISHED)

    @rule(name=st.sampled_from(["one", "two", "three"]), said=st.sampled_from(["a", "b", "c"]))
    def say(self, name: str, said: str) -> None:
        self.episodes[name] = said

    @rule(name=st.sampled_from(["one", "two", "three"]))
    def take_away(self, name: str) -> None:
        self.episodes.pop(name, None)

    @rule()
    def publish(self) -> None:
        assets = publication_of(self.episodes)
        bring(self.store, assets)
        check_is(self.store, assets)
        self.note(assets)

    def note(self, assets: list[Asset]) -> None:
        if not self.complete or [a.key for a in self.complete[-1]] != [a.key for a in assets]:
            self.complete.append(assets)

    @rule(ends_at=st.integers(1, 20), after=st.booleans())
    def be_interrupted(self, ends_at: int, *, after: bool) -> None:
        faulty = Faulty(self.store, ends_at, after)
        assets = publication_of(self.episodes)
        try:
            bring(faulty, assets)
        except Ended:
            if parse_published(self.store.read(PUBLISHED) or b"").files.keys() == {a.name for a in assets}:
                self.note(assets)  # it was ended while it deleted what is no longer needed
            return
        self.publish()

    @rule()
    def lose_a_file(self) -> None:
        if self.complete:
            self.store.delete(self.complete[-1][0].name)
            self.publish()

    @rule()
    def damage_the_record(self) -> None:
        if self.store.read(PUBLISHED) is not None:
            self.store.put(Parcel(PUBLISHED, "application/json", b"?", 1, fixed=False))

    @invariant()
    def is_whole(self) -> None:
        if hasattr(self, "store"):
            check_whole(self.store)
            assert self.store.read(self.mine.name) == self.mine.source

    @invariant()
    def serves_the_feed_before(self) -> None:
        for assets in getattr(self, "complete", [])[-2:]:
            check_is(self.store, [asset for asset in assets if asset.fixed])


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
