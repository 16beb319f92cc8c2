"""The export of an episode: a track per speaker, for a mix of one's own, and labels for Audacity."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.encoding.tracks import write_track, write_tracks
from narrator.files import writing
from narrator.mixing import mix, music
from narrator.model import Mastering
from narrator.production.identity import make_slug
from narrator.production.labels import format_labels
from narrator.settings import BLOCK_FRAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.model import Take, Timeline
    from narrator.production.plan import Plan
    from narrator.units import Decibels

TRACKS = "tracks.json"
"""What lies in the folder, and by which gains the tracks were made."""
_SUFFIX = ".wav"
_MUSIC = f"music{_SUFFIX}"
"""No speaker's track has a name without a number."""


def export_tracks(
    plan: Plan,
    kind: str,
    gain: Decibels,
    read: Callable[[Take], Audio],
    on_progress: Callable[[int, int], None],
) -> None:
    """Write a track per speaker into a folder of the episode's, each as long as the programme.

    Music has a track of its own. The tracks have the gains of the voices and of the programme, so that
    together they are the programme before limiting, to the bit. Files appear when all are whole. Of what an
    earlier export left, tracks of speakers who are gone are removed, and nothing else.

    Args:
        plan: Of the episode.
        kind: `stems`, or `audacity` for labels too; the folder's name.
        gain: Of the programme, in dB.
        read: Gives the samples of a take.
        on_progress: Is told how many samples are done, of how many.

    Raises:
        PublishError: It cannot be written.
        AudioError: A take is not the one that the timeline knows.
    """
    timeline, folder = plan.timeline, plan.home.folder / kind
    names = name_tracks(cue.utterance.speaker for cue in timeline.cues)
    labels = format_labels(timeline) if kind == "audacity" else {}
    texts = {f"labels-{of}.txt": text for of, text in labels.items()}
    before = _written_before(folder)
    with ExitStack() as moves:
        # They are moved in the order contrary to this one.
        listing = moves.enter_context(writing(folder / TRACKS))
        listing.write(_format_listing(plan, names, gain).encode())
        for name, text in texts.items():
            moves.enter_context(writing(folder / name)).write(text.encode())
        files = {speaker: moves.enter_context(writing(folder / name)) for speaker, name in names.items()}
        mastering = Mastering(plan.gains, gain)
        blocks = mix(replace(timeline, score=None), read, mastering)
        write_tracks(timeline, _watched(blocks, timeline.length, on_progress), files)
        if timeline.score is not None:
            with_music = moves.enter_context(writing(folder / _MUSIC))
            write_track(with_music, _music(timeline, mastering), timeline.length, timeline.sample_rate)
    for name in before.difference(names.values(), {_MUSIC} if timeline.score else ()):
        (folder / name).unlink(missing_ok=True)


def name_tracks(speakers: Iterable[str]) -> dict[str, str]:
    """Return a file name by speaker, in the order in which they first speak.

    >>> name_tracks(["Ada Stone", "Jörg", "ada stone", "Ada Stone", "東京"])  # doctest: +NORMALIZE_WHITESPACE
    {'Ada Stone': '01-ada-stone.wav', 'Jörg': '02-joerg.wav', 'ada stone': '03-ada-stone.wav',
     '東京': '04.wav'}
    """
    # The number makes a name unique, and no device of Windows.
    return {
        speaker: f"{'-'.join(filter(None, (f'{number:02}', make_slug(speaker, ''))))}{_SUFFIX}"
        for number, speaker in enumerate(dict.fromkeys(speakers), 1)
    }


def _format_listing(plan: Plan, names: dict[str, str], gain: Decibels) -> str:
    voices = dict(plan.gains)
    tracks = [
        {
            "file": name,
            "speaker": speaker,
            "voice": plan.cast.voice(speaker).id,
            "voice_gain_db": round(float(voices[plan.cast.voice(speaker).id]), 4),
        }
        for speaker, name in names.items()
    ]
    content: dict[str, object] = {
        "title": plan.script.title,
        "sample_rate": plan.timeline.sample_rate,
        "frames": plan.timeline.length,
        "programme_gain_db": gain,
        "tracks": tracks,
    }
    if plan.timeline.score is not None:
        content["music"] = _MUSIC
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _written_before(folder: Path) -> set[str]:
    """Return the names of the tracks that an earlier export wrote."""
    try:
        listing = json.loads((folder / TRACKS).read_bytes())
        names = {str(one["file"]) for one in listing["tracks"]}
        names |= {_MUSIC} if "music" in listing else set()
    except (OSError, ValueError, LookupError, TypeError):  # nothing of ours is there, or it was changed
        return set()
    # A name that leads elsewhere is none of ours.
    return {name for name in names if name.endswith(_SUFFIX) and not set(name) & set("/\\:")}


def _music(timeline: Timeline, mastering: Mastering) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield the music where it sounds, as `mix` adds it: its first sample, and shape (frames,)."""
    score = timeline.score
    for start in range(0, timeline.length if score else 0, BLOCK_FRAMES):
        end = min(start + BLOCK_FRAMES, timeline.length)
        if score and not score.silent(start, end):
            yield start, music(score, start, end, mastering)


def _watched(
    blocks: Iterable[NDArray[np.float32]], length: int, on_progress: Callable[[int, int], None]
) -> Iterator[NDArray[np.float32]]:
    done = 0
    for block in blocks:
        yield block
        done += block.shape[0]
        on_progress(done, length)
