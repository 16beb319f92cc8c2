"""Music: files made ready to be played, what plays where, and the samples of any range of it."""

from narrator.music.playing import music_of
from narrator.music.scoring import add_music, room_for
from narrator.music.tunes import Length, TuneStore

__all__ = ["Length", "TuneStore", "add_music", "music_of", "room_for"]
