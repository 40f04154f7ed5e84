"""Settings, help and recent files of the window."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from wfsgui.gui.about import AboutDialog
from wfsgui.gui.recent import RecentFiles
from wfsgui.gui.report import ReportDialog
from wfsgui.gui.settings_dialog import SettingsDialog
from wfsgui.gui.shortcut_sheet import ShortcutSheet
from wfsgui.gui.theme import apply_scheme

if TYPE_CHECKING:
    from wfsgui.gui.main_window import MainWindow
    from wfsgui.gui.opener import Opening
