"""What pages, transcripts and feeds say beside the texts of people, in the language of the listener."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from narrator.model import INTERVIEWER, NARRATOR
from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHERWISE = "en"


@lru_cache
def wording(language: str) -> Mapping[str, str]:
    """Return the phrases of a language by their keys, those it lacks in English.

    Args:
        language: BCP 47; what follows the first part is ignored.
    """
    code = language.lower().partition("-")[0]
    return {key: phrases.get(code, phrases[_OTHERWISE]) for key, phrases in _phrases().items()}


@lru_cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    """Return all phrases by key and language."""
    text = (resources.files("narrator.publish") / "wording.yaml").read_text("utf-8")
    return {
        key: {code: phrase.text() for code, phrase in node.mapping().items()}
        for key, node in load_yaml(text).mapping().items()
    }


def shown_name(speaker: str, language: str) -> str:
    r"""Return the name of a speaker as listeners see it, on one line.

    >>> shown_name("NARRATOR", "de"), shown_name("Ada\nEmber", "de")
    ('Erzähler', 'Ada Ember')
    """
    roles = {NARRATOR: "narrator", INTERVIEWER: "interviewer"}
    return wording(language)[roles[speaker]] if speaker in roles else " ".join(speaker.split())
