"""Notes and their numbers, page numbers and what else of a book's pages is not read aloud."""

import re

from narrator.sources.markup import Element

FRONT_MATTER = "front matter"
NOTES = "notes"
_NUMBER = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])[\])]?")
_NOTE = re.compile(r"(?:foot|end)note-?\d|fn:?-?\d")
"""How converters name the notes they list at the end."""
_INSIDE = {
    "noteref": "note number",
    "footnote-ref": "note number",
    "footnote-backref": "note number",
    "doc-noteref": "note number",
    "backlink": "note number",
    "referrer": "note number",
    "doc-backlink": "note number",
    "pagebreak": "page number",
    "doc-pagebreak": "page number",
    "footnote": NOTES,
    "footnotes": NOTES,
    "endnote": NOTES,
    "endnotes": NOTES,
    "rearnote": NOTES,
    "rearnotes": NOTES,
    "doc-footnote": NOTES,
    "doc-endnote": NOTES,
    "doc-endnotes": NOTES,
    "toc": FRONT_MATTER,
    "landmarks": FRONT_MATTER,
    "page-list": FRONT_MATTER,
    "doc-toc": FRONT_MATTER,
}
"""Types of the EPUB structural vocabulary and roles of DPUB-ARIA, and why what has them is not spoken."""
_WHOLE = {
    **dict.fromkeys(
        ("cover", "titlepage", "halftitlepage", "copyright-page", "imprint", "colophon", "loi", "lot",
         "index", "title-page", "doc-cover", "doc-colophon", "doc-index", "other-credits", "text-credits"),
        FRONT_MATTER,
    ),
    **{kind: reason for kind, reason in _INSIDE.items() if reason in {FRONT_MATTER, NOTES}},
    "notes": NOTES,
}  # fmt: skip
_FILES = (
    (re.compile(r"cover(?:page)?|(?:half)?-?title-?page|(?:un)?copyright(?:-?page)?|imprint|colophon|toc|nav"
                r"|(?:table-?of-?)?contents|loi|lot|impressum|inhalt|titelei|titel(?:seite)?"), FRONT_MATTER),
    (re.compile(r"(?:foot|end|rear)?-?notes|anmerkungen|fussnoten|endnoten"), NOTES),
)  # fmt: skip
"""What files are called that hold no text to be read, where nothing else tells it."""


def find_notes(root: Element) -> dict[int, str]:
    """Find the elements of a page that are notes, their numbers, or numbers of pages.

    Returns:
        The reason by `id` of each element.
    """
    reasons: dict[int, str] = {}
    for element in root.elements():
        if element.name in {"html", "body"}:
            continue
        kinds = [*_kinds(element), *element.get("class").lower().split()]
        reason = next((_INSIDE[kind] for kind in kinds if kind in _INSIDE), "")
        if not reason and element.name == "li" and _NOTE.match(element.get("id").lower()):
            reason = NOTES
        if not reason and element.name == "sup" and _is_reference(element):
            reason = "note number"
        if reason:
            reasons[id(element)] = reason
    return reasons


def whole_reason(root: Element, name: str) -> str:
    """Return why nothing on a page is spoken; empty where it is a part of the text.

    Args:
        root: Of the page.
        name: Of its file, without folder and suffix, believed where the page itself does not tell.
    """
    body = root.find("body") or root
    outer = [root, body, *(body.children("section", "div") if len(body.children()) == 1 else ())]
    kinds = [kind for element in outer for kind in _kinds(element)]
    reason = next((_WHOLE[kind] for kind in kinds if kind in _WHOLE), "")
    if reason or any(kind in {"bodymatter", "chapter", "part", "prologue", "epilogue"} for kind in kinds):
        return reason
    return reason_of_file(name)


def reason_of_file(name: str) -> str:
    """Return why nothing of a file is spoken, by its name alone.

    >>> reason_of_file("copyright_page"), reason_of_file("chapter-1")
    ('front matter', '')
    """
    plain = re.sub(r"[\s_]+", "-", name.lower()).strip("-")
    return next((reason for form, reason in _FILES if form.fullmatch(plain)), "")


def reason_of_kind(kind: str) -> str:
    """Return why what is of a kind of the EPUB vocabulary is not spoken; empty where it is."""
    return _WHOLE.get(kind.lower(), "")


def _kinds(element: Element) -> list[str]:
    return f"{element.get('type')} {element.get('role')}".lower().split()


def _is_reference(element: Element) -> bool:
    link = element.find("a")
    return link is not None and "#" in link.get("href") and _NUMBER.fullmatch(element.text) is not None
