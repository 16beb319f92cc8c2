"""Production: the pipeline from a source to an episode in its folder; the only part that knows the order."""

from narrator.production.estimating import Estimate, estimate
from narrator.production.listing import Listed, Wishes, survey
from narrator.production.review import least_sure, update_script
from narrator.production.sampling import is_online, make_sample, sample_path
from narrator.production.stages import (
    Options,
    Production,
    Progress,
    build,
    load_script,
    plan_cast,
)
from narrator.sources import short_name

__all__ = [
    "Estimate",
    "Listed",
    "Options",
    "Production",
    "Progress",
    "Wishes",
    "build",
    "estimate",
    "is_online",
    "least_sure",
    "load_script",
    "make_sample",
    "plan_cast",
    "sample_path",
    "short_name",
    "survey",
    "update_script",
]
