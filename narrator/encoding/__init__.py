"""Encoding: blocks of samples to files with tags and chapters; the only place that encodes."""

from narrator.encoding.id3 import MAX_CHAPTERS
from narrator.encoding.mastering import master, measure_file
from narrator.encoding.mp3 import encode_mp3
from narrator.encoding.tags import Tags, iso639_2

__all__ = ["MAX_CHAPTERS", "Tags", "encode_mp3", "iso639_2", "master", "measure_file"]
