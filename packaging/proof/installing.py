"""Installation and removal, and the state of the system before and after."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

from freeze.identity import DOCUMENTS, IDENTIFIER, NAME

from proof.bare_debian import BareDebian, Machine
from proof.desktop import ProofError

__all__ = ["OtherViewer", "check_handlers", "check_metadata", "install", "remove"]

_LARGEST: Final = 650 * 2**20
_MIME_TYPES: Final = [mime for document in DOCUMENTS for mime in document.mime_types]
_FITS: Final = DOCUMENTS[0].mime_types


class OtherViewer:
    """Another program for FITS files, installed earlier.

    Parameters
    ----------
    debian : BareDebian
        The minimal Debian.
    name : str
        Of its desktop entry.
    """

    _ENTRY: Final = (
        "[Desktop Entry]\nType=Application\nName=Other\nExec=/bin/true %f\nMimeType=application/fits;image/fits;\n"
    )

    def __init__(self, debian: BareDebian, name: str) -> None:
        self._debian = debian
        self.name = name
        self._entry = debian.root / "usr/share/applications" / name
        self._entry.write_text(self._ENTRY, "utf-8")
        self._update()

    def take_away(self) -> None:
        """Remove it."""
        self._entry.unlink()
        self._update()

    def _update(self) -> None:
        subprocess.run(["chroot", str(self._debian.root), "update-desktop-database"], check=True)


def check_metadata(tree: Path) -> None:
    """Check desktop entry and metainfo with the tools of the desktop.

    Parameters
    ----------
    tree : Path
        The tree that the package was made from.
    """
    share = tree / "usr" / "share"
    subprocess.run(["desktop-file-validate", str(share / "applications" / f"{NAME}.desktop")], check=True)
    metainfo = share / "metainfo" / f"{IDENTIFIER}.metainfo.xml"
    subprocess.run(["appstreamcli", "validate", "--no-net", str(metainfo)], check=True, stdout=subprocess.DEVNULL)


def install(debian: BareDebian, package: Path) -> str:
    """Install the package; return its size as text.

    Parameters
    ----------
    debian : BareDebian
        Where to install it.
    package : Path
        The ``.deb``.

    Returns
    -------
    str
        A sentence.

    Raises
    ------
    ProofError
        If it is too large, or has brought Python along.
    """
    debian.apt("update")
    shutil.copy(package, debian.root / "tmp")
    start = time.monotonic()
    debian.apt("install", "--no-install-recommends", f"/tmp/{package.name}")
    taken = time.monotonic() - start
    (debian.root / "tmp" / package.name).unlink()
    pythons = list(debian.root.glob("usr/bin/python*"))
    if pythons:
        raise ProofError(f"There is a Python, with which nothing is proved: {pythons}")
    size = sum(path.lstat().st_blocks * 512 for path in (debian.root / "usr/lib" / NAME).rglob("*"))
    if size > _LARGEST:
        raise ProofError(f"{size / 2**20:.0f} MiB unpacked; at most {_LARGEST / 2**20:.0f} are allowed.")
    packed = package.stat().st_size / 2**20
    return f"installed in {taken:.0f} s: {packed:.0f} MiB packed, {size / 2**20:.0f} MiB unpacked"


def remove(debian: BareDebian) -> None:
    """Remove the package and its dependencies.

    Parameters
    ----------
    debian : BareDebian
        The minimal Debian.
    """
    debian.apt("purge", NAME)
    debian.apt("autoremove", "--purge")


def check_handlers(machine: Machine, viewer: OtherViewer, chosen: OtherViewer) -> None:
    """Check that the program is registered for its documents and changes no default; remove the other viewers.

    Parameters
    ----------
    machine : Machine
        The Debian.
    viewer : OtherViewer
        Is the default because there was no other.
    chosen : OtherViewer
        Will be chosen by the user.

    Raises
    ------
    ProofError
        If another program is the default, or ours is not offered.
    """
    for mime in _MIME_TYPES:
        handlers = machine.run("gio", "mime", mime)
        if f"{NAME}.desktop" not in handlers:
            raise ProofError(f"{NAME} is not registered for {mime}: {handlers}")
    _check_default(machine, viewer.name)
    for mime in _FITS:
        machine.run("gio", "mime", mime, chosen.name)
    _check_default(machine, chosen.name)
    for other in (viewer, chosen):
        other.take_away()
    _check_default(machine, f"{NAME}.desktop")


def _check_default(machine: Machine, expected: str) -> None:
    for mime in _FITS:
        found = machine.run("xdg-mime", "query", "default", mime)
        if found != expected:
            raise ProofError(f"The default for {mime} is {found}, and not {expected}.")
