"""A show is read from the folders of its episodes, or refused with a reason."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shows import change_record, make_episode, make_show

from narrator.errors import NarratorError, PublishError, SettingsError
from narrator.model import Opening
from narrator.production.showing import open_show
from narrator.publish.publication import publication


def test_the_newest_comes_first_and_names_hold_the_hash_of_what_lies_under_them(tmp_path: Path) -> None:
    show = open_show(make_show(tmp_path, "one", "two"))
    assert [entry.name for entry in show.entries] == ["two", "one"]
    entry = show.entries[0]
    for asset in (entry.audio, entry.vtt, entry.srt, entry.json, entry.html, entry.chapters):
        assert isinstance(asset.source, Path)
        digest = hashlib.sha256(asset.source.read_bytes()).hexdigest()
        assert asset.key == digest
        assert asset.name.startswith("two/")
        assert f"-{digest[:8]}." in asset.name
        assert asset.fixed
    assert show.url(entry.audio.name) == f"https://pod.example/talks/{entry.audio.name}"
    assert entry.page == "two/index.html"
    assert [(sentence.speaker, sentence.opens) for sentence in entry.read()] == [
        ("Ada Ember", Opening.CHAPTER),
        ("Ben Stone", Opening.TURN),
        ("Ada Ember", Opening.CHAPTER),
    ]


def test_types_are_those_that_apps_expect(tmp_path: Path) -> None:
    """Checklist: HEAD; GET with byte ranges (206) on audio, art, feed; right MIME types."""
    entry = open_show(make_show(tmp_path, "one")).entries[0]
    found = {asset.name.rpartition(".")[2]: asset.type for asset in (entry.audio, entry.vtt, entry.srt)}
    assert found == {
        "mp3": "audio/mpeg",
        "vtt": "text/vtt; charset=utf-8",
        "srt": "application/x-subrip; charset=utf-8",
    }
    assert entry.chapters.type == "application/json+chapters"


def test_an_edited_episode_gets_new_names_but_keeps_its_guid_and_page(tmp_path: Path) -> None:
    before = open_show(make_show(tmp_path, "one")).entries[0]
    make_episode(tmp_path, "one", audio=b"another take", said=(("Ada Ember", "Bye."),), chapters=("End",))
    after = open_show(tmp_path).entries[0]
    assert (before.episode.guid, before.page) == (after.episode.guid, after.page)
    for kind in ("audio", "vtt", "srt", "json", "html", "chapters"):
        assert getattr(before, kind).name != getattr(after, kind).name


def test_a_folder_with_a_free_name_is_published_by_the_slug(tmp_path: Path) -> None:
    make_show(tmp_path, "one")
    (tmp_path / "one").rename(tmp_path / "Mein Gespräch (1)")
    assert open_show(tmp_path).entries[0].name == "one"


def test_a_secret_is_part_of_every_address(tmp_path: Path) -> None:
    secret = "a1B2" * 6
    podcast = f"title: T\naddress: https://pod.example/\nsecret: {secret}\n"
    show = open_show(make_show(tmp_path, "one", podcast=podcast))
    assert show.url("feed.xml") == f"https://pod.example/{secret}/feed.xml"


def test_a_show_is_read_for_another_address_and_without_podcast_yaml(tmp_path: Path) -> None:
    make_show(tmp_path, "one", "two")
    guid = open_show(tmp_path).podcast.guid
    local = open_show(tmp_path, "http://127.0.0.1:8000/")
    assert local.url("feed.xml") == "http://127.0.0.1:8000/feed.xml"
    assert (local.podcast.title, guid) != ("", "")
    (tmp_path / "podcast.yaml").unlink()
    assert open_show(tmp_path, "http://127.0.0.1:8000/").podcast.language == "en"
    with pytest.raises(SettingsError, match=r"there is no .*podcast\.yaml; write one with `narrate publish"):
        open_show(tmp_path)


def test_sound_that_was_copied_after_its_record_is_believed_when_its_hash_is_right(tmp_path: Path) -> None:
    make_show(tmp_path, "one")
    later = time.time() + 60
    os.utime(tmp_path / "one" / "one.mp3", (later, later))
    assert open_show(tmp_path).entries


def _cut(show: Path) -> None:
    (show / "one" / "one.mp3").write_bytes(b"half")


def _younger(show: Path) -> None:
    sound = show / "one" / "one.mp3"
    sound.write_bytes(bytes(sound.stat().st_size))
    later = time.time() + 60
    os.utime(sound, (later, later))


def _twice(show: Path) -> None:
    shutil.copytree(show / "one", show / "zwei")


def _same_name(show: Path) -> None:
    make_episode(show, "two")
    (show / "two").rename(show / "Zwei (2)")
    change_record(show / "Zwei (2)" / "episode.json", slug="one", audio="two.mp3")
    for form in ("vtt", "srt", "json", "html"):
        (show / "Zwei (2)" / f"two.{form}").rename(show / "Zwei (2)" / f"one.{form}")


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (_cut, r"one\.mp3 is not what episode\.json beside it tells; build the episode again"),
        (_younger, "is not what episode.json beside it tells"),
        (lambda show: (show / "one" / "one.mp3").unlink(), "No such file.*; build the episode again"),
        (lambda show: (show / "one" / "one.srt").unlink(), "No such file.*; build the episode again"),
        (lambda show: (show / "one" / "episode.json").write_text("{}"), "is no record of an episode"),
        (
            lambda show: shutil.rmtree(show / "one"),
            "there is no episode in .*; make one with `narrate build`",
        ),
        (_twice, "are the same episode; move one of them away"),
        (_same_name, "would be published as one, like another episode; rename its folder"),
        (
            lambda show: (show / "podcast.yaml").write_text(
                "title: T\naddress: https://a.example/\nepisodes:\n  nine:\n    number: 1\n"
            ),
            "episodes.nine: there is no such episode",
        ),
        (
            lambda show: (show / "podcast.yaml").write_text(
                "title: T\naddress: https://a.example/\nimage: no.png\n"
            ),
            "image: .*no.png cannot be read",
        ),
    ],
)
def test_what_is_not_whole_is_not_published(
    tmp_path: Path, harm: Callable[[Path], object], problem: str
) -> None:
    make_show(tmp_path, "one")
    harm(tmp_path)
    with pytest.raises(NarratorError, match=problem):
        open_show(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="cannot be read: No such file"):
        open_show(tmp_path / "none", "http://127.0.0.1/")


# ---------------------------------------------------------------- what is published
def test_what_names_others_comes_behind_them(tmp_path: Path) -> None:
    assets = publication(open_show(make_show(tmp_path, "one", "two")))
    names = [asset.name for asset in assets]
    assert len(set(names)) == len(names)
    assert names[-4:] == ["two/index.html", "one/index.html", "index.html", "feed.xml"]
    assert [asset.fixed for asset in assets] == [True] * (len(assets) - 4) + [False] * 4
    before: list[str] = []
    for asset in assets:
        content = asset.source if isinstance(asset.source, bytes) else None
        content = asset.source() if callable(asset.source) else content
        if content is not None and not asset.fixed:
            # Pages link to each other; anything else that they name is there before them.
            named = [name for name in names if name.rpartition("/")[2].encode() in content]
            assert {name for name in named if not name.endswith(("index.html", "feed.xml"))} <= set(before)
        before.append(asset.name)


def test_a_change_of_one_episode_changes_what_names_it_and_no_more(tmp_path: Path) -> None:
    make_show(tmp_path, "one", "two", "three", "four", "five", "six")
    before = {asset.name: asset.key for asset in publication(open_show(tmp_path))}
    assert {asset.name: asset.key for asset in publication(open_show(tmp_path))} == before
    make_episode(tmp_path, "six", audio=b"another take", day=6)
    after = {asset.name: asset.key for asset in publication(open_show(tmp_path))}
    changed = {name for name in after if before.get(name) != after[name]}
    (audio,) = {name for name in changed if name.endswith(".mp3")}
    assert changed == {audio, "six/index.html", "feed.xml"}
