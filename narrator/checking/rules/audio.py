"""Rules for what is heard and how it is coded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from narrator.checking.rule import Fault
from narrator.settings import PEAK
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.checking.recordings import Recording
    from narrator.checking.rule import Tests

_TOLERANCE = 1.0
"""LU off the loudness that is right (Apple 893)."""
_LONG_SILENCE_MS = 10_000
"""Listeners take a longer one for the end."""
_LARGEST = 200_000_000
"""Bytes that Spotify is reported to take."""
_BIT_RATES = {1: (64, 128), 2: (128, 256)}
"""kbit/s that Apple recommends, by channels (Apple 893)."""
_SAMPLE_RATES = (44_100, 48_000)


def _time(ms: int) -> str:
    return clock(ms / 1000)


def _empty(one: Recording) -> Iterator[Fault]:
    if one.mp3 and not one.mp3.frames:
        yield Fault("there is no frame of MPEG layer III in it")
    if one.mp4 and not one.mp4.codec and not one.mp4.problems:
        yield Fault("there is no sound track in it")


def _junk(one: Recording) -> Iterator[Fault]:
    for at, length in one.mp3.junk if one.mp3 else ():
        if at > (one.mp3.start if one.mp3 else 0):
            yield Fault(f"{length:,} bytes are no frame", f"byte {at}")


def _start(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.junk and one.mp3.junk[0][0] == one.mp3.start:
        yield Fault(f"{one.mp3.junk[0][1]:,} bytes before the first frame are neither tag nor sound")


def _after(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.frames and one.mp3.after:
        what = (
            "are no frames, and the rest cannot be followed" if one.mp3.lost else "are neither sound nor tag"
        )
        yield Fault(f"{one.mp3.after:,} bytes behind the last frame {what}")


def _cut(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.missing:
        yield Fault(f"the last frame lacks {one.mp3.missing} bytes: the file is cut off")


def _changes(one: Recording) -> Iterator[Fault]:
    for at in one.mp3.changes if one.mp3 else ():
        yield Fault("sample rate or channels change here", f"byte {at}")


def _no_header(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.frames and not one.mp3.info and one.mp3.constant:
        yield Fault("there is no Info header before the first frame")


def _unknown_length(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.frames and not one.mp3.info and not one.mp3.constant:
        yield Fault("the bit rate varies, and there is no Xing header that tells the length")


def _wrong_header(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.info and one.mp3.frames:
        told = one.mp3.info.frames
        if told is None:
            yield Fault("the header does not tell how many frames there are")
        elif abs(told - one.mp3.frames) > 1:  # some count the frame of the header, too
            yield Fault(f"the header tells of {told:,} frames, and there are {one.mp3.frames:,}")


def _varies(one: Recording) -> Iterator[Fault]:
    if one.mp3 and not one.mp3.constant:
        rates = sorted(one.mp3.bit_rates)
        yield Fault(f"the bit rate varies from {rates[0]} to {rates[-1]} kbit/s")


def _sums(one: Recording) -> Iterator[Fault]:
    if one.mp3 and one.mp3.wrong_sums:
        yield Fault(f"{one.mp3.wrong_sums:,} frames differ from the sums in them")


def _whole_sum(one: Recording) -> Iterator[Fault]:
    mp3 = one.mp3
    if mp3 and mp3.info and mp3.info.sum_told not in {None, mp3.sum_found} and not mp3.missing:
        yield Fault("the sound differs from the sum that its encoder wrote")


def _rate_of_bits(one: Recording) -> Iterator[Fault]:
    low, high = _BIT_RATES.get(one.channels, (0, math.inf))
    if one.bit_rate and not low <= round(one.bit_rate) <= high:
        kind = "mono" if one.channels == 1 else "stereo"
        yield Fault(f"{one.bit_rate:.0f} kbit/s {kind}; {low} to {high} are recommended")


def _rate_of_samples(one: Recording) -> Iterator[Fault]:
    if one.sample_rate and one.sample_rate not in _SAMPLE_RATES:
        yield Fault(f"{one.sample_rate:,} samples a second")


def _channels(one: Recording) -> Iterator[Fault]:
    if one.channels > 2:
        yield Fault(f"{one.channels} channels")


def _large(one: Recording) -> Iterator[Fault]:
    if one.size > _LARGEST:
        yield Fault(f"{one.size / 1e6:.0f} MB")


def _undecoded(one: Recording) -> Iterator[Fault]:
    sound, mp3 = one.sound, one.mp3
    if sound and sound.problem:
        yield Fault(f"{sound.problem} (after {_time(sound.duration_ms)})")
        return
    told = any(any(test(one)) for test in (_junk, _changes, _wrong_header, _unknown_length))
    if sound and mp3 and not one.heard and not told:  # else it is clear what decoders stumble over
        yield Fault(f"only {_time(sound.duration_ms)} of {_time(mp3.duration_ms)} can be decoded")


def _loudness(one: Recording) -> Iterator[Fault]:
    loudness = one.heard.loudness if one.heard else -math.inf
    if math.isfinite(loudness) and abs(round(loudness, 1) - one.target) > _TOLERANCE:
        yield Fault(f"{loudness:.1f} LUFS; {one.target:g} ±{_TOLERANCE:.0f} is asked for")


def _peak(one: Recording) -> Iterator[Fault]:
    if one.sound and round(one.sound.peak, 1) > PEAK:
        yield Fault(f"the true peak is {one.sound.peak:.1f} dBTP")


def _silent(one: Recording) -> Iterator[Fault]:
    if one.heard and one.heard.frames and not math.isfinite(one.heard.loudness):
        yield Fault("there is nothing to hear in it")


def _silence(one: Recording) -> Iterator[Fault]:
    if one.heard and math.isfinite(one.heard.loudness) and one.heard.silence[1] > _LONG_SILENCE_MS:
        start, length = one.heard.silence
        yield Fault(f"{length / 1000:.0f} s of digital silence", f"at {_time(start)}")


def _clips(one: Recording) -> Iterator[Fault]:
    if one.sound and one.sound.clips:
        many = f"it is clipped in {one.sound.clips:,} places"
        yield Fault(many, f"at {_time(one.sound.first_clip)}")


def _same(one: Recording) -> Iterator[Fault]:
    if one.sound and one.sound.same and one.sound.frames:
        yield Fault("both channels hold the same")


def _boxes(one: Recording) -> Iterator[Fault]:
    for problem in one.mp4.problems if one.mp4 else ():
        yield Fault(problem)


def _codec(one: Recording) -> Iterator[Fault]:
    if one.mp4 and one.mp4.codec not in {"mp4a", "alac", ""}:
        yield Fault(f"the sound is coded as {one.mp4.codec!r}")


def _late(one: Recording) -> Iterator[Fault]:
    if one.mp4 and not one.mp4.index_first:
        yield Fault("what tells where everything lies (moov) comes behind the sound")


def _half_marks(one: Recording) -> Iterator[Fault]:
    if one.mp4 and one.mp4.chapter_track != bool(one.mp4.nero):
        kind = "as a track" if one.mp4.chapter_track else "as a list (chpl)"
        yield Fault(f"chapters are there only {kind}")


def _unmeasured(one: Recording) -> Iterator[Fault]:
    if one.mp4 and one.mp4.codec:
        yield Fault("its loudness was not measured: AAC cannot be decoded here")


TESTS: Tests[Recording] = {
    "audio-none": _empty,
    "mp3-junk": _junk,
    "mp3-start": _start,
    "mp3-end": _after,
    "mp3-cut": _cut,
    "mp3-changes": _changes,
    "mp3-header": _no_header,
    "mp3-length": _unknown_length,
    "mp3-count": _wrong_header,
    "mp3-varies": _varies,
    "mp3-sums": _sums,
    "mp3-sum": _whole_sum,
    "audio-bit-rate": _rate_of_bits,
    "audio-sample-rate": _rate_of_samples,
    "audio-channels": _channels,
    "audio-size": _large,
    "audio-damaged": _undecoded,
    "audio-loudness": _loudness,
    "audio-peak": _peak,
    "audio-silent": _silent,
    "audio-silence": _silence,
    "audio-clipped": _clips,
    "audio-doubled": _same,
    "mp4-boxes": _boxes,
    "mp4-codec": _codec,
    "mp4-late": _late,
    "mp4-chapters": _half_marks,
    "mp4-unmeasured": _unmeasured,
}
