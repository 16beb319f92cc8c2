"""Loudness: BS.1770 measurement, calibration of voices, true-peak limiter."""

from narrator.loudness.calibration import calibrate
from narrator.loudness.channels import ChannelMeter, mono_sum
from narrator.loudness.dips import Dips, loud_groups
from narrator.loudness.limiter import limit
from narrator.loudness.meter import Meter, integrate, measure_audio, measure_channels
from narrator.loudness.search import GainSearch

__all__ = [
    "ChannelMeter",
    "Dips",
    "GainSearch",
    "Meter",
    "calibrate",
    "integrate",
    "limit",
    "loud_groups",
    "measure_audio",
    "measure_channels",
    "mono_sum",
]
