"""The script a person edits: Markdown with the cast in its front matter.

    ---
    title: A talk
    language: en
    cast:
      Anna Berg:
        gender: female
    ---

    ## Beginnings

    **NARRATOR:** They met in winter.

    **Anna Berg:** (laughing) It was so cold! <!-- lines 3–4; label; 0.98 -->

    And it stayed cold.

    (pause 1.5s)

`parse_script` and `format_script` are inverse for every script whose texts are tidy (`narrator.text.tidy`).
"""

from narrator.script.marks import with_marks
from narrator.script.reading import is_script, parse_script
from narrator.script.revision import Revision, revise
from narrator.script.writing import format_json, format_script

__all__ = [
    "Revision",
    "format_json",
    "format_script",
    "is_script",
    "parse_script",
    "revise",
    "with_marks",
]
