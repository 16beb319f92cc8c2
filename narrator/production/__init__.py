"""Production: the pipeline from a source to an episode in its folder; the only part that knows the order."""

from narrator.production.estimating import Estimate, estimate
from narrator.production.options import Options
from narrator.production.recasting import OpenCast, choose_voice, open_cast
from narrator.production.review import least_sure, update_script
from narrator.production.stages import (
    Production,
    Progress,
    build,
    list_voices,
    load_script,
    plan_cast,
)
from narrator.production.unknown import UnknownWord, unknown_words
from narrator.sources import short_name

__all__ = [
    "Estimate",
    "OpenCast",
    "Options",
    "Production",
    "Progress",
    "UnknownWord",
    "build",
    "choose_voice",
    "estimate",
    "least_sure",
    "list_voices",
    "load_script",
    "open_cast",
    "plan_cast",
    "short_name",
    "unknown_words",
    "update_script",
]
