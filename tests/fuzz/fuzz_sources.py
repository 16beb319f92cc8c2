"""Sources of every kind made by chance, and a run that looks for those that narrator does not bear.

    python -m tests.fuzz.fuzz_sources 5 [KIND…]

reads made-up sources for five minutes. A source that ends in anything but a script or a refusal, that loses a
word or takes over ten seconds is kept in `tests/data/fuzz`, where the tests find it.
"""

import hashlib
import io
import json
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from narrator.errors import ScriptError, SettingsError, SourceError
from narrator.production import load_script
from narrator.script import format_script, parse_script
from narrator.sources import Source

sys.path.append(str(Path(__file__).parent.parent / "sources"))
from book_files import letter, pdf, pdf_file, pdf_text, word_file

FOUND = Path(__file__).parent.parent / "data" / "fuzz"
MOST_SECONDS = 10.0
_TOKEN = re.compile(r"qz\d+q")
_W = "\x00"
"""Stands for a word, each time another, until the source is whole."""

_TALK = (
    f"Ada Stone: {_W}|Ben: {_W}|ADA.|{_W}?|{_W}.|Q: {_W}?|A: {_W}|“{_W} {_W},” said Ada.|„{_W}“|({_W})|[{_W}]"
    f"|—{_W}|[00:12] {_W}|{_W} {_W} {_W}, {_W}!|>> {_W}|»{_W}«|‘{_W}’|EXT. {_W}|Mr. {_W}:|{_W}-|«{_W}»|* * *"
).split("|")
_BREAKS = ["\n", "\n\n", "\n\n", " ", "\n    ", "\t", "\r\n"]
_MARKDOWN = [
    f"# {_W}",
    f"**{_W}:** {_W}",
    f"*{_W}*",
    f"> {_W}",
    f"- {_W}",
    f"1. {_W}",
    "---",
    "`",
    "```",
    "|",
]
_MARKDOWN += [
    f"[{_W}](x)",
    f"<b>{_W}</b>",
    f"| {_W} | {_W} |",
    "|---|---|",
    f"<!-- {_W} -->",
    f"[^1]: {_W}",
    "\\",
]
_TAGS = "p b i em strong h1 h2 blockquote cite aside dl dt dd ul li table tr td th div span article main nav"
_TAGS += " footer header section figure figcaption pre q a br hr sup ruby rt"
_HTML = [f"<{tag}>" for tag in _TAGS.split()] + [f"</{tag}>" for tag in _TAGS.split()]
_HTML += ["&amp;", "&nbsp;", "&#65;", "<", ">", "&", '<p class="q">', "<!--", "-->", "<![CDATA[", "]]>"]
_TEI = [f"<{tag}>" for tag in ("sp", "speaker", "p", "l", "lg", "stage", "head", "div", "note")]
_TEI += [tag.replace("<", "</") for tag in _TEI]
_SCREEN = [
    f"INT. {_W} - DAY",
    "ADA",
    "BEN (V.O.)",
    "ADA ^",
    f"({_W})",
    f"> {_W} <",
    f"!{_W}",
    f"@{_W}",
    f"~{_W}",
]
_SCREEN += [f".{_W}", "CUT TO:", f"[[{_W}]]", f"/* {_W} */", f"= {_W}", f"# {_W}", f"Title: {_W}", "==="]


def _mixed(*pieces: str, wild: bool = False, least: int = 1) -> st.SearchStrategy[str]:
    parts: list[st.SearchStrategy[str]] = [
        st.sampled_from(pieces),
        st.sampled_from(_TALK),
        st.sampled_from(_BREAKS),
    ]
    if wild:
        parts.append(st.text(max_size=6).map(lambda text: text.replace(_W, "")))
    return st.lists(st.one_of(parts), min_size=least, max_size=40).map("".join)


