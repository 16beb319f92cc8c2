"""For each rule something that breaks it, and nothing else."""

import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import good
import numpy as np
import soundfile

Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    """How to make something that breaks a rule, and which rules that breaks besides, by necessity."""

    make: Make
    also: frozenset[str] = frozenset()


def written(name: str, content: bytes | str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def made(name: str, content: Callable[[], bytes | str]) -> Make:
    """Write what is made only when it is needed."""

    def make(folder: Path) -> Path:
        return written(name, content())(folder)

    return make


def audio(content: Callable[[], bytes], name: str = "a.mp3") -> Make:
    return made(name, content)


def frames(change: Callable[[list[bytes]], bytes]) -> Make:
    return audio(lambda: good.good_tag() + change(list(good.spoken())))


def wav(samples: Callable[[], "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "a.wav"
        soundfile.write(path, samples(), good.RATE)
        return path

    return make


def mp4(content: Callable[[], bytes], *also: str) -> Case:
    return Case(audio(content, "a.m4a"), frozenset({"mp4-unmeasured", *also}))


def tagged(*parts: Callable[[], bytes], version: int = 3) -> Make:
    return audio(lambda: good.mp3(head=good.tag(*(part() for part in parts), version=version)))


def pictured(picture: bytes) -> bytes:
    """Return a chapter with a picture that is told to be a PNG."""
    inner = good.frame("APIC", b"\x00image/png\x00\x00\x00" + picture)
    return mark(b"c0", 0, 2_000, good.text("TIT2", "Rain") + inner)


def table(flags: int = 3, ids: tuple[bytes, ...] = (b"c0", b"c1"), title: bytes | None = None) -> bytes:
    return good.contents(ids, good.text("TIT2", "Chapters") if title is None else title, flags)


def chapters(*marks: bytes, ids: tuple[bytes, ...] = (b"c0", b"c1")) -> Make:
    return tagged(good.words, lambda: table(ids=ids), lambda: b"".join(marks))


def mark(
    name: bytes, start: int, end: int, title: bytes | None = None, offsets: bytes = good.NO_OFFSET
) -> bytes:
    return good.chapter(name, start, end, good.text("TIT2", "Rain") if title is None else title, offsets)


def text(name: str, content: Callable[[], str], old: str, new: str) -> Make:
    """Replace once in a good text."""

    def make(folder: Path) -> Path:
        before = content()
        assert old in before, old
        return written(name, before.replace(old, new, 1))(folder)

    return make


def feed(old: str, new: str = "") -> Case:
    return Case(text("feed.xml.rss", good.feed, old, new))


def episode(**changes: Callable[[str], str] | bytes) -> Case:
    return Case(lambda folder: good.episode(folder / "e", **changes))


def show(**changes: Callable[[str], str] | bytes) -> Case:
    return Case(lambda folder: good.published(folder / "p", **changes))


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(before: str) -> str:
        assert old in before, old
        return before.replace(old, new)

    return change


def art(name: str, content: bytes) -> Case:
    return Case(written(name, content))


# ---------------------------------------------------------------- sound
def silent_frame(kbps_index: int = 7, *, checked: bool = False, right: bool = True) -> bytes:
    """Return a frame with nothing to hear in it, made by hand (ISO/IEC 11172-3, 2.4.1)."""
    first = good.spoken()[10]
    head = bytes([0xFF, 0xFA if checked else 0xFB, kbps_index << 4, first[3]])
    value = 0xFFFF
    for byte in head[2:] + bytes(17):
        for bit in range(7, -1, -1):
            carry = value >> 15 ^ byte >> bit & 1
            value = (value << 1 & 0xFFFF) ^ (0x8005 if carry else 0)
    size = len(good.frames(head + bytes(2_000))[0])
    told = struct.pack(">H", value if right else value ^ 1) if checked else b""
    return (head + told).ljust(size, b"\x00")


def loud(gain: float) -> list[bytes]:
    return good.encode(np.float32(gain) * good.speech())


def clicked() -> list[bytes]:
    samples = good.speech().copy()
    samples[60_000:60_200] = 0.95 * np.sin(np.arange(200) / 3)
    return good.encode(samples)


def paused() -> list[bytes]:
    return good.encode(np.concatenate((good.speech(), good.silence(11), good.speech())))


def clipped() -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    samples = good.speech().copy()
    samples[60_000:60_020] = 1
    return samples


def own(parts: list[bytes]) -> Make:
    """Return a file of frames, with chapters that it is long enough for."""
    return audio(lambda: good.good_tag() + good.stream(parts))


def lame(change: Callable[[bytearray], None]) -> Make:
    """Change the frames of a file in which LAME's sum stands."""

    def make(folder: Path) -> Path:
        from narrator.encoding import Tags, encode_mp3
        from narrator.settings import PROGRAMME_RATE

        path, speech = folder / "a.mp3", good.speech(rate=PROGRAMME_RATE) * np.float32(0.9)
        encode_mp3(path, [speech], speech.shape[0], Tags("Talk", "Ada", "Talks"))
        content = bytearray(path.read_bytes())
        change(content)
        path.write_bytes(content)
        return path

    return make


def flip(content: bytearray) -> None:
    content[len(content) // 2] ^= 1


def large(folder: Path) -> Path:
    path = folder / "a.m4a"
    seconds = 14_000
    head = good.box(b"ftyp", b"M4A ", bytes(4)) + good.movie(seconds=seconds)
    size = 201_000_000
    with path.open("wb") as file:
        file.write(head + struct.pack(">I", size + 8) + b"mdat")
        file.truncate(len(head) + 8 + size)
    return path


two_rates = [*good.spoken(), *[silent_frame(5)] * 20]

AUDIO: dict[str, Case] = {
    "audio-none": Case(audio(lambda: good.good_tag() + bytes(9_000))),
    "mp3-junk": Case(
        frames(
            lambda parts: good.info(len(parts), parts[0]) + b"".join([*parts[:50], bytes(70), *parts[50:]])
        )
    ),
    "mp3-start": Case(frames(lambda parts: bytes(100) + good.stream(parts))),
    "mp3-end": Case(frames(lambda parts: good.stream(parts) + b"x" * 100)),
    "mp3-cut": Case(frames(lambda parts: good.stream(parts)[:-50])),
    "mp3-changes": Case(
        frames(lambda parts: good.stream([*parts, *good.encode(good.speech(), 48_000)])),
    ),
    "mp3-header": Case(frames(b"".join)),
    "mp3-length": Case(frames(lambda _: b"".join(two_rates)), frozenset({"mp3-varies"})),
    "mp3-count": Case(frames(lambda parts: good.info(7, parts[0]) + b"".join(parts))),
    "mp3-varies": Case(
        frames(lambda parts: good.info(len(two_rates), parts[0], b"Xing") + b"".join(two_rates))
    ),
    "mp3-sums": Case(
        frames(
            lambda parts: good.stream(
                [*parts, silent_frame(checked=True), silent_frame(checked=True, right=False)]
            )
        ),
    ),
    "mp3-sum": Case(lame(flip)),
    "audio-bit-rate": Case(own(good.encode(good.speech(), kbps=192))),
    "audio-sample-rate": Case(own(good.encode(good.speech(rate=32_000), 32_000))),
    "audio-channels": mp4(lambda: good.mp4(good.movie(channels=6))),
    "audio-size": Case(large, frozenset({"mp4-unmeasured"})),
    "audio-damaged": Case(written("a.flac", b"fLaC" + bytes(range(200)))),
    "audio-loudness": Case(own(loud(0.4))),
    "audio-peak": Case(own(clicked())),
    "audio-silent": Case(own(good.encode(good.silence(4)))),
    "audio-silence": Case(own(paused())),
    "audio-clipped": Case(wav(clipped), frozenset({"audio-peak"})),
    "audio-doubled": Case(wav(lambda: np.stack([0.7 * good.speech()] * 2, axis=1))),
    "mp4-boxes": mp4(lambda: good.mp4(good.movie())[:-100]),
    "mp4-codec": mp4(lambda: good.mp4(good.movie(codec=b"ac-3"))),
    "mp4-late": mp4(lambda: good.mp4(good.movie(), late=True)),
    "mp4-chapters": mp4(
        lambda: good.mp4(good.movie(extra=good.box(b"udta", good.box(b"chpl", bytes(8), b"\x02"))))
    ),
    "mp4-unmeasured": Case(audio(lambda: good.mp4(good.movie()), "a.m4a")),
}

# ---------------------------------------------------------------- tags
NEW = [
    good.chapter(b"c%d" % index, index * 10, index * 10 + 10, good.text("TIT2", "x")) for index in range(256)
]
CUT = b"CHAP" + struct.pack(">I", 999) + bytes(12)
TAGS: dict[str, Case] = {
    "id3-none": Case(audio(lambda: good.stream(good.spoken()))),
    "id3-damaged": Case(tagged(good.words, lambda: CUT)),
    "id3-version": Case(tagged(lambda: good.words().replace(b"\xff\xfe", b"\xff\xfe"), version=4)),
    "id3-title": Case(tagged(lambda: good.words(title=""))),
    "id3-artist": Case(tagged(lambda: good.words(artist=""))),
    "id3-album": Case(tagged(lambda: good.words(album=""))),
    "id3-encoding": Case(tagged(good.words, lambda: good.text("TCON", "Über", 3))),
    "id3-picture": Case(
        tagged(good.words, lambda: good.frame("APIC", b"\x00image/png\x00\x03\x00\xff\xd8\xff" + bytes(50)))
    ),
    "id3-picture-size": Case(
        tagged(
            good.words,
            lambda: good.frame("APIC", b"\x00image/png\x00\x03\x00" + good.png() + bytes(1_000_000)),
        )
    ),
    "chap-version": Case(
        tagged(good.words, table, lambda: mark(b"c0", 0, 9) + mark(b"c1", 9, 20), version=4)
    ),
    "chap-order": Case(chapters(mark(b"c1", 2_000, 4_000), mark(b"c0", 0, 2_000))),
    "chap-id": Case(chapters(mark(b"c0", 0, 2_000), mark(b"c0", 2_000, 4_000), ids=(b"c0",))),
    "chap-times": Case(chapters(mark(b"c0", 0, 2_000), mark(b"c1", 2_000, 2_000))),
    "chap-end": Case(chapters(mark(b"c0", 0, 2_000), mark(b"c1", 2_000, 5_000))),
    "chap-title": Case(chapters(mark(b"c0", 0, 2_000, b""), mark(b"c1", 2_000, 4_000))),
    "chap-encoding": Case(
        chapters(mark(b"c0", 0, 2_000, good.text("TIT2", "Rain", 0)), mark(b"c1", 2_000, 4_000))
    ),
    "chap-offset": Case(chapters(mark(b"c0", 0, 2_000, None, bytes(8)), mark(b"c1", 2_000, 4_000))),
    "chap-count": Case(
        tagged(
            good.words,
            lambda: table(ids=tuple(b"c%d" % index for index in range(200))),
            lambda: table(0, tuple(b"c%d" % index for index in range(200, 256))),
            lambda: b"".join(NEW),
        )
    ),
    "chap-picture": Case(chapters(pictured(b"GIF89a" + bytes(20)), mark(b"c1", 2_000, 4_000))),
    "chap-picture-size": Case(
        chapters(pictured(good.png() + bytes(1_000_000)), mark(b"c1", 2_000, 4_000)),
    ),
    "ctoc-none": Case(tagged(good.words, lambda: b"".join(good.marks()))),
    "ctoc-flags": Case(tagged(good.words, lambda: table(1), lambda: b"".join(good.marks()))),
    "ctoc-complete": Case(chapters(*good.marks(), ids=(b"c0",))),
    "ctoc-order": Case(chapters(*good.marks(), ids=(b"c1", b"c0"))),
    "ctoc-title": Case(tagged(good.words, lambda: table(title=b""), lambda: b"".join(good.marks()))),
}

# ---------------------------------------------------------------- pictures
JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 1400, 1400) + b"\x03" + bytes(9) + b"\xff\xd9"
PICTURES: dict[str, Case] = {
    "art-form": art("a.gif", b"GIF89a" + bytes(20)),
    "art-damaged": art("a.png", good.png()[:-20]),
    "art-size": art("a.png", good.png(1_000, 1_000)),
    "art-square": art("a.png", good.png(1_400, 1_500)),
    "art-colour": art("a.png", good.png(colour=6)),
    "art-name": art("a.png", JPEG),
}

# ---------------------------------------------------------------- transcripts and chapters
TRANSCRIPTS: dict[str, Case] = {
    "transcript-encoding": Case(
        made("a.vtt", lambda: good.vtt().replace("morning", "Grüße").encode("latin-1"))
    ),
    "transcript-none": Case(written("a.vtt", "WEBVTT\n")),
    "vtt-signature": Case(text("a.vtt", good.vtt, "WEBVTT\n", "")),
    "vtt-form": Case(text("a.vtt", good.vtt, "00:00:01.500 -->", "00:00:01,500 -->")),
    "vtt-speaker": Case(text("a.vtt", good.vtt, "<v Ben Stone>", "")),
    "vtt-line": Case(text("a.vtt", good.vtt, "always", "always " * 10)),
    "vtt-escape": Case(text("a.vtt", good.vtt, "&amp;", "&")),
    "srt-form": Case(text("a.srt", good.srt, "00:00:03,000 -->", "00:00:03.000 -->")),
    "srt-number": Case(text("a.srt", good.srt, "2\n", "7\n")),
    "srt-lines": Case(text("a.srt", good.srt, "Was it", "Was\nit")),
    "srt-width": Case(text("a.srt", good.srt, "always", "always always always")),
    "srt-speaker": Case(made("a.srt", lambda: re.sub(".* (Ember|Stone):\n", "", good.srt()))),
    "segments-form": Case(text("a.json", good.segments, '"body"', '"text"')),
    "segments-version": Case(text("a.json", good.segments, '"1.0.0"', "1")),
    "segments-speaker": Case(made("a.json", lambda: good.segments().replace('"speaker"', '"who"'))),
    "html-form": Case(made("a.html", lambda: "<b>" * 5_000 + "<cite>")),
    "html-speaker": Case(made("a.html", lambda: good.html().replace("cite", "b"))),
    "html-time": Case(made("a.html", lambda: good.html().replace("time", "b"))),
    "cue-times": Case(text("a.vtt", good.vtt, "--> 00:00:03.900", "--> 00:00:02.000")),
    "cue-order": Case(text("a.srt", good.srt, "00:00:03,000 -->", "00:00:01,000 -->")),
    "cue-overlap": Case(text("a.vtt", good.vtt, "--> 00:00:01.500", "--> 00:00:01.700")),
    "cue-empty": Case(text("a.json", good.segments, '"Nearly always."', '""')),
    "cue-end": episode(vtt=swap("00:00:03.900", "00:00:09.900")),
    "transcripts-differ": episode(srt=swap("Nearly always", "Nearly never")),
    "chapters-form": Case(text("a.json", good.chapters, '"startTime": 2.0', '"startTime": "2"')),
    "chapters-version": Case(text("a.json", good.chapters, '"1.2.0"', "2")),
    "chapters-none": Case(written("a.json", '{"version": "1.2.0", "chapters": []}')),
    "chapters-order": Case(text("a.json", good.chapters, '"startTime": 2.0', '"startTime": 0')),
    "chapters-title": Case(text("a.json", good.chapters, "Rain", " ")),
    "chapters-address": Case(text("a.json", good.chapters, '"Rain"', '"Rain", "url": "javascript:x"')),
    "chapters-image": episode(chapters=swap('"Rain"', '"Rain", "img": "chapters/gone.jpg"')),
    "chapters-end": episode(chapters=swap("}]}", '}, {"startTime": 9, "title": "x", "toc": false}]}')),
    "chapters-differ": episode(chapters=swap("Rain", "Snow")),
}


def long_audio() -> bytes:
    """Return a file of 100 s."""
    return good.mp3(list(good.spoken()) * 25)


def longer(record: str) -> str:
    audio = long_audio()
    import hashlib

    facts = {
        "size": len(audio),
        "sha256": hashlib.sha256(audio).hexdigest(),
        "duration_ms": len(good.spoken()) * 25 * 1_152_000 // good.RATE,
    }
    return json.dumps(json.loads(record) | facts)


TRANSCRIPTS["transcript-short"] = Case(
    lambda folder: good.episode(folder / "e", audio=long_audio(), record=longer)
)

# ---------------------------------------------------------------- feeds
ITEM = good.FEED[good.FEED.index("<item>") : good.FEED.index("</channel>")]
SECOND = ITEM.replace("1f0c", "2f0c").replace("one/one.mp3", "two/two.mp3").replace("LENGTH", "9")
LONG = "Rain " * 900
FEEDS: dict[str, Case] = {
    "feed-form": feed("</title>", "</titel>"),
    "feed-entities": feed("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss'),
    "feed-encoding": feed("UTF-8", "ISO-8859-1"),
    "feed-rss": feed('version="2.0" xmlns:itunes', 'version="0.91" xmlns:itunes'),
    "feed-namespace": feed("<rss ", '<rss xmlns:content="https://purl.org/rss/1.0/modules/content" '),
    "feed-title": feed("<title>Talks</title>"),
    "feed-title-length": feed("<title>Talks<", f"<title>{LONG}<"),
    "feed-description": feed("<description>About rain.</description>"),
    "feed-description-length": feed("About rain.<", f"{LONG}<"),
    "feed-link": feed(f"<link>{good.BASE}</link>"),
    "feed-link-form": feed(f"<link>{good.BASE}</link>", "<link>pod.example</link>"),
    "feed-language": feed("<language>en</language>"),
    "feed-language-form": feed("<language>en<", "<language>English, of course<"),
    "feed-category": feed('<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>'),
    "feed-category-name": feed('text="Books"', 'text="Volcanoes"'),
    "feed-explicit": feed("<itunes:explicit>false</itunes:explicit>"),
    "feed-explicit-value": feed("<itunes:explicit>false<", "<itunes:explicit>clean<"),
    "feed-image": feed(f'<itunes:image href="{good.BASE}cover.png"/>'),
    "feed-self": feed('rel="self"', 'rel="alternate"'),
    "feed-self-address": feed(f'href="{good.BASE}feed.xml"', 'href="feed.xml"'),
    "feed-guid": feed("<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>"),
    "feed-guid-form": feed("917393e3-1b1e-5cef-ace4-edaa54e1f810", "my-podcast"),
    "feed-date": feed("<language>", "<pubDate>Mon, 03 Feb 2026 10:00:00 +0000</pubDate><language>"),
    "feed-type": feed("episodic", "weekly"),
    "feed-complete": feed("<itunes:type>", "<itunes:complete>true</itunes:complete><itunes:type>"),
    "feed-author": feed("<itunes:author>Ada</itunes:author>"),
    "feed-owner": feed("<itunes:email>ada@pod.example</itunes:email>"),
    "feed-locked": feed("<podcast:locked>yes</podcast:locked>"),
    "feed-medium": feed("<podcast:medium>podcast</podcast:medium>"),
    "feed-frequency": feed("<podcast:updateFrequency>weekly</podcast:updateFrequency>"),
    "feed-disclosure": feed('<podcast:txt purpose="ai-content">true</podcast:txt>'),
    "feed-items": Case(
        made("a.xml", lambda: good.feed().replace(ITEM.replace("LENGTH", str(len(good.mp3()))), ""))
    ),
    "feed-page": feed("<atom:link", '<atom:link rel="next" href="feed-2.xml"/><atom:link'),
    "guid-twice": feed("</channel>", SECOND.replace("2f0c", "1f0c") + "</channel>"),
    "enclosure-twice": feed("</channel>", SECOND.replace("two/two.mp3", "one/one.mp3") + "</channel>"),
    "enclosure-insecure": feed(f'url="{good.BASE}one/one.mp3"', 'url="http://pod.example/one.mp3"'),
    "item-title": feed("<title>First talk</title>"),
    "item-title-length": feed("<title>First talk<", f"<title>{LONG}<"),
    "enclosure-none": Case(made("a.xml", lambda: without(good.feed(), "<enclosure"))),
    "enclosure-several": feed("<itunes:duration>", f'<enclosure url="{good.BASE}2.mp3"/><itunes:duration>'),
    "enclosure-address": feed(f'url="{good.BASE}one/one.mp3"', 'url="one/one.mp3"'),
    "enclosure-length": Case(made("a.xml", lambda: good.FEED.replace("LENGTH", "0"))),
    "enclosure-name": feed("one/one.mp3", "one/one.ogg"),
    "enclosure-type": feed('type="audio/mpeg"', 'type="audio/mp3"'),
    "guid-none": feed('<guid isPermaLink="false">1f0c</guid>'),
    "guid-address": feed('<guid isPermaLink="false">', "<guid>"),
    "date-none": feed("<pubDate>Tue, 03 Feb 2026 10:00:00 +0000</pubDate>"),
    "date-form": feed("Tue, 03 Feb 2026 10:00:00 +0000", "2026-02-03T10:00:00Z"),
    "date-weekday": feed("Tue, 03", "Mon, 03"),
    "duration-none": feed("<itunes:duration>4</itunes:duration>"),
    "duration-form": feed("<itunes:duration>4<", "<itunes:duration>four<"),
    "duration-clock": feed("<itunes:duration>4<", "<itunes:duration>0:04<"),
    "item-episode": feed("<itunes:episode>1<", "<itunes:episode>0<"),
    "item-season": feed("<itunes:season>1<", "<itunes:season>one<"),
    "item-type": feed("<itunes:episodeType>full<", "<itunes:episodeType>half<"),
    "item-explicit": feed("Type>\n<itunes:explicit>false<", "Type>\n<itunes:explicit>no<"),
    "item-description": Case(made("a.xml", lambda: without(good.feed(), "<description><![CDATA"))),
    "item-description-length": feed("<p>About rain.</p>", f"<p>{LONG}</p>"),
    "item-html": feed("<p>About rain.</p>", "<p>About <marquee>rain</marquee>.</p>"),
    "item-stamps": feed("<p>00:00 Rain</p>", "<p>00:01 Rain</p>"),
    "item-link": feed(f"<link>{good.BASE}one/</link>"),
    "item-link-form": feed(f"<link>{good.BASE}one/</link>", "<link>one</link>"),
    "item-image": feed(
        f'Type>\n<itunes:explicit>false</itunes:explicit>\n<itunes:image href="{good.BASE}cover.png"/>',
        "Type>",
    ),
    "item-image-form": feed(
        f'Type>\n<itunes:explicit>false</itunes:explicit>\n<itunes:image href="{good.BASE}cover.png"/>',
        'Type>\n<itunes:image href="cover.png"/>',
    ),
    "item-transcript": Case(made("a.xml", lambda: without(good.feed(), "<podcast:transcript"))),
    "item-transcript-type": feed('type="text/vtt"', 'type="vtt"'),
    "item-chapters": Case(made("a.xml", lambda: without(good.feed(), "<podcast:chapters"))),
    "item-chapters-type": feed('type="application/json+chapters"', 'type="json"'),
    "psc-none": Case(made("a.xml", lambda: without(good.feed(), "<psc:chapter"))),
    "psc-form": feed('start="0:02.5"', 'start="00:00:00"'),
    "item-person": feed("<podcast:person>Ada</podcast:person>"),
    "item-person-name": feed("<podcast:person>Ada<", "<podcast:person> <"),
    "item-disclosure": Case(made("a.xml", lambda: undisclosed(good.feed()))),
}


def without(content: str, start: str) -> str:
    """Leave out the lines that begin so."""
    kept = [line for line in content.split("\n") if not line.startswith(start)]
    assert len(kept) < content.count("\n") + 1
    return "\n".join(kept)


def undisclosed(content: str) -> str:
    before, _, after = content.rpartition('<podcast:txt purpose="ai-content">true</podcast:txt>')
    return before + after


def many() -> str:
    numbers = range(500)
    items = [SECOND.replace("2f0c", f"x{one}").replace("two/two.mp3", f"two/{one}.mp3") for one in numbers]
    return good.feed().replace("</channel>", "".join(items) + "</channel>")


FEEDS["feed-long"] = Case(made("a.xml", many))


# ---------------------------------------------------------------- shows and pages
MANY = frozenset({"link-elsewhere", "feed-long"})


def elsewhere() -> str:
    """Return a feed with 5,001 addresses elsewhere."""
    numbers = range(834)
    moved = SECOND.replace(good.BASE, "https://x%d.example/").replace("2f0c", "x%d")
    items = [
        moved.replace("%d", str(one)).replace("03 Feb", "02 Feb").replace("Tue,", "Mon,") for one in numbers
    ]
    return good.feed().replace("</channel>", "".join(items) + "</channel>")


NEXT = f'<atom:link rel="next" href="{good.BASE}feed.xml"/><atom:link'
SHOWS: dict[str, Case] = {
    "link-missing": show(index=swap('href="one/"', 'href="two/"')),
    "link-elsewhere": show(feed=swap(f'url="{good.BASE}one/one.srt"', 'url="https://other.example/one.srt"')),
    "link-length": Case(
        lambda folder: good.published(folder / "p", feed=swap(f'length="{len(good.mp3())}"', 'length="99"')),
    ),
    "link-unasked": replace(
        show(feed=lambda _: elsewhere()), also=frozenset({"link-elsewhere", "feed-long"})
    ),
    "feed-loop": show(feed=swap("<atom:link", NEXT)),
    "duration-wrong": show(feed=swap("<itunes:duration>4<", "<itunes:duration>40<")),
    "page-form": show(page=lambda _: "<b>" * 5_000),
    "page-title": show(page=swap("<title>First talk</title>", "")),
    "page-language": show(page=swap('<html lang="en">', "<html>")),
    "page-feed": show(page=swap('type="application/rss+xml"', 'type="text/xml"')),
    "page-transcript": show(page=swap("Was it always", "Was it never")),
    "page-speaker": show(page=swap("Ben Stone", "Somebody")),
    "published-complete": Case(lambda folder: noted(folder, complete=False)),
    "published-differs": Case(lambda folder: noted(folder, size=7)),
    "unreadable": Case(lambda folder: folder / "nothing.mp3"),
    "unknown-kind": Case(written("a.foo", bytes(range(256)))),
    "record-form": episode(record=lambda _: '{"sha256": "x"}'),
    "record-differs": episode(record=swap('"duration_ms": ', '"duration_ms": 1')),
}


def noted(folder: Path, *, complete: bool = True, size: int = 4) -> Path:
    path = good.published(folder / "p")
    files = {"page.css": {"key": "x", "size": size}}
    record = {
        "version": 1,
        "guid": "x",
        "complete": complete,
        "files": files,
        "before": [],
        "coming": [],
        "leaving": [],
    }
    (path / "published.json").write_text(json.dumps(record), "utf-8")
    return path


CASES = AUDIO | TAGS | PICTURES | TRANSCRIPTS | FEEDS | SHOWS
WEB = frozenset(
    f"link-{fault}" for fault in ("type", "head", "ranges", "cors", "validator", "redirects", "busy")
)
"""Rules whose cases need a server: `test_web.py`."""
