"""A minimal Debian in a folder, without Python, and with a network for installation only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

__all__ = ["USER", "BareDebian", "Machine"]

USER: Final = "analyst"

# Packages of a desktop: opening of files by type, menus, a screen. None of them installs Python.
_DESKTOP: Final = (
    "desktop-file-utils", "hicolor-icon-theme", "libglib2.0-bin", "libgtk-3-bin", "scrot", "shared-mime-info",
    "x11-utils", "xauth", "xdg-utils", "xdotool", "xvfb",
)  # fmt: skip
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
# Records of installations and states of system tools, which are not files of the package.
_RECORDS: Final = ("dev", "home", "proc", "root", "sys", "tmp", "var/backups", "var/cache", "var/lib/apt", "var/log")
_STATUS: Final = ("var/lib/dpkg", "etc/ld.so.cache", "run")
# Limit of a test that hangs, s.
_START_S: Final = 300
_MOUNTS: Final = "mount -t proc proc {0}/proc && mount -t tmpfs tmpfs {0}/dev/shm && exec chroot {0} sleep infinity"


class BareDebian:
    """A Debian in a folder, made once and copied for each use.

    Parameters
    ----------
    folder : Path
        Folder of the Debian.
    """

    def __init__(self, folder: Path) -> None:
        self._pristine = folder / "pristine"
        self.root = folder / "root"

    def prepare(self) -> None:
        """Make the Debian if it is missing, and a fresh copy of it.

        Raises
        ------
        subprocess.CalledProcessError
            If debootstrap or apt fails.
        """
        ready = self._pristine / "ready"
        if not ready.exists() or ready.read_text("utf-8").split() != list(_DESKTOP):
            self._bootstrap()
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", str(self._pristine), str(self.root)], check=True)

    def apt(self, *arguments: str, root: Path | None = None) -> None:
        """Run apt-get in it, with the network.

        Parameters
        ----------
        *arguments : str
            Of apt-get.
        root : Path, optional
            The folder of the Debian; the copy by default.
        """
        command = ["env", "-i", f"PATH={_PATH}:/usr/sbin:/sbin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive"]
        command += ["chroot", str(root or self.root), "apt-get", "-qq", "--yes", *arguments]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout)
            done.check_returncode()

    def snapshot(self) -> dict[str, str]:
        """Return every file and folder of the system, with a value that changes with it."""
        found: dict[str, str] = {}
        for folder, folders, files in os.walk(self.root):
            place = os.path.relpath(folder, self.root)
            folders[:] = [name for name in folders if os.path.normpath(f"{place}/{name}") not in _RECORDS + _STATUS]
            for name in [*folders, *files]:
                path = Path(folder, name)
                key = os.path.normpath(f"{place}/{name}")
                if key not in _STATUS:
                    found[key] = _fingerprint(path)
        return found

    @contextmanager
    def running(self) -> Iterator[Machine]:
        """Run the Debian without a network for the duration of a block; its processes end with the block.

        Yields
        ------
        Machine
            To run commands in.
        """
        command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
        with subprocess.Popen([*command, "sh", "-c", _MOUNTS.format(self.root)]) as holder:
            try:
                yield Machine(self.root, _child(holder.pid))
            finally:
                holder.kill()

    def _bootstrap(self) -> None:
        shutil.rmtree(self._pristine, ignore_errors=True)
        self._pristine.mkdir(parents=True)
        release = _release()
        subprocess.run(
            ["debootstrap", "--variant=minbase", release, str(self._pristine)], check=True, stdout=subprocess.DEVNULL
        )
        # Services must not start in a folder.
        policy = self._pristine / "usr" / "sbin" / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n", "utf-8")
        policy.chmod(0o755)
        self.apt("install", "--no-install-recommends", *_DESKTOP, root=self._pristine)
        subprocess.run(["chroot", str(self._pristine), "useradd", "--create-home", USER], check=True)
        (self._pristine / "ready").write_text("\n".join(_DESKTOP), "utf-8")


class Machine:
    """A running minimal Debian.

    Parameters
    ----------
    root : Path
        Its folder.
    process : int
        Its first process.

    Attributes
    ----------
    log : Path
        What the programs printed that were started and not waited for.
    """

    def __init__(self, root: Path, process: int) -> None:
        self.root = root
        self.log = root.with_name("programs.log")
        self.log.unlink(missing_ok=True)
        self._enter = ["nsenter", "--target", str(process), "--mount", "--net", "--pid"]

    def start(self, *command: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command as its user, with an empty environment.

        Parameters
        ----------
        *command : str
            The command.
        **variables : str
            Of the environment, besides the usual ones.

        Returns
        -------
        subprocess.Popen
            The process; it ends with the Debian at the latest. What it prints goes to the log.
        """
        with self.log.open("a", encoding="utf-8") as log:
            print("$", *command, file=log, flush=True)
            return subprocess.Popen(self._line(command, variables), stdout=log, stderr=log, text=True)

    def listen(self, *command: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command like `start`; its output is read from the process."""
        return subprocess.Popen(self._line(command, variables), stdout=subprocess.PIPE, text=True)

    def run(self, *command: str, **variables: str) -> str:
        """Run a command as its user; return what it printed.

        Parameters
        ----------
        *command : str
            The command.
        **variables : str
            Of the environment, besides the usual ones.

        Returns
        -------
        str
            Both streams of output.

        Raises
        ------
        RuntimeError
            If it fails.
        """
        done = subprocess.run(
            self._line(command, variables), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout.strip()

    def _line(self, command: Sequence[str], variables: Mapping[str, str]) -> list[str]:
        settings = {"HOME": f"/home/{USER}", "USER": USER, "PATH": _PATH, "LANG": "C.UTF-8", **variables}
        named = [f"{name}={value}" for name, value in settings.items()]
        user = ["chroot", f"--userspec={USER}:{USER}", str(self.root), "env", "-i", f"--chdir=/home/{USER}", *named]
        return [*self._enter, *user, *command]


def _release() -> str:
    """Return the code name of the Debian of this machine, with whose libraries the package was built."""
    for line in Path("/etc/os-release").read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        if name == "VERSION_CODENAME":
            return value.strip('"')
    raise RuntimeError("This system does not say which Debian it is; run make package-test on Debian.")


def _child(process: int) -> int:
    """Wait for the first process of the new Debian; it starts by mounting."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        with suppress(OSError):
            children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
            if children and Path(f"/proc/{children[0]}/comm").read_text("utf-8").strip() == "sleep":
                return int(children[0])
        time.sleep(0.05)
    raise RuntimeError("The bare Debian did not start; namespaces and mounts need root.")


def _fingerprint(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return "folder"