def _cues(arrow: str, head: str) -> st.SearchStrategy[str]:
    said = st.one_of(
        st.sampled_from(_TALK),
        st.sampled_from([f"<v Ada>{_W}</v>", f"<i>{_W}</i>", f"- {_W}\n- {_W}", "ADA:"]),
    )

    def cue(pair: tuple[int, str]) -> str:
        at = f"00:{pair[0] // 60:02}:{pair[0] % 60:02}{arrow}"
        return f"{at}000 --> {at}900\n{pair[1]}\n\n"

    return st.lists(st.tuples(st.integers(0, 3599), said), min_size=1, max_size=15).map(
        lambda cues: head + "".join(f"{i}\n{cue(one)}" for i, one in enumerate(sorted(cues), 1))
    )


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Talk</title></head><body>{body}</body></html>"


def _balanced(tags: str) -> st.SearchStrategy[str]:
    """Elements that are closed, so that what is XML stays so."""
    name = st.sampled_from(tags.split())
    text = st.sampled_from([f"{_W} {_W}", f"Ada: {_W}", f"{_W}?", " "])
    return st.recursive(
        text,
        lambda inner: st.tuples(name, st.lists(inner, max_size=4)).map(
            lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
        ),
        max_leaves=20,
    )


def _book(pages: list[str]) -> bytes:
    """Pack pages into an EPUB."""
    names = [f"c{i}.xhtml" for i in range(len(pages))]
    items = "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in names)
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Talk</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/epub+zip")
        file.writestr("META-INF/container.xml", container)
        file.writestr("c.opf", opf)
        for name, page in zip(names, pages, strict=True):
            body = (
                f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{page}</body></html>'
            )
            file.writestr(name, body)
    return out.getvalue()


def _counted() -> Callable[[re.Match[str]], str]:
    numbers = iter(range(10**9))
    return lambda _: f"qz{next(numbers)}q"


def _whole(text: str) -> bytes:
    return re.sub(_W, _counted(), text).encode("utf-8", "replace")


def _numbered(parts: list[str]) -> list[str]:
    """Make the words of the parts of a packed source."""
    return re.sub(_W, _counted(), "\x01".join(parts)).split("\x01")


def _script(turns: list[tuple[str, str]]) -> str:
    return "---\ntitle: Talk\nlanguage: en\ncast: {}\n---\n\n" + "".join(
        f"**{a}:** {b}\n\n" for a, b in turns
    )


def _segments(said: list[tuple[str, str]]) -> str:
    """Write a transcript as the podcast namespace has it."""
    cues = [
        {"speaker": speaker, "startTime": i, "endTime": i + 0.9, "body": body}
        for i, (speaker, body) in enumerate(said)
    ]
    return json.dumps({"version": "1.0.0", "segments": cues}, ensure_ascii=False).replace("\\u0000", _W)


_TEI_HEAD = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>'
_BLOCKS = "p b i h2 blockquote cite aside ul li div span"
_PLAY = "sp speaker p l stage head div"
_NAMES = st.sampled_from(["Ada", "Ben Hill", "NARRATOR"])
_LINES = st.lists(st.sampled_from(_TALK), min_size=1, max_size=4).map(" ".join)
_WORD = [f"<w:r><w:t>{piece.replace('>', '&gt;')}</w:t></w:r>" for piece in _TALK]
_WORD += ["<w:p>", "</w:p>", "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", "<w:br/>", "<w:tab/>"]
_WORD += ["<w:r>", "</w:r>", "<w:drawing/>", '<w:hyperlink w:anchor="a">', "</w:hyperlink>"]
_WORD += ['<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>', "<w:rPr><w:b/><w:i/></w:rPr>"]
_WORD += ['<w:r><w:footnoteReference w:id="1"/></w:r>', '<w:r><w:fldChar w:fldCharType="begin"/></w:r>']
_NOTE = f'<w:footnote w:id="1"><w:p><w:r><w:t>{_W}</w:t></w:r></w:p></w:footnote>'
_NOTES = f"<w:footnotes SPACE>{_NOTE}</w:footnotes>"
_PDF = f"BT|ET|q|Q|/F1 12 Tf|72 720 Td|T*|({_W}) Tj|[({_W}) -300 (x)] TJ|<4142> Tj|({_W}) '".split("|")
_PDF += ["1 0 0 1 9e9 0 cm", "BI /W 1 ID x EI", "/X Do", "(", ")", "<<", ">>", "[", "-1", "14 TL"]
_SAID = st.sampled_from([f"{_W} {_W}", f"({_W}) {_W}", f"{_W}\n(pause 1s)\n{_W}", f"## {_W}", f"> {_W}"])

