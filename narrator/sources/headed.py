"""What stands directly under a heading: the picture and the link of a chapter.

The link of a heading is the first one in it, else the paragraph under it if that is nothing but a link. Its
picture is the first one in it, or under it before anything else is said. Only links to the web count.
"""

from collections.abc import Sequence

from narrator.addresses import picture_address, web_link
from narrator.model import Picture
from narrator.sources.ledger import letters
from narrator.text import without_controls

_LONGEST_ALT = 500
"""Characters of what a picture shows; screen readers read all of it."""


def seen(address: str, alt: str, line: int) -> Picture | None:
    """Return a picture as a source names it; None where its address is that of none.

    Args:
        address: Of the picture.
        alt: What it shows.
        line: Where it is named, counted from 1.
    """
    address = picture_address(address)
    text = " ".join(without_controls(alt).split())
    return Picture(address, text[:_LONGEST_ALT].rstrip(), line) if address else None


def shown_in(pictures: Sequence[Picture], links: Sequence[tuple[str, str]]) -> tuple[Picture | None, str]:
    """Return picture and link of a heading, as far as they are in it.

    Args:
        pictures: In the heading.
        links: Address and text of the links in it.
    """
    addresses = (web_link(address) for address, _ in links)
    return next(iter(pictures), None), next(filter(None, addresses), "")


def shown_under(
    pictures: Sequence[Picture], links: Sequence[tuple[str, str]], text: str
) -> tuple[Picture | None, str]:
    """Return picture and link of a heading, as far as they are in the first paragraph under it.

    Args:
        pictures: In the paragraph, before anything is said.
        links: Address and text of all links in the paragraph.
        text: What is said in the paragraph.
    """
    link = ""
    if len(links) == 1 and letters(links[0][1]) == letters(text):
        link = web_link(links[0][0])
    elif not links and len(text.split()) == 1:
        link = web_link(text)  # an address by itself is no link to Markdown
    return next(iter(pictures), None), link
