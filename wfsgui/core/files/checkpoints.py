"""Checkpoints: image and state of a run after each step, in the folder of its result.

A result folder has a subfolder ``checkpoints``. Its file ``checkpoints.json`` lists them, in the order of the steps. It
is replaced atomically after the files that it lists have been written; other files are left-overs. A checkpoint has:

- ``*.event``: the event of the engine (`ExposureOpened`, or `StepFinished`) and the names of the files of its planes
- ``*.planes``: planes; a checkpoint shares those that its step has not changed with earlier ones
- ``*.state``: what the engine needs to go on from there; only the engine can read it

A branch has hard links of the files of the run that it leaves, so that either can be removed. The content is read by
`pickle`: read only folders that this program has written for the same user, never one that came from someone else.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.plane_store import PlaneStore, StoredImage
from wfsgui.core.model.events import ExposureOpened, StepFinished
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage

__all__ = ["Checkpoint", "CheckpointFolder", "StageEvent", "read_checkpoints"]

StageEvent = ExposureOpened | StepFinished
"""The event that tells of the image of a stage."""

_FOLDER: Final = "checkpoints"
_MANIFEST: Final = "checkpoints.json"
_VERSION: Final = 1
_EVENT, _STATE = ".event", ".state"
# Bytes that stay free for results, which are more important.
_RESERVE: Final = 2**29


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that a folder has.

    Attributes
    ----------
    stage : str
        `RATE` for the exposure before the first step, otherwise the step after which it was made.
    folder : Path
        Folder of its files.
    name : str
        Base name of its event and its state.
    sizes : mapping of str to int
        All its files and their sizes in bytes.
    """

    stage: str
    folder: Path
    name: str
    sizes: Mapping[str, int]

    @property
    def is_complete(self) -> bool:
        """Whether its files are there, with their sizes."""
        try:
            return all((self.folder / name).stat().st_size == size for name, size in self.sizes.items())
        except OSError:
            return False

    def event(self) -> StageEvent:
        """Return the event that the engine emitted, with its image, whose planes are mapped.

        Raises
        ------
        WfsguiError
            If it cannot be read.
        """
        event, stored = self._event()
        try:
            return replace(event, image=stored.mapped())
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error

    def event_without_image(self) -> StageEvent:
        """Return the event that the engine emitted, without its image.

        Raises
        ------
        WfsguiError
            If it cannot be read.
        """
        return self._event()[0]

    def state(self) -> bytes:
        """Return the state of the engine.

        Raises
        ------
        WfsguiError
            If it cannot be read.
        """
        try:
            return (self.folder / f"{self.name}{_STATE}").read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def _event(self) -> tuple[StageEvent, StoredImage]:
        try:
            event, stored = pickle.loads((self.folder / f"{self.name}{_EVENT}").read_bytes())
        except Exception as error:
            # Damaged content, and content of another version, can raise anything.
            raise self._unreadable(error) from error
        return event, stored.inside(self.folder)

    def _unreadable(self, error: Exception) -> WfsguiError:
        why = " ".join(str(error).split()) or type(error).__name__
        return WfsguiError(
            f"The image after {self.stage} cannot be read from {self.folder} ({why}); run the exposure again."
        )


def read_checkpoints(result_dir: Path) -> tuple[Checkpoint, ...]:
    """Read which checkpoints the result folder of a run has.

    Parameters
    ----------
    result_dir : Path
        `wfsgui.core.model.requests.AdvanceRequest.result_dir` of the run.

    Returns
    -------
    tuple of Checkpoint
        In the order of the steps. Those whose files are missing or incomplete are left out, so are those that could not
        be written because the disk was full. Empty if there is no list, or none that can be read.
    """
    folder = result_dir / _FOLDER
    try:
        content: Any = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if content["version"] != _VERSION:
            return ()
        found = tuple(Checkpoint(folder=folder, **entry) for entry in content["checkpoints"])
    except (OSError, ValueError, TypeError, KeyError):
        return ()
    return tuple(checkpoint for checkpoint in found if checkpoint.is_complete)


