"""Production: the pipeline from a source to an episode in its folder; the only part that knows the order.

What a name stands for is loaded when it is asked for: to find that nothing has changed needs little of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrator.production.building import build
    from narrator.production.choice import plan_cast
    from narrator.production.estimating import Estimate, estimate
    from narrator.production.listening import Heard, make_part
    from narrator.production.listing import Listed, Wishes, survey
    from narrator.production.options import Options
    from narrator.production.outcome import Production, Progress
    from narrator.production.pictures import placed
    from narrator.production.recasting import OpenCast, choose_voice, open_cast
    from narrator.production.review import least_sure, update_script
    from narrator.production.sampling import is_online, make_sample, sample_path
    from narrator.production.stages import load_script
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
_HOMES = {
    "building": ("build",),
    "choice": ("plan_cast",),
    "estimating": ("Estimate", "estimate"),
    "listening": ("Heard", "make_part"),
    "listing": ("Listed", "Wishes", "survey"),
    "options": ("Options",),
    "outcome": ("Production", "Progress"),
    "pictures": ("placed",),
    "recasting": ("OpenCast", "choose_voice", "open_cast"),
    "review": ("least_sure", "update_script"),
    "sampling": ("is_online", "make_sample", "sample_path"),
    "stages": ("load_script",),
    "unknown": ("UnknownWord", "unknown_words"),
}
_HOME_OF = {
    "short_name": "narrator.sources",
    **{name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names},
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
