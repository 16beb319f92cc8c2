"""A part of an episode to be heard at once: one chapter, or one turn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator import settings
from narrator.encoding import FORMS, FrameKind, Tags, encode_mp3
from narrator.errors import NarratorError, SettingsError
from narrator.files import writing
from narrator.loudness import Meter, limit
from narrator.mixing import mix
from narrator.model import Cast, Mastering
from narrator.production.calibration import calibrations, gains_of
from narrator.production.choice import plan_cast
from narrator.production.excerpts import choose_excerpt, faded
from narrator.production.home import find_home
from narrator.production.music import prepare_music
from narrator.production.review import check_confidence
from narrator.production.show import find_show
from narrator.production.sound import choose_delivery
from narrator.production.stages import load_script
from narrator.production.takes import take_store
from narrator.recording import record, remaking
from narrator.sources import open_source
from narrator.spoken import utterances
from narrator.units import Decibels
from narrator.voices import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from narrator.audio import Audio
    from narrator.delivery import Delivery
    from narrator.model import Episode, Script, Take, Timeline
    from narrator.production.options import Options
    from narrator.production.outcome import Progress
    from narrator.sources import Source
    from narrator.units import Lufs

PART_SUFFIXES = (".wav", ".mp3")
"""Of files that a part can be written to."""
_OPTION = "--listen"
_TURN = re.compile(r"turn\s*:?\s*(\d+)", re.IGNORECASE)
_SHOWN = 8
"""Chapters that an error lists."""
_MOST = 40.0
"""dB of programme gain at most, as in mastering."""


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter or a turn of a script."""

    name: str
    """For people: `chapter 2, What it carries`."""
    turns: range
    """Indexes of its turns in the whole script."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A part that was made."""

    name: str
    seconds: float
    made: int
    """Takes made now."""
    kept: int
    """Takes that were there."""


def find_part(script: Script, wanted: str) -> Part:
    """Find the part of a script that somebody wants to hear.

    Args:
        script: The whole.
        wanted: A chapter by its number, from 1, or by its title, of which a beginning is enough that no other
            has; or `turn:12` for the twelfth turn of the script.

    Raises:
        SettingsError: There is no such part, or there are several.
    """
    turn = _TURN.fullmatch(wanted.strip())
    if turn:
        return _turn(script, int(turn[1]))
    number = _chapter(script, wanted)
    chapter = script.chapters[number]
    title = f", {chapter.title}" if chapter.title else ""
    before = sum(len(one.turns) for one in script.chapters[:number])
    return Part(f"chapter {number + 1}{title}", range(before, before + len(chapter.turns)))


def _turn(script: Script, number: int) -> Part:
    if not 1 <= number <= len(script.turns):
        raise SettingsError(_OPTION, f"there is no turn {number}; the turns are 1 to {len(script.turns):,}")
    return Part(f"turn {number}, {script.turns[number - 1].speaker}", range(number - 1, number))


def _chapter(script: Script, wanted: str) -> int:
    """Return the index of a chapter."""
    plain = " ".join(wanted.casefold().split())
    titles = [" ".join(chapter.title.casefold().split()) for chapter in script.chapters]
    if plain.isdecimal() and 1 <= int(plain) <= len(titles):
        return int(plain) - 1
    exact = [index for index, title in enumerate(titles) if plain and title == plain]
    found = exact or [index for index, title in enumerate(titles) if plain and title.startswith(plain)]
    if len(found) == 1:
        return found[0]
    known = found or range(len(titles))
    listed = "; ".join(f"{index + 1} “{script.chapters[index].title}”" for index in known[:_SHOWN])
    more = "; …" if len(known) > _SHOWN else ""
    if found:
        raise SettingsError(_OPTION, f"{len(found)} chapters begin with {wanted!r}: {listed}{more}")
    raise SettingsError(
        _OPTION, f"there is no chapter {wanted!r}; there is {listed}{more}; a turn is written turn:12"
    )


