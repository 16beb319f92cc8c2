"""What a file says about itself."""

from dataclasses import dataclass
from itertools import pairwise

REFERENCE = "REPLAYGAIN_REFERENCE_LOUDNESS"
"""Name of the tag that tells for which loudness a file was made; without a gain beside it, players turn
nothing up or down."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What players show besides the title of a chapter."""

    start_ms: int
    """Of the chapter."""
    picture: bytes = b""
    """A JPEG or PNG file, or nothing."""
    link: str = ""
    """An address of the web, ASCII; may be empty."""
    alt: str = ""
    """What the picture shows; may be empty."""


@dataclass(frozen=True, slots=True)
class Tags:
    """Title, people, date, chapters and picture of a programme, for any kind of file."""

    title: str
    artist: str = ""
    album: str = ""
    language: str = ""
    """ISO 639-1, also with a region (`de-AT`), or ISO 639-2."""
    date: str = ""
    """ISO 8601: a year, a day, or a day with time."""
    comment: str = "The voices in this recording are synthetic."
    comment_language: str = "en"
    """ISO 639-1 or 639-2."""
    cover: bytes | None = None
    """A JPEG or PNG file."""
    chapters: tuple[tuple[int, str], ...] = ()
    """(start in ms, title), ascending; each lasts until the next, the last until the end."""
    shown: tuple[Shown, ...] = ()
    """Pictures and links of those chapters that have any. Of chapters that are joined, the first counts."""
    loudness: float | None = None
    """LUFS for which it was made, where that is not what everybody expects."""

    @property
    def reference(self) -> str:
        """Its loudness as tags tell it (ReplayGain 2.0, “Metadata format”); empty where there is none."""
        return "" if self.loudness is None else f"{self.loudness:.2f} LUFS"


_CODES = """
af:afr am:amh an:arg ar:ara as:asm az:aze ba:bak be:bel bg:bul bn:ben bs:bos ca:cat cs:ces
cv:chv cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fo:fao
fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj he:heb hi:hin hr:hrv ht:hat hu:hun hy:hye
ia:ina id:ind io:ido is:isl it:ita ja:jpn jv:jav ka:kat kk:kaz kl:kal km:khm kn:kan ko:kor
ku:kur ky:kir la:lat lb:ltz lo:lao lt:lit lv:lav mg:mlg mi:mri mk:mkd ml:mal mn:mon mr:mar
ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor oc:oci om:orm or:ori pa:pan pl:pol
ps:pus pt:por qu:que ro:ron ru:rus rw:kin sd:snd se:sme si:sin sk:slk sl:slv so:som sq:sqi
sr:srp su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha tk:tuk tl:tgl tn:tsn tr:tur tt:tat
ug:uig uk:ukr ur:urd uz:uzb vi:vie xh:xho yi:yid yo:yor zh:zho zu:zul
"""
_ISO_639_2: dict[str, str] = dict(pair.split(":") for pair in _CODES.split())
"""ISO 639-1 to ISO 639-2/T, of the languages that engines speak."""


def iso639_2(language: str) -> str:
    """Return the three-letter code of a language, `und` when it is not known.

    >>> iso639_2("de"), iso639_2("pt-BR"), iso639_2("deu"), iso639_2("xx")
    ('deu', 'por', 'deu', 'und')
    """
    code = language.lower().replace("_", "-").split("-")[0]
    return code if len(code) == 3 and code.isascii() and code.isalpha() else _ISO_639_2.get(code, "und")


def joined(chapters: tuple[tuple[int, str], ...], most: int) -> tuple[tuple[int, str], ...]:
    """Join neighbours until there are not more chapters than a kind of file holds.

    Args:
        chapters: (start in ms, title), ascending.
        most: How many there may be.

    Returns:
        The chapters, as evenly joined as can be: one made of several begins with its first and bears the
        titles of its first and its last.

    >>> joined(((0, "A"), (5, "B"), (9, "C")), 2)
    ((0, 'A'), (5, 'B – C'))
    """
    count = len(chapters)
    if count <= most:
        return chapters
    bounds = [index * count // most for index in range(most + 1)]
    return tuple(
        (chapters[first][0], " – ".join(dict.fromkeys((chapters[first][1], chapters[after - 1][1]))))
        for first, after in pairwise(bounds)
    )
