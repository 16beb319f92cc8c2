"""Loudness: BS.1770 measurement, calibration of voices, true-peak limiter."""

from narrator.loudness.limiter import limit
from narrator.loudness.meter import Meter, calibrate, gain_to, integrate, measure_audio, measure_channels

__all__ = ["Meter", "calibrate", "gain_to", "integrate", "limit", "measure_audio", "measure_channels"]
