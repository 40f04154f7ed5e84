"""A virtual screen in a bare Debian: starting as a desktop does, looking for windows, keys, pictures."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proof.bare_debian import USER, Machine

__all__ = ["Desktop", "ProofError", "wait_for"]

# Enough for everything on a slow machine, s.
_LONG: Final = 300.0
_DISPLAY: Final = ":7"
# A desktop names itself; xdg-open leaves the opening of files to it.
_SESSION: Final = {"DISPLAY": _DISPLAY, "XDG_CURRENT_DESKTOP": "GNOME"}
_ASK_SCREEN: Final = "xdotool getdisplaygeometry 2>/dev/null || true"
_SIZE: Final = "1600x1000x24"
_AWAIT_ANYTHING: Final = """\
until [ -n "$(xdotool search --onlyvisible --class wfsgui 2>/dev/null)" ]; do sleep 0.005; done
"""
# The main window has the program's name for a title and, unlike the splash screen before it, the size of a window.
_FIND_WINDOWS: Final = """\
for window in $(xdotool search --onlyvisible --name '^wfsgui$' 2>/dev/null); do
    WIDTH=0
    eval "$(xdotool getwindowgeometry --shell "$window" 2>/dev/null)"
    if [ "$WIDTH" -ge 800 ]; then echo "$window"; fi
done
"""


class ProofError(Exception):
    """The package does not do what it should."""


def wait_for(condition: Callable[[], bool], what: str, seconds: float = _LONG, *, pause: float = 0.1) -> None:
    """Wait until something is so.

    Parameters
    ----------
    condition : callable
        Whether it is so.
    what : str
        What is waited for, for the error.
    seconds : float, optional
        How long at most.
    pause : float, optional
        How long to wait before looking again.

    Raises
    ------
    ProofError
        If it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ProofError(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(pause)


class Desktop:
    """The user's desktop.

    Parameters
    ----------
    machine : Machine
        The Debian that it runs on.
    pictures : Path
        Where pictures of the screen go.
    """

    def __init__(self, machine: Machine, pictures: Path) -> None:
        self.machine = machine
        self.home = machine.root / "home" / USER
        self._pictures = pictures
        pictures.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Have a screen."""
        # It would begin anew, and refuse a program that comes just then, whenever the last one that looks at it leaves.
        screen = self.machine.start("Xvfb", _DISPLAY, "-screen", "0", _SIZE, "-nolisten", "tcp", "-noreset")
        try:
            wait_for(lambda: bool(self.run("sh", "-c", _ASK_SCREEN)), "the virtual screen", 60)
            yield
        finally:
            screen.terminate()
            screen.wait()

    def run(self, *command: str) -> str:
        """Run a command on the screen; return what it printed."""
        return self.machine.run(*command, **_SESSION)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command on the screen."""
        return self.machine.start(*command, **_SESSION)

    def start_outside(self, *command: str, home: Path) -> subprocess.Popen[str]:
        """Start a command of this machine on the screen of the bare Debian.

        Parameters
        ----------
        *command : str
            The command.
        home : Path
            Its home directory.

        Returns
        -------
        subprocess.Popen
            The process.
        """
        # A program finds a screen by the place of its socket.
        sockets = self.machine.root / "tmp" / ".X11-unix"
        mount = ["unshare", "--mount", "sh", "-c", f'mount --bind "{sockets}" /tmp/.X11-unix && exec "$@"', "sh"]
        settings = [f"HOME={home}", f"PATH={os.environ['PATH']}", "LANG=C.UTF-8", f"DISPLAY={_DISPLAY}"]
        return subprocess.Popen([*mount, "env", "-i", *settings, *command], stdout=subprocess.DEVNULL, text=True)

    def windows(self) -> list[str]:
        """Return the main windows on the screen."""
        return self.run("sh", "-c", _FIND_WINDOWS).split()

    def await_anything(self) -> None:
        """Wait until any window of the program's is on the screen, its splash screen too.

        The looking is done inside: to begin a command there takes as long as a good part of what is measured.
        """
        self.run("timeout", f"{_LONG:.0f}", "sh", "-c", _AWAIT_ANYTHING)

    def launch(self, *command: str) -> str:
        """Start the program as a desktop does.

        Parameters
        ----------
        *command : str
            What the desktop does; it may end at once.

        Returns
        -------
        str
            The new window.
        """
        before = set(self.windows())
        # Not waited for: some of these commands stay as long as what they started.
        self.start(*command)
        return self._new_window(before, " ".join(command))

    def launch_by_keys(self, window: str, *keys: str) -> str:
        """Press keys in a window that open another; return the new one."""
        before = set(self.windows())
        self.press(window, *keys)
        return self._new_window(before, " ".join(keys))

    def press_until(self, window: str, key: str, condition: Callable[[], bool]) -> None:
        """Press a key again and again until it has had its effect: what it asks for may not be possible yet."""
        deadline = time.monotonic() + _LONG
        while not condition():
            if time.monotonic() > deadline:
                raise ProofError(f"{key} had no effect within {_LONG:.0f} s.")
            self.press(window, key)
            time.sleep(2)

    def press(self, window: str, *keys: str) -> None:
        """Press keys in a window; there is no window manager that would give it the focus."""
        self.run("xdotool", "windowfocus", window, "sleep", "0.5")
        for key in keys:
            self.run("xdotool", "key", key, "sleep", "0.5")

    def close(self, window: str) -> None:
        """Close a window by its key, and wait until it is gone."""
        self.press(window, "ctrl+q")
        wait_for(lambda: window not in self.windows(), "the window to close", 60)
        wait_for(lambda: not self.processes(), "the program to end", 60)

    def let_paint(self) -> None:
        """Give the program the time to paint what it has read: a picture of it has no other sign."""
        time.sleep(5)

    def processes(self) -> list[str]:
        """Return the processes of the program that are running."""
        search = "find /proc -maxdepth 2 -name exe -lname '/usr/lib/wfsgui/*' 2>/dev/null || true"
        return self.machine.run("sh", "-c", search).splitlines()

    def photograph(self, name: str) -> None:
        """Take a picture of the screen."""
        self.run("scrot", "--overwrite", "/tmp/screen.png")
        (self._pictures / f"{name}.png").write_bytes((self.machine.root / "tmp" / "screen.png").read_bytes())

    def _new_window(self, before: set[str], what: str) -> str:
        wait_for(lambda: bool(set(self.windows()) - before), f"the window of {what}")
        (window,) = set(self.windows()) - before
        return window
