"""Tracks: together they are the programme, whatever the takes and blocks are."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.audio import Audio
from narrator.encoding.tracks import wave_header, write_tracks
from narrator.mixing import mix
from narrator.model import Break, Mastering, Take, Utterance, Voice
from narrator.settings import BLOCK_FRAMES
from narrator.timeline import build_timeline
from narrator.units import Decibels


@given(
    takes=st.lists(
        # Takes end within blocks, on their edges, and after several.
        st.tuples(st.sampled_from("abc"), st.sampled_from([1, 700, BLOCK_FRAMES, 2 * BLOCK_FRAMES + 5])),
        min_size=1,
        max_size=6,
    ),
    pause_ms=st.sampled_from([0, 1, 400]),
    gain=st.floats(-6, 30),
)
@settings(max_examples=20, deadline=None)
def test_the_sum_of_the_tracks_is_the_mix(takes: list[tuple[str, int]], pause_ms: int, gain: float) -> None:
    noise = np.random.default_rng(1)
    sounds: dict[str, Audio] = {}
    recorded = []
    for index, (_, frames) in enumerate(takes):
        sounds[f"{index}"] = Audio(noise.uniform(-1, 1, frames).astype(np.float32), 48_000)
        recorded.append(Take(f"{index}", 48_000, frames, 0, frames))
    spoken = [
        Utterance("x", Voice("fake", name, "en"), "en", speaker=name, pause=Break.SCRIPT, pause_ms=pause_ms)
        for name, _ in takes
    ]
    timeline = build_timeline(spoken, recorded, ["One"])
    mastering = Mastering((("fake:a", Decibels(-3.0)),), Decibels(gain))

    def programme() -> list[np.ndarray]:
        return list(mix(timeline, lambda take: sounds[take.key], mastering))

    tracks = []
    with ExitStack() as opened:
        files = {name: opened.enter_context(TemporaryFile()) for name, _ in takes}
        write_tracks(timeline, programme(), files)
        for file in files.values():
            file.seek(0)
            samples, rate = soundfile.read(file, dtype="float32")
            assert (samples.shape, rate) == ((timeline.length,), 48_000)
            tracks.append(samples)
    # To the bit, and beyond full scale too.
    assert np.array_equal(np.sum(tracks, axis=0), np.concatenate(programme()))


def test_a_track_of_eight_hours_says_how_long_it_is(tmp_path: Path) -> None:
    for hours, form in ((6, "WAV"), (8, "RF64")):
        frames = hours * 3600 * 48_000
        path = tmp_path / f"{hours}.wav"
        head = wave_header(frames, 48_000)
        with path.open("wb") as file:
            file.write(head)
            file.truncate(len(head) + 4 * frames)
        told = soundfile.info(path)
        assert (told.format, told.subtype, told.frames, told.samplerate) == (form, "FLOAT", frames, 48_000)
        assert int.from_bytes(head[4:8], "little") in {path.stat().st_size - 8, 0xFFFFFFFF}
        path.unlink()
