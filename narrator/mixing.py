"""Timeline to blocks of samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import Audio, resample
from narrator.errors import AudioError
from narrator.music import music_of
from narrator.settings import BLOCK_FRAMES, FADE_MS
from narrator.units import Decibels, amplitude, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from narrator.model import Cue, Mastering, Score, Take, Timeline


def mix(
    timeline: Timeline, read: Callable[[Take], Audio], mastering: Mastering
) -> Iterator[NDArray[np.float32]]:
    """Yield the programme in blocks; each take is read when its turn comes, and let go, as is the music.

    Args:
        timeline: Where every take lies.
        read: Gives the samples of a take.
        mastering: The gains. A voice without one is left as loud as it is.

    Yields:
        Blocks of shape (BLOCK_FRAMES,), or (BLOCK_FRAMES, 2) where speakers have places; the last one is
        shorter, together they have `timeline.length` samples. A block belongs to the caller.

    Raises:
        AudioError: A take is not the one that the timeline knows, or music is gone.
    """
    blocks = _speech(timeline, read, mastering)
    if timeline.score is None:
        yield from blocks
        return
    start = 0
    for block in blocks:
        end = start + block.shape[0]
        yield (
            block
            if timeline.score.silent(start, end)
            else block + _among(block, music(timeline.score, start, end, mastering))
        )
        start = end


def _among(block: NDArray[np.float32], tune: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return music with as many channels as a block; of two it is in the middle."""
    return tune if block.ndim == 1 else placed(tune, 0.0)


def music(score: Score, start: int, end: int, mastering: Mastering) -> NDArray[np.float32]:
    """Return the music of a range, at the programme's level."""
    return music_of(score, start, end) * np.float32(amplitude(mastering.programme))


def _speech(
    timeline: Timeline, read: Callable[[Take], Audio], mastering: Mastering
) -> Iterator[NDArray[np.float32]]:
    """Yield what is spoken, in blocks."""
    gains, places = dict(mastering.gains), dict(mastering.places)
    shape = (BLOCK_FRAMES, 2) if places else (BLOCK_FRAMES,)
    block = np.zeros(shape, np.float32)
    block_start = 0
    for cue in timeline.cues:
        gain = amplitude(Decibels(gains.get(cue.utterance.voice.id, 0.0) + mastering.programme))
        sound = _sound(cue, read(cue.take), timeline.sample_rate, gain)
        if places:
            sound = placed(sound, places.get(cue.utterance.speaker, 0.0))
        done = 0
        while done < cue.length:
            while cue.start + done >= block_start + BLOCK_FRAMES:
                yield block
                block = np.zeros(shape, np.float32)
                block_start += BLOCK_FRAMES
            at = cue.start + done - block_start
            count = min(cue.length - done, BLOCK_FRAMES - at)
            block[at : at + count] = sound[done : done + count]
            done += count
    while block_start < timeline.length:
        yield block[: timeline.length - block_start]
        block = np.zeros(shape, np.float32)
        block_start += BLOCK_FRAMES


def placed(sound: NDArray[np.float32], place: float) -> NDArray[np.float32]:
    """Put a sound between left and right, by level alone.

    Both channels together have the power of the sound wherever it is (sine and cosine), so it is equally loud
    at each place. They differ in nothing but level: played as one they are the sound again, and no comb.

    Args:
        sound: Shape (frames,).
        place: -1 left, 0 in the middle, 1 right.

    Returns:
        Shape (frames, 2).
    """
    angle = (1 + place) * math.pi / 4
    return sound[:, None] * np.array((math.cos(angle), math.sin(angle)), np.float32)


def _sound(cue: Cue, audio: Audio, sample_rate: int, gain: float) -> NDArray[np.float32]:
    """Cut out what is heard of a take, at the programme's rate and level, faded at both ends."""
    take = cue.take
    if (audio.sample_rate, audio.frames) != (take.sample_rate, take.frames):
        raise AudioError(
            f"take {take.key[:12]} has {audio.frames} samples at {audio.sample_rate} Hz where "
            f"{take.frames} at {take.sample_rate} Hz were recorded; build again"
        )
    heard = resample(Audio(audio.samples[cue.first : cue.last], take.sample_rate), sample_rate)
    sound = heard.samples * np.float32(gain)
    # Cutting where a take is almost silent still leaves a step of some bits: a fade takes it away.
    count = min(samples(FADE_MS / 1000, sample_rate), sound.shape[0] // 2)
    fade = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))).astype(np.float32)
    sound[:count] *= fade
    sound[sound.shape[0] - count :] *= fade[::-1]
    return sound