KINDS: dict[str, st.SearchStrategy[bytes]] = {
    ".txt": _mixed(*_TALK, least=3).map(_whole),
    ".md": _mixed(*_MARKDOWN, least=2).map(_whole),
    ".script.md": st.lists(st.tuples(_NAMES, _SAID), min_size=1, max_size=12).map(_script).map(_whole),
    ".html": _balanced(_BLOCKS).map(_page).map(_whole),
    ".vtt": _cues(".", "WEBVTT\n\n").map(_whole),
    ".srt": _cues(",", "").map(_whole),
    ".fountain": _mixed(*_SCREEN).map(_whole),
    ".json": st.lists(st.tuples(_NAMES, _SAID), min_size=1, max_size=12).map(_segments).map(_whole),
    ".epub": st.lists(_balanced(_BLOCKS), min_size=1, max_size=3).map(lambda pages: _book(_numbered(pages))),
    ".xml": _balanced(_PLAY)
    .map(lambda body: f"{_TEI_HEAD}<sp><p>{_W}</p></sp>{body}</body></text></TEI>")
    .map(_whole),
    ".docx": st.lists(_LINES, min_size=1, max_size=12).map(lambda said: letter(_numbered(said))),
    ".pdf": st.lists(st.lists(_LINES, min_size=1, max_size=9).map("\n".join), min_size=1, max_size=3).map(
        lambda pages: pdf(*_numbered(pages))
    ),
}
"""Well-formed sources by suffix, in which every word is `qz…q` and comes once."""

WILD: dict[str, st.SearchStrategy[bytes]] = {
    ".txt": st.one_of(_mixed("", wild=True).map(_whole), st.binary(max_size=200)),
    ".md": _mixed(*_MARKDOWN, *_HTML, "---\n", "title: x\n", "cast:\n", wild=True).map(_whole),
    ".script.md": _mixed(
        "## ", "**A:** ", "(pause", "<!-- ", "lines 1–2; x; 0.5 -->", "as made\n", "**", wild=True
    ).map(lambda text: _whole(_script([("Ada", text)]))),
    ".html": _mixed(*_HTML, "<script>", "<style>", "<svg>", "<template>", wild=True).map(_whole),
    ".vtt": st.one_of(
        _mixed("WEBVTT\n\n", "00:01.000 --> 00:02.000\n", "<v Ada>", "NOTE ", "&lt;", wild=True).map(
            lambda text: _whole("WEBVTT\n\n" + text)
        ),
        st.binary(max_size=100).map(b"WEBVTT\n".__add__),
    ),
    ".srt": _mixed("1\n00:00:01,000 --> 00:00:02,000\n", "00:", "-->", "<i>", "{\\an8}", wild=True).map(
        _whole
    ),
    ".fountain": _mixed(*_SCREEN, wild=True).map(_whole),
    ".epub": st.tuples(st.lists(_mixed(*_HTML), max_size=3), st.integers(0, 400), st.binary(max_size=9)).map(
        lambda made: _damaged(_book(made[0]), made[1], made[2])
    ),
    ".xml": _mixed(*_TEI, "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<TEI>", wild=True).map(
        lambda text: _whole(_TEI_HEAD + text)
    ),
    ".docx": st.one_of(
        st.lists(st.sampled_from(_WORD), max_size=30).map(
            lambda parts: word_file(_numbered(["".join(parts)])[0], footnotes=_NOTES)
        ),
        st.tuples(st.lists(_LINES, max_size=3).map(letter), st.integers(0, 2000), st.binary(max_size=9)).map(
            lambda made: _damaged(*made)
        ),
    ),
    ".pdf": st.one_of(
        st.lists(st.sampled_from(_PDF), max_size=30).map(
            lambda parts: pdf_file(_numbered([" ".join(parts)])[0].encode())
        ),
        st.tuples(st.lists(_LINES, max_size=3), st.integers(0, 900), st.binary(max_size=9)).map(
            lambda made: _damaged(pdf_file(*map(pdf_text, made[0])), made[1], made[2])
        ),
    ),
    ".json": _mixed(
        '{"segments": [', '{"speaker": "Ada", "body": "', '"}', "]}", ",", "null", "1e999", wild=True
    ).map(_whole),
}
"""Sources by suffix that may be broken in any way."""


