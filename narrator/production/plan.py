"""The plan of an episode: all that decides how its files look, and the record made from it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from narrator import settings
from narrator.attribution.ledger import tally
from narrator.encoding import Shown, Tags, makers
from narrator.files import file_sha256
from narrator.model import Episode, Illustration, Speaking
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.delivery import Delivery
    from narrator.model import Cast, Script, Timeline
    from narrator.production.home import Home
    from narrator.units import Decibels

_SHAPING = ("FADE_MS", "LIMITER_CEILING", "LOUDNESS_TOLERANCE", "MENDED", "PEAK")
"""Settings that shape the enclosure beside its timeline."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides how the files of an episode look."""

    script: Script
    cast: Cast
    home: Home
    date: str
    timeline: Timeline
    gains: tuple[tuple[str, Decibels], ...]
    delivery: Delivery
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Those of chapters, by their names in the folder of the episode."""

    def tags(self) -> Tags:
        """Return what the enclosure says about itself."""
        script = self.script
        return Tags(
            title=script.title,
            artist=script.author or "narrator",  # not those who are quoted: they never spoke this
            album=script.title,  # there is no show yet of which it could be a part
            language=script.language,
            date=self.date,
            chapters=self.marks(),
            shown=tuple(
                Shown(one.start_ms, self.pictures.get(one.image, b""), one.link, one.alt)
                for one in self.illustrations()
            ),
            loudness=None if self.delivery.loudness == settings.LOUDNESS else float(self.delivery.loudness),
        )

    def files(self) -> dict[Path, bytes]:
        """Return the pictures of chapters by where they are to lie."""
        return {self.home.folder / name: picture for name, picture in self.pictures.items()}

    def illustrations(self) -> tuple[Illustration, ...]:
        """Return pictures and links of those chapters that have any."""
        chapters = self.script.chapters
        heard = (
            chapters[number] for number in dict.fromkeys(cue.utterance.chapter for cue in self.timeline.cues)
        )
        titled = [chapter for chapter in heard if chapter.title]
        shown = []
        for (start, _), chapter in zip(self.marks(), titled, strict=True):
            picture, link = chapter.picture, chapter.link
            if picture or link:
                image, alt = (picture.address, picture.alt) if picture else ("", "")
                shown.append(Illustration(start, image, link, alt))
        return tuple(shown)

    def marks(self) -> tuple[tuple[int, str], ...]:
        """Return start in ms and title of each chapter."""
        rate = self.timeline.sample_rate
        return tuple((milliseconds(mark.start, rate), mark.title) for mark in self.timeline.marks)

    def recipe(self) -> str:
        """Return a hash of all that shapes the bytes of the enclosure."""
        cues = [
            (cue.start, cue.length, cue.first, cue.last, cue.take.key, cue.utterance.voice.id)
            for cue in self.timeline.cues
        ]
        shaping = [getattr(settings, name) for name in _SHAPING]
        programme: tuple[object, ...] = (self.timeline.length, self.timeline.seams, cues)
        if self.timeline.score is not None:
            programme = (*programme, self.timeline.score.digest(0, self.timeline.length))
        shape = (makers(), shaping, asdict(self.delivery), asdict(self.tags()), self.gains, *programme)
        # Pictures are bytes, which JSON has not: each is told by its hash.
        told = json.dumps(shape, default=lambda picture: hashlib.sha256(picture).hexdigest())
        return hashlib.sha256(told.encode()).hexdigest()

    def speaking(self) -> tuple[Speaking, ...]:
        """Return how long everybody speaks, in the order of the cast."""
        lengths = Counter[str]()
        for cue in self.timeline.cues:
            lengths[cue.utterance.speaker] += cue.length
        rate, gains = self.timeline.sample_rate, dict(self.gains)
        return tuple(
            Speaking(
                role.speaker,
                role.voice.id,
                milliseconds(lengths[role.speaker], rate),
                gains.get(role.voice.id),
            )
            for role in self.cast.roles
        )

    def episode(self, enclosure: Path, loudness: float, peak: float, gain: float) -> Episode:
        """Return the record of the episode.

        Args:
            enclosure: Where the finished file lies now.
            loudness: Measured on it, in LUFS.
            peak: Measured on it, in dBTP.
            gain: Of the programme before the limiter, in dB.
        """
        script, timeline = self.script, self.timeline
        return Episode(
            title=script.title,
            slug=self.home.slug,
            guid=self.home.guid,
            language=script.language,
            author=script.author,
            date=self.date,
            duration_ms=milliseconds(timeline.length, timeline.sample_rate),
            audio=self.home.audio.name,
            size=enclosure.stat().st_size,
            sha256=file_sha256(enclosure),
            loudness=loudness,
            peak=peak,
            speakers=self.speaking(),
            chapters=self.marks(),
            ledger=tally(script),
            recipe=self.recipe(),
            script_sha256=hashlib.sha256(self.home.script).hexdigest(),
            illustrations=self.illustrations(),
            gain=gain,
            target=float(self.delivery.loudness),
        )

    def kept(self) -> Episode | None:
        """Return the record when the enclosure lies there whole and would be made the same again."""
        before, enclosure = self.home.before, self.home.audio
        if before is None or before.gain is None or before.recipe != self.recipe():
            return None
        try:
            there = (enclosure.stat().st_size, file_sha256(enclosure))
        except OSError:  # gone, or not to be read: it is made anew, and if it cannot be, that error is told
            return None
        if there != (before.size, before.sha256):
            return None
        return self.episode(enclosure, before.loudness, before.peak, before.gain)
