"""A timeline and tunes to a score: what plays where."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from narrator.model import Ducking, Layer, Pause, Room, Score
from narrator.settings import (
    BED_FADES_S,
    BED_LEAST_S,
    BED_UNDER,
    DUCK_S,
    EDGE_OF_TUNE_S,
    HELD_S,
    INTRO_TAIL_S,
    JINGLE_AIR_S,
    LOOP_S,
    MUSIC_DUCKED,
    MUSIC_END_S,
    OUTRO_FADE_S,
    OUTRO_LEAD_S,
    PROGRAMME_RATE,
    SEAM_GRID,
    SEAM_SILENCE,
    SECTION_LEAST_S,
    THEME_UNDER,
)
from narrator.units import Decibels, samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Cue, Timeline, Tune, Tunes

_DUCKED = Decibels(-MUSIC_DUCKED)
_THEME = Decibels(-THEME_UNDER)
_BED = Decibels(-BED_UNDER)


class _Words(NamedTuple):
    """From the first word of a section to its last, in samples."""

    start: int
    end: int


def room_for(tunes: Tunes, sample_rate: int = PROGRAMME_RATE) -> Room:
    """Return the room that music needs in a programme's pauses.

    Args:
        tunes: The music.
        sample_rate: Of the programme, in Hz.
    """
    bed_in, bed_out = (samples(length, sample_rate) if tunes.bed else 0 for length in BED_FADES_S)
    air, air_behind = (samples(length, sample_rate) for length in JINGLE_AIR_S)
    tail = _tail(tunes.intro, sample_rate) if tunes.intro else 0
    start = tunes.intro.frames - tail if tunes.intro else bed_in
    after, before = bed_out, bed_in
    if tunes.jingle:
        after, before = bed_out + air + tunes.jingle.frames, bed_in or air_behind
    least = samples(SECTION_LEAST_S, sample_rate)
    return Room(start, tail, after, before, least, everywhere=tunes.bed is not None)


def add_music(timeline: Timeline, tunes: Tunes) -> Timeline:
    """Put music into a timeline that was built with the room for it.

    The intro plays alone; its end sounds on under the first words and fades. The outro begins softly under
    the last words and is heard alone behind them. The bed begins anew with every section and rests between
    them, and so does not depend on what is spoken elsewhere. Nothing of this reaches into another section.

    Args:
        timeline: Of the speech.
        tunes: The music.

    Returns:
        The timeline with a score; longer where the music ends after it.
    """
    if not tunes or not timeline.cues:
        return timeline
    rate = timeline.sample_rate
    sections = _sections(timeline.cues, room_for(tunes, rate))
    intro = _intro(tunes.intro, sections[0], rate) if tunes.intro else None
    outro = _outro(tunes.outro, sections[-1], intro, rate) if tunes.outro else None
    jingles = list(_jingles(tunes.jingle, sections, tunes, rate)) if tunes.jingle else []
    beds = list(_beds(tunes.bed, sections, intro, outro, rate)) if tunes.bed else []
    layers = [*filter(None, (intro, outro)), *jingles, *beds]
    if not layers:
        return timeline
    score = Score(
        tuple(sorted(layers, key=lambda layer: (layer.start, layer.end))),
        _spoken(timeline.cues, samples(HELD_S, rate)),
        Ducking(*(samples(length, rate) for length in DUCK_S)),
    )
    # The outro may begin before a seam that was chosen without knowing where speech ends.
    silence = SEAM_SILENCE * SEAM_GRID
    seams = tuple(one for one in timeline.seams if score.silent(one - silence, one + silence))
    end = max(layer.end for layer in layers)
    return _lengthened(replace(timeline, score=score, seams=seams), end + samples(MUSIC_END_S, rate))


def _sections(cues: Sequence[Cue], room: Room) -> list[_Words]:
    """Return where the sections are spoken that the timeline has room between, in their order."""
    sections = []
    start = cues[0].start
    for cue, after in zip_longest(cues, cues[1:]):
        end = cue.start + cue.length
        if after is None or (
            after.utterance.chapter != cue.utterance.chapter and room.ends_section(start, end)
        ):
            sections.append(_Words(start, end))
            start = after.start if after else end
    return sections


def _spoken(cues: Sequence[Cue], held: int) -> tuple[tuple[int, int], ...]:
    """Return where somebody speaks, pauses shorter than `held` within."""
    found: list[tuple[int, int]] = []
    for cue in cues:
        start, end = cue.start, cue.start + cue.length
        if found and start - found[-1][1] < held:
            start = found.pop()[0]
        found.append((start, end))
    return tuple(found)


# ---------------------------------------------------------------- the tunes
def _tail(tune: Tune, rate: int) -> int:
    """Return how much of an intro is still to sound under the first words."""
    return min(samples(INTRO_TAIL_S, rate), tune.frames // 2)


def _intro(tune: Tune, first: _Words, rate: int) -> Layer:
    begins = first.start - (tune.frames - _tail(tune, rate))  # 0 but where the pause at the start is longer
    end = min(begins + tune.frames, first.end)
    return Layer(
        tune, begins, end - begins, samples(EDGE_OF_TUNE_S, rate), end - first.start, _THEME, _DUCKED
    )


def _outro(tune: Tune, last: _Words, intro: Layer | None, rate: int) -> Layer:
    lead = min(samples(OUTRO_LEAD_S, rate), tune.frames // 2)
    begins = max(last.end - lead, last.start, intro.end if intro else 0)
    fade_in = max(last.end - begins, samples(EDGE_OF_TUNE_S, rate))
    fade_out = min(samples(OUTRO_FADE_S, rate), tune.frames // 2)
    return Layer(tune, begins, tune.frames, fade_in, fade_out, _THEME, _DUCKED)


def _jingles(tune: Tune, sections: Sequence[_Words], tunes: Tunes, rate: int) -> Iterator[Layer]:
    edge, air = samples(EDGE_OF_TUNE_S, rate), samples(JINGLE_AIR_S[0], rate)
    bed = samples(BED_FADES_S[1], rate) if tunes.bed else 0
    for before in sections[:-1]:
        # It plays while nobody speaks, and is not to come up after the last word.
        yield Layer(tune, before.end + bed + air, tune.frames, edge, edge, _THEME, _THEME)


def _beds(
    tune: Tune, sections: Sequence[_Words], intro: Layer | None, outro: Layer | None, rate: int
) -> Iterator[Layer]:
    rise, fall = (samples(length, rate) for length in BED_FADES_S)
    crossfade = min(samples(LOOP_S, rate), tune.frames // 4)
    for number, words in enumerate(sections):
        begins, ends = max(0, words.start - rise), words.end + fall
        if intro and number == 0:
            begins = intro.end
        if outro and number == len(sections) - 1:
            ends = outro.start
        if ends - begins >= samples(BED_LEAST_S, rate):
            yield Layer(tune, begins, ends - begins, rise, fall, _BED, _DUCKED, crossfade)


def _lengthened(timeline: Timeline, length: int) -> Timeline:
    """Return a timeline that is at least so long: the pause at its end is."""
    missing = length - timeline.length
    if missing <= 0:
        return timeline
    last = timeline.pauses[-1]
    pauses = (*timeline.pauses[:-1], Pause(last.start, last.length + missing, last.reason))
    return replace(timeline, length=length, pauses=pauses)