def _damaged(content: bytes, at: int, piece: bytes) -> bytes:
    return content[:at] + piece + content[at + len(piece) :] if piece else content


def check(content: bytes, name: str, *, whole: bool) -> bool:
    """Read a source and decide who says what; tell whether it was not refused. No word may be lost.

    Args:
        content: The source.
        name: Of its file; the suffix says what kind it is.
        whole: Whether it is well-formed, and every word in it `qz…q`.
    """
    start = time.process_time()
    try:
        script = load_script(Source(Path(name), content), language="en")
    except (SourceError, ScriptError, SettingsError) as error:
        refused = str(error)
    else:
        refused = ""
    assert time.process_time() - start < MOST_SECONDS
    assert "\n" not in refused
    if refused:
        return False
    assert parse_script(format_script(script)) == script
    if whole:
        there = [turn.text for turn in script.turns] + [one.text for one in script.unspoken]
        titles = " ".join((script.title, *(chapter.title for chapter in script.chapters)))
        found = Counter(token for text in there for token in _TOKEN.findall(text))
        missing = set(_TOKEN.findall(_raw(content))) - set(found)
        if name.endswith(".script.md"):
            missing -= set(_TOKEN.findall(" ".join([titles, *(turn.direction for turn in script.turns)])))
        assert not missing
        assert max(found.values(), default=1) == 1
    return True


def _raw(content: bytes) -> str:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return " ".join(file.read(name).decode() for name in file.namelist())


def keep(content: bytes, kind: str, error: BaseException | str) -> Path:
    """Keep a source that was not borne where the tests find it, and tell what came of it."""
    FOUND.mkdir(exist_ok=True)
    kept = FOUND / f"{hashlib.sha256(content).hexdigest()[:8]}{kind}"
    kept.write_bytes(content)
    told = error if isinstance(error, str) else f"{type(error).__name__}: {str(error)[:200]}"
    sys.stdout.write(f"{kept}: {told}\n")
    sys.stdout.flush()
    return kept


def hunt(kind: str, seconds: float) -> Path | None:
    """Read sources of one kind until the time is over; return the file of what was found."""
    end = time.monotonic() + seconds
    failed: list[bytes] = []

    @settings(
        max_examples=300, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet, print_blob=False,
    )  # fmt: skip
    @given(st.one_of(WILD[kind], KINDS[kind]))
    def read(content: bytes) -> None:
        try:
            check(content, f"a{kind}", whole=False)
        except BaseException:
            failed.append(content)
            raise

    while time.monotonic() < end:
        try:
            read()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            return keep(failed[-1], kind, error)
    return None


def main() -> None:
    """Hunt for the minutes given, in the kinds given or in all."""
    kinds = sys.argv[2:] or list(WILD)
    seconds = float(sys.argv[1]) * 60 / len(kinds)
    found = [one for kind in kinds if (one := hunt(kind, seconds))]
    sys.stdout.write(f"{', '.join(kinds)}: {len(found)} found\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
