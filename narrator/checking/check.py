"""Checks whatever is named: a file, a folder, an address."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from narrator.checking.episodes import RECORD, check_episode
from narrator.checking.feeds import Link
from narrator.checking.files import check_file
from narrator.checking.kinds import kind_of
from narrator.checking.places import Folder, Web
from narrator.checking.rule import Finding, Severity, apply, finding
from narrator.checking.rules.links import TESTS as LINK_TESTS
from narrator.checking.rules.links import Looked
from narrator.checking.rules.published import TESTS as PUBLISHED_TESTS
from narrator.checking.rules.published import Recorded
from narrator.checking.shows import Extent, check_show
from narrator.checking.texts import read_small
from narrator.publish.published import PUBLISHED, parse_published

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.checking.shows import Progress

FEED = "feed.xml"
_START = 4096
EPISODES = 3
"""Of how many episodes the audio is examined unless told otherwise; each hour of it takes some 8 s."""


@dataclass(slots=True)
class Report:
    """What was found."""

    checked: list[str] = field(default_factory=list)
    """What was looked at."""
    findings: list[Finding] = field(default_factory=list)
    extent: Extent = field(default_factory=Extent)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings are how grave, the gravest first."""
        found = Counter(one.severity for one in self.findings)
        return {severity: found[severity] for severity in Severity}

    def add(self, other: Report) -> None:
        """Take in another report; each finding once, for one thing may be named by many."""
        self.checked += other.checked
        self.findings = list(dict.fromkeys(self.findings + other.findings))
        self.extent = Extent(self.extent.items + other.extent.items, self.extent.heard + other.extent.heard)


def check(
    place: Path | str, episodes: int | None = EPISODES, on_progress: Progress = lambda *_: None
) -> Report:
    """Check what is named.

    Args:
        place: A file, a folder of an episode, of a show or of such files, or an address.
        episodes: Of how many of a show's newest episodes audio and texts are examined; None for all.
        on_progress: Is told what is done now, and how much of it.
    """
    try:
        if isinstance(place, str):
            return _check_address(place, episodes, on_progress)
        return _check_path(place, episodes, on_progress)
    except (OSError, ValueError) as error:  # no name of a file that the system takes, or one that goes away
        return _unreadable(str(place), getattr(error, "strerror", None) or "it cannot be read")


def _check_path(path: Path, episodes: int | None, on_progress: Progress) -> Report:
    if not path.is_dir():
        return _check_one(path)
    if (path / FEED).is_file():
        return _check_published(path, episodes, on_progress)
    if (path / RECORD).is_file():
        return Report([str(path)], check_episode(path))
    inner = sorted(path.iterdir())
    report = Report()
    for one in inner:
        if one.is_dir() and (one / RECORD).is_file():
            report.add(Report([str(one)], check_episode(one)))
        elif one.is_dir() and (one / FEED).is_file():  # published under an address that nobody can guess
            report.add(_check_published(one, episodes, on_progress))
        elif one.is_file() and not one.name.startswith(".") and kind_of(one.suffix.lower(), b""):
            report.add(_check_one(one))
    if not report.checked:
        report = _unreadable(str(path), "there is nothing of a podcast in this folder")
    return report


def _check_one(path: Path) -> Report:
    checked = check_file(path)
    if checked.kind == "record":
        return Report([str(path.parent)], check_episode(path.parent))
    return Report([str(path)], checked.findings)


def _unreadable(where: str, problem: str) -> Report:
    return Report([where], [finding("unreadable", problem[:1].lower() + problem[1:], where)])


def _check_published(folder: Path, episodes: int | None, on_progress: Progress) -> Report:
    """Check the folder of a published show: addresses in the feed are files in it."""
    path = folder / FEED
    checked = check_file(path)
    if checked.feed is None:
        return Report([str(path)], checked.findings)
    base = checked.feed.related("self").rpartition("/")[0]
    place = Folder(folder, f"{base}/" if base else "")
    found, extent = check_show(checked.feed, str(path), place, episodes, on_progress)
    record = folder / PUBLISHED
    if record.is_file():
        recorded = Recorded(folder, parse_published(read_small(record)))
        found += apply(PUBLISHED_TESTS, recorded, str(record))
    return Report([str(folder)], found, extent)


def _check_address(
    address: str, episodes: int | None, on_progress: Progress, *, follow: bool = True
) -> Report:
    base = address.partition("?")[0].rpartition("/")[0] + "/"
    with closing(Web(base)) as web:
        on_progress("fetching", 0, 1)
        link = Link(address, "enclosure")  # the limit of sizes is that of audio until its kind is known
        there = web.look(link, whole=True)
        if there.path is None:
            return _unreadable(address, there.problem)
        with there.path.open("rb") as file:
            kind = kind_of("", file.read(_START)) or kind_of(link.suffix, b"")
        link = replace(link, kind=_LINKS.get(kind, "enclosure"))
        report = Report([address], apply(LINK_TESTS, Looked(link, there), address))
        checked = check_file(there.path, address, kind, address)
        if checked.feed:
            found, report.extent = check_show(checked.feed, address, web, episodes, on_progress)
            report.findings += found
        else:
            report.findings += checked.findings
    feeds = checked.page.feeds if checked.page else ()
    if feeds and feeds[0] != address and follow:  # once: pages could name each other for ever
        other = _check_address(feeds[0], episodes, on_progress, follow=False)
        report.add(other)
    return report


_LINKS = {
    "feed": "feed",
    "vtt": "transcript",
    "srt": "transcript",
    "json": "chapters",
    "html": "page",
    "art": "art",
}
"""What kind of link leads to a kind of thing."""
