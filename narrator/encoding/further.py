"""Further forms of a programme beside its MP3: the same mix, each brought to the same loudness for itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.delivery import DELIVERY, Delivery
from narrator.encoding.aiming import room_for
from narrator.encoding.studio import Studio
from narrator.errors import EncodingError
from narrator.loudness import ChannelMeter
from narrator.settings import LIMITER_CEILING, LOUDNESS_TOLERANCE, PEAK, PROGRAMME_RATE
from narrator.units import Decibels

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from narrator.audio import Audio
    from narrator.encoding.forms import Form
    from narrator.encoding.kept import PartStore
    from narrator.encoding.tags import Tags
    from narrator.loudness import GainSearch
    from narrator.model import Measurement, Take, Timeline

_ENCODED = 8
"""Encodings of a form at most: one for what keeps every sample, mostly one or two for the others; Opus adds
3 dB to voices that are limited hard, espeak's klatt among them, and takes four of these."""
_CEILING_STEP = 1.5
"""dB by which the ceiling moves from one encoding to the next, at most: FFmpeg's AAC now and then makes one
frame 8 dB too loud, and another one, or none, of a sound that is slightly different."""


class Further:
    """Masters a programme for several forms, with one search for its gain.

    The gain does not depend on whether an MP3 was made in the same run, nor on which forms are asked for: the
    same programme gives the same bytes.

    Args:
        timeline: Where every take lies.
        read: Gives the samples of a take; called from several threads.
        gains: (voice id, gain in dB) of each voice.
        store: Where measured parts are and will be kept.
        delivery: What the files are to be like.
    """

    def __init__(
        self,
        timeline: Timeline,
        read: Callable[[Take], Audio],
        gains: tuple[tuple[str, Decibels], ...],
        store: PartStore | None = None,
        delivery: Delivery = DELIVERY,
    ) -> None:
        self._made_of = (timeline, read, gains, store)
        self._delivery = delivery
        self._search: GainSearch | None = None

    def write(
        self, form: Form, file: BinaryIO, tags: Tags, on_progress: Callable[[float], None] = lambda _: None
    ) -> Measurement:
        """Mix, master and encode one form.

        Args:
            form: The kind of file.
            file: The target, open for writing, with a name under which it can be read (`files.writing`).
            tags: What the file says about itself.
            on_progress: Is told now and then how much is done, 0 to 1.

        Returns:
            What was measured on the finished file.

        Raises:
            EncodingError: Loudness or peak cannot be brought into range, the file does not decode to the
                length of the programme, or the tags do not fit.
            OSError: The file cannot be written.
        """
        studio = Studio(*self._made_of, on_progress=on_progress, delivery=self._delivery)
        if self._search is None:
            self._search = studio.find_gain()
        search, ceiling = replace(self._search), LIMITER_CEILING
        length = studio.timeline.length
        for _ in range(_ENCODED):
            gain = search.next()
            form.write(file, studio.sound(gain, ceiling), length, tags, self._delivery.channels)
            measured = measure(form, Path(file.name), self._delivery.channels)
            if measured.frames != length:
                raise EncodingError(
                    f"the {form.name} file decodes to {measured.frames} samples instead of {length}"
                )
            search.tell(gain, measured.loudness, learn=False)
            if measured.peak <= PEAK and abs(search.missing) <= LOUDNESS_TOLERANCE:
                return measured
            # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
            room = min(max(room_for(measured.peak), -_CEILING_STEP), _CEILING_STEP)
            before, ceiling = ceiling, Decibels(min(ceiling + room, PEAK))
            if ceiling < before:  # more is limited, so the same gain gives less: how much less is measured
                # What was heard must not become silence: that would miss nothing.
                search = replace(studio.find_gain(ceiling, search.next()), heard=search.heard)
        raise EncodingError(
            f"the {form.name} file cannot be mastered: after {_ENCODED} encodings it has "
            f"{measured.loudness:.1f} LUFS where {self._delivery.loudness} are wanted, and a true peak of "
            f"{measured.peak:.1f} where {PEAK} is allowed; leave it out of --format"
        )


def measure(form: Form, path: Path, channels: int = 1) -> Measurement:
    """Decode a file of a form block by block and measure what a listener gets.

    Raises:
        AudioError: It cannot be decoded.
    """
    meter = ChannelMeter(PROGRAMME_RATE, channels)
    for samples, _ in form.decode(path):
        meter.feed(samples)
    return meter.result()
