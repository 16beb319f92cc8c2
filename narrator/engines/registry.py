"""Which engines there are: the entry points of the group `narrator.engines`, the built-in ones too."""

from functools import cache
from importlib.metadata import entry_points

from narrator.engines.base import Engine
from narrator.errors import EngineUnavailableError, UnknownEngineError

GROUP = "narrator.engines"


def engine_names() -> tuple[str, ...]:
    """Return the names of all registered engines, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def get_engine(name: str) -> Engine:
    """Return the engine of this name; one object a process.

    Raises:
        UnknownEngineError: No engine of this name is registered.
        EngineUnavailableError: Its module cannot be imported.
    """
    for point in entry_points(group=GROUP):
        if point.name == name:
            try:
                kind: type[Engine] = point.load()
            except ImportError as error:
                raise EngineUnavailableError(
                    name, f"it needs a package that is not installed ({error.name})"
                ) from error
            return kind()
    raise UnknownEngineError(name, engine_names())
