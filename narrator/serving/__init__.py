"""The local web server: the show on this machine, for browsers and for podcast apps on a phone."""

from narrator.serving.addresses import Listening, listen
from narrator.serving.app import make_app
from narrator.serving.codes import format_code
from narrator.serving.current import Current
from narrator.serving.server import Limits, LocalServer, serve

__all__ = ["Current", "Limits", "Listening", "LocalServer", "format_code", "listen", "make_app", "serve"]
