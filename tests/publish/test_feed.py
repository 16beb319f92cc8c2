"""The feed says of a show what its records and its owner say, to readers that are not ours."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import read, xml_problem
from shows import make_episode, make_show

from narrator.errors import PublishError
from narrator.model import INTERVIEWER, NARRATOR, Asset, Entry, Show, Speaking
from narrator.production.showing import open_show
from narrator.publish.feed import PAGE, format_feeds

PODCAST = """\
title: Gespräche & mehr
address: https://pod.example/talks
language: de
author: Ada Ember
email: owner@pod.example
category: [Arts > Books, Science]
copyright: Ada Ember & Co
type: serial
frequency: weekly
guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810
funding:
  https://give.example/?a=1&b=2: Give & take
description: |-
  What people say & what they mean.
  See https://pod.example/about?a=1&b=2.

  - first
  - second
episodes:
  fuchs:
    description: Notes on <foxes>.
    season: 2
    number: 3
    type: bonus
    explicit: true
    link: https://else.example/fuchs
"""
AT = "https://pod.example/talks/"
FOXES = (
    ("Ada Ember", "Guten Tag."),
    (INTERVIEWER, "Wie geht es?"),
    (NARRATOR, "Sie schweigt."),
    ("Bo", "Gut."),
)
CHAPTERS = ("Anfang & <mehr>", "Mitte", "]]> Ende")
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "psc": "http://podlove.org/simple-chapters",
}


@pytest.fixture
def show(tmp_path: Path) -> Show:
    """Return a show of three episodes, the second one with all that can be told of an episode."""
    folder = make_show(tmp_path / "show", "one", "fuchs", "three", podcast=PODCAST)
    title = "Füchse & <script>alert(1)</script> 🦊"
    make_episode(folder, "fuchs", title=title, said=FOXES, chapters=CHAPTERS, language="de", day=2)
    show = open_show(folder)
    m4a = Asset("fuchs/fuchs-12345678.m4a", "audio/x-m4a", "k", b"12345678")
    m4b = Asset("fuchs/fuchs-12345678.m4b", "audio/x-m4b", "k", b"12345")
    image = Asset("fuchs/cover-12345678.jpg", "image/jpeg", "k", b"")
    three, fuchs, one = show.entries
    return replace(show, entries=(three, replace(fuchs, downloads=(m4b, m4a), image=image), one))


def feeds(show: Show, folder: Path) -> list[Path]:
    """Write the pages of the feed as files."""
    made = []
    for name, content in format_feeds(show):
        made.append(folder / name)
        made[-1].write_bytes(content)
    return made


def channel(show: Show, page: int = 0) -> ET.Element:
    return parsed(format_feeds(show)[page][1])


def parsed(feed: bytes) -> ET.Element:
    found = ET.fromstring(feed).find("channel")  # noqa: S314, it is ours
    assert found is not None
    return found


def many(show: Show, count: int, change: Callable[[Entry, int], Entry]) -> Show:
    """Return a show of so many episodes, the newest first, made from its first one."""
    entries = []
    for number in range(count):
        date = f"{2026 - number // 336}-{12 - number // 28 % 12:02}-{28 - number % 28:02}T08:00:00+00:00"
        entry = show.entries[0]
        episode = replace(entry.episode, guid=f"guid-{number}", date=date)
        audio = replace(entry.audio, name=f"e{number}/e-01234567.mp3")
        entries.append(change(replace(entry, name=f"e{number}", episode=episode, audio=audio), number))
    return replace(show, entries=tuple(entries))


def test_feedsmith_reads_every_field_of_the_podcast(show: Show, tmp_path: Path) -> None:
    """Checklist: RSS 2.0, UTF-8; namespaces exactly; channel: atom:link, title, description, link …"""
    content = format_feeds(show)[0][1]
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" ')
    for prefix, address in NAMESPACES.items():
        assert f' xmlns:{prefix}="{address}"'.encode() in content
    found = read("feedsmith", *feeds(show, tmp_path))[0]
    cover = f"{AT}{show.cover.name}"
    del found["items"]
    assert found == {
        "title": "Gespräche & mehr",
        "link": f"{AT}index.html",
        "description": "<p>What people say &amp; what they mean. See "
        '<a href="https://pod.example/about?a=1&amp;b=2">https://pod.example/about?a=1&amp;b=2</a>.</p>\n'
        "<ul><li>first</li>\n<li>second</li>\n</ul>\n"
        "<p>Die Stimmen in diesem Podcast sind künstlich erzeugt.</p>",
        "language": "de",
        "copyright": "Ada Ember & Co",
        "generator": "narrator",
        # Of the newest episode, never of the moment.
        "pubDate": "Sat, 03 Jan 2026 08:00:00 +0000",
        "lastBuildDate": "Sat, 03 Jan 2026 08:00:00 +0000",
        "image": {"url": cover, "title": "Gespräche & mehr", "link": f"{AT}index.html"},
        "atom": {"links": [{"href": f"{AT}feed.xml", "rel": "self", "type": "application/rss+xml"}]},
        "itunes": {
            "author": "Ada Ember",
            "owner": {"name": "Ada Ember", "email": "owner@pod.example"},
            "image": cover,
            "categories": [{"text": "Arts", "categories": [{"text": "Books"}]}, {"text": "Science"}],
            "explicit": False,
            "type": "serial",
        },
        "podcast": {
            "guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
            "locked": {"value": True, "owner": "owner@pod.example"},
            "medium": "podcast",
            "txts": [{"display": "true", "purpose": "ai-content"}],
            "updateFrequency": {"display": "Wöchentlich", "rrule": "FREQ=WEEKLY"},
            "fundings": [{"url": "https://give.example/?a=1&b=2", "display": "Give & take"}],
            "persons": [
                {"display": "Ada Ember", "role": "host", "group": "cast"},
                {"display": "Ben Stone", "role": "host", "group": "cast"},
            ],
        },
    }


def test_feedsmith_reads_every_field_of_the_records(show: Show, tmp_path: Path) -> None:
    """Checklist: enclosure: url, length in bytes, type; guid; itunes:duration; podcast:transcript …"""
    found = read("feedsmith", *feeds(show, tmp_path))[0]["items"]
    assert len(found) == 3
    entry = show.entries[1]
    episode = entry.episode
    assert entry.audio.name.endswith(f"-{episode.sha256[:8]}.mp3")
    assert found[1] == {
        "title": episode.title,
        "link": "https://else.example/fuchs",
        "guid": {"value": episode.guid, "isPermaLink": False},
        "pubDate": "Fri, 02 Jan 2026 08:00:00 +0000",
        "description": "<p>Notes on &lt;foxes&gt;.</p>\n"
        "<p>00:00 Anfang &amp; &lt;mehr&gt;</p>\n<p>00:04 Mitte</p>\n<p>00:06 ]]&gt; Ende</p>\n"
        f'<p><a href="{AT}fuchs/index.html">Transkript</a></p>\n'
        "<p>Die Stimmen in dieser Folge sind künstlich erzeugt.</p>",
        "enclosures": [{"url": f"{AT}{entry.audio.name}", "length": episode.size, "type": "audio/mpeg"}],
        "itunes": {
            "title": episode.title,
            "author": "Ada Ember",
            "duration": 8,
            "image": f"{AT}fuchs/cover-12345678.jpg",
            "explicit": True,
            "episodeType": "bonus",
            "season": 2,
            "episode": 3,
        },
        "podcast": {
            "season": {"number": 2},
            "episode": {"number": 3},
            "txts": [{"display": "true", "purpose": "ai-content"}],
            "persons": [
                {"display": "Ada Ember", "role": "host", "group": "cast"},
                {"display": "Interviewer", "role": "host", "group": "cast"},
                {"display": "Erzähler", "role": "narrator", "group": "cast"},
                {"display": "Bo", "role": "guest", "group": "cast"},
            ],
            "transcripts": [
                {
                    "url": f"{AT}{entry.vtt.name}",
                    "type": "text/vtt",
                    "language": "de",
                    "rel": "captions",
                },
                {
                    "url": f"{AT}{entry.srt.name}",
                    "type": "application/x-subrip",
                    "language": "de",
                    "rel": "captions",
                },
                {"url": f"{AT}{entry.json.name}", "type": "application/json", "language": "de"},
                {"url": f"{AT}{entry.html.name}", "type": "text/html", "language": "de"},
            ],
            "chapters": {"url": f"{AT}{entry.chapters.name}", "type": "application/json+chapters"},
            "alternateEnclosures": [
                {
                    "type": "audio/x-m4a",
                    "length": 8,
                    "bitrate": 8,
                    "lang": "de",
                    "title": "M4A",
                    "sources": [{"uri": f"{AT}fuchs/fuchs-12345678.m4a"}],
                }
            ],
        },
        "psc": {
            "chapters": [
                {"start": "00:00:00.000", "title": "Anfang & <mehr>"},
                {"start": "00:00:04.000", "title": "Mitte"},
                {"start": "00:00:06.000", "title": "]]> Ende"},
            ]
        },
    }
    for item, one in zip(found, show.entries, strict=True):
        assert item["title"] == one.episode.title
        assert item["guid"] == {"value": one.episode.guid, "isPermaLink": False}
        assert parsedate_to_datetime(item["pubDate"]) == datetime.fromisoformat(one.episode.date)
        assert item["enclosures"][0]["length"] == len(Path(str(one.audio.source)).read_bytes())
        assert item["itunes"]["duration"] == one.episode.duration_ms // 1000
        assert item["link"] in (one.notes.link, f"{AT}{one.name}/index.html")
        starts = [(chapter["start"], chapter["title"]) for chapter in item["psc"]["chapters"]]
        assert starts == [(f"00:00:{start // 1000:02}.000", title) for start, title in one.episode.chapters]


def test_partytime_reports_the_phases_of_the_podcast_namespace(show: Show, tmp_path: Path) -> None:
    """Checklist: podcast:locked, podcast:person per speaker, podcast:medium, podcast:updateFrequency …"""
    public, private = read(
        "partytime",
        *feeds(show, tmp_path),
        *feeds(replace(show, podcast=replace(show.podcast, secret="s" * 22)), tmp_path / ".."),
    )
    # It makes a truth value of “true”, and so misses `podcast:txt`, which feedsmith reads.
    assert {int(phase): set(names) for phase, names in public["pc20support"].items()} == {
        1: {"locked", "funding", "transcript", "chapters"},
        2: {"person", "season", "episode"},
        3: {"guid", "alternateEnclosure"},
        4: {"medium"},
    }
    assert "block" in private["pc20support"]["5"]
    assert public["itunesCategory"] == ["Arts > Books", "Science"]
    assert public["items"][1]["podcastPeople"][2] == {"name": "Erzähler", "role": "Narrator", "group": "Cast"}


def test_the_feed_is_well_formed_and_the_same_each_time(show: Show) -> None:
    """Checklist: RSS 2.0, UTF-8."""
    (name, content), *others = format_feeds(show)
    assert (name, others) == ("feed.xml", [])
    assert xml_problem(content) == ""
    assert format_feeds(show) == ((name, content),)


def test_a_guid_stays_when_an_episode_is_made_anew_and_its_address_changes(
    show: Show, tmp_path: Path
) -> None:
    """Checklist: guid unique, permanent, `isPermaLink="false"` unless it is a URL; no enclosure URL twice."""
    make_episode(tmp_path / "show", "one", day=1, audio=b"other sound")
    before, after = (channel(one).findall("item") for one in (show, open_show(tmp_path / "show")))
    for path in ("guid", "link", "pubDate"):
        assert [item.findtext(path) for item in before] == [item.findtext(path) for item in after]
    guids = [item.findtext("guid") for item in after]
    addresses = [[item.find("enclosure").attrib["url"] for item in items] for items in (before, after)]  # type: ignore[union-attr]
    assert len(set(guids)) == len(set(addresses[1])) == 3
    assert addresses[0][:2] == addresses[1][:2]
    assert addresses[0][2] != addresses[1][2]
    assert [item.find("guid").attrib for item in after] == [{"isPermaLink": "false"}] * 3  # type: ignore[union-attr]


def test_numbers_that_apps_refuse_are_not_written(show: Show) -> None:
    """Checklist: RFC 2822 `pubDate` with the right weekday; `itunes:duration` integer seconds."""
    entry = show.entries[0]
    cases = ((1, "1"), (1499, "1"), (1500, "2"), (3_600_000, "3600"))
    for ms, seconds in cases:
        short = replace(entry, episode=replace(entry.episode, duration_ms=ms))
        found = channel(replace(show, entries=(short,))).findtext("item/itunes:duration", None, NAMESPACES)
        assert found == seconds
    zoned = replace(entry.episode, date="2026-02-28T23:30:00-05:00")
    bare = replace(entry.episode, date="2024-02-29T08:00:00")
    for episode, date in (
        (zoned, "Sat, 28 Feb 2026 23:30:00 -0500"),
        (bare, "Thu, 29 Feb 2024 08:00:00 +0000"),
    ):
        dated = channel(replace(show, entries=(replace(entry, episode=episode),)))
        assert [dated.findtext("item/pubDate"), dated.findtext("lastBuildDate")] == [date, date]
    numbers = [item.findtext("itunes:episode", None, NAMESPACES) for item in channel(show).findall("item")]
    assert numbers == [None, "3", None]


def test_a_record_without_a_date_is_refused(show: Show) -> None:
    entry = replace(show.entries[0], episode=replace(show.entries[0].episode, title="Rain", date="May"))
    with pytest.raises(PublishError, match="“Rain” has no date but 'May'; build it again"):
        format_feeds(replace(show, entries=(entry,)))


def test_synthetic_voices_are_disclosed_everywhere(show: Show) -> None:
    """Checklist: disclosure of synthetic voice: podcast:txt purpose="ai-content" on channel and item."""
    found = channel(show)
    for part in (found, *found.findall("item")):
        (text,) = part.findall("podcast:txt", NAMESPACES)
        assert (text.text, text.attrib) == ("true", {"purpose": "ai-content"})
        assert "künstlich erzeugt" in (part.findtext("description") or "")


def test_apple_finds_a_category_and_an_image_where_the_owner_gives_none(show: Show) -> None:
    """Checklist: `itunes:category`, `itunes:explicit` `true`/`false`, `itunes:image`."""
    bare = replace(show.podcast, categories=(), author="", email="", copyright="", frequency="", funding=())
    found = channel(replace(show, podcast=bare))
    assert [one.attrib for one in found.findall("itunes:category", NAMESPACES)] == [
        {"text": "Society & Culture"}
    ]
    assert found.findtext("itunes:author", None, NAMESPACES) == show.podcast.title
    assert found.findtext("itunes:explicit", None, NAMESPACES) == "false"
    image = found.find("itunes:image", NAMESPACES)
    assert image is not None
    assert image.attrib["href"] == f"{AT}{show.cover.name}"
    assert Path(show.cover.name).suffix == ".png"
    for missing in ("copyright", "itunes:owner", "podcast:updateFrequency", "podcast:funding"):
        assert found.find(missing, NAMESPACES) is None
    assert found.find("podcast:locked", NAMESPACES).attrib == {}  # type: ignore[union-attr]


def test_a_podcast_that_has_ended_says_so(show: Show) -> None:
    """Checklist: podcast:updateFrequency."""
    found = channel(replace(show, podcast=replace(show.podcast, complete=True, locked=False)))
    assert found.findtext("itunes:complete", None, NAMESPACES) == "Yes"
    assert found.findtext("podcast:locked", None, NAMESPACES) == "no"
    frequency = found.find("podcast:updateFrequency", NAMESPACES)
    assert frequency is not None
    assert (frequency.text, frequency.attrib) == ("Keine weiteren Folgen", {"complete": "true"})


def test_a_private_podcast_asks_to_be_left_out_of_directories(show: Show) -> None:
    secret = "abcdefghijklmnopqrstuv"  # noqa: S105
    private = replace(show, podcast=replace(show.podcast, secret=secret))
    public, found = channel(show), channel(private)
    assert public.find("itunes:block", NAMESPACES) is None
    assert public.find("podcast:block", NAMESPACES) is None
    assert found.findtext("itunes:block", None, NAMESPACES) == "Yes"
    assert found.findtext("podcast:block", None, NAMESPACES) == "yes"
    robots = found.find("{http://www.w3.org/1999/xhtml}meta")
    assert robots is not None
    assert robots.attrib == {"name": "robots", "content": "noindex"}
    addresses = [value for one in found.iter() for value in one.attrib.values() if value.startswith(AT)]
    assert addresses
    assert all(address.startswith(f"{AT}{secret}/") for address in addresses)


def test_an_episode_without_chapters_names_no_file_of_them(show: Show) -> None:
    """Checklist: JSON chapters, ascending, type application/json+chapters; psc:chapters in the feed."""
    entry = show.entries[0]
    bare = replace(entry, episode=replace(entry.episode, chapters=()))
    late = replace(
        entry, episode=replace(entry.episode, chapters=((9000, "Two"), (3_661_042, "Three"), (7, "One")))
    )
    none, some = channel(replace(show, entries=(bare, late))).findall("item")
    for path in ("psc:chapters", "podcast:chapters"):
        assert none.find(path, NAMESPACES) is None
        assert some.find(path, NAMESPACES) is not None
    starts = [one.attrib["start"] for one in some.findall("psc:chapters/psc:chapter", NAMESPACES)]
    assert starts == ["00:00:00.007", "00:00:09.000", "01:01:01.042"]


@pytest.mark.parametrize("count", [1, PAGE, PAGE + 1, 2 * PAGE + 7])
def test_long_archives_are_paged(show: Show, count: int) -> None:
    """Checklist: RFC 5005 paging for large archives."""
    whole = many(show, count, lambda entry, _: entry)
    last = (count - 1) // PAGE + 1
    names = ["feed.xml", *(f"feed-{number}.xml" for number in range(2, last + 1))]
    pages = format_feeds(whole)
    assert [name for name, _ in pages] == names
    guids: list[str | None] = []
    for number, (name, content) in enumerate(pages):
        found = parsed(content)
        links = {link.attrib["rel"]: link.attrib["href"] for link in found.findall("atom:link", NAMESPACES)}
        expected = {"self": name}
        if last > 1:
            expected |= {"first": names[0], "last": names[-1]}
            expected |= {"prev": names[number - 1]} if number else {}
            expected |= {"next": names[number + 1]} if number + 1 < last else {}
        assert links == {relation: AT + target for relation, target in expected.items()}
        guids += [item.findtext("guid") for item in found.findall("item")]
    assert guids == [entry.episode.guid for entry in whole.entries]


def test_a_thousand_episodes_are_formatted_quickly(show: Show) -> None:
    """Twelve chapters each: 0.25 s of CPU were seen; publishing all may take 5."""
    chapters = tuple((number * 300_000, f"Chapter {number}: what was said & done") for number in range(12))
    whole = many(
        show, 1000, lambda entry, _: replace(entry, episode=replace(entry.episode, chapters=chapters))
    )
    begin = time.process_time()
    pages = format_feeds(whole)
    assert time.process_time() - begin < 1.5
    assert sum(content.count(b"<psc:chapter ") for _, content in pages) == 12_000


def test_regular_speakers_are_hosts_and_others_guests(show: Show) -> None:
    """Checklist: podcast:person per speaker (an item's list replaces the channel's)."""

    def speaking(entry: Entry, number: int) -> Entry:
        names = ("Regular", f"Guest {number}", NARRATOR, "Guest 1", "Silent", " ")
        voices = tuple(Speaking(name, "tone:1", 0 if name == "Silent" else 9) for name in names)
        return replace(entry, episode=replace(entry.episode, speakers=voices, language="en"))

    def persons(part: ET.Element) -> list[tuple[str | None, str]]:
        return [(one.text, one.attrib["role"]) for one in part.findall("podcast:person", NAMESPACES)]

    show = replace(show, podcast=replace(show.podcast, author=""))
    found = channel(many(show, 4, speaking))
    assert persons(found) == [("Regular", "host"), ("Erzähler", "narrator"), ("Guest 1", "host")]
    assert persons(found.findall("item")[2]) == [
        ("Regular", "host"),
        ("Guest 2", "guest"),
        ("Narrator", "narrator"),
        ("Guest 1", "host"),
    ]
    # Of two episodes it cannot be told who is at home.
    assert ("Regular", "guest") in persons(channel(many(show, 2, speaking)))


HOSTILE: tuple[str, ...] = (
    "<script>alert('x')</script>",
    "]]>",
    "]]]]><![CDATA[>",
    "<![CDATA[ x ]]>",
    "Salt & Pepper &amp; &#x3c; &nope;",
    "<!-- -->",
    "<?xml version='1.0'?>",
    "quote \" and ' and `",
    "\u202eright to left\u202c \u200fשלום\u200e",
    "👩‍👩‍👧 🦊 \U0010ffff",
    "tab\tand\nline\r\nends\u2028\u2029\x85.",
    "controls \x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x9f\ufffe\uffff\ud800\udfff\ufdd0 end",
    "{{ braces }} {names} %s",
    "word " * 2000,
    "x" * 10_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_inert(show: Show, text: str) -> None:
    """Whatever is written somewhere is no mark-up, neither in the feed nor in the HTML in it."""
    content = hostile_feed(show, text)
    assert xml_problem(content) == ""
    tags = [[one.tag for one in parsed(feed).iter()] for feed in (content, hostile_feed(show, "plain"))]
    long = "{http://purl.org/rss/1.0/modules/content/}encoded"  # what a description had to be cut of
    assert [tag for tag in tags[0] if tag != long] == tags[1]


def test_feedsmith_reads_hostile_texts_as_they_are(show: Show, tmp_path: Path) -> None:
    files = []
    for number, text in enumerate(HOSTILE):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_bytes(hostile_feed(show, text))
    for text, found in zip(HOSTILE, read("feedsmith", *files), strict=True):
        item: dict[str, Any] = found["items"][0]
        line = " ".join("".join(" " if refused(char) else char for char in text).split())
        if len(line) <= 128:
            assert item["title"] == found["title"] == item["psc"]["chapters"][0]["title"] == line
            assert item["podcast"]["persons"][0]["display"] == line
            assert found["podcast"]["fundings"][0]["display"] == line
        else:
            for whole, shown in ((line, item["title"]), (line, item["psc"]["chapters"][0]["title"])):
                assert 200 < len(shown) <= 255
                assert whole.startswith(shown.removesuffix("…"))
            assert len(item["podcast"]["persons"][0]["display"]) <= 128


@given(st.text(st.characters(exclude_categories=()), max_size=600), st.text(max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the show is frozen
def test_any_text_is_read_back(show: Show, text: str, language: str) -> None:
    entry = show.entries[1]
    episode = replace(entry.episode, guid=language, language=language)
    entry = replace(entry, episode=episode, audio=replace(entry.audio, name=f"{language}.mp3"))
    feed = hostile_feed(replace(show, entries=(show.entries[0], entry)), text)
    item = parsed(feed).find("item")
    assert item is not None
    line = " ".join("".join(" " if refused(char) else char for char in text).split())
    for found, whole, limit in (
        (item.findtext("title") or "", line or "fuchs", 255),
        (item.findtext("itunes:author", "", NAMESPACES), line, 255),
        (item.findtext("podcast:person", "", NAMESPACES), line, 128),
    ):
        assert len(found) <= limit
        assert found == whole or (len(whole) > limit and whole.startswith(found.removesuffix("…")))
    for chapter in item.findall("psc:chapters/psc:chapter", NAMESPACES):
        assert chapter.attrib["title"] == item.findtext("title")
    assert len((item.findtext("description") or "").encode()) <= 4000
    assert (item.findtext("guid") or "").split() == "".join(
        " " if refused(c) else c for c in language
    ).split()


def refused(char: str) -> bool:
    """Return whether XML does not allow or advises against a character (XML 1.0, section 2.2)."""
    code = ord(char)
    return (
        (code < 0x20 and char not in "\t\n\r")
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0xFDD0 <= code <= 0xFDEF
        or code in {0xFFFE, 0xFFFF}
    )


def hostile_feed(show: Show, text: str) -> bytes:
    """Return a feed in which a text stands wherever one can."""
    entry = show.entries[1]
    episode = replace(
        entry.episode,
        title=text,
        author=text,
        chapters=tuple((number * 1000, text) for number in range(12)),
        speakers=(Speaking(text, "tone:1", 9),),
    )
    notes = replace(entry.notes, description=text)
    podcast = replace(
        show.podcast,
        title=text,
        description=text,
        author=text,
        copyright=text,
        funding=((f"{AT}?a=1&b=2", text),),
    )
    whole = replace(show, podcast=podcast, entries=(replace(entry, episode=episode, notes=notes),))
    return format_feeds(whole)[0][1]


def test_dates_fall_as_the_archive_is_read(show: Show) -> None:
    whole = many(show, 60, lambda entry, _: entry)
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in channel(whole).findall("item")]
    assert all(newer > older for newer, older in pairwise(dates))


def test_addresses_are_written_in_ascii(tmp_path: Path) -> None:
    """Checklist: enclosure: url."""
    written = PODCAST.replace("https://pod.example/talks", "https://Straße.example/gespräche/").replace(
        "https://give.example/?a=1&b=2", "https://give.example/für?wen=öl&b=%C3%A4"
    )
    found = channel(open_show(make_show(tmp_path, "one", "fuchs", podcast=written)))
    addresses = [
        value for part in found.iter() for value in part.attrib.values() if value.startswith("https:")
    ]
    addresses += [part.text for part in found.iter() if part.text and part.text.startswith("https:")]
    there = "https://xn--strae-oqa.example/gespr%C3%A4che/"
    assert {f"{there}feed.xml", f"{there}index.html", f"{there}one/index.html"} < set(addresses)
    assert "https://give.example/f%C3%BCr?wen=%C3%B6l&b=%C3%A4" in addresses
    assert all(address.isascii() for address in addresses)
