"""E-books, word processor's files and PDF, made in memory."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

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


def book(
    pages: dict[str, str], *, extra: str = "", spine: str = "", guide: str = "", **more: str | bytes
) -> bytes:
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
        first, _, rest = escape(text.removeprefix("*"), quote=False).partition(" ")
        bold = "<w:rPr><w:b/></w:rPr>" if text.startswith("*") else ""
        body += (
            f'<w:p><w:r>{bold}<w:t xml:space="preserve">{first} </w:t></w:r>'
            f'<w:r><w:t xml:space="preserve">{rest}</w:t></w:r></w:p>'
        )
    return word_file(body)


def word_file(body: str, head: str = "", **more: str) -> bytes:
    """Return a DOCX of mark-up; `head` stands before it, `more` are further files in the folder `word`."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-"
    links = "".join(
        f'<Relationship Id="x{name}" Type="{office}/officeDocument/2006/relationships/{name}" '
        f'Target="{name}.xml"/>'
        for name in more
    )
    relations = f'<Relationships xmlns="{office}/package/2006/relationships">'
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}officedocument'
            '.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'{relations}<Relationship Id="r1" '
            f'Type="{office}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f"{relations}{links}</Relationships>",
            "word/document.xml": f"{head}<w:document {space}><w:body>{body}</w:body></w:document>",
            **{f"word/{name}.xml": content.replace("SPACE", space) for name, content in more.items()},
        }
    )


def pdf(*pages: str) -> bytes:
    """Return a PDF with a page for each text; its lines stand one below the other."""
    return pdf_file(*(pdf_text(text) for text in pages))


def pdf_text(text: str) -> bytes:
    """Return the content of a page that shows a text."""
    shown = [
        line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
        for line in text.split("\n")
    ]
    return b"BT /F1 12 Tf 14 TL 72 720 Td %s ET" % b" T* ".join(b"(%s) Tj" % line for line in shown)


_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s >> "


def _form(n: int) -> str:
    return f"/XObject << /X {7 + 2 * n} 0 R >>"


def pdf_file(*streams: bytes, filters: bytes = b"", kids: str = "", forms: bool = False) -> bytes:
    """Return a PDF of pages by their contents.

    Args:
        streams: The contents.
        filters: How they are packed.
        kids: The pages that the tree names, else all.
        forms: Each stream is a form too, named `/X` in the one before.
    """
    tree = kids or " ".join(f"{4 + 2 * n} 0 R" for n in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{tree}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, stream in enumerate(streams):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {_form(n) if forms else ''} >> >>".encode(),
            b"<< /Length %d %s>>\nstream\n%s\nendstream"
            % (len(stream), filters + (_FORM % _form(n).encode() if forms else b""), stream),
        ]
    raw = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return raw + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(raw))
    )
