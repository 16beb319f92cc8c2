"""MIME types by suffix: our own table; those of systems know some wrongly and others not at all."""

_TEXT = "; charset=utf-8"
TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".m4b": "audio/x-m4b",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".vtt": f"text/vtt{_TEXT}",
    ".srt": f"application/x-subrip{_TEXT}",
    ".json": "application/json",
    ".html": f"text/html{_TEXT}",
    ".css": f"text/css{_TEXT}",
    ".js": f"text/javascript{_TEXT}",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".xml": f"application/rss+xml{_TEXT}",
}
"""Sources: Apple's podcaster guide (audio, feed), the podcast namespace (transcripts), IANA (the others)."""
CHAPTERS_TYPE = "application/json+chapters"
"""Of JSON chapters (podcast namespace)."""


def plain_type(type_: str) -> str:
    """Return a MIME type without its parameters, as feeds name it.

    >>> plain_type("text/vtt; charset=utf-8")
    'text/vtt'
    """
    return type_.partition(";")[0]
