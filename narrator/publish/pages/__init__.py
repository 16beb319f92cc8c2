"""The pages of a show: one for the show, one for each episode; static, and complete without JavaScript."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from narrator.publish.pages.facts import episode_facts, show_facts
from narrator.publish.pages.rendering import fingerprint, page_assets, render
from narrator.publish.pages.sections import sections, speaker_colours

if TYPE_CHECKING:
    from narrator.model import Entry, Show

__all__ = ["episode_page", "page_assets", "page_key", "show_page"]


def show_page(show: Show) -> bytes:
    """Return the page of the show, HTML in UTF-8.

    All episodes stand on one page, whatever their number: a row has half a kilobyte and no picture of its
    own unless the episode has one, and the browser lays out only the rows that are in sight.
    """
    return render("show.html", show_facts(show), show.podcast.language)


def episode_page(show: Show, entry: Entry) -> bytes:
    """Return the page of an episode, HTML in UTF-8.

    Args:
        show: The whole show, to which the page leads.
        entry: One of its entries.

    Raises:
        PublishError: The transcript cannot be read.
    """
    facts = episode_facts(show, entry)
    transcript = entry.read()
    colours = speaker_colours((name for name, _ in facts["people"]), transcript)
    return render(
        "episode.html",
        {
            **facts,
            "people": [(name, length, colours[name]) for name, length in facts["people"]],
            "sections": sections(transcript, entry.episode.chapters, colours),
        },
        show.podcast.language,
    )


def page_key(show: Show, entry: Entry | None) -> str:
    """Return a sha256 of all that goes into a page, without rendering it.

    Args:
        show: The whole show.
        entry: Whose page; None for the page of the show.
    """
    # The facts are all that the template gets, but for the transcript, whose key stands for it.
    facts = show_facts(show) if entry is None else {**episode_facts(show, entry), "read": entry.json.key}
    content = json.dumps([fingerprint(), show.podcast.language, facts], sort_keys=True)
    return hashlib.sha256(content.encode("ascii")).hexdigest()
