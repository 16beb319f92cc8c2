"""Pages say what the show says, without JavaScript too; what people write stays text."""

import dataclasses
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hosting import published
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from readers import html_errors
from shows import make_episode, make_show

from narrator.model import Asset, Entry, Opening, Sentence, Show
from narrator.publish.content import load
from narrator.publish.pages import episode_page, page_assets, page_key, show_page
from narrator.publish.pages.sections import sections, speaker_colours
from narrator.publish.podcast import parse_podcast
from narrator.publish.show import read_show
from narrator.publish.wording import wording

PODCAST = """\
title: Test talks
address: https://pod.example/talks
language: {language}
email: owner@pod.example
author: Ada Ember
description: |-
  About rain.

  More at https://pod.example/more.
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "]]>--><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) & &amp; &#x3c;",
    "{{ 7*7 }}{% raw %}",
    "a\x00b\x0bc\x1b[31md\x7fe\ufffef\ud800g",
    "\u202egnol \u2067\u200f\u05d0\u05d1",
    "👩‍🚀🏳️‍🌈 e\u0301\u0300\u0302",
    "<" * 10_000,
)


def a_show(folder: Path, *names: str, language: str = "en", more: str = "") -> Show:
    """Return a show with an episode of each name, without the work of drawing a cover."""
    make_show(folder, *names, podcast=PODCAST.format(language=language) + more)
    show = read_show(
        folder, parse_podcast((folder / "podcast.yaml").read_text("utf-8"), folder / "podcast.yaml")
    )
    return dataclasses.replace(show, cover=Asset("cover-01234567.png", "image/png", "0", b""))


def renamed(show: Show, text: str) -> Show:
    """Return a show in which all that people write is this text."""

    def transcript() -> tuple[Sentence, ...]:
        return (Sentence(0, 900, text, text, Opening.CHAPTER), Sentence(900, 2000, text, text))

    def changed(entry: Entry) -> Entry:
        episode = dataclasses.replace(
            entry.episode,
            title=text,
            author=text,
            chapters=((0, text), (2000, text)),
            speakers=tuple(dataclasses.replace(one, speaker=text) for one in entry.episode.speakers),
        )
        notes = dataclasses.replace(entry.notes, description=text)
        return dataclasses.replace(entry, episode=episode, notes=notes, read=transcript)

    podcast = dataclasses.replace(
        show.podcast,
        title=text,
        description=text,
        author=text,
        copyright=text,
        link=text,
        funding=((text, text), ("https://pod.example/give", text)),
    )
    return dataclasses.replace(show, podcast=podcast, entries=tuple(map(changed, show.entries)))


def tree(page: bytes) -> Any:
    return html.fromstring(page.decode("utf-8"))


def text_of(node: Any) -> str:
    return " ".join(node.text_content().split())


def test_the_episode_page_has_the_whole_transcript_with_speakers(tmp_path: Path) -> None:
    """Checklist: the whole transcript with speakers on the web page."""
    show = a_show(tmp_path, "rain")
    page = tree(episode_page(show, show.entries[0]))

    assert [text_of(node) for node in page.cssselect("#text h3")] == ["Rain", "Always"]
    told = [
        (text_of(turn.cssselect(".speaker")[0]), text_of(turn.cssselect(".said")[0]))
        for turn in page.cssselect(".turn")
    ]
    assert told == [(one.speaker, one.text) for one in show.entries[0].read()]
    # A colour for each, and not by colour alone.
    assert [turn.get("class") for turn in page.cssselect(".turn")] == ["turn by-1", "turn by-2", "turn by-1"]


def test_the_page_works_without_its_script(tmp_path: Path) -> None:
    show = a_show(tmp_path, "rain")
    entry = show.entries[0]
    page = tree(episode_page(show, entry))

    (audio,) = page.cssselect("audio[controls]")
    assert audio.get("src") == f"../{entry.audio.name}"
    for link in page.cssselect(".chapters a, .stamp"):
        assert page.get_element_by_id(link.get("href").removeprefix("#")) is not None
    hidden = {node.get("id") for node in page.cssselect("[hidden]")}
    assert hidden >= {"bar", "search", "keys", "copy-feed"}  # what only the script can do
    assert not page.cssselect("[style], style, [onclick], script:not([src]):not([type])")
    downloads = {link.get("href") for link in page.cssselect(".files a")}
    assert downloads == {
        f"../{asset.name}" for asset in (entry.audio, entry.vtt, entry.srt, entry.json, entry.html)
    }
    assert text_of(page.cssselect(".synthetic")[0]) == "The voices in this episode are synthetic."


def test_pages_lead_to_the_feed_and_to_each_other(tmp_path: Path) -> None:
    show = a_show(tmp_path, "one", "two", "three")
    page = tree(show_page(show))
    links = {link.get("href") for link in page.cssselect("a")}
    assert {"podcast://pod.example/talks/feed.xml", "feed://pod.example/talks/feed.xml"} <= links
    assert page.get_element_by_id("feed").get("value") == "https://pod.example/talks/feed.xml"
    assert page.cssselect("link[rel=alternate]")[0].get("href") == "https://pod.example/talks/feed.xml"
    assert [link.get("href") for link in page.cssselect(".rows a")] == [
        "three/index.html",
        "two/index.html",
        "one/index.html",
    ]
    neighbours = tree(episode_page(show, show.entries[1])).cssselect(".more a")
    assert [link.get("href") for link in neighbours] == [
        "../three/index.html",
        "../one/index.html",
        "../index.html",
    ]


def test_previews_and_linked_data(tmp_path: Path) -> None:
    show = a_show(tmp_path, "rain")
    entry = show.entries[0]
    page = tree(episode_page(show, entry))
    preview = {node.get("property"): node.get("content") for node in page.cssselect("meta[property]")}
    assert preview["og:title"] == "Rain"
    assert preview["og:url"] == "https://pod.example/talks/rain/index.html"
    assert preview["og:image"] == "https://pod.example/talks/cover-01234567.png"
    assert preview["og:audio"] == show.url(entry.audio.name)
    linked = json.loads(page.cssselect("script[type='application/ld+json']")[0].text)
    assert linked["@type"] == "PodcastEpisode"
    assert linked["associatedMedia"]["contentUrl"] == show.url(entry.audio.name)
    assert linked["timeRequired"] == "PT6S"
    series = json.loads(tree(show_page(show)).cssselect("script[type='application/ld+json']")[0].text)
    assert (series["@type"], series["webFeed"]) == ("PodcastSeries", "https://pod.example/talks/feed.xml")
    assert linked["partOfSeries"].items() <= series.items()


def test_a_secret_show_asks_not_to_be_found(tmp_path: Path) -> None:
    secret = f"secret: {'s' * 22}\n"
    show = a_show(tmp_path / "secret", "rain", more=secret)
    for page in (show_page(show), episode_page(show, show.entries[0])):
        metas = {node.get("name"): node.get("content") for node in tree(page).cssselect("meta[name]")}
        assert "noindex" in metas["robots"]
        assert metas["referrer"] == "no-referrer"
    assert b"noindex" not in show_page(a_show(tmp_path / "open", "rain"))


def test_pages_speak_the_language_of_the_show(tmp_path: Path) -> None:
    show = a_show(tmp_path, "regen", language="de-AT")
    page = show_page(show).decode("utf-8")
    assert '<html lang="de">' in page
    assert "1. Januar 2026" in page
    assert "Die Stimmen in diesem Podcast sind künstlich erzeugt." in page
    episode = tree(episode_page(show, show.entries[0]))
    assert episode.get_element_by_id("text").get("lang") == "en"  # that of the episode
    assert text_of(episode.get_element_by_id("chapters")) == "Kapitel"
    other = a_show(tmp_path / "other", "pluie", language="fr")
    assert '<html lang="en">' in show_page(other).decode("utf-8")  # there are no French phrases


def test_phrases_say_the_same_in_all_languages() -> None:
    english, german = wording("en"), wording("de")
    names = [key for key in english if key.startswith("page_")]
    assert len(names) > 50
    for key in names:
        found = [sorted(re.findall(r"\{\w+\}", phrases[key])) for phrases in (english, german)]
        assert found[0] == found[1], key


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_only_text(tmp_path: Path, text: str) -> None:
    show = renamed(a_show(tmp_path, "rain"), text)
    harmless = renamed(show, "harmless")
    clean = "".join(char for char in text if char not in "\x00\x0b\x1b\x7f\ufffe\ud800")
    for page, plain in (
        (show_page(show), show_page(harmless)),
        (episode_page(show, show.entries[0]), episode_page(harmless, harmless.entries[0])),
    ):
        found, expected = tree(page), tree(plain)
        # Not an element and not an attribute more than with a harmless text.
        assert [(node.tag, *sorted(node.keys())) for node in found.iter()] == [
            (node.tag, *sorted(node.keys())) for node in expected.iter()
        ]
        assert "".join(clean.split()) in "".join(found.cssselect("h1")[0].text_content().split())
        assert not any(link.get("href").startswith("javascript") for link in found.cssselect("a"))
        for data in found.cssselect("script:not([src])"):
            json.loads(data.text)


@given(st.text(st.characters(), min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_any_text_gives_pages_of_the_same_make(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    show = a_show(tmp_path_factory.mktemp("show"), "rain")
    changed = dataclasses.replace(show, podcast=dataclasses.replace(show.podcast, title=text))
    shapes = [[node.tag for node in tree(show_page(one)).iter()] for one in (show, changed)]
    assert shapes[0] == shapes[1]


def test_descriptions_have_paragraphs_lists_and_links(tmp_path: Path) -> None:
    show = a_show(tmp_path, "rain")
    podcast = dataclasses.replace(
        show.podcast, description="First.\nSame.\n\nWith:\n- one\n- https://pod.example/two\n\n\nLast."
    )
    prose = tree(show_page(dataclasses.replace(show, podcast=podcast))).cssselect(".prose")[0]
    assert [(node.tag, text_of(node)) for node in prose] == [
        ("p", "First.Same."),
        ("p", "With:"),
        ("ul", "one https://pod.example/two"),
        ("p", "Last."),
    ]
    assert [link.get("href") for link in prose.cssselect("a")] == ["https://pod.example/two"]


def test_addresses_that_run_are_no_links(tmp_path: Path) -> None:
    show = a_show(tmp_path, "rain")
    entry = dataclasses.replace(
        show.entries[0],
        notes=dataclasses.replace(
            show.entries[0].notes, link="javascript:alert(1)", description="see javascript:alert(1)"
        ),
    )
    assert b'href="javascript' not in episode_page(show, entry)


def test_the_key_changes_with_what_the_page_shows_and_not_otherwise(tmp_path: Path) -> None:
    show = a_show(tmp_path, "one", "two", "three", "four")
    first, second = show.entries[0], show.entries[1]

    def with_entry(entry: Entry, **changes: Any) -> Show:
        changed = dataclasses.replace(entry, **changes)
        return dataclasses.replace(
            show, entries=tuple(changed if other is entry else other for other in show.entries)
        )

    def keys(show: Show) -> list[str]:
        return [page_key(show, None), *(page_key(show, entry) for entry in show.entries)]

    def changed(other: Show) -> list[bool]:
        return [before != after for before, after in zip(keys(show), keys(other), strict=True)]

    assert not any(changed(a_show(tmp_path, "one", "two", "three", "four")))
    # The transcript is on one page alone, a title also in the list and beside the neighbours.
    words = with_entry(first, json=dataclasses.replace(first.json, key="other"))
    assert changed(words) == [False, True, False, False, False]
    title = with_entry(first, episode=dataclasses.replace(first.episode, title="New"))
    assert changed(title) == [True, True, True, False, False]
    sound = with_entry(second, audio=dataclasses.replace(second.audio, name="two/two-ffffffff.mp3"))
    assert changed(sound) == [False, False, True, False, False]
    assert all(changed(dataclasses.replace(show, podcast=dataclasses.replace(show.podcast, title="New"))))


def test_the_same_show_gives_the_same_bytes(tmp_path: Path) -> None:
    show, again = (a_show(tmp_path, "one", "two") for _ in range(2))
    assert show_page(show) == show_page(again)
    assert episode_page(show, show.entries[0]) == episode_page(again, again.entries[0])


def test_assets_carry_the_hash_of_their_content(tmp_path: Path) -> None:
    assert [asset.name.rpartition(".")[2] for asset in page_assets()] == ["css", "js", "svg"]
    show = a_show(tmp_path, "rain")
    page = episode_page(show, show.entries[0]).decode("utf-8")
    for asset in page_assets():
        assert asset.key[:8] in asset.name
        assert f'"../{asset.name}"' in page


def many(show: Show, count: int) -> Show:
    (entry,) = show.entries
    entries = tuple(
        dataclasses.replace(
            entry, name=f"rain-{number}", episode=dataclasses.replace(entry.episode, title=f"Rain {number}")
        )
        for number in range(count)
    )
    return dataclasses.replace(show, entries=entries)


def cpu(action: Callable[[], object]) -> float:
    before = time.process_time()
    action()
    return time.process_time() - before


def test_a_thousand_episodes_have_a_light_page_and_cheap_keys(tmp_path: Path) -> None:
    show = many(a_show(tmp_path, "rain"), 1000)
    page = show_page(show)
    assert page.count(b"<li>") == 1000
    assert len(page) < 700_000
    assert cpu(lambda: [page_key(show, entry) for entry in (None, *show.entries)]) < 3


def test_ten_thousand_sentences_are_rendered_within_seconds(tmp_path: Path) -> None:
    show = a_show(tmp_path, "rain")
    transcript = tuple(
        Sentence(index * 7200, index * 7200 + 7000, "Ada", f"Sentence number {index} of a long day.", opens)
        for index, opens in enumerate([Opening.CHAPTER, *[Opening.NOTHING] * 4, Opening.PARAGRAPH] * 1667)
    )
    entry = dataclasses.replace(show.entries[0], read=lambda: transcript)
    assert cpu(lambda: episode_page(dataclasses.replace(show, entries=(entry,)), entry)) < 5


def test_a_title_that_is_read_out_is_the_heading() -> None:
    transcript = (
        Sentence(0, 900, "Narrator", "On the tower.", Opening.CHAPTER),
        Sentence(1000, 2000, "Ada", "Who looks out?", Opening.TURN),
        Sentence(2000, 3000, "Ada", "Somebody.", Opening.PARAGRAPH),
        Sentence(70_000, 71_000, "Ada", "Late.", Opening.PARAGRAPH),
        Sentence(80_000, 81_000, "Ada", "Nothing but this.", Opening.CHAPTER),
    )
    colours = speaker_colours((), transcript)
    first, second = sections(transcript, ((0, "On the tower"), (80_000, "Other")), colours)
    assert first.read is not None
    assert [turn.speaker for turn in first.turns] == ["Ada"]
    assert [paragraph.stamp for paragraph in first.turns[0].paragraphs] == ["0:01", "", "1:10"]
    assert second.read is None
    before, *_ = sections(transcript, ((900, "Late"),), colours)
    assert (before.number, before.turns[0].speaker) == (0, "Narrator")


def test_an_explicit_serial_with_pictures_and_other_forms(tmp_path: Path) -> None:
    show = a_show(tmp_path, "one", "two", more="type: serial\nexplicit: true\n")
    entry = show.entries[0]
    more = dataclasses.replace(
        entry,
        notes=dataclasses.replace(entry.notes, kind="bonus", explicit=True),
        image=Asset("two/cover-89abcdef.png", "image/png", "1", b""),
        thumbnail=Asset("two/cover-small-01234567.jpg", "image/jpeg", "3", b""),
        downloads=(Asset("two/two-89abcdef.m4a", "audio/x-m4a", "2", b"x" * 1_500_000),),
    )
    show = dataclasses.replace(show, entries=(more, *show.entries[1:]))
    page = tree(show_page(show))
    assert [text_of(link) for link in page.cssselect(".rows a")] == ["One", "Two"]  # from the beginning
    episode = tree(episode_page(show, more))
    assert episode.cssselect(".head img")[0].get("src") == "../two/cover-small-01234567.jpg"
    assert [text_of(link) for link in episode.cssselect(".files a")][:2] == ["MP3 0.3 kB", "M4A 1.5 MB"]
    assert "Bonus" in text_of(episode.cssselect(".facts")[0])


@pytest.mark.slow
def test_the_checker_of_html_finds_nothing(tmp_path: Path) -> None:
    plain = a_show(tmp_path / "show", "one", "two", "three", *(f"more-{number}" for number in range(8)))
    make_episode(tmp_path / "show", "quiet", said=(("", "Nobody's words."),), chapters=())
    files = []
    shows = [plain, *(renamed(plain, text) for text in HOSTILE)]
    for number, show in enumerate(shows):
        for name, content in published(dataclasses.replace(show, entries=show.entries[:2])).items():
            if name.endswith("index.html"):
                path = tmp_path / f"{number}" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(load(content))
                files.append(path)
    # What is not an error is advice: on texts that are not composed, and on a policy that it reads otherwise
    # than browsers, for a file on a disk has no host of its own.
    assert [one for one in html_errors(*files) if one["type"] != "info"] == []
