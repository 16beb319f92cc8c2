"""Where a user's files lie that are no episodes: the home of platformdirs."""

import os
from pathlib import Path

from narrator import settings


def takes_folder() -> Path:
    """Return the folder of takes that the environment names, else one in the user's cache."""
    if folder := os.environ.get(settings.TAKES_VARIABLE):
        return Path(folder)
    from platformdirs import user_cache_path

    return user_cache_path("narrator", appauthor=False) / "takes"


def parts_folder(takes: Path) -> Path:
    """Return where encoded parts of episodes lie, beside the takes they are made from."""
    return takes / "encoded"


def models_folder() -> Path:
    """Return the folder of models that the environment names, else one in the user's data.

    It holds a folder for each engine that has models of its own.
    """
    if folder := os.environ.get(settings.MODELS_VARIABLE):
        return Path(folder)
    from platformdirs import user_data_path

    return user_data_path("narrator", appauthor=False) / "models"
