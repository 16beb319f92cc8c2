"""The catalogue of voices and the reading of its file, `voices.yaml`."""

from narrator.voices.catalogue import UNMEASURED, Catalogue, Pin, Recommended, find_voice
from narrator.voices.reading import FILE_NAME, catalogue_files, load_catalogue

__all__ = [
    "FILE_NAME",
    "UNMEASURED",
    "Catalogue",
    "Pin",
    "Recommended",
    "catalogue_files",
    "find_voice",
    "load_catalogue",
]
