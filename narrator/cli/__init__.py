"""The command line `narrate`: each command has a module; it parses arguments, calls production, prints."""

from narrator.cli import building, casting, checking, publishing, scripting, serving, takes, voices
from narrator.cli.root import cli as main

__all__ = ["building", "casting", "checking", "main", "publishing", "scripting", "serving", "takes", "voices"]
