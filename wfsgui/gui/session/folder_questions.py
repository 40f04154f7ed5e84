"""Questions for folders that were moved, one for each folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.session.fingerprint import Fingerprint
from wfsgui.core.session.places import FolderMove, Places, find_places
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask, ask_folder

__all__ = ["FolderQuestions"]

_Role = QMessageBox.ButtonRole


class FolderQuestions(QObject):
    """Find the files of a session; ask for each folder that is not where it was.

    Parameters
    ----------
    window : QWidget
        Parent of the questions.
    worker : WorkerThread
        Thread that looks for files.
    parent : QObject
        Owner.
    """

    def __init__(self, window: QWidget, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._worker = window, worker

    def find(
        self,
        files: Sequence[Path],
        known: Mapping[Path, Fingerprint | None],
        done: Callable[[Places], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Find files; returns at once.

        Parameters
        ----------
        files : sequence of Path
            Former places of the files.
        known : mapping of Path to (Fingerprint or None)
            What they were like.
        done : callable
            Receives what was found, after all questions.
        failed : callable
            Receives an unexpected error.
        """
        moves: list[FolderMove] = []
        settled: set[Path] = set()

        def look() -> None:
            answers = tuple(moves)
            self._worker.submit(lambda: find_places(files, known, answers), take, failed)

        def take(places: Places) -> None:
            folder = next((folder for folder in places.missing_folders if folder not in settled), None)
            if folder is None:
                done(places)
            else:
                self._ask(folder, [path for path in places.missing if path.is_relative_to(folder)], answer)

        def answer(folder: Path, now: Path | None) -> None:
            # Asked once: what is missing in the answer is said at the end.
            settled.add(folder)
            if now is not None:
                moves.append(FolderMove(folder, now))
            look()

        look()

    def _ask(self, folder: Path, missing: Sequence[Path], answer: Callable[[Path, Path | None], None]) -> None:
        def choose() -> None:
            dialog = ask_folder(self._window, f"Where is {folder.name} now?", _nearest(folder), found)
            # Without an answer there, the question is asked again.
            dialog.rejected.connect(lambda: self._ask(folder, missing, answer))

        def found(now: Path) -> None:
            answer(folder, now)

        count = "one file" if len(missing) == 1 else f"{len(missing)} files"
        ask(
            self._window,
            f"Where is the folder {folder} now? The session uses {count} of it.",
            [str(path.relative_to(folder)) for path in missing],
            [
                ("Choose the folder...", _Role.AcceptRole, choose),
                (
                    "Leave them out" if len(missing) > 1 else "Leave it out",
                    _Role.RejectRole,
                    lambda: answer(folder, None),
                ),
            ],
        )


def _nearest(folder: Path) -> Path:
    """Return the nearest folder above that exists."""
    return next((parent for parent in folder.parents if parent.is_dir()), folder)