class CheckpointFolder:
    """Write the checkpoints of one run.

    They are kept until the result folder is removed: at most one for each stage, because a step that is run again
    replaces its checkpoint and removes those of later steps.

    Parameters
    ----------
    result_dir : Path
        Folder of the result, which need not exist.
    """

    def __init__(self, result_dir: Path) -> None:
        self._result_dir = result_dir
        self._folder = result_dir / _FOLDER
        self._store = PlaneStore(self._folder)

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The checkpoints in the folder."""
        return read_checkpoints(self._result_dir)

    def keep(self, event: StageEvent, state: bytes) -> StepImage:
        """Write the checkpoint of a stage.

        Parameters
        ----------
        event : ExposureOpened or StepFinished
            The event, with its image.
        state : bytes
            State of the engine.

        Returns
        -------
        StepImage
            The image of the event, whose planes are mapped from their files.

        Raises
        ------
        OSError
            If the disk is full, but for what results need; there is no checkpoint of this stage then.
        """
        if event.image is None:
            raise ValueError("a checkpoint needs an image")
        stage = event.step if isinstance(event, StepFinished) else RATE
        before = [checkpoint for checkpoint in self.checkpoints if checkpoint.stage != stage]
        name = uuid4().hex
        try:
            self._check_room(event.image)
            stored = self._store.put(event.image)
            files = [_link(file, self._folder) for file in stored.files]
            stored = stored.inside(self._folder)
            content = pickle.dumps((replace(event, image=None), stored), pickle.HIGHEST_PROTOCOL)
            for suffix, written in ((_EVENT, content), (_STATE, state)):
                files.append(self._folder / f"{name}{suffix}")
                files[-1].write_bytes(written)
            sizes = {file.name: file.stat().st_size for file in files}
            self._replace([*before, Checkpoint(stage, self._folder, name, sizes)])
            return stored.mapped()
        except BaseException:
            self._sweep(before)
            raise

    def cut(self, stages: Sequence[str]) -> None:
        """Remove the checkpoints of all stages but these."""
        kept = [checkpoint for checkpoint in self.checkpoints if checkpoint.stage in stages]
        if not self._folder.exists():
            return
        # If the list cannot be written, the checkpoints that it names are incomplete from now on.
        with suppress(OSError):
            self._replace(kept)
        self._sweep(kept)

    def take_over(self, result_dir: Path, stages: Sequence[str]) -> None:
        """Have the checkpoints of another run, as hard links where the file system has them, and no others.

        Parameters
        ----------
        result_dir : Path
            Result folder of the other run; may be that of this one.
        stages : sequence of str
            The stages; those that the other run does not have are left out.

        Raises
        ------
        OSError
            If a file is gone, or the disk is full.
        """
        wanted = [checkpoint for checkpoint in read_checkpoints(result_dir) if checkpoint.stage in stages]
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in {name for checkpoint in wanted for name in checkpoint.sizes}:
            _link(result_dir / _FOLDER / name, self._folder)
        kept = [replace(checkpoint, folder=self._folder) for checkpoint in wanted]
        self._replace(kept)
        self._sweep(kept)

    def _check_room(self, image: StepImage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        size = sum(plane.nbytes for plane in image.arrays.values())
        if shutil.disk_usage(self._folder).free < size + _RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _replace(self, checkpoints: Sequence[Checkpoint]) -> None:
        entries = [asdict(replace(checkpoint, sizes=dict(checkpoint.sizes))) for checkpoint in checkpoints]
        for entry in entries:
            del entry["folder"]
        temporary = self._folder / f"{uuid4().hex}.new"
        # Not flushed to the disk, which takes long: it is for a killed program; sizes show the loss of power.
        temporary.write_text(json.dumps({"version": _VERSION, "checkpoints": entries}), "utf-8")
        temporary.replace(self._folder / _MANIFEST)

    def _sweep(self, kept: Sequence[Checkpoint]) -> None:
        """Remove the files of no checkpoint. Arrays that are mapped from them stay valid."""
        needed = {_MANIFEST, *(name for checkpoint in kept for name in checkpoint.sizes)}
        with suppress(OSError):
            for file in self._folder.iterdir():
                if file.name not in needed:
                    # Windows keeps a file that is mapped, until the folder is removed.
                    with suppress(OSError):
                        file.unlink()


def _link(file: Path, folder: Path) -> Path:
    """Have a file in a folder, too: as a hard link, or as a copy where the file system has no links."""
    target = folder / file.name
    if not target.exists():
        try:
            os.link(file, target)
        except FileNotFoundError:
            raise
        except OSError:
            _copy(file, target)
    return target


def _copy(file: Path, target: Path) -> None:
    try:
        shutil.copyfile(file, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
