"""Control of CRDS: what the panel shows, what its buttons do, and the restart of the engine with other settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.crds.cache_check import CacheCheck
from wfsgui.core.crds.needs import ContextComparison, CrdsNeeds
from wfsgui.core.crds.progress import MendResult
from wfsgui.core.crds.queries import CrdsStateQuery
from wfsgui.core.crds.state import CrdsContexts, CrdsState, ServerKind
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.crds.comparison_dialog import ComparisonDialog
from wfsgui.gui.crds.context_dialog import ContextDialog
from wfsgui.gui.crds.panel import CrdsPanel
from wfsgui.gui.crds.results import Result, of_check, of_mending, of_preparation
from wfsgui.gui.crds.summary import Summary, WayOut, summarize
from wfsgui.gui.crds.work import CrdsWork, Prepared
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.settings.settings import CRDS_VARIABLES, DEMONSTRATION, Settings
from wfsgui.gui.settings.settings_dialog import SettingsDialog
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask_folder

__all__ = ["CrdsControl", "CrdsSources"]

_LOADING: Final = Summary("mute", "The pipeline is being loaded...")
_RESTARTING: Final = Summary(
    "mute",
    "The pipeline is started anew...",
    ("The new CRDS settings take effect then. Exposures, results and verdicts stay.",),
)
_ASKING: Final = Summary("mute", "CRDS is being asked...")
_KEYS: Final = ("crds_source", *CRDS_VARIABLES)
_FIXED: Final = "This window uses the demonstration's reference files; open your exposures in another window."


@dataclass(frozen=True, kw_only=True)
class CrdsSources:
    """What the control needs of the window.

    Attributes
    ----------
    window : QWidget
        Parent of dialogs.
    settings : Settings
        Settings of the analyst.
    open_exposures : OpenExposures
        The exposures.
    runner, control : EngineRunner, RunControl
        The engine and the runs.
    worker : WorkerThread
        Thread that asks, downloads and checks.
    """

    window: QWidget
    settings: Settings
    open_exposures: OpenExposures
    runner: EngineRunner
    control: RunControl
    worker: WorkerThread


class CrdsControl(QObject):
    """Keep the panel in step with the engine, do what its buttons say, restart the engine with other settings.

    Parameters
    ----------
    panel : CrdsPanel
        The panel.
    sources : CrdsSources
        Exposures, engine, settings.

    Attributes
    ----------
    message : Signal(str)
        What was done, one sentence.
    warning : Signal(str)
        What must not be missed, one sentence.
    """

    message = Signal(str)
    warning = Signal(str)

    def __init__(self, panel: CrdsPanel, sources: CrdsSources) -> None:
        super().__init__(sources.window)
        self._panel, self._sources = panel, sources
        self._settings, self._runner = sources.settings, sources.runner
        self._work = CrdsWork(sources.runner, sources.worker, self)
        self._state: CrdsState | None = None
        self._check: CacheCheck | None = None
        self._comparison: ComparisonDialog | None = None
        self._is_stale, self._load_fault, self._announces = True, "", False
        self._looking, self._restarting = QTimer(self), QTimer(self)
        for timer, action in ((self._looking, self._look_if_seen), (self._restarting, self._restart)):
            timer.setSingleShot(True)
            timer.setInterval(0)
            timer.timeout.connect(action)
        self._connect()
        self._show_source()
        self._grow_stale()

    def begin(self) -> None:
        """Say what must be known of the present settings; to be called when the signals are connected."""
        if self._runner.engine_info is not None:
            self._warn_of_demonstration()

    def stop(self) -> None:
        """Stop the work: the window closes."""
        self._work.drop()

    def _connect(self) -> None:
        panel, work, runner = self._panel, self._work, self._runner
        panel.seen.connect(self._looking.start)
        panel.asked.connect(self._do)
        panel.way_chosen.connect(self._take_way)
        work.changed.connect(self._show_work)
        work.progressed.connect(panel.show_progress)
        work.state_known.connect(self._take_state)
        work.failed.connect(self._take_failure)
        work.stopped.connect(lambda: panel.show_result("Stopped."))
        runner.loaded.connect(self._take_loaded)
        runner.load_failed.connect(self._take_load_failure)
        runner.restart_begins.connect(self._show_restart)
        self._sources.open_exposures.added.connect(self._grow_stale)
        self._sources.open_exposures.removed.connect(self._grow_stale)
        self._sources.control.ended.connect(self._grow_stale)
        self._settings.changed.connect(self._take_setting)

    def _paths(self) -> list[Path]:
        """Return the exposures that are open, each once: branches have the same."""
        paths = (exposure.product.science.path for exposure in self._sources.open_exposures.exposures)
        return list(dict.fromkeys(paths))

    def _names(self) -> dict[str, str]:
        products = (exposure.product for exposure in self._sources.open_exposures.exposures)
        return {str(product.science.path): product.name for product in products}

    def _show_work(self) -> None:
        work = self._work
        self._panel.show_work(work.doing, waits=bool(work.doing) and not work.is_looking)
        if not work.doing:
            # Something may have changed meanwhile.
            self._looking.start()

    def _do(self, task: str) -> None:
        work = self._work
        # A task takes the place of a look.
        self._is_stale |= work.is_looking and task != "stop"
        match task:
            case "look":
                self._panel.show_result("")
                self._look()
            case "prepare":
                work.prepare(self._paths(), self._take_prepared)
            case "check":
                work.check(self._take_check)
            case "mend" if self._check is not None:
                work.mend(self._check, self._take_mended)
            case "context":
                work.contexts(self._choose_context)
            case "compare":
                work.contexts(self._open_comparison)
            case "own":
                self._settings.set("crds_source", "crds")
            case "stop":
                work.stop()

    def _take_way(self, way: WayOut) -> None:
        match way:
            case WayOut.KEEP_CONTEXT if self._state is not None:
                self._settings.set("crds_context", self._state.context)
            case WayOut.OTHER_CACHE:
                start = self._state.cache.path.parent if self._state is not None else Path.home()
                ask_folder(self._sources.window, "CRDS cache", start, self._set_cache)
            case WayOut.SETTINGS:
                info = self._runner.engine_info
                SettingsDialog(self._settings, dict(info.crds) if info else {}, self._sources.window).open()
            case WayOut.DEMONSTRATION:
                self._settings.set("crds_source", DEMONSTRATION)

    def _set_cache(self, folder: Path) -> None:
        self._settings.set("crds_path", str(folder))

    def _take_setting(self, key: str) -> None:
        # The window of the demonstration has settings of its own.
        if key in _KEYS and not self._settings.is_fixed("crds_source"):
            # One restart for all that are changed together.
            self._restarting.start()
            self._show_source()

    def _restart(self) -> None:
        self._runner.restart()

    def _show_restart(self) -> None:
        self._announces = True
        self._work.drop()
        self._forget()
        self._panel.show_summary(_RESTARTING)
        if self._runner.tasks:
            self.message.emit(
                "The CRDS settings take effect when the running exposures have ended; Stop ends them after the present "
                "step."
            )

    def _take_loaded(self, info: EngineInfo) -> None:
        self._load_fault = ""
        self._warn_of_demonstration()
        if self._announces:
            self._announces = False
            self.message.emit(self._restart_text(info))
        self._grow_stale()

    def _warn_of_demonstration(self) -> None:
        if self._is_demonstration and not self._settings.is_fixed("crds_source"):
            self.warning.emit(
                "The demonstration's reference files are used: the results are not for science. Use CRDS again in the "
                "panel CRDS ends that."
            )

    @property
    def _is_demonstration(self) -> bool:
        return self._settings.text("crds_source") == DEMONSTRATION

    def _restart_text(self, info: EngineInfo) -> str:
        text = f"The pipeline was started anew with the CRDS cache {info.crds['CRDS_PATH']}."
        exposures = self._sources.open_exposures.exposures
        if any(exposure.state is ExposureState.PAUSED for exposure in exposures):
            text += " Exposures that were between two steps are run again from the first step."
        if any(exposure.state is ExposureState.FAILED for exposure in exposures):
            text += " Run all runs those that failed again."
        return text

    def _take_load_failure(self, sentence: str) -> None:
        self._load_fault, self._announces = sentence, False
        self._forget()
        ways = (WayOut.SETTINGS, WayOut.OTHER_CACHE, WayOut.DEMONSTRATION)
        self._panel.show_summary(self._possible(Summary("bad", "The pipeline cannot be loaded", (sentence,), ways)))

    def _grow_stale(self, _what: object = None) -> None:
        self._is_stale = True
        self._looking.start()

    def _look_if_seen(self) -> None:
        """Ask again if something has changed and the panel is seen; not in the middle of a task."""
        if not (self._panel.isVisible() and self._is_stale) or self._load_fault or self._runner.is_restarting:
            return
        if self._runner.engine_info is None:
            self._panel.show_summary(_LOADING)
        elif not self._work.doing or self._state is None:
            self._look()

    def _look(self) -> None:
        self._is_stale = False
        if self._state is None:
            self._panel.show_summary(_ASKING)
        paths = self._paths()
        self._panel.set_possible("prepare", "" if paths else "Open exposures first: what they need is downloaded")
        self._panel.set_possible("compare", "" if paths else "Open exposures first: contexts are compared for them")
        self._work.look(paths, self._take_needs)

    def _take_state(self, state: CrdsState) -> None:
        self._state = state
        self._panel.show_state(state)
        if state.server.kind is ServerKind.REACHABLE:
            # The engine itself may have found no server when it was loaded, and works without one since then.
            self._runner.ask(CrdsStateQuery(), self._reconnect, lambda _error: None)

    def _reconnect(self, engine: CrdsState) -> None:
        if engine.restart_connects and not self._runner.is_restarting:
            self._runner.restart()

    def _take_needs(self, needs: CrdsNeeds | None) -> None:
        self._panel.show_needs(needs, self._names())
        if self._state is not None:
            self._panel.show_summary(self._possible(summarize(self._state, needs)))

    def _take_prepared(self, prepared: Prepared) -> None:
        self._take_needs(prepared.needs)
        self._tell(of_preparation(prepared))
        # Size of the cache, free space.
        self._grow_stale()

    def _take_check(self, found: CacheCheck) -> None:
        self._check = None if found.is_sound else found
        result = of_check(found)
        self._panel.set_offered("mend", offered=bool(result.task), text=result.task)
        self._tell(result)

    def _take_mended(self, mended: MendResult) -> None:
        self._check = None
        self._panel.set_offered("mend", offered=False)
        self._tell(of_mending(mended))
        self._grow_stale()

    def _choose_context(self, contexts: CrdsContexts) -> None:
        dialog = ContextDialog(contexts, self._settings.text("crds_context"), self._sources.window)
        dialog.accepted_context.connect(lambda name: self._settings.set("crds_context", name))
        dialog.open()

    def _open_comparison(self, contexts: CrdsContexts) -> None:
        dialog = self._comparison = ComparisonDialog(contexts, self._names(), self._sources.window)
        dialog.asked.connect(self._compare)
        dialog.closed.connect(self._close_comparison)
        dialog.open()

    def _compare(self, first: str, second: str) -> None:
        self._work.compare(self._paths(), first, second, self._show_comparison)

    def _show_comparison(self, comparison: ContextComparison) -> None:
        if self._comparison is not None:
            self._comparison.show_comparison(comparison)

    def _close_comparison(self) -> None:
        self._comparison = None
        self._work.drop()

    def _take_failure(self, sentence: str) -> None:
        if self._comparison is not None:
            self._comparison.show_failure(sentence)
        else:
            self._tell(Result("bad", sentence))
        if self._state is None:
            self._panel.show_summary(Summary("bad", "CRDS could not be asked", (sentence,), (WayOut.SETTINGS,)))

    def _tell(self, result: Result) -> None:
        self._panel.show_result(result.text, result.colour, result.details)

    def _forget(self) -> None:
        """Show nothing that belongs to other settings."""
        self._state = self._check = None
        self._panel.set_offered("mend", offered=False)
        self._panel.show_state(None)
        self._panel.show_needs(None, {})
        self._panel.show_result("")

    def _show_source(self) -> None:
        """Show whether the reference files are those of the demonstration, and what that prevents."""
        is_demonstration = self._is_demonstration
        is_fixed = self._settings.is_fixed("crds_source")
        self._panel.set_offered("own", offered=is_demonstration and not is_fixed)
        why = "The demonstration has one context only; use CRDS again to choose another" if is_demonstration else ""
        self._panel.set_possible("context", _FIXED if is_fixed else why)

    def _possible(self, summary: Summary) -> Summary:
        """Leave out the ways that are not possible now."""
        taken: Sequence[WayOut] = ()
        if self._is_demonstration:
            taken = (WayOut.DEMONSTRATION, WayOut.OTHER_CACHE, WayOut.KEEP_CONTEXT)
        ways = tuple(way for way in summary.ways if way not in taken)
        return Summary(summary.colour, summary.head, summary.sentences, ways)
