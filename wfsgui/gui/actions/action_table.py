"""Table of the actions of the window: text, menu, shortcut, and what each one needs."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from wfsgui.core.image.compare import Mode
from wfsgui.core.model.stages import STAGES, title
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.actions.action_spec import ActionSpec, Need
from wfsgui.gui.actions.file_actions import FILE_ACTIONS
from wfsgui.gui.actions.run_actions import RUN_ACTIONS

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
    ("Drop a reference file on the window", "Use it in the next run of the exposure, or show it"),
)
"""Mouse gestures, for the list of shortcuts."""

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
    ActionSpec(
        id="references",
        text="Re&ferences",
        menu="In&spect",
        group=2,
        needs=Need.EXPOSURE,
        tip="List the reference files of each step, and open them",
        shortcuts=("Shift+F",),
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

ACTIONS: Final = (*FILE_ACTIONS, *RUN_ACTIONS, *_VIEW, *_IMAGE, *_COMPARE, *_PIXELS, *_MEASURE, *_SKY, *_HELP)
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
