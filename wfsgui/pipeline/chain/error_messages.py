"""Explanation of errors of the engine: one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault
from wfsgui.core.crds.server import asks_no_server
from wfsgui.core.errors import WfsguiError

__all__ = ["explain"]

# Module and name of the pipeline's own errors. The window explains errors, too, and must not import the pipeline.
_CRDS_ERROR: Final = ("crds.core.exceptions", "CrdsError")
_VALIDATION_ERROR: Final = ("stpipe.config_parser", "ValidationError")


def explain(error: BaseException, doing: str) -> str:
    """Explain an error in one sentence.

    Parameters
    ----------
    error : BaseException
        The error, which may be `SystemExit` or `MemoryError`.
    doing : str
        What was being done, for example ``"flat_field"`` or ``"opening the exposure"``.

    Returns
    -------
    str
        The sentence; the traceback belongs in the log.
    """
    match error:
        case WfsguiError():
            message = str(error)
        case SystemExit():
            # crds ends the program where it knows no context: no server answered, and the cache names none.
            message = _no_context().sentence
        case _ if _is_a(error, _CRDS_ERROR):
            message = sentences.other(doing, _flat(error)).sentence
        case _ if _is_a(error, _VALIDATION_ERROR):
            message = f"The parameters for {doing} are not accepted: {_flat(error)}."
        case MemoryError():
            message = f"Memory ran out during {doing}; close other programs and run this product again."
        case EOFError():
            message = f"A file ended too early during {doing}; fetch the exposure again."
        case OSError():
            message = _os(error, doing)
        case _:
            message = f"{doing} failed: {_flat(error) or type(error).__name__}; the log has the details."
    return message


def _is_a(error: BaseException, kind: tuple[str, str]) -> bool:
    """Whether an error is of a class; if the class was not imported, it is not."""
    module, name = kind
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and isinstance(error, found)


def _no_context() -> CrdsFault:
    path, server = Path(os.environ.get("CRDS_PATH", "")), os.environ.get("CRDS_SERVER_URL", "")
    if asks_no_server(server):
        return sentences.serverless(path, is_damaged=(path / "config" / "jwst" / "server_config").is_file())
    return sentences.no_context(sentences.no_server(server), path)


def _os(error: OSError, doing: str) -> str:
    number, name = _root(error)
    where = f" {name}" if name else ""
    match number:
        case errno.ENOSPC | errno.EDQUOT:
            message = "The disk is full; free some space, or choose another output folder, and run again."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            message = f"{doing} was not allowed to use{where or ' a file'}; change its permissions or choose another."
        case errno.EEXIST | errno.ENOTDIR | errno.EISDIR | errno.ENAMETOOLONG | errno.ELOOP:
            message = f"{doing} failed, because{where or ' a name'} cannot be used ({_flat(error)}); choose another."
        case errno.ENOENT:
            message = f"The file{where} that {doing} needs does not exist; check its name."
        case _:
            message = f"A file could not be read or written during {doing}: {_flat(error)}; fetch it again if damaged."
    return message


def _root(error: BaseException) -> tuple[int | None, str]:
    """Find number and file name of the system's error; astropy wraps that of a full disk into one that has neither."""
    current: BaseException | None = error
    while current is not None:
        if isinstance(current, OSError) and current.errno is not None:
            return current.errno, str(current.filename or "")
        current = current.__cause__ or current.__context__
    return (errno.ENOSPC, "") if "Not enough space on disk" in str(error) else (None, "")


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split())
