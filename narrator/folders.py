"""Where a user's files lie that are no episodes: the home of platformdirs."""

import os
from pathlib import Path

from narrator import settings
from narrator.errors import TakesError


def takes_folder() -> Path:
    """Return the folder of takes that the environment names, else one in the user's cache.

    Raises:
        TakesError: It names an address.
    """
    if folder := os.environ.get(settings.TAKES_VARIABLE):
        if "://" in folder:  # as a path it would become a folder of a strange name
            raise TakesError(
                f"{settings.TAKES_VARIABLE} names an address, but a folder of this machine is expected; give "
                "the address with --takes"
            )
        return Path(folder)
    from platformdirs import user_cache_path

    return user_cache_path("narrator", appauthor=False) / "takes"


def music_folder(takes: Path) -> Path:
    """Return where music that was made ready is kept, beside takes."""
    return takes / "music"


def proofs_folder(takes: Path) -> Path:
    """Return where in a folder of takes it is noted for which episodes they were used, and how."""
    return takes / "proofs"


def parts_folder(takes: Path) -> Path:
    """Return where encoded parts of episodes lie, beside the takes they are made from."""
    return takes / "encoded"


def gains_folder(takes: Path) -> Path:
    """Return where the gains of voices are kept that were found in takes, beside them."""
    return takes / "gains"


def models_folder() -> Path:
    """Return the folder of models that the environment names, else one in the user's data.

    It holds a folder for each engine that has models of its own.
    """
    if folder := os.environ.get(settings.MODELS_VARIABLE):
        return Path(folder)
    from platformdirs import user_data_path

    return user_data_path("narrator", appauthor=False) / "models"
