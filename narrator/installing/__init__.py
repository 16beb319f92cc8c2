"""Installing voices: official files, from their makers, a mirror or a folder, checked and whole."""

from narrator.installing.catalogue import Offer, find_offer, offered_voices
from narrator.installing.install import install

__all__ = ["Offer", "find_offer", "install", "offered_voices"]
