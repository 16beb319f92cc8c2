"""Encoding: blocks of samples to files with tags and chapters; the only place that encodes."""

from narrator.encoding.aac import decoded_music
from narrator.encoding.forms import FORMS, MP3, Form, named, parse_formats
from narrator.encoding.frames import FrameKind
from narrator.encoding.further import Further
from narrator.encoding.id3 import MAX_CHAPTERS
from narrator.encoding.kept import PartStore
from narrator.encoding.mastering import master, measure_file
from narrator.encoding.mp3 import encode_mp3
from narrator.encoding.parts import makers
from narrator.encoding.tags import Shown, Tags, iso639_2, joined

__all__ = [
    "FORMS",
    "MAX_CHAPTERS",
    "MP3",
    "Form",
    "FrameKind",
    "Further",
    "PartStore",
    "Shown",
    "Tags",
    "decoded_music",
    "encode_mp3",
    "iso639_2",
    "joined",
    "makers",
    "master",
    "measure_file",
    "named",
    "parse_formats",
]
