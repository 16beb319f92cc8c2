"""Encoding: blocks of samples to files with tags and chapters; the only place that encodes."""

from narrator.encoding.id3 import MAX_CHAPTERS
from narrator.encoding.kept import PartStore
from narrator.encoding.mastering import master, measure_file
from narrator.encoding.mp3 import encode_mp3
from narrator.encoding.parts import makers
from narrator.encoding.tags import Tags, iso639_2

__all__ = [
    "MAX_CHAPTERS",
    "PartStore",
    "Tags",
    "encode_mp3",
    "iso639_2",
    "makers",
    "master",
    "measure_file",
]
