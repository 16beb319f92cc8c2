"""Units and their conversions; the one home of time codes."""

import math
from typing import NewType

Seconds = NewType("Seconds", float)
"""A time or length at the edges of the program; inside it, positions are integer samples."""
Decibels = NewType("Decibels", float)
"""A gain, or a peak relative to full scale (dBFS, dBTP)."""
Lufs = NewType("Lufs", float)
"""A loudness in LUFS (ITU-R BS.1770)."""


def amplitude(gain: Decibels) -> float:
    """Return the factor of a gain in dB.

    >>> amplitude(Decibels(0.0))
    1.0
    """
    return float(10.0 ** (gain / 20.0))


def decibels(factor: float) -> Decibels:
    """Return the gain in dB of an amplitude factor; 0 gives minus infinity.

    >>> round(decibels(2.0), 2)
    6.02
    """
    return Decibels(20.0 * math.log10(factor)) if factor > 0 else Decibels(-math.inf)


def samples(length: float, rate: int) -> int:
    """Return the number of samples nearest to a length in seconds.

    >>> samples(0.5, 44100)
    22050
    """
    return round(length * rate)


def seconds(count: int, rate: int) -> Seconds:
    """Return the length in seconds of a count of samples.

    >>> seconds(22050, 44100)
    0.5
    """
    return Seconds(count / rate)


def milliseconds(count: int, rate: int) -> int:
    """Return a position in whole milliseconds, rounded half up, without floating point.

    >>> milliseconds(22050, 44100)
    500
    """
    return (count * 2000 + rate) // (2 * rate)


def clock(time: float) -> str:
    """Format seconds for people, `m:ss` or `h:mm:ss`, rounded down to the second.

    >>> clock(61.9), clock(3600)
    ('1:01', '1:00:00')
    """
    minutes, second = divmod(int(time), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def vtt_time(ms: int) -> str:
    """Format milliseconds as a WebVTT time stamp (W3C WebVTT, section 4.1).

    >>> vtt_time(3_661_042)
    '01:01:01.042'
    """
    second, rest = divmod(ms, 1000)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{rest:03}"
