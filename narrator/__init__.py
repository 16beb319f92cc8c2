"""narrator turns a text in which people speak into a finished podcast episode."""

__version__ = "0.1.0"
