"""All files of a published show, in the order in which they have to be there."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from narrator.model import Asset
from narrator.publish.feed import format_feeds
from narrator.publish.pages import episode_page, page_assets, page_key, show_page
from narrator.publish.types import TYPES

if TYPE_CHECKING:
    from narrator.model import Show


def publication(show: Show) -> tuple[Asset, ...]:
    """Return the files of a show: what names others comes behind them.

    First the fixed ones, then the pages of episodes, the page of the show, and the feed, its first page last.
    Pages are made only when they are asked for.
    """
    fixed = [show.cover, show.thumbnail, *page_assets()]
    pages = []
    for entry in show.entries:
        fixed += dict(entry.pictures).values()
        fixed += (entry.audio, *entry.downloads, entry.vtt, entry.srt, entry.json, entry.html, entry.chapters)
        fixed += [asset for asset in (entry.image, entry.thumbnail) if asset is not None]
        render = partial(episode_page, show, entry)
        pages.append(Asset(entry.page, TYPES[".html"], page_key(show, entry), render, fixed=False))
    pages.append(
        Asset("index.html", TYPES[".html"], page_key(show, None), partial(show_page, show), fixed=False)
    )
    feeds = [
        Asset(name, TYPES[".xml"], hashlib.sha256(content).hexdigest(), content, fixed=False)
        for name, content in reversed(format_feeds(show))
    ]
    return (*fixed, *pages, *feeds)
