"""Construction of branches, references, CRDS and sessions, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.control.context import ControlContext

if TYPE_CHECKING:
    from wfsgui.gui.references.reference_control import ReferenceControl
    from wfsgui.gui.references.reference_drops import ReferenceDrops

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
        self.references: ReferenceControl | None = None
        self._drops: ReferenceDrops | None = None

    def prepare(self) -> None:
        """Make what the first image need not wait for."""
        self._make_references()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by the id of the action."""
        return {"references": self._show_references}

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
