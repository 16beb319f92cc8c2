"""Takes to timeline: where everything lies in the programme, to the sample."""

from __future__ import annotations

import zlib
from itertools import zip_longest
from typing import TYPE_CHECKING

from narrator.audio import resampled_frames
from narrator.model import Break, ChapterMark, Cue, Pause, Room, Timeline
from narrator.pauses import pause_ms
from narrator.settings import (
    EDGE_MS,
    PART_CHOICE,
    PART_SECONDS,
    PAUSES_MS,
    PROGRAMME_RATE,
    SEAM_GRID,
    SEAM_SILENCE,
)
from narrator.units import samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.model import Take, Utterance

_NO_MUSIC = Room()


def build_timeline(
    utterances: Sequence[Utterance],
    takes: Sequence[Take],
    chapter_titles: Sequence[str],
    sample_rate: int = PROGRAMME_RATE,
    pauses_ms: Mapping[str, int] = PAUSES_MS,
    *,
    pace: float = 1.0,
    room: Room = _NO_MUSIC,
) -> Timeline:
    """Put takes one after another with the pauses between them.

    Silence at the ends of a take is cut off but for `EDGE_MS`, and what is left of it counts towards the
    pause, so that every pause is heard as long as it is meant. A chapter's mark lies on the first sample of
    its first utterance; the first chapter's on 0. A chapter without utterances or without a title has none.

    Pauses with a seam are up to 24 ms longer, so that the next part begins on a frame of the encoder: what is
    before it may become longer or shorter, and it is encoded to the same bytes.

    Args:
        utterances: In the order in which they are heard.
        takes: The take of each utterance.
        chapter_titles: Titles by the utterances' chapter index.
        sample_rate: Of the programme, in Hz.
        pauses_ms: Middle length of a pause in ms by the reason for it (`Break`).
        pace: By which pauses are divided that the script does not tell.
        room: For music: the pauses at the start and between chapters are at least as long as it needs.
    """
    cues: list[Cue] = []
    pauses: list[Pause] = []
    marks: dict[int, ChapterMark] = {}
    position = 0
    kept_before = 0  # silence kept at the end of the take before
    reason, wanted = Break.START, round(pauses_ms[Break.START] / pace)
    seams: list[int] = []
    ends_section = False
    section = 0  # where the first word of it begins
    silence = SEAM_SILENCE * SEAM_GRID

    def pause(kept: int, key: str = "", least: int = 0) -> None:
        nonlocal position
        length = max(least, samples(wanted / 1000, sample_rate) - kept)
        after, before = (room.after, room.before) if ends_section else (0, 0)
        why = Break.CHAPTER if ends_section else reason
        if key and _is_seam(position - (seams[-1] if seams else 0), length, why, key, sample_rate):
            begins = max(position + after + silence, position + length - silence - before)
            seams.append(-(-begins // SEAM_GRID) * SEAM_GRID)
            length = seams[-1] + silence + before - position
        if length:
            pauses.append(Pause(position, length, reason))
        position += length

    for utterance, take, (follows, length_ms) in zip(
        utterances, takes, _pauses(utterances, pauses_ms, pace), strict=True
    ):
        edge = samples(EDGE_MS / 1000, take.sample_rate)
        first, last = max(0, take.start - edge), min(take.frames, take.end + edge)
        kept = kept_before + _rescale(take.start - first, take.sample_rate, sample_rate)
        new_chapter = bool(cues) and utterance.chapter != cues[-1].utterance.chapter
        ends_section = new_chapter and room.ends_section(section, position)
        between = room.after + 2 * silence + room.before if ends_section else 0
        under_music = (
            not cues or position < cues[0].start + room.tail or (room.everywhere and not ends_section)
        )
        pause(kept, "" if under_music else take.key, between if cues else room.start)
        section = position if ends_section or not cues else section
        if utterance.chapter not in marks:
            title = chapter_titles[utterance.chapter]
            marks[utterance.chapter] = ChapterMark(position if marks else 0, title)
        length = resampled_frames(last - first, take.sample_rate, sample_rate)
        cues.append(Cue(position, length, take, utterance, first, last))
        position += length
        kept_before = _rescale(last - take.end, take.sample_rate, sample_rate)
        reason, wanted = follows, length_ms
    if not cues:
        reason, wanted = Break.END, round(pauses_ms[Break.END] / pace)
    pause(kept_before)
    titled = tuple(mark for mark in marks.values() if mark.title)
    return Timeline(sample_rate, position, tuple(cues), tuple(pauses), titled, tuple(seams))


def _is_seam(age: int, length: int, reason: Break, key: str, sample_rate: int) -> bool:
    """Tell whether a new part begins after a pause.

    Which of the pauses is chosen depends on what follows it, not on where it lies: behind an edit the parts
    soon are the same again.

    Args:
        age: Samples of the part so far.
        length: Of the pause, in samples.
        reason: For the pause.
        key: Of the take that follows.
        sample_rate: In Hz.
    """
    chapter, usual, longest = (samples(seconds, sample_rate) for seconds in PART_SECONDS)
    if length < 2 * SEAM_SILENCE * SEAM_GRID:
        # One without long pauses is cut all the same, but never against the script.
        return age >= longest and reason is not Break.SCRIPT
    chosen = zlib.crc32(key.encode()) % PART_CHOICE == 0
    return age >= longest or (age >= chapter and reason is Break.CHAPTER) or (age >= usual and chosen)


def _pauses(
    utterances: Sequence[Utterance], pauses_ms: Mapping[str, int], pace: float
) -> Iterator[tuple[Break, int]]:
    """Yield the reason and the length in ms of the pause after each utterance."""
    for utterance, after in zip_longest(utterances, utterances[1:]):
        reason = utterance.pause if after is not None else Break.END
        told = utterance.pause_ms is not None
        yield Break.SCRIPT if told else reason, pause_ms(utterance, after, pace, pauses_ms)


def _rescale(frames: int, rate: int, new_rate: int) -> int:
    """Return the number of samples at another rate nearest to a length."""
    return round(frames * new_rate / rate)
