"""Dialogs for settings and help, recent files, and what each setting changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.actions.shortcut_sheet import ShortcutSheet
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.help.about_dialog import AboutDialog, versions_text
from wfsgui.gui.help.crash_report import CrashReportDialog
from wfsgui.gui.help.user_guide import guide_page, open_guide
from wfsgui.gui.settings.recent_files import RecentFiles
from wfsgui.gui.settings.settings_dialog import SettingsDialog
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.window.parts import WindowParts

__all__ = ["WindowDialogs"]


class WindowDialogs(QObject):
    """Open dialogs and recent files, and apply the settings.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    parts : WindowParts
        Its parts.
    """

    def __init__(self, window: QWidget, parts: WindowParts) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._settings = parts.settings
        self._recent = RecentFiles(parts.settings, self)
        self._report = CrashReportDialog(self._versions, window)
        self._recent_menu = QMenu("Open &recent", window)
        self._recent.changed.connect(self._show_recent)
        parts.services.opener.opened.connect(self._remember)
        parts.welcome.recent_clicked.connect(self._open_recent)
        parts.services.crashed.connect(self._report.show_error)
        parts.settings.changed.connect(self._apply)
        self._show_recent()
        self._guide = guide_page()
        parts.table["guide"].setVisible(self._guide is not None)
        for key in ("preview_memory", "first_pixel", "keep_going", "review", "jobs"):
            self._apply(key)

    @property
    def report(self) -> CrashReportDialog:
        """Dialog for unexpected exceptions."""
        return self._report

    @property
    def recent_menu(self) -> QMenu:
        """Menu of the recent files."""
        return self._recent_menu

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return the handlers of the actions for settings and help."""
        return {
            "settings": lambda: SettingsDialog(self._settings, self._crds(), self._window).open(),
            "shortcuts": lambda: ShortcutSheet(self._window).show(),
            "guide": self._open_guide,
            "about": lambda: AboutDialog(self._engine_versions(), self._window).open(),
        }

    def _open_guide(self) -> None:
        if self._guide is not None:
            open_guide(self._guide)

    def _apply(self, key: str) -> None:
        parts, settings = self._parts, self._settings
        match key:
            case "theme":
                apply_scheme(settings.text("theme"))
            case "preview_memory":
                parts.services.preview_memory.budget = settings.number("preview_memory") * 2**20
                parts.services.preview_memory.check()
            case "first_pixel":
                numbers = PixelNumbers(int(settings.text("first_pixel")))
                parts.status.readout.set_pixel_numbers(numbers)
                parts.inspection.set_pixel_numbers(numbers)
                parts.services.effects.set_pixel_numbers(numbers)
            case "keep_going":
                parts.services.control.keep_going = settings.switch("keep_going")
            case "jobs":
                parts.services.runner.jobs = settings.number("jobs")
            case "review":
                parts.services.control.set_review(on=settings.switch("review"))
                parts.table["review"].setChecked(settings.switch("review"))

    def _crds(self) -> dict[str, str]:
        info = self._parts.services.runner.engine_info
        return dict(info.crds) if info else {}

    def _engine_versions(self) -> dict[str, str]:
        info = self._parts.services.runner.engine_info
        return dict(info.versions) if info else {}

    def _versions(self) -> str:
        return versions_text(self._engine_versions())

    def _remember(self, opening: Opening) -> None:
        declined = {entry.what for entry in opening.declined}
        taken = [path for path in opening.given if str(path) not in declined]
        if taken and opening.exposures:
            self._recent.add(taken)

    def _show_recent(self) -> None:
        paths = self._recent.paths()
        self._parts.welcome.show_recent(paths)
        self._recent_menu.clear()
        for path in paths:
            self._recent_menu.addAction(str(path), partial(self._open_recent, path))
        if paths:
            self._recent_menu.addSeparator()
            self._recent_menu.addAction("Clear the list", self._recent.clear)
        self._recent_menu.setEnabled(bool(paths))

    def _open_recent(self, path: Path) -> None:
        if path.exists():
            self._parts.services.opener.open([path])
            return
        self._recent.remove(path)
        self._parts.messages.show_message(f"{path} does not exist any more.", logging.WARNING)
