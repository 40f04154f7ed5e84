"""Control of the trend: stores decisions, reads them, and opens and exports what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.ecsv import write_table
from wfsgui.core.files.fits_files import is_folder
from wfsgui.core.trend.record import TrendRecord
from wfsgui.core.trend.store import TrendContent, TrendStore
from wfsgui.core.trend.table import trend_table
from wfsgui.gui.export.view_recording import KINDS, record_view
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask_new_file

if TYPE_CHECKING:
    from wfsgui.gui.trend.page import TrendPage

__all__ = ["TrendControl"]

_ECSV: Final = "ECSV tables (*.ecsv)"


class TrendControl(QObject):
    """Store and show decisions; files are read and written in a worker thread.

    Parameters
    ----------
    store : TrendStore
        The database.
    worker : WorkerThread
        Thread that reads and writes files.
    window : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    message : Signal(str)
        What was done, in one sentence.
    warning : Signal(str)
        What was not done, or what the analyst has to know of the database: one sentence.
    visit_wanted : Signal(Path)
        The folder of a visit is to be opened; it exists.
    """

    message = Signal(str)
    warning = Signal(str)
    visit_wanted = Signal(object)

    def __init__(self, store: TrendStore, worker: WorkerThread, window: QWidget) -> None:
        super().__init__(window)
        self._store, self._worker, self._window = store, worker, window
        self._page: TrendPage | None = None
        self._to_write: list[TrendRecord] = []
        self._told: set[str] = set()
        self._folder = Path.home()

    def set_page(self, page: TrendPage) -> None:
        """Set the page that shows the decisions; without one they are stored only."""
        self._page = page
        page.opened.connect(self.open_visit)
        page.export_clicked.connect(lambda: self.export(page))
        page.picture_clicked.connect(lambda: self.save_picture(page))

    def record(self, record: TrendRecord) -> None:
        """Store a decision; one that cannot be stored is stored together with the next one."""
        self._to_write.append(record)
        self._write()

    def refresh(self) -> None:
        """Read the database again, which other windows may have changed."""
        if self._to_write:
            self._write()
        else:
            self._worker.submit(self._store.read, self._show, self._report)

    def open_visit(self, record: TrendRecord) -> None:
        """Open the folder of a decision, or say that it is gone."""
        folder = Path(record.folder)

        def find() -> Path | None:
            return folder if record.folder and is_folder(folder) else None

        def done(found: Path | None) -> None:
            if found is not None:
                self.visit_wanted.emit(found)
            else:
                self.warning.emit(f"The folder {folder} of {record.exposure} does not exist any more.")

        self._worker.submit(find, done)

    def export(self, page: TrendPage) -> None:
        """Ask for a name, and write the decisions that are shown as ECSV."""
        records = page.shown
        if not records:
            return

        def write(path: Path) -> None:
            self._folder = path.parent
            self._worker.submit(
                lambda: _write(path, records),
                lambda _: self.message.emit(f"The table is saved as {path}."),
                self._report,
                lasts=True,
            )

        ask_new_file(self._window, "Save the decisions", self._folder / "trend.ecsv", _ECSV, write)

    def save_picture(self, page: TrendPage) -> None:
        """Ask for a name, and write the plot as it is on screen."""
        number, count = page.number, len(page.shown)
        name = number.text if number is not None else "no number"
        caption = f"{name}; {count} decisions; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; wfsgui {__version__}"
        page.plot.set_printed(printed=True)
        recording = record_view(page.plot.graphics, [caption])
        page.plot.set_printed(printed=False)

        def write(path: Path) -> None:
            self._folder = path.parent
            self._worker.submit(
                lambda: recording.save(path),
                lambda saved: self.message.emit(f"The picture is saved as {saved}."),
                self._report,
                lasts=True,
            )

        kinds = ";;".join(f"{kind} (*{suffix})" for suffix, kind in KINDS.items())
        ask_new_file(self._window, "Save the picture", self._folder / "trend.png", kinds, write)

    def _write(self) -> None:
        records, is_shown = tuple(self._to_write), self._page is not None

        def work() -> TrendContent:
            notices = self._store.add(records)
            content = self._store.read() if is_shown else TrendContent()
            return TrendContent(content.records, (*notices, *content.notices))

        def done(content: TrendContent) -> None:
            self._to_write = [record for record in self._to_write if record not in records]
            self._show(content)

        self._worker.submit(work, done, self._report, lasts=True)

    def _show(self, content: TrendContent) -> None:
        if self._page is not None:
            self._page.show_records(content.records)
        self._tell(content.notices)

    def _tell(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            if sentence not in self._told:
                self._told.add(sentence)
                self.warning.emit(sentence)

    def _report(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self.warning.emit(str(error))
        else:
            self._worker.unhandled.emit(error)


def _write(path: Path, records: Sequence[TrendRecord]) -> None:
    table = trend_table(records)
    about = {"program": f"wfsgui {__version__}", "decisions": f"{len(records)}"}
    # The dialog has asked before an existing file was chosen.
    write_table(path, table.columns, table.units, about, table.descriptions, overwrite=True)
