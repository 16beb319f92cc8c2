"""Addresses, hashtags and names of files, made readable."""

import re

from narrator.spoken.wordlists import WordLists

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”„»«]+[\w/]"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|de|at|ch|eu|io|info|edu|gov|ai|co\.uk|fm|tv)\b"
    r"(?:/[\w/.%#?=&-]*[\w/])?"
)
_MAIL = re.compile(r"(?<![\w.])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}\b")
_FILE = re.compile(
    r"(?<![\w.])([^\W_][\w-]*)\.(pdf|docx?|xlsx?|pptx?|txt|md|py|js|html?|css|csv|json|xml|ya?ml|mp3|mp4|wav|zip"
    r"|exe|png|jpe?g|gif|svg|epub)\b(?!\.\w)"
)
_TAG = re.compile(r"(?<![\w&#/])#([^\W\d_]\w*)")
_DOT_WITHIN = re.compile(r"\.\S")
_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÄÖÜ])")


def addresses(text: str, lists: WordLists) -> str:
    """Make e-mail and web addresses readable."""
    if not ("@" in text or "://" in text or _DOT_WITHIN.search(text)):
        return text

    def read(match: re.Match[str]) -> str:
        address = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
        for sign, name in ((".", "dot"), ("@", "at"), ("/", "slash")):
            address = address.replace(sign, f" {lists.words.get(name, ' ')} ")
        return " " + re.sub(r"[^\w\s]|_", " ", address) + " "

    return _URL.sub(read, _MAIL.sub(read, text))


def names_of_machines(text: str, lists: WordLists) -> str:
    """Read the dots of file names, and hashtags word by word."""
    if "dot" in lists.words and _DOT_WITHIN.search(text):
        dot = lists.words["dot"]
        text = _FILE.sub(lambda match: f"{re.sub('[_-]+', ' ', match[1])} {dot} {match[2]}", text)
    if "hashtag" in lists.words and "#" in text:
        tag = lists.words["hashtag"]
        text = _TAG.sub(lambda match: f"{tag} {_HUMP.sub(' ', match[1])}", text)
    return text
