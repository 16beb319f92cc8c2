"""Production: the pipeline from a source to an episode in its folder; the only part that knows the order."""

from narrator.production.estimating import Estimate, estimate
from narrator.production.listening import Heard, make_part
from narrator.production.listing import Listed, Wishes, survey
from narrator.production.options import Options
from narrator.production.pictures import placed
from narrator.production.recasting import OpenCast, choose_voice, open_cast
from narrator.production.review import least_sure, update_script
from narrator.production.sampling import is_online, make_sample, sample_path
from narrator.production.stages import (
    Production,
    Progress,
    build,
    load_script,
    plan_cast,
)
from narrator.production.unknown import UnknownWord, unknown_words
from narrator.sources import short_name

__all__ = [
    "Estimate",
    "Heard",
    "Listed",
    "OpenCast",
    "Options",
    "Production",
    "Progress",
    "UnknownWord",
    "Wishes",
    "build",
    "choose_voice",
    "estimate",
    "is_online",
    "least_sure",
    "load_script",
    "make_part",
    "make_sample",
    "open_cast",
    "placed",
    "plan_cast",
    "sample_path",
    "short_name",
    "survey",
    "unknown_words",
    "update_script",
]
