"""Report of unexpected exceptions; the program goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

__all__ = ["CrashReportDialog", "ExceptionHook"]

log = logging.getLogger(__name__)


class ExceptionHook(QObject):
    """Catch unhandled exceptions in every thread.

    Attributes
    ----------
    raised : Signal(BaseException)
        An unhandled exception; received in the GUI thread.
    """

    raised = Signal(object)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Install the hook for the duration of a block."""
        main, threads = sys.excepthook, threading.excepthook
        sys.excepthook = self._handle
        threading.excepthook = self._handle_from_thread
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook = main, threads

    def _handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("Unexpected exception.", exc_info=(kind, error, trace))
        self.raised.emit(error)

    def _handle_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._handle(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


class CrashReportDialog(QDialog):
    """Show unexpected exceptions; an exception that is repeated is counted.

    Parameters
    ----------
    versions : callable
        ``versions() -> str``: versions for the report.
    parent : QWidget
        The window.
    """

    def __init__(self, versions: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("report_dialog")
        self.setWindowTitle("Something unexpected happened")
        self._versions = versions
        self._counts: dict[str, int] = {}
        sentence = QLabel(
            "Something unexpected happened. The program goes on, and your results are kept. "
            "Please copy this report and send it to the maintainers of the program."
        )
        sentence.setWordWrap(True)
        self._text = QPlainTextEdit()
        self._text.setObjectName("report_text")
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy the report", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("report_copy")
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(sentence)
        layout.addWidget(self._text, stretch=1)
        layout.addWidget(buttons)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(110 * letter, 60 * letter)
        self.setWindowModality(Qt.WindowModality.NonModal)

    def show_error(self, error: BaseException) -> None:
        """Add an exception to the report, and show it.

        Parameters
        ----------
        error : BaseException
            Exception with its traceback.
        """
        trace = "".join(traceback.format_exception(error))
        self._counts[trace] = self._counts.get(trace, 0) + 1
        parts = [self._versions()]
        parts += [trace if count == 1 else f"{trace}({count} times)\n" for trace, count in self._counts.items()]
        self._text.setPlainText("\n".join(parts))
        self.show()
        self.raise_()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
