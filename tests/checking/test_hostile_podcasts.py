"""Whatever a file holds, checking it ends soon, in little memory, and with findings."""

import os
import random
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

import good
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from narrator.checking import check
from narrator.checking.boxes import read_mp4
from narrator.checking.chapters import read_chapters
from narrator.checking.feeds import read_feed
from narrator.checking.files import check_feed
from narrator.checking.id3 import read_id3
from narrator.checking.mpeg import read_mp3
from narrator.checking.pages import read_page
from narrator.checking.pictures import read_picture
from narrator.checking.transcripts import read_transcript

if sys.platform != "win32":
    import resource

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SUFFIXES = (".mp3", ".m4a", ".opus", ".vtt", ".srt", ".json", ".xml", ".html", ".png", ".jpg", ".foo")


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """Return good bytes, cut, or with some changed."""

    def change(draw: st.DrawFn) -> bytes:
        changed = bytearray(content[: draw(st.integers(0, len(content)))])
        for _ in range(draw(st.integers(0, 6)) if changed else 0):
            at = draw(st.integers(0, len(changed) - 1))
            changed[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=6))
            if not changed:
                break
        return bytes(changed)

    return st.composite(change)()


@QUICK
@given(damaged(good.good_tag() + b"".join(good.spoken()[:8])) | st.binary(max_size=400))
@example(b"ID3\x03\x00\x40\x7f\x7f\x7f\x7f\xff\xff\xff\xff")
@example(b"ID3\x02\x00\x00\x00\x00\x00\x10PIC\xff\xff\xff")
def test_any_bytes_for_a_tag_and_frames(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)

    tag = read_id3(path)
    mp3 = read_mp3(path, tag.end)

    assert 0 <= tag.end <= len(content)
    assert mp3.audio_bytes <= len(content)
    assert sum(length for _, length in mp3.junk) + mp3.audio_bytes + mp3.after <= len(content)


@QUICK
@given(damaged(good.mp4(good.movie(), 50)) | st.binary(max_size=200))
def test_any_bytes_for_boxes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.m4a"
    path.write_bytes(content)

    assert read_mp4(path).data <= len(content)


@QUICK
@given(damaged(good.png(3, 3)) | damaged(b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + bytes(20)))
def test_any_bytes_for_a_picture(content: bytes) -> None:
    picture = read_picture(content, ".png")

    assert picture.form in {"", "PNG", "JPEG"} or picture.width == 0


@QUICK
@given(damaged(good.vtt().encode()), st.sampled_from(["vtt", "srt", "json", "html"]))
@example(b"WEBVTT\n\n99:59:59.999 --> 00:00.000\n", "vtt")
@example("1\n٠٠:00:00,000 --> 00:00:01,000\n".encode(), "srt")
@example(b'{"segments": [{"startTime": 1e999, "endTime": true, "body": null}, 3]}', "json")
def test_any_bytes_for_a_transcript(content: bytes, form: str) -> None:
    transcript = read_transcript(content, form)

    assert all(cue.start >= 0 for cue in transcript.cues if form != "json")


@QUICK
@given(damaged(good.feed().encode()) | st.binary(max_size=200))
@example(b'<rss version="2.0"><channel><item><enclosure url="http://[" length="-1"/></item></channel></rss>')
@example(b'<?xml version="1.0" encoding="utf-7"?><rss/>')
@example(b'<?xml version="1.0" encoding="cp037"?><rss/>')
@example(b"<a xmlns='x y'/>")
def test_any_bytes_for_a_feed(content: bytes) -> None:
    feed = read_feed(content)

    assert check_feed(feed, "x") or feed.channel


@QUICK
@given(damaged(good.chapters().encode()) | st.text(max_size=50).map(lambda text: text.encode()))
def test_any_bytes_for_chapters(content: bytes) -> None:
    chapters = read_chapters(content)

    assert chapters.broken or chapters.entries or b"[]" in content.replace(b" ", b"")


@QUICK
@given(damaged(good.page().encode()))
def test_any_bytes_for_a_page(content: bytes) -> None:
    page = read_page(content, "https://pod.example/")

    assert all(name.startswith("http") for name in page.names)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.sampled_from(SUFFIXES), st.integers(0, 3_000))
def test_random_bytes_of_any_name_are_something_wrong(
    tmp_path: Path, seed: int, suffix: str, size: int
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(random.Random(seed).randbytes(size))  # noqa: S311 - no secret

    grave = {"error"} if suffix != ".html" else {"error", "warning"}  # a page may hold anything
    assert any(one.severity in grave for one in check(path).findings)


BOMB = "".join(f'<!ENTITY a{i} "&a{i - 1};&a{i - 1};">' for i in range(1, 60))
FEED_START = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">' + BOMB + "]><rss>&a59;</rss>"
OUTSIDE = (
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>'
)


