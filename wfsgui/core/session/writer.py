"""Writing of a session with what its files are like."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.session.document import SessionEncoder
from wfsgui.core.session.fingerprint import Fingerprint, take_fingerprint
from wfsgui.core.session.generations import Generations
from wfsgui.core.session.state import FileRecord, SessionState

__all__ = ["SessionWriter"]

# Fingerprints are taken after the session is written; the next write must not wait for a slow drive much longer.
_BUDGET_S: Final = 0.3


class SessionWriter:
    """Write the generations of one session; only one thread may use it.

    Parameters
    ----------
    folder : Path
        Folder of the generations.
    """

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._encoder = SessionEncoder()
        # None for a file that cannot be read.
        self._fingerprints: dict[Path, Fingerprint | None] = {}

    def write(self, state: SessionState, headers: Mapping[Path, ExposureInfo]) -> bool:
        """Write a generation, then find out what new files are like.

        Parameters
        ----------
        state : SessionState
            The session.
        headers : mapping of Path to ExposureInfo
            Headers of the exposures.

        Returns
        -------
        bool
            Whether more is known now about its files than was written.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._generations.write(self._encoder.encode(self._with_files(state, headers)))
        return self._look_at(_files_of(state), _BUDGET_S)

    def complete(self, state: SessionState, headers: Mapping[Path, ExposureInfo]) -> SessionState:
        """Return a session with what all of its files are like."""
        self._look_at(_files_of(state), float("inf"))
        return self._with_files(state, headers)

    def _with_files(self, state: SessionState, headers: Mapping[Path, ExposureInfo]) -> SessionState:
        files = [
            FileRecord(path=path, fingerprint=self._fingerprints.get(path), info=headers.get(path))
            for path in _files_of(state)
        ]
        return replace(state, files=tuple(files))

    def _look_at(self, paths: Iterable[Path], budget: float) -> bool:
        new = [path for path in paths if path not in self._fingerprints]
        end = time.monotonic() + budget
        for path in new:
            try:
                self._fingerprints[path] = take_fingerprint(path)
            except (OSError, ValueError):
                self._fingerprints[path] = None
            if time.monotonic() > end:
                break
        return bool(new)


def _files_of(state: SessionState) -> tuple[Path, ...]:
    saved = (exposure.saved for exposure in state.exposures)
    return tuple(dict.fromkeys((*state.inputs, *(path for path in saved if path is not None))))
