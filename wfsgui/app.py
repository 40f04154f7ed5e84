"""Desktop program: creates application, settings, session folder, engine and window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_cache_path, user_config_path, user_data_path
from PySide6.QtCore import QEventLoop, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.prefetch import Prefetch
from wfsgui.demo.visit.kinds import Kind
from wfsgui.gui.exposures.session_folder import SessionFolder
from wfsgui.gui.help.crash_report import ExceptionHook
from wfsgui.gui.settings.settings import CRDS_VARIABLES, DEMONSTRATION, Settings
from wfsgui.gui.startup.application import NAME, make_application
from wfsgui.gui.startup.open_requests import OpenRequests
from wfsgui.gui.startup.quit_signals import closing_on_signals
from wfsgui.gui.startup.splash import Splash
from wfsgui.gui.threads.garbage_collector import GarbageCollector
from wfsgui.gui.widgets.icons import application_icon
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.window.main_window import MainWindow, WindowContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.gui.engine_api import Engine

__all__ = ["make_window", "run_demo_session", "run_window"]

_DEMO_SIZE: Final = (1440, 900)
_NO_INPUT: Final = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
# How long to wait until the window is on screen, seconds.
_SHOW_S: Final = 0.3


def make_window(
    settings: Settings, folder: Path, prefetch: Prefetch | None = None, *, demonstration: Kind | None = None
) -> MainWindow:
    """Create the complete window with the real engine.

    Parameters
    ----------
    settings : Settings
        The settings.
    folder : Path
        Folder of the session.
    prefetch : Prefetch, optional
        Reads the files that are opened first.
    demonstration : Kind, optional
        The visit of the demonstration that is opened, with the demonstration's reference files.

    Returns
    -------
    MainWindow
        Not shown yet.
    """
    window = _make_front(settings, folder, prefetch, demonstration=demonstration)
    _furnish(window, demonstration)
    return window


def _make_front(
    settings: Settings, folder: Path, prefetch: Prefetch | None, *, demonstration: Kind | None
) -> MainWindow:
    """Create the window with the welcome page only."""
    if demonstration is not None:
        settings.fix("crds_source", DEMONSTRATION)
    own = user_data_path(NAME, appauthor=False)
    # Simulated exposures do not belong among those of the observatory.
    trend = own / ("trend-demonstration.sqlite3" if demonstration else "trend.sqlite3")
    store = VerdictStore(own / "notebook")
    context = WindowContext(settings, store, folder, _start_demonstration, prefetch, trend, _model_star)
    return MainWindow(partial(_make_engine, settings), context)


def _model_star(info: ExposureInfo, x: float, y: float) -> tuple[NDArray[np.float32], int, int] | None:
    """Compute the model star for a Strehl ratio; None without poppy."""
    # The optics of the demonstration, which a window without a star in focus does not need.
    from wfsgui.demo.visit.model_star import model_star

    return model_star(info, x, y)


def _make_engine(settings: Settings) -> Engine:
    # Imported when the window is on screen.
    from wfsgui.jwst_engine import CrdsChoice, JwstEngine, demonstration_choice

    def choose() -> CrdsChoice:
        if settings.text("crds_source") == DEMONSTRATION:
            return demonstration_choice()
        chosen = {variable: settings.text(key) for key, variable in CRDS_VARIABLES.items()}
        return CrdsChoice({variable: _expanded(variable, value) for variable, value in chosen.items() if value})

    return JwstEngine(choose)


def _furnish(window: MainWindow, demonstration: Kind | None) -> None:
    """Create everything behind the welcome page."""
    window.furnish()
    collector = GarbageCollector()
    collector.setParent(window)
    window.settled.connect(collector.start)
    runner = window.services.runner
    runner.loaded.connect(collector.start)
    if demonstration is not None:
        from wfsgui.jwst_engine import make_demonstration

        make = partial(make_demonstration, demonstration)
        # Creating the visit imports crds, which the engine must configure first.
        opener = window.services.opener
        # Not after a restart of the engine.
        once = Qt.ConnectionType.SingleShotConnection
        runner.loaded.connect(lambda: opener.open_products(make), once)


def run_window(
    application: QApplication,
    paths: Sequence[Path],
    splash: Splash,
    prefetch: Prefetch,
    *,
    demonstration: Kind | None = None,
    where: str = "",
    alone: bool = False,
) -> int:
    """Open the window, and return when it is closed.

    Parameters
    ----------
    application : QApplication
        The Qt application.
    paths : sequence of Path
        Files and folders to open.
    splash : Splash
        Splash screen, shown until the window is.
    prefetch : Prefetch
        Reads the files that are opened first.
    demonstration : Kind, optional
        The visit of the demonstration to open.
    where : str, optional
        Socket for open requests, see `wfsgui.gui.startup.instance.meeting_point`; empty for none.
    alone : bool, optional
        Whether to open this window even if another one is open.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OSError
        If the folder of the session cannot be created.
    """
    open_requests = OpenRequests(application)
    if where and not open_requests.open(where, None if alone else paths):
        return 0
    application.setWindowIcon(application_icon())
    store = user_config_path(NAME, appauthor=False) / "wfsgui.ini"
    settings = Settings(QSettings(str(store), QSettings.Format.IniFormat))
    apply_scheme(settings.text("theme"))
    # Sessions of the demonstration are not offered in a window with other reference files.
    sessions = "sessions-demonstration" if demonstration else "sessions"
    session = SessionFolder(user_cache_path(NAME, appauthor=False) / sessions)
    hook = ExceptionHook()
    try:
        window = _make_front(settings, session.path, prefetch, demonstration=demonstration)
        _bring_on_screen(window)
        splash.close()
        splash.deleteLater()
        if not window.isVisible():
            # Closed during that.
            return 0
        _furnish(window, demonstration)
        hook.raised.connect(window.dialogs.report.show_error)
        with hook.installed(), closing_on_signals(window.close):
            open_requests.set_window(window, window.open)
            window.closed.connect(open_requests.close)
            window.begin(paths)
            return application.exec()
    finally:
        session.end()


def _bring_on_screen(window: MainWindow) -> None:
    """Show and paint the window before the rest of it is imported; mouse and keys wait until then."""
    window.show()
    end = time.monotonic() + _SHOW_S
    while not window.windowHandle().isExposed() and time.monotonic() < end:
        QGuiApplication.processEvents(_NO_INPUT)
    QGuiApplication.processEvents(_NO_INPUT)
    QGuiApplication.sync()


def run_demo_session(kind: Kind, folder: Path, *, overwrite: bool) -> int:
    """Run the demonstration in an invisible window.

    Parameters
    ----------
    kind : Kind
        The visit.
    folder : Path
        Folder for results and pictures of the window.
    overwrite : bool
        Whether existing files may be replaced.

    Returns
    -------
    int
        Exit status.
    """
    # The window of an analyst does not need it.
    from wfsgui.gui.startup.demo_session import DemoSession

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    application.setWindowIcon(application_icon())
    with tempfile.TemporaryDirectory(prefix="wfsgui-") as own:
        settings = Settings(QSettings(str(Path(own) / "wfsgui.ini"), QSettings.Format.IniFormat))
        window = make_window(settings, Path(own), demonstration=kind)
        window.resize(*_DEMO_SIZE)
        session = DemoSession(window, window.parts, window.evidence, folder, overwrite=overwrite)
        session.finished.connect(application.quit)
        window.services.opener.message.connect(lambda sentence: print(sentence, file=sys.stderr))
        window.show()
        window.begin([])
        application.exec()
        window.services.close()
    for failure in session.failures:
        print(f"wfsgui: {failure}", file=sys.stderr)
    for note in session.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in session.files:
        print(f"saved {path.resolve()}")
    return 1 if session.failures else 0


def _expanded(variable: str, value: str) -> str:
    return str(Path(value).expanduser()) if variable == "CRDS_PATH" else value


def _start_demonstration() -> None:
    """Start the demonstration in another process, so that its reference files are never mixed with real ones."""
    subprocess.Popen([sys.executable, "-m", "wfsgui", "demo"], start_new_session=True)
