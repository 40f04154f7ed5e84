"""The command *Copy as script*."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from wfsgui.core.errors import WfsguiError
from wfsgui.core.script.api_script import api_script
from wfsgui.gui.control.context import ControlContext

__all__ = ["copy_script"]


def copy_script(context: ControlContext) -> str:
    """Put the script of the exposure on screen into the clipboard.

    Parameters
    ----------
    context : ControlContext
        Parts of the window.

    Returns
    -------
    str
        What was copied, one sentence.

    Raises
    ------
    WfsguiError
        If there is no exposure, or the engine is not loaded, whose settings are part of the script.
    """
    exposure, engine = context.presenter.exposure, context.services.runner.engine_info
    if exposure is None:
        raise WfsguiError("There is no exposure on screen; open one.")
    if engine is None:
        raise WfsguiError("The script needs the settings of CRDS; copy it when the pipeline is loaded.")
    # What was typed into a field a moment ago is a choice, too.
    context.step.finish()
    QGuiApplication.clipboard().setText(api_script(exposure, engine))
    return f"The script that repeats the run of {exposure.label} is in the clipboard."
