"""Further forms of a programme beside its MP3: the same mix, each brought to the same loudness for itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from narrator.delivery import DELIVERY, Delivery
from narrator.encoding.aiming import Aim
from narrator.encoding.mending import MENDED_TRIES, mended
from narrator.encoding.studio import Studio
from narrator.errors import EncodingError
from narrator.loudness import ChannelMeter, Dips
from narrator.settings import PEAK, PROGRAMME_RATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from narrator.audio import Audio
    from narrator.encoding.forms import Form
    from narrator.encoding.kept import PartStore
    from narrator.encoding.tags import Tags
    from narrator.loudness import GainSearch
    from narrator.model import Measurement, Take, Timeline
    from narrator.units import Decibels


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
        length, channels, path = studio.timeline.length, self._delivery.channels, Path(file.name)

        def encoded(gain: Decibels, ceiling: Decibels) -> Measurement:
            dips = Dips(PROGRAMME_RATE)
            for _ in range(MENDED_TRIES):
                form.write(file, dips.applied(studio.sound(gain, ceiling)), length, tags, channels)
                measured = measure(form, path, channels)
                if measured.frames != length:
                    raise EncodingError(
                        f"the {form.name} file decodes to {measured.frames} samples instead of {length}"
                    )
                if measured.peak <= PEAK:
                    break
                dips = mended(dips, (samples for samples, _ in form.decode(path)))
            return measured

        return Aim(studio, self._search).encode(f"the {form.name} file", encoded)


def measure(form: Form, path: Path, channels: int = 1) -> Measurement:
    """Decode a file of a form block by block and measure what a listener gets.

    Raises:
        AudioError: It cannot be decoded.
    """
    meter = ChannelMeter(PROGRAMME_RATE, channels)
    for samples, _ in form.decode(path):
        meter.feed(samples)
    return meter.result()