def make_part(place: Path | str, wanted: str, options: Options, target: Path, progress: Progress) -> Heard:
    """Make one part of an episode, as it sounds in the whole, and nothing else.

    Only its takes are made, and kept as always. The gains of voices and programme are those of the last
    build; where there was none, what brings the part to the loudness of a programme. The episode's folder and
    the show's memory are read, never written.

    An episode with music is mixed as a whole where all of its takes are there, and what is heard is cut out
    of it. Where some are missing, the part has a bed of its own, and intro and outro where the episode begins
    or ends with it.

    Args:
        place: The source, as for `build`.
        wanted: The part, as for `find_part`.
        options: As for `build`.
        target: WAV or MP3 by its suffix; it appears when it is whole.
        progress: Is told how far the work is.

    Raises:
        NarratorError: Whatever went wrong, in one line.
    """
    if target.suffix.lower() not in PART_SUFFIXES:
        raise SettingsError("--output", f"{', '.join(PART_SUFFIXES)} can be written, not {target.name!r}")
    source = open_source(place)
    script = load_script(
        source, language=options.language, title=options.title, quotes=options.quotes, speak=options.speak
    )
    check_confidence(script, source.path, options.min_confidence)
    part = find_part(script, wanted)
    catalogue = load_catalogue(options.voices)
    # The whole script decides who gets which voice.
    cast = plan_cast(script, options, catalogue, source.path)
    spoken = utterances(script, cast, catalogue.pronunciations)
    said = [one for one in spoken if one.turn in part.turns]
    if not said:
        raise SettingsError(_OPTION, f"there is nothing to speak in {part.name}")
    show = find_show(source.path, options.folder, options.show)
    delivery = choose_delivery(options, show, script)
    store = take_store(options)
    tunes = prepare_music(options, show, progress)
    excerpt = choose_excerpt(spoken, said, tunes, store)
    progress.stage("recording")
    heard = {utterance.voice for utterance in excerpt.spoken}
    voices = Cast(tuple(role for role in cast.roles if role.voice in heard))
    passages = calibrations(voices, script.language)
    recording = record(excerpt.spoken, store, on_take=progress.at, passages=passages)
    read = remaking(recording, (*passages, *excerpt.spoken), store, passages)
    before = _built(source, script, options, delivery)
    # Voices of which the episode knows no gain get one from what they say in this part.
    known = {
        one.voice: Decibels(one.gain) for one in (before.speakers if before else ()) if one.gain is not None
    }
    titles = [one.title for one in script.chapters]
    around = excerpt.around(recording.takes, titles, options.pace)
    speaking = dict.fromkeys(cue.utterance.voice.id for cue in around.cues)
    if not known.keys() >= speaking.keys():
        known = {**dict(gains_of(around, read, delivery.loudness)), **known}
    gains = tuple((voice, known[voice]) for voice in speaking)
    timeline = excerpt.cut(around)
    progress.stage("mixing")
    gain = (
        Decibels(before.gain)
        if before and before.gain is not None
        else _gain_of_part(timeline, read, gains, delivery.loudness)
    )
    mixed = mix(timeline, read, Mastering(gains, gain, delivery.places))
    limited = limit(faded(mixed, timeline), timeline.sample_rate, settings.LIMITER_CEILING)
    tags = Tags(f"{script.title}: {part.name}", language=script.language)
    if target.suffix.lower() == ".mp3":
        kind = FrameKind(delivery.bit_rate, delivery.channels)
        encode_mp3(target, limited, timeline.length, tags, kind)
    else:
        with writing(target) as file:
            FORMS["wav"].write(file, limited, timeline.length, tags, delivery.channels)
    different = len({cue.take.key for cue in timeline.cues} | {take.key for take in recording.passages})
    return Heard(
        part.name, timeline.length / timeline.sample_rate, recording.made, different - recording.made
    )


def _built(source: Source, script: Script, options: Options, delivery: Delivery) -> Episode | None:
    """Return the episode as it was last built; None where it was not as loud, or another lies there."""
    try:
        before = find_home(source, script, options.folder).before
    except NarratorError:  # it could not be built there either; but it can be heard
        return None
    return before if before and before.target == delivery.loudness else None


def _gain_of_part(
    timeline: Timeline,
    read: Callable[[Take], Audio],
    gains: tuple[tuple[str, Decibels], ...],
    loudness: Lufs,
) -> Decibels:
    """Return what brings a part to the loudness of a programme; nothing for what has no loudness."""
    meter = Meter(timeline.sample_rate, true_peak=False)
    for block in mix(timeline, read, Mastering(gains)):
        meter.feed(block)
    missing = loudness - meter.result().loudness
    return Decibels(round(missing, 1) if missing <= _MOST else 0.0)
