"""The Debian package, made from the frozen application."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from freeze.icons import write_hicolor
from freeze.identity import IDENTIFIER, NAME, VERSION

__all__ = ["build_package", "debian_version"]

_PACKAGING: Final = Path(__file__).parents[1]
_ELF: Final = b"\x7fELF"


def debian_version(version: str) -> str:
    """Return a version in the notation of Debian, in which a pre-release sorts before its release.

    Parameters
    ----------
    version : str
        A version of Python's kind, such as ``0.2.0.dev1``.

    Returns
    -------
    str
        The same for Debian, such as ``0.2.0~dev1``.
    """
    return re.sub(r"\.?((?:dev|a|b|rc)\d+)$", r"~\1", version)


def build_package(application: Path, folder: Path) -> Path:
    """Make the ``.deb``.

    Parameters
    ----------
    application : Path
        The folder that PyInstaller made.
    folder : Path
        Where the package goes; the tree that it is made from goes beside it.

    Returns
    -------
    Path
        The package.

    Raises
    ------
    OSError
        If a file cannot be read or written.
    subprocess.CalledProcessError
        If a tool of Debian fails, such as for a library that no package has.
    """
    tree = folder / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    _lay_out(application, tree)
    architecture = _output(["dpkg", "--print-architecture"])
    values = {
        "VERSION": debian_version(VERSION),
        "ARCHITECTURE": architecture,
        "KIBIBYTES": _output(["du", "-sk", str(tree)]).split()[0],
        "DEPENDS": _dependencies(tree, folder / "shlibdeps"),
    }
    control = (_PACKAGING / "debian" / "control.in").read_text("utf-8")
    for key, value in values.items():
        control = control.replace(f"@{key}@", value)
    (tree / "DEBIAN" / "control").write_text(control, "utf-8")
    package = folder / f"{NAME}_{debian_version(VERSION)}_{architecture}.deb"
    # Every Debian with the required C library supports zstd; xz takes minutes.
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(tree), str(package)]
    subprocess.run(command, check=True)
    return package


def _lay_out(application: Path, tree: Path) -> None:
    share = tree / "usr" / "share"
    shutil.copytree(application, tree / "usr" / "lib" / NAME, symlinks=True, copy_function=_link)
    (tree / "DEBIAN").mkdir()
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    desktop = {
        f"{NAME}.desktop": f"applications/{NAME}.desktop",
        f"{NAME}-mime.xml": f"mime/packages/{NAME}.xml",
        f"{IDENTIFIER}.metainfo.xml": f"metainfo/{IDENTIFIER}.metainfo.xml",
        "../debian/copyright": f"doc/{NAME}/copyright",
    }
    for source, place in desktop.items():
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_PACKAGING / "linux" / source, share / place)
    changes = (_PACKAGING.parent / "CHANGELOG.md").read_bytes()
    (share / "doc" / NAME / "changelog.gz").write_bytes(gzip.compress(changes, mtime=0))
    write_hicolor(share / "icons" / "hicolor", NAME)
    _set_modes(tree)


def _link(source: str, target: str) -> None:
    os.link(source, target)


def _set_modes(tree: Path) -> None:
    """Set system modes on every file and folder, because those of the build may differ."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _dependencies(tree: Path, folder: Path) -> str:
    """Find the Debian packages and versions of the libraries that are not in the bundle."""
    binaries = [path for path in (tree / "usr" / "lib").rglob("*") if path.is_file() and _is_elf(path)]
    libraries = sorted({f"-l{path.parent}" for path in binaries})
    # dpkg-shlibdeps must run in a source package.
    (folder / "debian").mkdir(parents=True, exist_ok=True)
    source = f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n"
    (folder / "debian" / "control").write_text(source, "utf-8")
    command = ["dpkg-shlibdeps", "-O", "--warnings=0", "--ignore-missing-info", *libraries]
    named = [str(path) for path in binaries if not path.is_symlink()]
    found = _output([*command, *named], folder).removeprefix("shlibs:Depends=")
    if not found:
        raise OSError("dpkg-shlibdeps found no dependencies; the bundle has no libraries.")
    return found


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF


def _output(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
