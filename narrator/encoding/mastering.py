"""The finished file: mixed, brought to one loudness, limited, encoded in parts, and measured as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.audio import decoded_channels
from narrator.delivery import DELIVERY, Delivery
from narrator.encoding.aiming import Aim
from narrator.encoding.frames import FrameKind
from narrator.encoding.mp3 import Mp3Writer
from narrator.encoding.parts import joined_steps
from narrator.encoding.studio import Studio
from narrator.loudness import ChannelMeter, integrate
from narrator.model import Measurement
from narrator.settings import BLOCK_FRAMES, PROGRAMME_RATE
from narrator.units import decibels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from narrator.audio import Audio
    from narrator.encoding.kept import Encoded, PartStore
    from narrator.encoding.parts import Part
    from narrator.encoding.tags import Tags
    from narrator.model import Mastering, Take, Timeline
    from narrator.units import Decibels


def measure_file(path: Path) -> Measurement:
    """Decode a file block by block and measure what a listener gets.

    Raises:
        AudioError: It cannot be decoded.
    """
    meter: ChannelMeter | None = None
    for samples, rate in decoded_channels(path, BLOCK_FRAMES, what=str(path), most=2):
        meter = meter or ChannelMeter(rate, samples.shape[1])
        meter.feed(samples)
    return (meter or ChannelMeter(PROGRAMME_RATE, 1)).result()


def master(  # noqa: PLR0917 - what goes into a stage, in the order of the work
    timeline: Timeline,
    read: Callable[[Take], Audio],
    gains: tuple[tuple[str, Decibels], ...],
    file: BinaryIO,
    tags: Tags,
    on_progress: Callable[[float], None] = lambda _: None,
    *,
    store: PartStore | None = None,
    threads: int = 0,
    delivery: Delivery = DELIVERY,
) -> tuple[Mastering, Measurement]:
    """Mix, master and encode a programme, its parts side by side.

    The programme's gain is told in whole tenths of a decibel, so that a small edit does not move it. Silence,
    and a programme shorter than 400 ms, have no loudness and get no gain. The same arguments give the same
    bytes, whatever is in the store and however many threads there are.

    Args:
        timeline: Where every take lies, and where parts meet.
        read: Gives the samples of a take; called from several threads.
        gains: (voice id, gain in dB) of each voice.
        file: The target, open for writing (`files.writing`).
        tags: What the file says about itself.
        on_progress: Is told now and then how much is done, 0 to 1.
        store: Where encoded parts are and will be kept.
        threads: How many parts are worked on at once; as many as there are cores by default.
        delivery: What the file is to be like.

    Returns:
        The gains used, and what was measured on what the finished file is decoded to. Its loudness is
        that of steps which begin anew at each seam.

    Raises:
        EncodingError: Loudness or peak cannot be brought into range, or the tags do not fit.
        OSError: The file cannot be written.
    """
    studio = Studio(timeline, read, gains, store, threads, on_progress, delivery)
    kind = FrameKind(delivery.bit_rate, delivery.channels)
    aim = Aim(studio)

    def encoded(gain: Decibels, ceiling: Decibels) -> Measurement:
        return _encode(studio, gain, ceiling, Mp3Writer(file, timeline.length, tags, kind))

    measured = aim.encode("the programme", encoded)
    return studio.mastering(aim.gain), measured


def _encode(studio: Studio, gain: Decibels, ceiling: Decibels, writer: Mp3Writer) -> Measurement:
    """Write all parts, and tell what was measured on them."""
    peak, timeline = 0.0, studio.timeline

    def written() -> Iterator[tuple[Part, Encoded]]:
        nonlocal peak
        for part, encoded in studio.encoded(gain, ceiling):
            writer.join(encoded.frames)
            peak = max(peak, encoded.peak)
            yield part, encoded

    loudness = integrate(joined_steps(written()))
    writer.finish()
    return Measurement(loudness, decibels(peak), timeline.length, timeline.sample_rate)
