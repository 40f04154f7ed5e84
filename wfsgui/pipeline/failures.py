"""Failures of the engine in the analyst's words: one sentence, and what to do."""

from __future__ import annotations

import errno
import os

from crds.core.exceptions import CrdsError
from stpipe import config_parser

from wfsgui.core.errors import WfsguiError

__all__ = ["explain"]


def explain(error: BaseException, doing: str) -> str:
    """Say in one sentence what went wrong.

    Parameters
    ----------
    error : BaseException
        What was raised; `SystemExit` and `MemoryError` included.
    doing : str
        What was being done, for example ``"flat_field"`` or ``"opening the exposure"``.

    Returns
    -------
    str
        The sentence; the traceback belongs in the log.
    """
    match error:
        case WfsguiError():
            said = str(error)
        case SystemExit() | CrdsError():
            said = _crds(error, doing)
        case MemoryError():
            said = f"Memory ran out during {doing}; close other programs and run this product again."
        case config_parser.ValidationError():
            said = f"The parameters for {doing} are not accepted: {_flat(error)}."
        case EOFError():
            said = f"A file ended too early during {doing}; fetch the exposure again."
        case OSError():
            said = _os(error, doing)
        case _:
            said = f"{doing} failed: {_flat(error) or type(error).__name__}; the log has the details."
    return said


def _crds(error: BaseException, doing: str) -> str:
    path, server = os.environ.get("CRDS_PATH", ""), os.environ.get("CRDS_SERVER_URL", "")
    if isinstance(error, SystemExit):
        # crds ends the program where it knows no context: no server answered, and the cache names none.
        return (
            f"CRDS cannot work: its server {server} did not answer and its cache {path} is not complete; check the "
            "network, or set CRDS_PATH to the folder of a complete cache."
        )
    return (
        f"CRDS could not provide the reference files for {doing} ({_flat(error)}); check the network, "
        f"CRDS_PATH ({path}) and CRDS_CONTEXT."
    )


def _os(error: OSError, doing: str) -> str:
    where = f" {error.filename}" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full{where and f':{where} could not be written'}; free some space and run again."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return (
                f"{doing} was not allowed to use{where or ' a file'}; change its permissions or choose another folder."
            )
        case errno.ENOENT:
            return f"The file{where} that {doing} needs does not exist; check its name."
        case _:
            return (
                f"A file could not be read or written during {doing} ({_flat(error)}); fetch it again if it is damaged."
            )


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split())
