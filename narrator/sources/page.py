"""Pages in HTML to blocks, with what a page says of itself."""

import re
from pathlib import Path

from narrator.model import Block, Unspoken
from narrator.sources.flow import Parts, read_flow
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.furniture import find_furniture, without_code
from narrator.sources.markup import Element, parse_html, parse_xhtml
from narrator.sources.notes import FRONT_MATTER, find_notes, whole_reason
from narrator.sources.personae import read_personae
from narrator.sources.reading import Reading
from narrator.text import language_code

_XHTML = re.compile(r"\s*(?:<\?xml\b|(?:<!doctype[^>]*>\s*)?<html\b[^>]*\bxmlns\s*=)", re.IGNORECASE)
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_DATES = ("article:published_time", "date", "dc.date", "dcterms.date", "datepublished", "pubdate")
_BY = re.compile(r"^(?:by|von|par|por|de|text:|interview:)\s+", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.+Z-]+)?")
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—]{1,60}$|\s+[|»]\s+.*$")
"""What a page's title adds to the headline: the name of the site."""


def read_page(text: str, path: Path) -> Reading:
    """Turn a page into blocks.

    Args:
        text: HTML or XHTML, however broken.
        path: Its file, for errors.

    Raises:
        SourceError: It cannot be read; see `parse_html`.
        LedgerError: A fault of narrator lost a part of it.
    """
    root = (parse_xhtml if _XHTML.match(text) else parse_html)(text, path)
    without_code(root)
    front = _front(root)
    furniture, quotes = find_furniture(root)
    personae = read_personae(root)
    parts = Parts(
        {**personae.unspoken, **find_notes(root), **furniture},
        personae.names,
        personae.speeches,
        personae.directions,
        quotes,
    )
    blocks, unspoken = read_flow(root, parts)
    return Reading(front, blocks, unspoken)


def read_leaf(
    text: str, path: Path, role: str, reason: str = ""
) -> tuple[tuple[Block, ...], tuple[Unspoken, ...]]:
    """Turn a page of a book into blocks: there is no furniture, but there are notes and front matter.

    Args:
        text: XHTML or HTML.
        path: The book, for errors.
        role: The name of the page's file, without folder and suffix.
        reason: Why nothing of it is spoken, where that is known.

    Raises:
        SourceError: It cannot be read; see `parse_xhtml`.
        LedgerError: A fault of narrator lost a part of it.
    """
    root = parse_xhtml(text, path)
    without_code(root)
    reason = reason or whole_reason(root, role)
    if reason:
        return read_flow(root, Parts({id(root): reason}))
    personae = read_personae(root)
    unspoken = {**personae.unspoken, **find_notes(root)}
    unspoken |= {id(one): FRONT_MATTER for one in root.elements() if one.name in {"head", "nav"}}
    return read_flow(root, Parts(unspoken, personae.names, personae.speeches, personae.directions))


def _front(root: Element) -> FrontMatter:
    """Read what a page says of itself."""
    said: dict[str, str] = {}
    bylines: list[str] = []
    titles: list[str] = []
    heads: list[str] = []
    dates: list[str] = []
    for element in root.elements():
        if element.name == "meta":
            key = (element.get("property") or element.get("name") or element.get("itemprop")).lower()
            said.setdefault(key, " ".join(element.get("content").split()))
        elif element.name == "title":
            titles.append(element.text)
        elif element.name == "h1":
            heads.append(element.text)
        elif element.name == "time":
            dates.append(element.get("datetime"))
        if element.get("rel") == "author" or {"byline", "author"} & set(element.get("class").lower().split()):
            bylines.append(_BY.sub("", element.text))
    title = heads[0] if len(heads) == 1 else ""
    title = title or said.get("og:title", "") or (_SITE.sub("", titles[0]) if titles else "")
    author = next((said[key] for key in _AUTHORS if said.get(key)), "")
    author = author if author and "://" not in author else next((one for one in bylines if one), "")
    date = next((said[key] for key in _DATES if said.get(key)), "") or next((one for one in dates if one), "")
    return FrontMatter(
        title=title,
        language=language_code(root.get("lang")),
        author=author if len(author) <= 100 else "",
        date=date if _DATE.fullmatch(date) else "",
    )
