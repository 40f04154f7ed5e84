"""CRDS settings of this process. Imports neither crds nor jwst, which read the environment at their import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError

__all__ = ["OFFICIAL_SERVER", "SETTINGS", "CrdsEnvironment", "chosen_settings", "configure"]

OFFICIAL_SERVER: Final = "https://jwst-crds.stsci.edu"
SETTINGS: Final = ("CRDS_PATH", "CRDS_SERVER_URL", "CRDS_CONTEXT")
"""Environment variables that the program may set."""

# Names of the settings that the program has set, for this process and those that it starts.
_CHOSEN: Final = "WFSGUI_CHOSEN_CRDS_SETTINGS"
# By default crds waits an hour for a server that does not answer.
_TIMEOUT: Final = ("CRDS_CLIENT_TIMEOUT_SECONDS", "30")


@dataclass(frozen=True)
class CrdsEnvironment:
    """The CRDS settings of this process.

    Attributes
    ----------
    path : str
        Folder of the cache (CRDS_PATH).
    server : str
        Address of the server (CRDS_SERVER_URL).
    context : str
        The chosen context (CRDS_CONTEXT); empty for the operational one.
    notices : tuple of str
        Sentences on settings that are not set and have a default.
    """

    path: str
    server: str
    context: str
    notices: tuple[str, ...]


def configure(
    chosen: Mapping[str, str] | None = None, environ: MutableMapping[str, str] = os.environ
) -> CrdsEnvironment:
    """Set the missing CRDS settings in the environment. To be called before the engine is imported.

    Parameters
    ----------
    chosen : mapping of str to str, optional
        Settings that replace those of the environment.
    environ : mutable mapping of str to str, optional
        The environment.

    Returns
    -------
    CrdsEnvironment
        The resulting settings.

    Raises
    ------
    WfsguiError
        If crds has been imported already and the settings change.
    """
    wanted = dict(chosen or {})
    notices = []
    if not environ.get("CRDS_PATH") and "CRDS_PATH" not in wanted:
        wanted["CRDS_PATH"] = str(Path.home() / "crds_cache")
        notices.append(f"CRDS_PATH is not set: reference files are kept in {wanted['CRDS_PATH']}.")
    if not environ.get("CRDS_SERVER_URL") and "CRDS_SERVER_URL" not in wanted:
        wanted["CRDS_SERVER_URL"] = OFFICIAL_SERVER
        notices.append(f"CRDS_SERVER_URL is not set: the official server {OFFICIAL_SERVER} is used.")
    changed = {key: value for key, value in wanted.items() if environ.get(key) != value}
    if changed and "crds" in sys.modules:
        raise WfsguiError("The CRDS settings cannot change once the engine is loaded; start the program again.")
    environ.update(changed)
    environ.setdefault(*_TIMEOUT)
    environ[_CHOSEN] = " ".join(sorted(key for key in chosen or {} if key in SETTINGS))
    return CrdsEnvironment(
        environ["CRDS_PATH"], environ["CRDS_SERVER_URL"], environ.get("CRDS_CONTEXT", ""), tuple(notices)
    )


def chosen_settings(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Return the names of the settings that were chosen in the program, not in the environment.

    Parameters
    ----------
    environ : mapping of str to str, optional
        The environment.

    Returns
    -------
    frozenset of str
        Some of `SETTINGS`.
    """
    return frozenset(environ.get(_CHOSEN, "").split())
