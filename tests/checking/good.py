"""A podcast with which nothing is wrong, made by other means than narrator's; tests change one thing."""

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import lameenc
import numpy as np
from numpy.typing import NDArray

RATE = 44_100
SECONDS = 4
BASE = "https://pod.example/talks/"
Samples = NDArray[np.float32]
NO_OFFSET = b"\xff" * 8
CHAPTERS = ((0, 2_000, "Rain"), (2_000, 4_000, "Über „alles“"))


# ---------------------------------------------------------------- sound
@cache
def speech(seconds: float = SECONDS, rate: int = RATE) -> Samples:
    """Return noise with syllables, at -16 LUFS."""
    count = round(seconds * rate)
    noise = np.random.default_rng(5).standard_normal(count // 4 + 2).repeat(4)[:count]
    smooth = np.convolve(noise, np.hanning(9) / np.hanning(9).sum(), "same")
    samples: Samples = (0.7 * np.tanh(0.47 * smooth * np.sin(np.arange(count) / rate * 11) ** 2)).astype(
        np.float32
    )
    return samples


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def encode(samples: Samples, rate: int = RATE, kbps: int = 96) -> list[bytes]:
    """Return the frames that LAME makes of mono samples, without an Info header."""
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_bit_rate(kbps)
    encoder.silence()
    pcm = np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()
    return frames(bytes(encoder.encode(pcm) + encoder.flush()))


def frames(stream: bytes) -> list[bytes]:
    """Part a stream of MPEG 1 layer III, mono, at its headers."""
    rates = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    found = []
    at = 0
    while at + 4 <= len(stream) and stream[at] == 0xFF:
        rate = (44_100, 48_000, 32_000)[stream[at + 2] >> 2 & 3]
        size = 144_000 * rates[stream[at + 2] >> 4] // rate + (stream[at + 2] >> 1 & 1)
        found.append(stream[at : at + size])
        at += size
    return found


@cache
def spoken() -> tuple[bytes, ...]:
    return tuple(encode(speech()))


def info(count: int, first: bytes, name: bytes = b"Info") -> bytes:
    """Return a frame that tells how many frames follow."""
    size = len(frames(first)[0])
    return (
        first[:2] + bytes([first[2] & ~2, first[3]]) + bytes(17) + name + struct.pack(">II", 1, count)
    ).ljust(size, b"\x00")[:size]


def stream(parts: Sequence[bytes]) -> bytes:
    return info(len(parts), parts[0]) + b"".join(parts)


# ---------------------------------------------------------------- tags
def frame(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack(">I", len(body)) + b"\x00\x00" + body


def text(name: str, value: str, encoding: int = 1) -> bytes:
    coded = value.encode(("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding])
    return frame(name, bytes([encoding]) + coded)


def chapter(name: bytes, start: int, end: int, title: bytes, offsets: bytes = NO_OFFSET) -> bytes:
    return frame("CHAP", name + b"\x00" + struct.pack(">II", start, end) + offsets + title)


def contents(ids: Sequence[bytes], title: bytes, flags: int = 3) -> bytes:
    return frame(
        "CTOC", b"toc\x00" + bytes([flags, len(ids)]) + b"".join(one + b"\x00" for one in ids) + title
    )


def marks(titles: Sequence[tuple[int, int, str]] = CHAPTERS) -> list[bytes]:
    return [
        chapter(b"c%d" % index, start, end, text("TIT2", title))
        for index, (start, end, title) in enumerate(titles)
    ]


def words(title: str = "First talk", artist: str = "Ada", album: str = "Talks") -> bytes:
    return b"".join(
        text(name, value) for name, value in (("TIT2", title), ("TPE1", artist), ("TALB", album)) if value
    )


def tag(*parts: bytes, version: int = 3, size: int | None = None) -> bytes:
    body = b"".join(parts)
    length = len(body) if size is None else size
    return b"ID3" + bytes([version, 0, 0, *(length >> shift & 127 for shift in (21, 14, 7, 0))]) + body


def good_tag() -> bytes:
    return tag(words(), contents((b"c0", b"c1"), text("TIT2", "Chapters")), *marks())


def mp3(parts: Sequence[bytes] | None = None, head: bytes | None = None) -> bytes:
    return (good_tag() if head is None else head) + stream(spoken() if parts is None else parts)


# ---------------------------------------------------------------- MP4
def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def movie(
    *, codec: bytes = b"mp4a", channels: int = 1, rate: int = RATE, seconds: int = 4, extra: bytes = b""
) -> bytes:
    sample = box(
        codec,
        bytes(6),
        b"\x00\x01",
        bytes(8),
        struct.pack(">HHI", channels, 16, 0),
        struct.pack(">I", rate << 16),
    )
    table = box(b"stsd", bytes(4), b"\x00\x00\x00\x01", sample)
    handler = box(b"hdlr", bytes(8), b"soun", bytes(13))
    media = box(b"mdia", handler, box(b"minf", box(b"stbl", table)))
    head = box(b"mvhd", bytes(12), struct.pack(">II", 1_000, seconds * 1_000), bytes(80))
    return box(b"moov", head, box(b"trak", media), extra)


def mp4(movie_: bytes, data: int = 48_000, *, late: bool = False) -> bytes:
    parts = [movie_, box(b"mdat", bytes(data))]
    return box(b"ftyp", b"M4A ", bytes(4)) + b"".join(reversed(parts) if late else parts)


# ---------------------------------------------------------------- texts
SAID = (
    (0, 1_500, "Ada Ember", "Good morning & welcome."),
    (1_500, 3_000, "Ben Stone", "Was it always like that?"),
    (3_000, 3_900, "Ada Ember", "Nearly always."),
)


def clock(ms: int, point: str = ".") -> str:
    return f"00:{ms // 60_000:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def vtt() -> str:
    cues = [
        f"{clock(start)} --> {clock(end)}\n<v {name}>{said.replace('&', '&amp;')}\n"
        for start, end, name, said in SAID
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def srt() -> str:
    return "\n".join(
        f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{name}:\n{said}\n"
        for number, (start, end, name, said) in enumerate(SAID, 1)
    )


def segments() -> str:
    rows = [
        {"speaker": name, "startTime": start / 1000, "endTime": end / 1000, "body": said}
        for start, end, name, said in SAID
    ]
    return json.dumps({"version": "1.0.0", "segments": rows})


def html() -> str:
    rows = [
        f"<cite>{name}:</cite>\n<time>0:0{start // 1000}</time>\n<p>{said.replace('&', '&amp;')}</p>\n"
        for start, _, name, said in SAID
    ]
    head = '<!DOCTYPE html>\n<html lang="en"><head><title>First talk</title></head><body>\n'
    return f"{head}{''.join(rows)}</body></html>\n"


def chapters() -> str:
    rows = [{"startTime": start / 1000, "title": title} for start, _, title in CHAPTERS]
    return json.dumps({"version": "1.2.0", "chapters": rows})


def page() -> str:
    said = "".join(
        f"<p><b>{name}</b> <span>{said.replace('&', '&amp;')}</span></p>" for _, _, name, said in SAID
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>First talk</title>'
        '<link rel="stylesheet" href="../page.css">'
        '<link rel="alternate" type="application/rss+xml" href="../feed.xml"></head><body>'
        f'<audio src="one.mp3" controls></audio>{said}<script>var x = "no words";</script></body></html>'
    )


def png(width: int = 1400, height: int = 1400, colour: int = 2) -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = zlib.compress((b"\x00" + bytes(width * channels)) * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


# ---------------------------------------------------------------- folders
def episode(folder: Path, **changes: Callable[[str], str] | bytes) -> Path:
    """Write the folder of an episode.

    Args:
        folder: Where.
        changes: By `vtt`, `srt`, `segments`, `html`, `chapters`, `record` what changes a text, or `audio`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    audio = changes.get("audio", b"") or mp3()
    assert isinstance(audio, bytes)
    record = {
        "title": "First talk",
        "audio": "one.mp3",
        "size": len(audio),
        "sha256": hashlib.sha256(audio).hexdigest(),
        "duration_ms": duration_ms(),
    }
    (folder / "one.mp3").write_bytes(audio)
    texts = {
        "vtt": ("one.vtt", vtt()),
        "srt": ("one.srt", srt()),
        "segments": ("one.json", segments()),
        "html": ("one.html", html()),
        "chapters": ("chapters.json", chapters()),
        "record": ("episode.json", json.dumps(record)),
    }
    for key, (name, content) in texts.items():
        change = changes.get(key)
        (folder / name).write_text(change(content) if callable(change) else content, "utf-8")
    return folder


@cache
def duration_ms() -> int:
    return math.floor(len(spoken()) * 1152 * 1000 / RATE)


FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:psc="http://podlove.org/simple-chapters">
<channel>
<atom:link rel="self" href="{BASE}feed.xml" type="application/rss+xml"/>
<title>Talks</title>
<description>About rain.</description>
<link>{BASE}</link>
<language>en</language>
<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>
<itunes:explicit>false</itunes:explicit>
<itunes:image href="{BASE}cover.png"/>
<itunes:author>Ada</itunes:author>
<itunes:owner><itunes:name>Ada</itunes:name><itunes:email>ada@pod.example</itunes:email></itunes:owner>
<itunes:type>episodic</itunes:type>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
<podcast:locked>yes</podcast:locked>
<podcast:medium>podcast</podcast:medium>
<podcast:updateFrequency>weekly</podcast:updateFrequency>
<podcast:txt purpose="ai-content">true</podcast:txt>
<item>
<title>First talk</title>
<link>{BASE}one/</link>
<guid isPermaLink="false">1f0c</guid>
<pubDate>Tue, 03 Feb 2026 10:00:00 +0000</pubDate>
<description><![CDATA[<p>About rain.</p><p>00:00 Rain</p><p>00:02 All</p><p>00:03 End</p>]]></description>
<enclosure url="{BASE}one/one.mp3" length="LENGTH" type="audio/mpeg"/>
<itunes:duration>4</itunes:duration>
<itunes:episode>1</itunes:episode>
<itunes:season>1</itunes:season>
<itunes:episodeType>full</itunes:episodeType>
<itunes:explicit>false</itunes:explicit>
<itunes:image href="{BASE}cover.png"/>
<podcast:person>Ada</podcast:person>
<podcast:transcript url="{BASE}one/one.vtt" type="text/vtt"/>
<podcast:transcript url="{BASE}one/one.srt" type="application/x-subrip"/>
<podcast:transcript url="{BASE}one/one.json" type="application/json"/>
<podcast:transcript url="{BASE}one/one.html" type="text/html"/>
<podcast:chapters url="{BASE}one/chapters.json" type="application/json+chapters"/>
<psc:chapters version="1.2"><psc:chapter start="00:00:00" title="Rain"/>
<psc:chapter start="0:02.5" title="All"/></psc:chapters>
<podcast:txt purpose="ai-content">true</podcast:txt>
</item>
</channel>
</rss>
"""
INDEX = (
    '<!DOCTYPE html><html lang="en"><head><title>Talks</title>'
    '<link rel="alternate" type="application/rss+xml" href="feed.xml"></head>'
    '<body><a href="one/">First talk</a></body></html>'
)


def feed() -> str:
    return FEED.replace("LENGTH", str(len(mp3())))


def published(folder: Path, **changes: Callable[[str], str] | bytes) -> Path:
    """Write a published show.

    Args:
        folder: Where.
        changes: As for `episode`, and by `feed`, `page`, `index` what changes their text.
    """
    own = {"feed", "page", "index"}
    episode(folder / "one", **{key: value for key, value in changes.items() if key not in own})
    (folder / "one" / "episode.json").unlink()
    (folder / "cover.png").write_bytes(png())
    (folder / "page.css").write_text("p {}")
    for key, name, content in (
        ("feed", "feed.xml", feed()),
        ("page", "one/index.html", page()),
        ("index", "index.html", INDEX),
    ):
        change = changes.get(key)
        (folder / name).write_text((change(content) if callable(change) else content), "utf-8")
    return folder
