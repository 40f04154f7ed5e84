"""Page of the image of a reference file, which can be blinked against the exposure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.image.compare import Link, Mode
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.references.reading import ReferenceContent, ReferenceImage, cut_to_exposure, read_planes
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.image.comparison import Comparison
from wfsgui.gui.image.side_by_side import no_offset
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.messages.readout import Readout
from wfsgui.gui.threads.worker_thread import Job, WorkerThread
from wfsgui.gui.widgets.controls import tool_button
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["ImagePage", "PageWorkers", "Science"]

_KEYS: Final = {"next_plane": "E", "auto_limits": "A", "fit": "F", "one_to_one": "Ctrl+1", "blink": "B"}


@dataclass(frozen=True, eq=False)
class Science:
    """Image of the exposure that the reference is blinked against.

    Attributes
    ----------
    image : StepImage
        The image.
    name : str
        Its stage, for the caption.
    """

    image: StepImage
    name: str


@dataclass(frozen=True)
class PageWorkers:
    """Threads of the page.

    Attributes
    ----------
    read, render : WorkerThread
        Threads that read and draw images.
    """

    read: WorkerThread
    render: WorkerThread


class ImagePage(QWidget):
    """Show the planes of a reference; the flat is cut to the exposure while they blink.

    Parameters
    ----------
    content : ReferenceContent
        The file.
    workers : PageWorkers
        Threads.
    ask_science : callable
        ``ask_science(done)``: gets the image of the exposure, in the GUI thread; None if it has none.

    Attributes
    ----------
    view : ImageView
        The image.
    blinking : Signal(bool)
        Whether the two images blink now.
    """

    blinking = Signal(bool)

    def __init__(
        self,
        content: ReferenceContent,
        workers: PageWorkers,
        ask_science: Callable[[Callable[[Science | None], None]], None],
    ) -> None:
        super().__init__()
        self.setObjectName("reference_image_page")
        self._content, self._workers, self._ask_science = content, workers, ask_science
        self._image: ReferenceImage | None = None
        self._job: Job | None = None
        self.view = ImageView(workers.render)
        self._readout = Readout()
        self._blink = tool_button("reference_blink", "Blink with the exposure", "", checkable=True)
        self._number = QSpinBox()
        self._text = QLabel()
        self._prepare_controls()
        self._arrange()
        self._connect()
        self._read(0)

    @property
    def is_blinking(self) -> bool:
        """Whether the two images blink."""
        return self._blink.isChecked()

    @property
    def text(self) -> str:
        """The line below the image."""
        return self._text.text()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._readout.set_pixel_numbers(numbers)

    def end(self) -> None:
        """Drop what is being read and drawn: the page is about to be deleted."""
        self._blink.setChecked(False)
        if self._job is not None:
            self._job.cancel()
        self._image = None
        self.view.show_message("")

    def _prepare_controls(self) -> None:
        content, blink = self._content, self._blink
        blink.setEnabled(content.cut is not None)
        tip = f"Show the pixels of the exposure and of this file in turns ({_KEYS['blink']})"
        blink.setToolTip(tip if content.cut is not None else content.why_no_cut)
        self._number.setObjectName("reference_number")
        self._number.setAccessibleName("Number of the image along the third axis")
        self._number.setRange(1, content.depth)
        self._number.setPrefix("Image ")
        self._number.setSuffix(f" of {content.depth}")
        self._number.setVisible(content.depth > 1)
        self._text.setObjectName("reference_image_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        mute(self._text)
        self.view.display.controls.set_shortcuts(_KEYS)

    def _read(self, index: int) -> None:
        if self._job is not None:
            self._job.cancel()
        path = self._content.path
        self.view.show_message(f"Reading {path.name}...")
        self._job = self._workers.read.submit(lambda: read_planes(path, index), self._take, self._fail)

    def _take(self, image: ReferenceImage) -> None:
        self._job, self._image = None, image
        self._show()

    def _fail(self, error: BaseException) -> None:
        self._job, self._image = None, None
        self._blink.setChecked(False)
        self.view.show_message(str(error))

    def _take_blink(self, blinks: object) -> None:
        if not blinks:
            self._show()
        elif self._image is not None:
            self._ask_science(self._take_science)
        self.blinking.emit(bool(blinks))

    def _take_science(self, science: Science | None) -> None:
        if not self._blink.isChecked():
            return
        if science is None:
            self._blink.setChecked(False)
            self._text.setText("The image of the exposure cannot be read: its file is not there any more.")
        else:
            self._show(science)

    def _show(self, science: Science | None = None) -> None:
        image, content, cut = self._image, self._content, self._content.cut
        if image is None:
            return
        key = str(content.path)
        if science is None or cut is None:
            self.view.set_comparison(None)
            self.view.show_image(image, identity=key)
            self._text.setText(self._whole_text())
            return
        part = cut_to_exposure(image, cut)
        comparison = Comparison(
            mode=Mode.BLINK,
            image=science.image,
            identity=f"{key} exposure",
            name=content.path.name,
            other_name=science.name,
            link=Link.PIXEL,
            offset=(0.0, 0.0),
            offset_at=no_offset,
        )
        self.view.show_image(part, identity=key)
        self.view.set_comparison(comparison)
        rows, columns = cut.rows, cut.columns
        self._text.setText(
            f"In turns: {science.name}, and columns {columns.start + 1} to {columns.stop}, rows {rows.start + 1} to "
            f"{rows.stop} of this image, which the step takes for this exposure. Each has levels of its own."
        )

    def _whole_text(self) -> str:
        content = self._content
        size = f"{content.shape[1]} x {content.shape[0]} pixels"
        told = [size if content.image == "SCI" else f"{size}; SCI is the extension {content.image}"]
        if content.left_out:
            told.append(f"not shown, of another shape: {', '.join(content.left_out)}")
        if content.cut is None:
            told.append(content.why_no_cut)
        return "; ".join(told)

    def _connect(self) -> None:
        view, blink = self.view, self._blink
        view.hovered.connect(self._readout.show_hover)
        blink.toggled.connect(self._take_blink)
        self._number.valueChanged.connect(lambda number: self._read(number - 1))
        acts: dict[str, Callable[[], object]] = {
            "next_plane": view.next_plane,
            "auto_limits": view.display.set_auto_limits,
            "fit": view.canvas.fit,
            "one_to_one": lambda: view.canvas.zoom_to(1.0),
            "blink": blink.click,
        }
        for name, act in acts.items():
            shortcut = QShortcut(QKeySequence(_KEYS[name]), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self._blink)
        row.addWidget(self._number)
        row.addWidget(self._text, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(0)
        layout.addWidget(self.view, stretch=1)
        layout.addLayout(row)
        layout.addWidget(self._readout)

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        """Stop blinking while nobody sees it."""
        self._blink.setChecked(False)
        super().hideEvent(event)