def described(text: bytes) -> bytes:
    """Return a feed with a description, and little else."""
    start = b'<rss version="2.0"><channel><item><description><![CDATA['
    return start + text + b"]]></description></item></channel></rss>"


def wave(channels: int, rate: int) -> bytes:
    """Return a file that claims to be endless."""
    form = struct.pack("<HHIIHH", 1, channels, rate, 2 * rate, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + form + b"data\xff\xff\xff\xff" + bytes(9_000)


def empty_frames() -> bytes:
    """Return a tag of many frames without content, and one with odd zeros."""
    many = good.frame("TIT2", b"") * 100_000
    return good.tag(many, good.frame("APIC", b"\x01image/png\x00\x03" + b"a\x00\x00a" * 1_000_000))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.xml": FEED_START.encode,
    "outside.xml": OUTSIDE.encode,
    "deep.xml": lambda: b"<rss>" + b"<a>" * 200_000,
    "wide.xml": lambda: b'<rss version="2.0"><channel>' + b"<item/>" * 4_000 + b"</channel></rss>",
    "many.xml": lambda: described(b"]]></description>" + b"<a/>" * 190_000 + b"<description><![CDATA["),
    "attributes.xml": lambda: b"<rss " + b" ".join(b'a%d=""' % i for i in range(50_000)) + b"/>",
    "deep.json": lambda: b'{"segments":' + b"[" * 500_000,
    "number.json": lambda: b'{"chapters":[{"startTime":' + b"9" * 100_000 + b"}]}",
    "many.json": lambda: b'{"version":"1.2.0","chapters":[' + b"{}," * 100_000 + b"{}]}",
    "cues.vtt": lambda: b"WEBVTT\n\n" + b"00:00.000 --> 00:00.000\n&\n\n" * 10_000,
    "lines.srt": lambda: b"1\n00:00:00,000 --> 00:00:01,000\n" + b"x\n" * 300_000,
    "tags.vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + b"<" * 300_000,
    "classes.vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\n<c" + b".a" * 300_000,
    "voice.vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + b"<v " * 100_000 + b"x" * 500_000,
    "spaces.vtt": lambda: b"WEBVTT\n\n00:00.000 " + b" " * 1_000_000 + b"-->" + b" " * 1_000_000,
    "lines.xml": lambda: described(b"\n" * 1_000_000),
    "open.xml": lambda: described(b"<" + b"a" * 1_000_000),
    "stamps.xml": lambda: described(b"([" * 500_000),
    "deep.html": lambda: b"<div>" * 300_000,
    "garbage.mp3": lambda: b"\xff\xfb\x90" * 400_000,
    "starts.mp3": lambda: b"\xff\xfb\x90\x00\x00" * 1_000_000,
    "ones.mp3": lambda: b"\xff" * 6_000_000,
    "frames.mp3": empty_frames,
    "claims.mp3": lambda: b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + good.frame("APIC", b"")[:4] + b"\xff" * 40,
    "boxes.m4a": lambda: good.box(b"ftyp") + b"\x00\x00\x00\x08moov" * 100_000,
    "huge.m4a": lambda: b"\x00\x00\x00\x01mdat" + struct.pack(">Q", 10 << 30) + bytes(50),
    "inner.m4a": lambda: b"".join(struct.pack(">I", 8 * (4_000 - i)) + b"moov" for i in range(4_000)),
    "huge.wav": lambda: wave(65_535, 1),
    "slow.wav": lambda: wave(1, 1),
    "huge.png": lambda: b"\x89PNG\r\n\x1a\n\x7f\xff\xff\xffIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff" + bytes(60),
    "parts.jpg": lambda: b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000,
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="CPU time and memory are told otherwise there")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    findings = check(path).findings

    assert any(one.severity != "note" for one in findings)
    assert len(findings) < 200
    assert time.process_time() - began < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB


def test_a_file_of_ten_gigabytes_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with path.open("wb") as file:
        file.write(good.mp3())
        file.truncate(10 << 30)
    began = time.process_time()

    found = {one.rule for one in check(path).findings}

    assert {"mp3-end", "audio-size"} <= found
    assert time.process_time() - began < 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    os.mkfifo(path)

    assert [one.rule for one in check(path).findings] == ["unreadable"]


def test_libraries_do_not_talk_to_the_user(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(good.mp3()[:20_000] + b"noise" * 100 + good.mp3()[21_000:])

    assert check(path).findings
    assert capfd.readouterr() == ("", "")


def test_what_is_shown_holds_no_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text("WEBVTT\n\n\x1b[31mred --> \u202e\n\n" + "x" * 9_000, "utf-8")

    for finding in check(path).findings:
        assert finding.what.isprintable()
        assert len(finding.what) < 400
