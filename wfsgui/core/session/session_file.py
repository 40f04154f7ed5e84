"""Session files: one session as JSON in a zip archive, without pixels."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.atomic_text import write_bytes
from wfsgui.core.session.document import SessionEncoder, state_from_json
from wfsgui.core.session.state import SessionState

__all__ = ["read_session_file", "write_session_file"]

_ENTRY: Final = "session.json"
# A hundred thousand exposures need less; a larger file is none of ours.
_LARGEST: Final = 2**28


def write_session_file(path: Path, state: SessionState, *, overwrite: bool) -> None:
    """Write a session file; it appears complete or not at all.

    Parameters
    ----------
    path : Path
        The file.
    state : SessionState
        The session.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    WfsguiError
        If the file exists and may not be replaced, or if it cannot be written.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ENTRY, SessionEncoder().encode(state))
    write_bytes(path, content.getvalue(), overwrite=overwrite)


def read_session_file(path: Path) -> SessionState:
    """Read a session file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    SessionState
        The session.

    Raises
    ------
    WfsguiError
        If it cannot be read, is damaged, is no session or one of a later version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(_ENTRY).file_size > _LARGEST:
                raise WfsguiError(f"{path.name} is no session of this program; choose a session file.")
            # zipfile compares the checksum of the entry.
            text = archive.read(_ENTRY)
    except KeyError as error:
        raise WfsguiError(f"{path.name} is no session of this program; choose a session file.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise WfsguiError(f"{path.name} is damaged; open another copy of this session.") from error
    except OSError as error:
        raise WfsguiError(f"{path} cannot be read ({error.strerror or error}); check the file.") from error
    return state_from_json(text, path.name)
