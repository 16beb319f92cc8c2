"""Typography: headings, and interviews that set their questions in bold or italics."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANY_GUEST, Evidence
from narrator.attribution.manner import TALKS
from narrator.model import NARRATOR, BlockKind


def clue(view: View) -> Iterator[Evidence]:
    """Give headings to the narrator and the face of questions to the asker."""
    face, asker = view.manner.face, view.manner.asker
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.kind is BlockKind.DIRECTION:
            yield Evidence(i, NARRATOR, 12.0, "stage direction")
        elif span.kind is BlockKind.HEADING and not (
            face == "heading" and (trait.asks or trait.count > TALKS)
        ):
            yield Evidence(i, NARRATOR, 12.0, "heading")
        elif not face or span.label:
            continue
        elif span.face == face and (trait.asks or face != "italic"):
            yield Evidence(i, asker, 6.0, f"set in {face}" if face != "heading" else "question as heading")
        elif span.face != face:
            yield Evidence(i, asker, -5.0, "not set as questions are")
            if i and view.spans[i - 1].face == face and view.traits[i - 1].asks:
                yield Evidence(i, ANY_GUEST, 2.0, "answer")
