"""Takes to timeline: where everything lies in the programme, to the sample."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from narrator.audio import resampled_frames
from narrator.model import Break, ChapterMark, Cue, Pause, Room, Timeline
from narrator.pauses import pause_ms
from narrator.settings import EDGE_MS, MUSIC_REST_S, PAUSES_MS, PROGRAMME_RATE
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

    between = room.after + samples(MUSIC_REST_S, sample_rate) + room.before
    section = 0  # where its first word begins

    def pause(kept: int, least: int = 0) -> None:
        nonlocal position
        length = max(least, samples(wanted / 1000, sample_rate) - kept)
        if length:
            pauses.append(Pause(position, length, reason))
        position += length

    for utterance, take, (follows, length_ms) in zip(
        utterances, takes, _pauses(utterances, pauses_ms, pace), strict=True
    ):
        edge = samples(EDGE_MS / 1000, take.sample_rate)
        first, last = max(0, take.start - edge), min(take.frames, take.end + edge)
        least = 0 if cues else room.start
        begins = not cues
        if cues and utterance.chapter != cues[-1].utterance.chapter and room.ends_section(section, position):
            least, begins = between, True
        pause(kept_before + _rescale(take.start - first, take.sample_rate, sample_rate), least)
        section = position if begins else section
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
    return Timeline(sample_rate, position, tuple(cues), tuple(pauses), titled)


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
