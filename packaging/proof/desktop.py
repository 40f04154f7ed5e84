"""A virtual screen in a minimal Debian: start of programs, search for windows, keys, pictures."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from proof.bare_debian import USER, Machine
from proof.window_events import NARROWEST, Shown, shown_windows

__all__ = ["Desktop", "ProofError", "wait_for"]

# Limit of a test that hangs, also on a busy machine, s.
_LONG: Final = 600.0
_DISPLAY: Final = ":7"
# Name of the desktop, to which xdg-open leaves the opening of files.
_SESSION: Final = {"DISPLAY": _DISPLAY, "XDG_CURRENT_DESKTOP": "GNOME"}
_WATCH: Final = ("stdbuf", "-oL", "xev", "-root", "-event", "substructure")
_ASK_EVENTS: Final = ("xwininfo", "-root", "-events")
_ASK_SCREEN: Final = "xdotool getdisplaygeometry 2>/dev/null || true"
_SIZE: Final = "1600x1000x24"
# Interval between two checks, two key presses and two pictures, s.
_PAUSE: Final = 0.1
_BETWEEN_KEYS: Final = 2.0
_BETWEEN_PICTURES: Final = 1.0
_MOST_PICTURES: Final = 30
# Main windows and splash screens have the same title and different widths.
_FIND_WINDOWS: Final = """\
for window in $(xdotool search --onlyvisible --name '^wfsgui$' 2>/dev/null); do
    WIDTH=0
    eval "$(xdotool getwindowgeometry --shell "$window" 2>/dev/null)"
    if [ "$WIDTH" -gt 0 ]; then echo "$window $WIDTH"; fi
done
"""


class ProofError(Exception):
    """The package does not work as expected."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds.

    Parameters
    ----------
    condition : callable
        Whether it is so.
    what : str
        Name of the condition, for the error.

    Raises
    ------
    ProofError
        If it is not so after ten minutes.
    """
    deadline = time.monotonic() + _LONG
    while not condition():
        if time.monotonic() > deadline:
            raise ProofError(f"Waited {_LONG:.0f} s in vain for {what}.")
        time.sleep(_PAUSE)


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
        """Start a screen."""
        # Otherwise the server restarts after its last client, and refuses a client at that moment.
        screen = self.machine.start("Xvfb", _DISPLAY, "-screen", "0", _SIZE, "-nolisten", "tcp", "-noreset")
        try:
            wait_for(lambda: bool(self.run("sh", "-c", _ASK_SCREEN)), "the virtual screen")
            yield
        finally:
            screen.terminate()
            screen.wait()

    def run(self, *command: str) -> str:
        """Run a command on the screen; return its output."""
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
        # A program finds a screen by the path of its socket.
        sockets = self.machine.root / "tmp" / ".X11-unix"
        mount = ["unshare", "--mount", "sh", "-c", f'mount --bind "{sockets}" /tmp/.X11-unix && exec "$@"', "sh"]
        settings = [f"HOME={home}", f"PATH={os.environ['PATH']}", "LANG=C.UTF-8", f"DISPLAY={_DISPLAY}"]
        return subprocess.Popen([*mount, "env", "-i", *settings, *command], stdout=subprocess.DEVNULL, text=True)

    def windows(self) -> list[str]:
        """Return the main windows on the screen."""
        return [window for window, width in self._widths().items() if width >= NARROWEST]

    def watch(self, start: Callable[[], subprocess.Popen[str]]) -> tuple[subprocess.Popen[str], list[Shown]]:
        """Start the program, and list the windows up to the main window.

        The X server tells of them in their order, so that a slow machine changes the times but not the order.

        Parameters
        ----------
        start : callable
            Starts the program.

        Returns
        -------
        tuple of (subprocess.Popen, list of Shown)
            The program, and its windows; the last one is the main window.

        Raises
        ------
        ProofError
            If no main window comes.
        """
        watcher = self.machine.listen(*_WATCH, **_SESSION)
        limit = threading.Timer(_LONG, watcher.kill)
        limit.start()
        try:
            wait_for(lambda: "SubstructureNotify" in self.run(*_ASK_EVENTS), "the watcher of windows")
            process = start()
            assert watcher.stdout is not None
            seen = list(shown_windows(watcher.stdout, time.monotonic))
        finally:
            limit.cancel()
            watcher.kill()
            watcher.wait()
        if not seen or seen[-1].width < NARROWEST:
            raise ProofError(f"Waited {_LONG:.0f} s in vain for the first window.")
        return process, seen

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
        # Some of these commands run as long as the program that they start.
        self.start(*command)
        return self._new_window(before, " ".join(command))

    def launch_by_keys(self, window: str, *keys: str) -> str:
        """Press keys that open another window; return the new window."""
        before = set(self.windows())
        self.press(window, *keys)
        return self._new_window(before, " ".join(keys))

    def press_until(self, window: str, key: str, condition: Callable[[], bool]) -> None:
        """Press a key repeatedly until it has an effect.

        What it asks for may not be possible yet, and a window that has just come may not have the keyboard.
        """
        deadline = time.monotonic() + _LONG
        while not condition():
            if time.monotonic() > deadline:
                raise ProofError(f"{key} had no effect within {_LONG:.0f} s.")
            # The window may be closed already.
            with suppress(RuntimeError):
                self.press(window, key)
            time.sleep(_BETWEEN_KEYS)

    def press(self, window: str, *keys: str) -> None:
        """Press keys in a window. There is no window manager that sets the focus.

        The program takes the keys in their order, however late.
        """
        self.run("xdotool", "windowfocus", window, "key", *keys)

    def close(self, window: str) -> None:
        """Close a window by its key, and wait until it is gone."""
        self.press_until(window, "ctrl+q", lambda: window not in self.windows())
        wait_for(lambda: not self.processes(), "the program to end")

    def processes(self) -> list[str]:
        """Return the processes of the program that are running."""
        search = "find /proc -maxdepth 2 -name exe -lname '/usr/lib/wfsgui/*' 2>/dev/null || true"
        return self.machine.run("sh", "-c", search).splitlines()

    def photograph(self, name: str) -> None:
        """Take a picture of the screen when two pictures in a row are equal, except for a blinking cursor."""
        before, now = b"", self._picture()
        for _ in range(_MOST_PICTURES):
            if before == now:
                break
            time.sleep(_BETWEEN_PICTURES)
            before, now = now, self._picture()
        (self._pictures / f"{name}.png").write_bytes(now)

    def _picture(self) -> bytes:
        self.run("scrot", "--overwrite", "/tmp/screen.png")
        return (self.machine.root / "tmp" / "screen.png").read_bytes()

    def _new_window(self, before: set[str], what: str) -> str:
        wait_for(lambda: bool(set(self.windows()) - before), f"the window of {what}")
        # Before that the window may not have the keyboard.
        wait_for(lambda: len(self._widths()) == len(self.windows()), "the splash screen to close")
        (window,) = set(self.windows()) - before
        return window

    def _widths(self) -> dict[str, int]:
        """Return main windows and splash screens with their widths."""
        lines = self.run("sh", "-c", _FIND_WINDOWS).splitlines()
        return {window: int(width) for window, width in map(str.split, lines)}
