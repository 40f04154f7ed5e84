"""A CRDS cache made here, so that the demonstration runs the stock pipeline without a network.

Serverless CRDS takes its rules from the cache alone. crds reads the environment when it is imported, so set
`environment` before that. `ensure_cache` does not import crds. `ensure_references` does so when a reference is missing,
because asdf imports every package that plugs into it, and sees to it that crds then reads the right environment.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.demo.references.detectors import DETECTORS, detector_named, instruments, reference_name, references_of
from wfsgui.demo.references.mappings import CONTEXT_NAME, mapping_texts, server_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wfsgui.demo.references.detectors import Detector, Reference

__all__ = [
    "CONTEXT_NAME",
    "DETECTORS",
    "SERVERLESS_URL",
    "ensure_cache",
    "ensure_references",
    "environment",
]

SERVERLESS_URL: Final = "https://crds-serverless-mode.stsci.edu"
"""The address that tells CRDS to ask no server."""

_EDITION: Final = 3
"""To be raised whenever the same versions give other rules or references."""

_STAMP_NAME: Final = "wfsgui-demonstration.txt"
_BUILDING: Final = Lock()
"""Threads take turns at setting the environment."""


def ensure_cache(root: Path) -> Path:
    """Make the rules of the cache, unless this version has made them already.

    References are not made here: see `ensure_references`. A cache of another version is replaced as a whole.

    Parameters
    ----------
    root : Path
        Folder of the cache, for CRDS_PATH. It must be absent, empty or a demonstration cache.

    Returns
    -------
    Path
        `root`, absolute.

    Raises
    ------
    WfsguiError
        If `root` holds anything else: another's cache is never overwritten.
    ModuleNotFoundError
        If the optional packages of the demonstration are not installed.
    OSError
        If the folder cannot be written.
    """
    root = root.expanduser().absolute()
    if _is_current(root):
        return root
    if not _may_replace(root):
        raise WfsguiError(f"{root} holds files that are not a demonstration cache; choose another folder.")
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{root.name}-", dir=root.parent) as scratch:
        built = Path(scratch, "built")
        _write_rules(built)
        _put_in_place(built, root, Path(scratch, "former"))
    return root


def ensure_references(root: Path, detector: str) -> list[Path]:
    """Make the references of a detector that are not there yet.

    Parameters
    ----------
    root : Path
        Folder of the cache; its rules are made too, if needed.
    detector : str
        DETECTOR, one of `DETECTORS`.

    Returns
    -------
    list of Path
        The references, in the order of `references_of` the detector's instrument.

    Raises
    ------
    ValueError
        If the detector is not one of `DETECTORS`.
    WfsguiError, ModuleNotFoundError
        As `ensure_cache`.
    OSError
        If a file cannot be written.
    """
    wanted = detector_named(detector)
    folder = _reference_folder(ensure_cache(root), wanted.instrument)
    paths = {each: folder / reference_name(wanted, each) for each in references_of(wanted.instrument)}
    missing = {each: path for each, path in paths.items() if not path.exists()}
    if missing:
        with _BUILDING, _environment_set(environment(root)):
            _build(wanted, missing)
    return list(paths.values())


def environment(root: Path) -> dict[str, str]:
    """Give the environment variables that make CRDS use the cache.

    Parameters
    ----------
    root : Path
        Folder of the cache.

    Returns
    -------
    dict of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT, to be set before crds or jwst is imported.
    """
    return {
        "CRDS_PATH": str(root.expanduser().absolute()),
        "CRDS_SERVER_URL": SERVERLESS_URL,
        "CRDS_CONTEXT": CONTEXT_NAME,
    }


def _stamp() -> str:
    """Name everything that the content of a cache depends on."""
    versions = {name: version(name) for name in ("crds", "pysiaf", "stdatamodels")}
    return f"Demonstration references, not for science. Made by wfsgui {__version__}/{_EDITION} with {versions}.\n"


def _is_current(root: Path) -> bool:
    try:
        return (root / _STAMP_NAME).read_text("utf-8") == _stamp()
    except (FileNotFoundError, NotADirectoryError):
        return False


def _may_replace(root: Path) -> bool:
    try:
        # In this order: another process may put a whole cache there in between.
        return not any(root.iterdir()) or (root / _STAMP_NAME).is_file()
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False


def _reference_folder(root: Path, instrument: str) -> Path:
    return root / "references" / "jwst" / instrument.lower()


def _write_rules(root: Path) -> None:
    configuration = root / "config" / "jwst"
    mappings = root / "mappings" / "jwst"
    for folder in (configuration, mappings, *(_reference_folder(root, name) for name in instruments())):
        folder.mkdir(parents=True)
    for name, text in mapping_texts().items():
        (mappings / name).write_text(text, "utf-8")
    (configuration / "server_config").write_text(server_config(), "utf-8")
    # Otherwise CRDS guesses the layout, and writes its guess here.
    (configuration / "ref_cache_subdir_mode").write_text("instrument", "utf-8")
    (root / _STAMP_NAME).write_text(_stamp(), "utf-8")


def _put_in_place(built: Path, root: Path, former: Path) -> None:
    """Rename the new cache into place; another process that was faster has done the same work.

    A folder that is not empty cannot be removed, nor renamed onto: what another process put there stays.
    """
    try:
        if root.is_dir() and not any(root.iterdir()):
            root.rmdir()
        elif root.exists() and not _is_current(root):
            root.rename(former)
        built.rename(root)
    except OSError:
        if not _is_current(root):
            raise


@contextmanager
def _environment_set(values: dict[str, str]) -> Iterator[None]:
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _build(detector: Detector, missing: dict[Reference, Path]) -> None:
    # Its imports take seconds, which a cache that has everything need not spend.
    from wfsgui.demo.references.build import build

    for reference, path in missing.items():
        if path.exists():
            continue  # Another thread made it while this one waited.
        path.parent.mkdir(parents=True, exist_ok=True)
        # A folder rather than a temporary name: the file knows its own name. It is beside, so that renaming is atomic.
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as scratch:
            build(detector, reference, Path(scratch, path.name))
            Path(scratch, path.name).replace(path)
