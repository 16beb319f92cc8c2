"""E-books and word processor's files, made in memory."""

import io
import zipfile
from collections.abc import Mapping

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"'
    ' xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head>\n<body{body}>{text}</body></html>'
)


def page(text: str, title: str = "Book", kind: str = "") -> str:
    return PAGE.format(text=text, title=title, body=f' epub:type="{kind}"' if kind else "")


def package(names: list[str], extra: str = "", spine: str = "", metadata: str = "", guide: str = "") -> str:
    parts = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(names)
    )
    order = "".join(f'<itemref idref="i{n}"/>' for n in range(len(names)))
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>A Book</dc:title><dc:creator>Ada Writer</dc:creator><dc:language>en-GB</dc:language>"
        f"<dc:date>1895-02-14</dc:date>{metadata}</metadata>"
        f"<manifest>{parts}{extra}</manifest><spine{spine}>{order}</spine>{guide}</package>"
    )


def archive(members: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def book(pages: dict[str, str], *, extra: str = "", spine: str = "", guide: str = "", **more: str) -> bytes:
    """Return an EPUB of pages by their names; `more` are further files, with `__` for `.` in the name."""
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": package(list(pages), extra, spine, guide=guide),
            **{f"OEBPS/{name}": text for name, text in pages.items()},
            **{f"OEBPS/{name.replace('__', '.')}": text for name, text in more.items()},
        }
    )


def letter(paragraphs: list[str]) -> bytes:
    """Return a DOCX; a paragraph that begins with `*` has its first word in bold."""
    body = ""
    for text in paragraphs:
        first, _, rest = text.removeprefix("*").partition(" ")
        bold = "<w:rPr><w:b/></w:rPr>" if text.startswith("*") else ""
        body += (
            f'<w:p><w:r>{bold}<w:t xml:space="preserve">{first} </w:t></w:r>'
            f'<w:r><w:t xml:space="preserve">{rest}</w:t></w:r></w:p>'
        )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-"
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}officedocument'
            '.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship '
            f'Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        }
    )
