"""CRDS settings of this process. Imports neither crds nor jwst, which read the environment at their import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError

__all__ = [
    "OFFICIAL_SERVER",
    "SETTINGS",
    "CrdsEnvironment",
    "chosen_settings",
    "configure",
    "configure_processes",
    "crds_variables",
]

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


def crds_variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the CRDS settings of an environment, those that are set.

    Parameters
    ----------
    environ : mapping of str to str, optional
        The environment.

    Returns
    -------
    dict of str to str
        Value by variable.
    """
    return {key: environ[key] for key in SETTINGS if environ.get(key)}


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
    found = _completed({**crds_variables(environ), **(chosen or {})})
    if "crds" in sys.modules and _variables(found) != crds_variables(environ):
        raise WfsguiError("The CRDS settings cannot change once the engine is loaded; start the program again.")
    _set(found, chosen or {}, environ)
    return found


def configure_processes(
    chosen: Mapping[str, str], inherited: Mapping[str, str], environ: MutableMapping[str, str] = os.environ
) -> CrdsEnvironment:
    """Set the CRDS settings of the processes that are started from now on. May be called again.

    Parameters
    ----------
    chosen : mapping of str to str
        Settings that replace the inherited ones.
    inherited : mapping of str to str
        Settings with which the program was started; see `crds_variables`.
    environ : mutable mapping of str to str, optional
        The environment.

    Returns
    -------
    CrdsEnvironment
        The resulting settings.
    """
    found = _completed({**inherited, **chosen})
    for key in SETTINGS:
        environ.pop(key, None)
    environ.pop(_CHOSEN, None)
    _set(found, chosen, environ)
    return found


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


def _set(settings: CrdsEnvironment, chosen: Mapping[str, str], environ: MutableMapping[str, str]) -> None:
    environ.update(_variables(settings))
    environ.setdefault(*_TIMEOUT)
    if chosen:
        environ[_CHOSEN] = " ".join(sorted(key for key in chosen if key in SETTINGS))


def _completed(wanted: Mapping[str, str]) -> CrdsEnvironment:
    path, server, notices = wanted.get("CRDS_PATH"), wanted.get("CRDS_SERVER_URL"), []
    if not path:
        path = str(Path.home() / "crds_cache")
        notices.append(f"CRDS_PATH is not set: reference files are kept in {path}.")
    if not server:
        server = OFFICIAL_SERVER
        notices.append(f"CRDS_SERVER_URL is not set: the official server {OFFICIAL_SERVER} is used.")
    return CrdsEnvironment(path, server, wanted.get("CRDS_CONTEXT", ""), tuple(notices))


def _variables(settings: CrdsEnvironment) -> dict[str, str]:
    values = (settings.path, settings.server, settings.context)
    return {key: value for key, value in zip(SETTINGS, values, strict=True) if value}
