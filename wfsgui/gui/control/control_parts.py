"""Construction of branches, references, CRDS and sessions, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.control.context import ControlContext

if TYPE_CHECKING:
    from wfsgui.gui.control.branch_control import BranchControl
    from wfsgui.gui.control.parameter_control import ParameterControl
    from wfsgui.gui.crds.control import CrdsControl
    from wfsgui.gui.references.reference_control import ReferenceControl
    from wfsgui.gui.references.reference_drops import ReferenceDrops
    from wfsgui.gui.session.control import SessionControl

__all__ = ["ControlParts"]


class ControlParts(QObject):
    """Make these parts, connect them and pass their messages on.

    Parameters
    ----------
    context : ControlContext
        Parts of the window that are needed here.

    Attributes
    ----------
    message : Signal(str)
        What was done, one sentence.
    warning : Signal(str)
        What could not be done: why, in one sentence.
    references : ReferenceControl or None
        The panel of the reference files; None before it is needed.
    """

    message = Signal(str)
    warning = Signal(str)

    def __init__(self, context: ControlContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._branches: BranchControl | None = None
        self._crds: CrdsControl | None = None
        self._parameters: ParameterControl | None = None
        self.references: ReferenceControl | None = None
        self._drops: ReferenceDrops | None = None
        self._session: SessionControl | None = None
        context.services.opener.sessions_given.connect(self._open_sessions)
        services = context.services
        services.control.branching.branched.connect(lambda *pair: self._make_branches().take_branch(*pair))
        services.verdicts.unchanged.connect(lambda *asked: self._make_branches().ask_about_unchanged(*asked))
        services.verdicts.changes_dropped.connect(lambda each: self._make_branches().tell_of_dropped(each))
        services.open_exposures.marked.connect(lambda *pair: self._make_branches().tell_of_mark(*pair))
        context.exposures.rename_requested.connect(services.control.branching.rename)
        context.exposures.set_more_entries(lambda selected: self._make_branches().entries(selected))

    @property
    def session(self) -> SessionControl:
        """Sessions, which are kept from the first use on."""
        if self._session is None:
            from wfsgui.gui.session.control import SessionControl

            sources = self._context.session
            self._session = SessionControl(sources, sources.runner.folder, self)
        return self._session

    def prepare(self) -> None:
        """Make what the first image need not wait for."""
        self.session.offer()
        self._make_branches()
        self._make_parameters()
        self._make_crds()
        self._make_references()

    def stop(self) -> None:
        """Stop work that takes long, and end what writes files: the window closes."""
        if self._crds is not None:
            self._crds.stop()
        if self._session is not None:
            self._session.close()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by the id of the action."""
        # Each part is made by its first use: the start must not import it.
        return {
            "copy_script": self._copy_script,
            "branch_here": lambda: self._make_branches().branch_here(),
            "rename_branch": lambda: self._make_branches().rename(),
            "mark_result": lambda: self._make_branches().mark(),
            "remove_branch": lambda: self._make_branches().remove(),
            "compare_result": lambda: self._make_branches().compare_with_result(),
            "crds": self._show_crds,
            "references": self._show_references,
            "save_parameters": lambda: self._make_parameters().save(),
            "open_session": self._ask_for_session,
            "save_session": self._save_session,
            "save_session_as": self._save_session_as,
        }

    def _copy_script(self) -> None:
        from wfsgui.gui.control.script_copy import copy_script

        try:
            self.message.emit(copy_script(self._context))
        except WfsguiError as error:
            self.warning.emit(str(error))

    def _open_sessions(self, paths: list[Path]) -> None:
        self.session.open(paths)

    def _ask_for_session(self) -> None:
        self.session.ask_to_open()

    def _save_session(self) -> None:
        self.session.save()

    def _save_session_as(self) -> None:
        self.session.ask_to_save()

    def _show_crds(self) -> None:
        self._make_crds()
        self._context.bring_up("crds")

    def _make_crds(self) -> None:
        if self._crds is not None:
            return
        from wfsgui.gui.crds.control import CrdsControl, CrdsSources
        from wfsgui.gui.crds.panel import CrdsPanel

        context, services, panel = self._context, self._context.services, CrdsPanel()
        sources = CrdsSources(
            window=context.window,
            settings=context.settings,
            open_exposures=services.open_exposures,
            runner=services.runner,
            control=services.control,
            worker=services.crds_worker,
        )
        context.add_panel("crds", "CRDS", panel)
        self._crds = CrdsControl(panel, sources)
        self._crds.message.connect(self.message)
        self._crds.warning.connect(self.warning)
        self._crds.begin()

    def _make_branches(self) -> BranchControl:
        if self._branches is None:
            from wfsgui.gui.control.branch_control import BranchControl

            self._branches = BranchControl(self._context, self)
            self._branches.message.connect(self.message)
        return self._branches

    def _make_parameters(self) -> ParameterControl:
        if self._parameters is None:
            from wfsgui.gui.control.parameter_control import ParameterControl

            self._parameters = ParameterControl(self._context, self)
            self._parameters.message.connect(self.message)
            self._parameters.warning.connect(self.warning)
        return self._parameters

    def _make_references(self) -> None:
        """Make the panel of the reference files; a second call does nothing."""
        if self.references is not None:
            return
        # Imported after the first image.
        from wfsgui.core.regions.pixel_numbers import PixelNumbers
        from wfsgui.gui.references.image_page import PageWorkers
        from wfsgui.gui.references.panel import ReferencesPanel
        from wfsgui.gui.references.reference_control import ReferenceControl
        from wfsgui.gui.references.reference_drops import ReferenceDrops

        context, services = self._context, self._context.services
        panel = ReferencesPanel()
        workers = PageWorkers(services.read_worker, services.render_worker)
        self.references = ReferenceControl(panel, context.step, services, workers, context.window)
        self.references.message.connect(self.message)
        self._drops = ReferenceDrops(self.references, services, context.window)
        self._drops.warning.connect(self.warning)
        context.add_panel("references", "References", panel)
        context.presenter.shown.connect(self._pass_stage)
        self._pass_stage()
        control, settings = self.references, context.settings

        def number_pixels(key: str = "first_pixel") -> None:
            if key == "first_pixel":
                control.set_pixel_numbers(PixelNumbers(int(settings.text("first_pixel"))))

        number_pixels()
        settings.changed.connect(number_pixels)

    def sort_drop(
        self, paths: Sequence[Path], exposure: Exposure | None, go_on: Callable[[Sequence[Path]], None]
    ) -> None:
        """Take dropped reference files; returns at once.

        Parameters
        ----------
        paths : sequence of Path
            Files and folders that were dropped on the window.
        exposure : Exposure or None
            The exposure of the list on which they were dropped, or the one on screen.
        go_on : callable
            ``go_on(paths)``: receives what is no reference file, now or later.
        """
        if exposure is None:
            go_on(paths)
            return
        self._make_references()
        if self._drops is not None:
            self._drops.take(paths, exposure, go_on)

    def _show_references(self) -> None:
        self._make_references()
        self._context.bring_up("references")

    def _pass_stage(self) -> None:
        if self.references is not None:
            self.references.show_stage(self._context.presenter.exposure, self._context.presenter.stage)
