"""A show on the web is asked as apps ask it."""

from pathlib import Path
from xml.sax.saxutils import escape

import good
import pytest
from cases import ITEM, WEB
from host import Host, hosted

from narrator.checking import check


def move(folder: Path, host: Host) -> None:
    """Write the address of the server into the feed."""
    for name in ("feed.xml", "feed-2.xml"):
        if (folder / name).exists():
            text = (folder / name).read_text("utf-8").replace(good.BASE, host.base)
            (folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize("rule", sorted(WEB))
def test_what_a_server_does_wrongly_is_found(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checklist: HEAD; GET with byte ranges (206) on audio, art, feed; right MIME types."""
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0")
    folder = good.published(tmp_path / "p")
    with hosted(folder, rule.removeprefix("link-")) as host:
        move(folder, host)
        report = check(f"{host.base}feed.xml")

    assert {finding.rule for finding in report.findings} == {rule}
    assert report.extent.heard == 1


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path) -> None:
    """Checklist: ETag / Last-Modified with 304; `Access-Control-Allow-Origin: *` on feed, transcripts."""
    folder = good.published(tmp_path / "p")
    with hosted(folder) as host:
        move(folder, host)
        for name in ("feed.xml", "", "one/one.mp3", "one/one.vtt", "one/chapters.json", "cover.png", "one/"):
            assert check(f"{host.base}{name}").findings == [], name


def test_of_older_episodes_it_is_only_asked_whether_all_is_there(tmp_path: Path) -> None:
    folder = good.published(tmp_path / "p")
    older = ITEM.replace("1f0c", "2f0c").replace("one/one.mp3", "two/two.mp3").replace("03 Feb", "10 Feb")
    newest = good.feed().replace("</channel>", older.replace("LENGTH", "9") + "</channel>")
    (folder / "feed.xml").write_text(newest, "utf-8")
    with hosted(folder) as host:
        move(folder, host)
        report = check(f"{host.base}feed.xml", episodes=1)

    assert {(one.rule, one.at) for one in report.findings} == {("link-missing", "item 2 “First talk”")}
    assert ("HEAD", "/one/one.mp3") in host.asked
    assert ("GET", "/one/one.mp3") not in host.asked
    assert (report.extent.items, report.extent.heard) == (2, 1)


def test_pages_of_a_feed_are_followed_and_never_in_circles(tmp_path: Path) -> None:
    folder = good.published(tmp_path / "p")
    link = f'<atom:link rel="next" href="{good.BASE}%s"/><atom:link'
    second = (
        good.feed().replace("<atom:link", link % "feed.xml").replace('feed.xml" type', 'feed-2.xml" type')
    )
    (folder / "feed-2.xml").write_text(second.replace(">1f0c<", "><"), "utf-8")
    (folder / "feed.xml").write_text(good.feed().replace("<atom:link", link % "feed-2.xml", 1), "utf-8")
    with hosted(folder) as host:
        move(folder, host)
        report = check(f"{host.base}feed.xml")

    found = {(one.rule, one.where.removeprefix(host.base)) for one in report.findings}
    on_second = {("feed-loop", "feed-2.xml"), ("guid-none", "feed-2.xml")}
    assert found == {*on_second, ("enclosure-twice", "feed.xml")}


def test_endless_pages_are_given_up(tmp_path: Path) -> None:
    folder = good.published(tmp_path / "p")
    filling = "<x/>" * 101_000
    for number in range(1, 4):
        link = f'<atom:link rel="next" href="{good.BASE}feed-{number + 1}.xml"/>{filling}<atom:link'
        name = "feed.xml" if number == 1 else f"feed-{number}.xml"
        text = good.feed().replace("<atom:link", link, 1).replace("1f0c", f"{number}f")
        text = text.replace('feed.xml" type', f'{name}" type').replace("one/one.mp3", f"one/{number}.mp3")
        (folder / name).write_text(text, "utf-8")

    report = check(folder)

    assert [one.what for one in report.findings if one.rule == "link-unasked"] == [
        f"pages of the feed from “{good.BASE}feed-3.xml” on"
    ]


def test_a_show_that_names_what_cannot_be_had(tmp_path: Path) -> None:
    folder = good.published(tmp_path / "p")
    text = good.feed().replace(f"{good.BASE}one/one.vtt", escape("http://127.0.0.1:9/x?a&b"))
    (folder / "feed.xml").write_text(text, "utf-8")
    with hosted(folder) as host:
        move(folder, host)
        report = check(f"{host.base}feed.xml")

    assert [one.rule for one in report.findings] == ["link-missing"]


def test_a_server_that_does_not_answer_is_soon_left_alone(tmp_path: Path) -> None:
    folder = good.published(tmp_path / "p")
    other = ITEM.replace(good.BASE, "http://127.0.0.1:9/").replace("<enclosure url", "<enclosure u")
    items = "".join(other.replace("1f0c", f"{index}x").replace("one/", f"{index}/") for index in range(40))
    (folder / "feed.xml").write_text(good.feed().replace("</channel>", f"{items}</channel>"), "utf-8")
    with hosted(folder) as host:
        move(folder, host)
        report = check(f"{host.base}feed.xml", episodes=1)

    told = [one.what for one in report.findings if one.rule == "link-missing"]
    assert told[0].startswith("it cannot be reached (ConnectionError)")
    assert told[-1] == f"and {40 * 6 + 1 - 5} more like this"


def test_pages_that_name_each_other_as_feeds(tmp_path: Path) -> None:
    for name, other in (("a.html", "b.html"), ("b.html", "a.html")):
        (tmp_path / name).write_text(good.INDEX.replace("feed.xml", other), "utf-8")
    with hosted(tmp_path) as host:
        report = check(f"{host.base}a.html")

    assert report.checked == [f"{host.base}a.html", f"{host.base}b.html"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://", "ftp://x.example/a", "http://[x/", "file:///etc"]
)
def test_an_address_that_cannot_be_asked(address: str) -> None:
    assert [one.rule for one in check(address).findings] == ["unreadable"]
