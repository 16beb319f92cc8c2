"""From display text to what an engine is to say: the spoken form, and utterances of a fit length."""

from narrator.spoken.dividing import divide, utterances
from narrator.spoken.form import read_aloud, spoken_form

__all__ = ["divide", "read_aloud", "spoken_form", "utterances"]
