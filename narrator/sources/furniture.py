"""What of a page is no part of its text: navigation, notices, comments; the only home of readability."""

import html
import logging
import re
from collections.abc import Iterator

from narrator.sources.ledger import letters
from narrator.sources.markup import Element

FURNITURE = "page furniture"
_SAID_NAMES = (
    "nav footer form button select dialog noscript template svg figcaption caption menu input textarea "
    "iframe object audio video canvas datalist label option progress meter head"
)
_SAID_ROLES = (
    "navigation banner contentinfo complementary search dialog alert alertdialog menu menubar toolbar"
)
_SAID_CLASSES = (
    "ad ads advert advertisement advertising breadcrumb breadcrumbs byline caption comment comments "
    "consent cookie cookies copyright credit credits dateline disqus footer gdpr menu meta masthead nav "
    "navbar navigation newsletter pager pagination paywall popup postmeta promo recommended related rss "
    "share sharing sidebar skip social sponsor subscribe tags teaser toc toolbar topbar widget"
)
"""Words in names of classes; all of them say what an element is, none what it looks like."""
_NAMES = frozenset(_SAID_NAMES.split())
_ROLES = frozenset(_SAID_ROLES.split())
_CLASSES = frozenset(_SAID_CLASSES.split())
_PULLED = frozenset(("pull", "pullquote", "pulled", "quote", "blockquote", "callout"))
_KEPT = frozenset(("html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "tr"))
_MOST = 0.5
"""Share of the letters of a page from which an element is not furniture, whatever it is called."""
_ENOUGH = 0.6
"""Share of the letters that are not furniture which the content must hold to be believed."""
_LARGE = 2_000_000
"""Characters from which a page is a book and not an article, and the library would take minutes."""
_CODE = frozenset(("script", "style"))


def without_code(root: Element) -> None:
    """Take out scripts and styles: they are no text."""
    for element in root.elements():
        element.parts = [part for part in element.parts if isinstance(part, str) or part.name not in _CODE]


def find_furniture(root: Element) -> tuple[dict[int, str], frozenset[int]]:
    """Find what is no part of a page's text.

    Returns:
        The reason by `id` of each element, and the elements that are passages set apart.
    """
    sizes = _sizes(root)
    whole = max(1, sizes[id(root)])
    reasons: dict[int, str] = {}
    quotes: set[int] = set()
    asides: list[Element] = []
    for element in root.elements():
        small = sizes[id(element)] <= _MOST * whole
        if element.name == "head":
            reasons[id(element)] = FURNITURE
        elif element.name == "aside" and small:
            asides.append(element)
        elif small and _is_furniture(element):
            reasons[id(element)] = FURNITURE
    content = _content(root, reasons, sizes)
    inside = {id(element) for element in content.elements()} if content is not root else None
    if inside is not None:
        reasons |= {
            id(element): FURNITURE for element in _beside(root, content, inside) if element.name != "h1"
        }
    text = "".join(letters(part) for part in root.texts()) if asides else ""
    for aside in asides:
        if (inside is None or id(aside) in inside) and _is_pulled(aside, text):
            quotes.add(id(aside))
        else:
            reasons[id(aside)] = FURNITURE
    return reasons, frozenset(quotes)


def _sizes(root: Element) -> dict[int, int]:
    """Count the letters of every element, those within included."""
    order = list(root.elements())
    sizes: dict[int, int] = {}
    for element in reversed(order):  # children come after their parents
        sizes[id(element)] = sum(
            len(letters(part)) if isinstance(part, str) else sizes[id(part)] for part in element.parts
        )
    return sizes


def _words(element: Element) -> frozenset[str]:
    said = f"{element.get('class')} {element.get('id')}".lower()
    return frozenset(re.split(r"[\s_-]+", said)) | frozenset(said.split())


def _is_furniture(element: Element) -> bool:
    if element.name in _NAMES or element.get("role") in _ROLES:
        return True
    if "hidden" in element.attributes or element.get("aria-hidden") == "true":
        return True
    if element.name == "header" and element.find("nav") is not None:
        return True
    if element.name in _KEPT:
        # A paragraph may be a byline; of its class the whole name counts, not a word in it.
        return element.name == "p" and bool(_CLASSES.intersection(element.get("class").lower().split()))
    return bool(_CLASSES & _words(element))


def _is_pulled(aside: Element, text: str) -> bool:
    """Tell a pull quote from a box beside the text."""
    said = letters("".join(aside.texts()))
    return bool(_PULLED & _words(aside)) or aside.find("blockquote") is not None or text.count(said) > 1


# ---------------------------------------------------------------- content
def _content(root: Element, reasons: dict[int, str], sizes: dict[int, int]) -> Element:
    """Return the element that holds the text of the page: by name, else by the library."""
    rest = max(1, sizes[id(root)] - _outermost(root, reasons, sizes))
    for name in ("main", "article"):
        found = [element for element in root.elements() if element.name == name]
        if len(found) == 1 and sizes[id(found[0])] >= _ENOUGH * rest:
            return found[0]
    if not any(element.get("class") or element.get("id") for element in root.elements()):
        return root  # nobody has designed this page
    found_by = _by_library(root, reasons)
    if found_by is not None and sizes[id(found_by)] >= _ENOUGH * rest:
        return found_by
    return root


def _outermost(root: Element, reasons: dict[int, str], sizes: dict[int, int]) -> int:
    """Count the letters that are furniture already."""
    total = 0
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if id(element) in reasons:
            total += sizes[id(element)]
        else:
            waiting += element.children()
    return total


def _beside(root: Element, content: Element, inside: set[int]) -> Iterator[Element]:
    """Return the outermost elements that do not hold the content and are not in it."""
    above = _above(root, content)
    for element in above:
        yield from (child for child in element.children() if id(child) not in inside and child not in above)


def _above(root: Element, content: Element) -> list[Element]:
    """Return the elements that hold an element, from the root down, without itself."""
    parents = {id(child): element for element in root.elements() for child in element.children()}
    above: list[Element] = []
    at = content
    while at is not root:
        at = parents[id(at)]
        above.insert(0, at)
    return above


def _by_library(root: Element, reasons: dict[int, str]) -> Element | None:
    """Ask readability which paragraphs are content, and return the smallest element that holds them."""
    import readability

    order = list(root.elements())
    page = _spelled(root, {id(element): number for number, element in enumerate(order)}, reasons)
    if len(page) > _LARGE:
        return None
    log = logging.getLogger("readability.readability")
    before, log.disabled = log.disabled, True
    try:
        summary = str(readability.Document(page).summary(html_partial=True))
    except (readability.readability.Unparseable, ValueError, TypeError, AttributeError, KeyError):
        return None  # it gives up on pages without paragraphs, in one of these ways
    finally:
        log.disabled = before
    numbers = [int(number) for number in re.findall(r'data-number="(\d+)"', summary)]
    texts = [
        order[number] for number in numbers if number < len(order) and order[number].name in {"p", "dd", "td"}
    ]
    if not texts:
        return None
    shared = [*_above(root, texts[0]), texts[0]]
    for element in texts[1:]:
        path = {id(one) for one in _above(root, element)} | {id(element)}
        shared = [one for one in shared if id(one) in path]
    return shared[-1]


def _spelled(root: Element, numbers: dict[int, int], reasons: dict[int, str]) -> str:
    """Write a tree as HTML, each element with its number."""
    made: list[str] = []
    waiting: list[Element | str | tuple[str]] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            made.append(html.escape(part))
        elif isinstance(part, tuple):
            made.append(part[0])
        elif id(part) not in reasons:
            said = "".join(
                f' {key}="{html.escape(part.get(key))}"' for key in ("class", "id") if part.get(key)
            )
            made.append(f'<{part.name}{said} data-number="{numbers[id(part)]}">')
            if part.name not in {"br", "hr", "img", "input", "meta", "link"}:
                waiting.append((f"</{part.name}>",))
                waiting += reversed(part.parts)
    return "".join(made)
