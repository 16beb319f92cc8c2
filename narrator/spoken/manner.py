"""How something is said, by what a script tells of it in parentheses."""

from narrator.model import WHISPERING
from narrator.text import words

_WHISPERING = {
    "de": "flüsternd flüstert flüstere geflüstert wispernd wispert tuschelnd",
    "en": "whispering whispers whispered whisper",
    "es": "susurrando susurra susurro susurros",
    "fr": "chuchotant chuchote chuchotement chuchotements",
    "it": "sussurrando sussurra sussurro bisbigliando bisbiglia",
    "nl": "fluisterend fluistert fluisteren",
    "pl": "szeptem szepcząc szepcze szepce",
    "pt": "sussurrando sussurra sussurro cochichando",
}
"""Words that tell of whispering; the English ones are understood in scripts of every language."""
_NEGATIONS = frozenset({"ceases", "nicht", "no", "not", "ohne", "sans", "senza", "sin", "stops", "without"})
"""With one of these among them they tell of something else."""


def manner_of(direction: str, language: str) -> str:
    """Return the manner of a turn: `WHISPERING`, or empty for what is no known manner.

    Args:
        direction: What stands in parentheses at the turn's start.
        language: ISO 639-1 code of the script.

    >>> manner_of("leise flüsternd", "de"), manner_of("laughing", "en")
    ('whispering', '')
    """
    if not direction:
        return ""
    told = set(words(direction))
    known = set(_WHISPERING["en"].split()) | set(_WHISPERING.get(language, "").split())
    return WHISPERING if told & known and not told & _NEGATIONS else ""
