"""Production: the pipeline from a source to an episode in its folder; the only part that knows the order."""

from narrator.production.estimating import Estimate, estimate
from narrator.production.review import least_sure, update_script
from narrator.production.stages import (
    Options,
    Production,
    Progress,
    build,
    list_voices,
    load_script,
    plan_cast,
)
from narrator.sources import short_name

__all__ = [
    "Estimate",
    "Options",
    "Production",
    "Progress",
    "build",
    "estimate",
    "least_sure",
    "list_voices",
    "load_script",
    "plan_cast",
    "short_name",
    "update_script",
]
