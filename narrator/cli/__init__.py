"""The command line `narrate`: each command has a module; it parses arguments, calls production, prints."""

from narrator.cli import building, casting, checking, scripting, serving, takes, voices
from narrator.cli.root import cli as main

__all__ = ["building", "casting", "checking", "main", "scripting", "serving", "takes", "voices"]
