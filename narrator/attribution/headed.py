"""Pictures and links of headings become those of their chapters."""

from collections.abc import Sequence
from dataclasses import replace

from narrator.attribution.chapters import HEADING, TITLE
from narrator.attribution.titles import one_line
from narrator.model import Block, BlockKind, Chapter

_Place = tuple[tuple[int, int], str]


def illustrated(chapters: Sequence[Chapter], blocks: Sequence[Block]) -> tuple[Chapter, ...]:
    """Give chapters the picture and the link of the headings with which they begin.

    Where several headings are one chapter's title, the first picture and the first link count.

    Args:
        chapters: As they were divided.
        blocks: Of the document.
    """
    showing: dict[_Place, Block] = {}
    for block in blocks:
        if block.kind is BlockKind.HEADING and (block.picture or block.link):
            showing.setdefault((block.lines, one_line(block.text)), block)
    return tuple(_illustrated(chapter, showing) for chapter in chapters) if showing else tuple(chapters)


def _illustrated(chapter: Chapter, showing: dict[_Place, Block]) -> Chapter:
    picture, link = None, ""
    for turn in chapter.turns:
        heading = showing.get((turn.lines, one_line(turn.text)))
        if heading is None and turn.reason not in (HEADING, TITLE):
            break
        if heading:
            picture, link = picture or heading.picture, link or heading.link
    return replace(chapter, picture=picture, link=link) if chapter.title else chapter
