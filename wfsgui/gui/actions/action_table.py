"""Table of the actions of the window: text, menu, shortcut, and what each one needs."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from wfsgui.core.image.compare import Mode
from wfsgui.core.model.stages import STAGES, title
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.actions.action_spec import ActionSpec, Need

__all__ = ["ACTIONS", "MENUS", "MOUSE", "shortcut_of"]


MENUS: Final = ("&File", "&Run", "&View", "&Image", "In&spect", "&Help")
"""The menus in their order."""

MOUSE: Final = (
    ("Wheel over the image", "Zoom at the cursor"),
    ("Drag the image", "Pan"),
    ("Drag a line of the histogram", "Change a limit"),
    ("Click on the image", "Keep the pixel values of that place"),
    ("Drag a region or its handles", "Move it, change its size"),
    ("Drag the line between two images", "Swipe"),
    ("Drop files on the window", "Open them"),
    ("Drop exposures on a row of the list", "Open them, or use them as backgrounds of that exposure"),
)
"""Mouse gestures, for the list of shortcuts."""

_FILE: Final = (
    ActionSpec(
        id="open",
        text="&Open...",
        menu="&File",
        group=1,
        tip="Open _rate files and associations",
        shortcuts=("Ctrl+O",),
        icon="open",
        tool_bar=1,
    ),
    ActionSpec(
        id="open_folder",
        text="Open &folder...",
        menu="&File",
        group=1,
        tip="Open the associations and _rate files of a folder",
        shortcuts=("Ctrl+Shift+O",),
    ),
    ActionSpec(
        id="demonstration",
        text="Open the &demonstration",
        menu="&File",
        group=1,
        tip="Open a simulated WFS&C visit, with reference files of its own, in a window of its own",
        icon="demo",
    ),
    ActionSpec(
        id="save",
        text="&Save _cal",
        menu="&File",
        group=2,
        needs=Need.SELECTED_RESULT,
        tip="Save the selected results beside their inputs, or in the output folder",
        shortcuts=("Ctrl+S",),
        icon="save",
        tool_bar=3,
    ),
    ActionSpec(
        id="save_as",
        text="Save &as...",
        menu="&File",
        group=2,
        needs=Need.RESULT,
        tip="Save the result on screen under another name",
        shortcuts=("Ctrl+Shift+S",),
        icon="save-as",
    ),
    ActionSpec(
        id="save_all",
        text="Save a&ll...",
        menu="&File",
        group=2,
        needs=Need.ANY_RESULT,
        tip="Save every result into one folder",
        shortcuts=("Ctrl+Alt+S",),
        icon="save-all",
        tool_bar=3,
    ),
    ActionSpec(
        id="save_association",
        text="Save asso&ciation...",
        menu="&File",
        group=2,
        needs=Need.EXPOSURE,
        tip="Save the exposure on screen and its backgrounds as a level-2 association (JSON), for strun or wfsgui run",
    ),
    ActionSpec(
        id="write_quip",
        text="&Write QUIP files",
        menu="&File",
        group=2,
        needs=Need.OPERATION,
        tip="Write QUIP_OUT and QUIP_ACTIVITY_LOG where the operation file says, with the results that are saved",
    ),
    ActionSpec(
        id="export",
        text="&Export the view...",
        menu="&File",
        group=3,
        needs=Need.EXPOSURE,
        tip="Save the image as it is on screen as PNG, PDF or SVG, with a caption",
        shortcuts=("Ctrl+E",),
    ),
    ActionSpec(
        id="export_table",
        text="Export the ta&ble...",
        menu="&File",
        group=3,
        needs=Need.EXPOSURE,
        tip="Save the table of the Step, DQ or Measure panel, whichever is visible, as ECSV",
        shortcuts=("Ctrl+Shift+E",),
    ),
    ActionSpec(
        id="evidence",
        text="E&vidence...",
        menu="&File",
        group=3,
        needs=Need.EXPOSURE,
        tip="Write what was measured, checked and decided as HTML, PDF, JSON and ECSV",
        shortcuts=("Ctrl+Shift+D",),
    ),
    ActionSpec(
        id="remove",
        text="&Remove from the list",
        menu="&File",
        group=3,
        needs=Need.SELECTION,
        tip="Take the selected exposures off the list; files stay where they are",
        shortcuts=("Del",),
        icon="remove",
    ),
    ActionSpec(
        id="settings",
        text="Se&ttings...",
        menu="&File",
        group=4,
        tip="Reference files, output folder, theme",
        shortcuts=("Ctrl+,",),
        icon="settings",
        tool_bar=4,
    ),
    ActionSpec(id="quit", text="&Quit", menu="&File", group=5, tip="Close the window", shortcuts=("Ctrl+Q",)),
)

_RUN: Final = (
    ActionSpec(
        id="run_all",
        text="Run &all",
        menu="&Run",
        group=1,
        needs=Need.ANY_STEP,
        tip="Calibrate every exposure that has no result yet",
        shortcuts=("F5",),
        icon="run",
        tool_bar=2,
    ),
    ActionSpec(
        id="run_selected",
        text="Run &selected",
        menu="&Run",
        group=1,
        needs=Need.SELECTED_RUN,
        tip="Calibrate the selected exposures, from the beginning where they have a result",
        shortcuts=("Ctrl+R",),
        icon="run-selected",
    ),
    ActionSpec(
        id="next_step",
        text="&Next step",
        menu="&Run",
        group=1,
        needs=Need.STEP,
        tip="Run the next step of the exposure on screen",
        shortcuts=("F6",),
        icon="next-step",
        tool_bar=2,
    ),
    ActionSpec(
        id="run_to_here",
        text="Run to &here",
        menu="&Run",
        group=1,
        needs=Need.STEP_TO_STAGE,
        tip="Run the exposure up to the step that is chosen in the rail",
        shortcuts=("F7",),
        icon="run-to",
        tool_bar=2,
    ),
    ActionSpec(
        id="stop",
        text="S&top",
        menu="&Run",
        group=1,
        needs=Need.RUN,
        tip="Stop after the present step; what is finished stays",
        shortcuts=("Ctrl+.",),
        icon="stop",
        tool_bar=2,
    ),
    ActionSpec(
        id="review",
        text="Step-by-step re&view",
        menu="&Run",
        group=2,
        tip="Wait after each step until it is accepted, redone or rejected",
        shortcuts=("F8",),
        icon="review",
        tool_bar=2,
        checkable=True,
    ),
    ActionSpec(
        id="backgrounds",
        text="&Backgrounds...",
        menu="&Run",
        group=2,
        needs=Need.EXPOSURE,
        tip="Choose the exposures whose average is subtracted from the exposure on screen, or none",
        shortcuts=("Ctrl+B",),
    ),
    ActionSpec(
        id="parameter_file",
        text="&Parameter file...",
        menu="&Run",
        group=2,
        needs=Need.EXPOSURE,
        tip="Choose a parameter file of the pipeline (ASDF or .cfg) for the selected or all exposures",
    ),
    ActionSpec(
        id="no_parameter_file",
        text="Ta&ke the parameter file off",
        menu="&Run",
        group=2,
        needs=Need.PARAMETER_FILE,
        tip="Run the selected exposures with the parameters of CRDS again",
    ),
    ActionSpec(
        id="accept",
        text="A&ccept step",
        menu="&Run",
        group=3,
        needs=Need.VERDICT,
        tip="Accept the step that waits for a verdict, and go on",
        shortcuts=("Ctrl+Return",),
        icon="accept",
    ),
    ActionSpec(
        id="redo",
        text="R&edo step",
        menu="&Run",
        group=3,
        needs=Need.REDO,
        tip="Run the step on screen again, with the parameters and references that are set now",
        shortcuts=("Ctrl+Shift+R",),
        icon="redo",
    ),
    ActionSpec(
        id="reject",
        text="Re&ject step",
        menu="&Run",
        group=3,
        needs=Need.VERDICT,
        tip="Reject the step that waits for a verdict; the exposure goes no further",
        shortcuts=("Ctrl+J",),
        icon="reject",
    ),
    ActionSpec(
        id="check_parity",
        text="Compare &with the official pipeline",
        menu="&Run",
        group=4,
        needs=Need.RESULT,
        tip="Run Image2Pipeline.call aside on the same inputs with the same choices, and compare the result bit by bit",
    ),
)

_VIEW: Final = (
    *(
        ActionSpec(
            id=f"stage_{number}",
            needs=Need.STAGE,
            stage=stage,
            text=f"&{number} {title(stage)}",
            menu="&View",
            group=1,
            tip=f"Show {title(stage)}",
            shortcuts=(str(number),),
        )
        for number, stage in enumerate(STAGES, start=1)
    ),
    ActionSpec(
        id="next_exposure",
        text="&Next exposure",
        menu="&View",
        group=2,
        needs=Need.SEVERAL,
        tip="Show the next exposure of the list",
        shortcuts=("Ctrl+Down",),
    ),
    ActionSpec(
        id="previous_exposure",
        text="&Previous exposure",
        menu="&View",
        group=2,
        needs=Need.SEVERAL,
        tip="Show the previous exposure of the list",
        shortcuts=("Ctrl+Up",),
    ),
    *(
        ActionSpec(
            id=f"page_{name}",
            text=text,
            menu="&View",
            group=3,
            needs=Need.EXPOSURE,
            tip=tip,
            shortcuts=(key,),
        )
        for name, text, key, tip in (
            ("image", "Page &Image", "F2", "Show the image of one exposure"),
            ("pair", "Page P&air", "F3", "Compare two exposures of the same star"),
            ("visit", "Page &Visit", "F4", "Show the stars of all exposures side by side"),
        )
    ),
    ActionSpec(
        id="page_trend",
        text="Page &Trend",
        menu="&View",
        group=3,
        tip="Show the numbers of all decisions against time",
        shortcuts=("F9",),
    ),
    ActionSpec(
        id="find",
        text="&Find",
        menu="&View",
        group=4,
        needs=Need.EXPOSURE,
        tip="Search the log if it is visible, the header otherwise",
        shortcuts=("Ctrl+F",),
        icon="search",
    ),
    ActionSpec(
        id="reset_layout",
        text="&Reset layout",
        menu="&View",
        group=5,
        tip="Restore the first layout of the panels",
    ),
)

_IMAGE: Final = (
    ActionSpec(
        id="fit",
        text="&Fit",
        menu="&Image",
        group=1,
        needs=Need.EXPOSURE,
        tip="Show the whole image",
        shortcuts=("F", "Ctrl+0"),
        icon="fit",
    ),
    ActionSpec(
        id="one_to_one",
        text="&1:1",
        menu="&Image",
        group=1,
        needs=Need.EXPOSURE,
        tip="One pixel of the image on one of the screen",
        shortcuts=("Ctrl+1",),
        icon="one-to-one",
    ),
    ActionSpec(
        id="zoom_in",
        text="Zoom &in",
        menu="&Image",
        group=1,
        needs=Need.EXPOSURE,
        tip="Enlarge",
        shortcuts=("+", "="),
        icon="zoom-in",
    ),
    ActionSpec(
        id="zoom_out",
        text="Zoom &out",
        menu="&Image",
        group=1,
        needs=Need.EXPOSURE,
        tip="Reduce",
        shortcuts=("-",),
        icon="zoom-out",
    ),
    ActionSpec(
        id="next_plane",
        text="Next &plane",
        menu="&Image",
        group=2,
        needs=Need.EXPOSURE,
        tip="Show the next of SCI, ERR, DQ and the variances",
        shortcuts=("E",),
    ),
    ActionSpec(
        id="auto_limits",
        text="&Automatic limits",
        menu="&Image",
        group=2,
        needs=Need.EXPOSURE,
        tip="Find the limits of the display anew",
        shortcuts=("A",),
    ),
    ActionSpec(
        id="lock",
        text="&Keep stretch and view",
        menu="&Image",
        group=2,
        tip="Keep stretch, limits and view across steps and exposures",
        shortcuts=("L",),
        icon="lock",
        checkable=True,
    ),
    ActionSpec(
        id="assess_regions",
        text="&Regions of the star",
        menu="&Image",
        group=3,
        tip="Show the regions in which the star is assessed; drag them to set them yourself",
        shortcuts=("Shift+V",),
        checkable=True,
    ),
    ActionSpec(
        id="copy_position",
        text="&Copy the readout",
        menu="&Image",
        group=3,
        needs=Need.EXPOSURE,
        tip="Copy the text of the status bar about the pixel under the cursor",
        shortcuts=("Ctrl+Shift+C",),
        icon="copy",
    ),
)

_MODES: Final = (
    (Mode.VALUE, "&Value", "V", "Show the image by itself"),
    (Mode.DIFFERENCE, "&Difference", "D", "Show this image minus the other, or by itself again"),
    (Mode.RATIO, "&Ratio", "R", "Show this image divided by the other, or by itself again"),
    (Mode.SWIPE, "&Swipe", "S", "Part the two images by a line that can be dragged, or not any more"),
    (Mode.BLINK, "&Blink", "B", "Show the two images in turns, or not any more"),
    (Mode.SIDE_BY_SIDE, "Side b&y side", "W", "Show the two images side by side, or not any more"),
)

_COMPARE: Final = tuple(
    ActionSpec(
        id=f"compare_{mode.name.lower()}",
        text=text,
        menu="In&spect",
        group=1,
        tip=tip,
        shortcuts=(key,),
        needs=Need.EXPOSURE,
    )
    for mode, text, key, tip in _MODES
)

_PIXELS: Final = (
    ActionSpec(
        id="next_flagged",
        text="&Next flagged pixel",
        menu="In&spect",
        group=2,
        needs=Need.EXPOSURE,
        tip="Go to the next pixel that has any of the flags chosen in the DQ panel",
        shortcuts=("N",),
    ),
    ActionSpec(
        id="previous_flagged",
        text="&Previous flagged pixel",
        menu="In&spect",
        group=2,
        needs=Need.EXPOSURE,
        tip="Go back to the pixel before that has any of the flags chosen in the DQ panel",
        shortcuts=("P",),
    ),
    ActionSpec(
        id="pixel_values",
        text="Pi&xel values",
        menu="In&spect",
        group=2,
        needs=Need.EXPOSURE,
        tip="Show the pixels around the cursor in all stages, or hide them",
        shortcuts=("X",),
    ),
)

_SHAPES: Final = (
    (Shape.RECTANGLE, "Draw a r&ectangle", "Shift+R"),
    (Shape.CIRCLE, "Draw a &circle", "Shift+C"),
    (Shape.ANNULUS, "Draw an &annulus", "Shift+A"),
    (Shape.LINE, "Draw a &line", "Shift+L"),
)

_MEASURE: Final = (
    *(
        ActionSpec(
            id=f"draw_{shape}",
            needs=Need.EXPOSURE,
            text=text,
            menu="In&spect",
            group=3,
            tip="Drag over the image to draw it; a click makes one of a usual size",
            shortcuts=(keys,),
        )
        for shape, text, keys in _SHAPES
    ),
    ActionSpec(
        id="mark_star",
        text="Measure the s&tar",
        menu="In&spect",
        group=3,
        needs=Need.EXPOSURE,
        tip="Put a circle and an annulus at the star",
        shortcuts=("T",),
    ),
)

_SKY: Final = tuple(
    ActionSpec(id=name, text=text, menu="In&spect", group=4, tip=tip, shortcuts=(key,), checkable=True)
    for name, text, key, tip in (
        ("grid", "&Grid", "G", "Draw lines of right ascension and declination over the image"),
        ("compass", "C&ompass", "C", "Show where north and east are"),
        ("target", "Target &marker", "M", "Mark the place that the exposure was pointed at"),
        ("ruler", "R&uler", "U", "Measure distances by dragging over the image"),
    )
)

_HELP: Final = (
    ActionSpec(
        id="guide",
        text="User &guide",
        menu="&Help",
        group=1,
        tip="A page for each task, in the web browser; without a network",
        shortcuts=("Shift+F1",),
    ),
    ActionSpec(id="shortcuts", text="&Shortcuts", menu="&Help", group=1, tip="Every shortcut", shortcuts=("F1",)),
    ActionSpec(id="about", text="&About wfsgui", menu="&Help", group=1, tip="Versions and licence"),
)

ACTIONS: Final = (*_FILE, *_RUN, *_VIEW, *_IMAGE, *_COMPARE, *_PIXELS, *_MEASURE, *_SKY, *_HELP)
"""Every action, in the order of the menus."""


def shortcut_of(identifier: str) -> str:
    """Return the first shortcut of an action, as this system writes it.

    Parameters
    ----------
    identifier : str
        Id of the action.

    Returns
    -------
    str
        The shortcut.

    Raises
    ------
    KeyError
        If there is no such action, or it has no shortcut.
    """
    keys = {spec.id: spec.shortcuts[0] for spec in ACTIONS if spec.shortcuts}
    return QKeySequence(keys[identifier]).toString(QKeySequence.SequenceFormat.NativeText)
