"""Window that shows one reference file: as an image, as tables, or as a tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.references.check import is_tree
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.queries import ReferenceTreeQuery
from wfsgui.core.references.reading import ReferenceContent, ReferenceTable, read_content
from wfsgui.core.references.tree import AsdfContent
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.references.image_page import ImagePage, PageWorkers, Science
from wfsgui.gui.references.table_page import TablePage
from wfsgui.gui.references.tree_page import TreePage
from wfsgui.gui.threads.worker_thread import Job
from wfsgui.gui.widgets.controls import message_label
from wfsgui.gui.widgets.theme import heading_font, mute
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["AskTree", "ReferenceViewer", "Viewed"]

_WIDTH: Final = 900
_HEIGHT: Final = 780


class AskTree(Protocol):
    """Asks the engine for the content of an ASDF file, for example `EngineRunner.ask`."""

    def __call__(
        self,
        query: ReferenceTreeQuery,
        done: Callable[[AsdfContent], None],
        failed: Callable[[BaseException], None],
        /,
    ) -> Job:
        """Ask; the answer comes later, in the GUI thread."""


@dataclass(frozen=True)
class Viewed:
    """What a viewer shows.

    Attributes
    ----------
    path : Path
        The file.
    kind : str
        CRDS reference type.
    step : str
        The step that uses it.
    exposure : Exposure
        The exposure that it is used for.
    """

    path: Path
    kind: str
    step: str
    exposure: Exposure


class ReferenceViewer(QWidget):
    """Show a reference file in a window of its own; several may be open.

    Parameters
    ----------
    viewed : Viewed
        The file.
    workers : PageWorkers
        Threads that read and draw.
    ask_tree : AskTree
        Asks the engine for a tree.
    ask_science : callable
        ``ask_science(done)``: gets the image of the exposure.
    parent : QWidget
        The main window.

    Attributes
    ----------
    viewed : Viewed
        The file.
    """

    def __init__(
        self,
        viewed: Viewed,
        workers: PageWorkers,
        ask_tree: AskTree,
        ask_science: Callable[[Callable[[Science | None], None]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.viewed = viewed
        self._workers, self._ask_tree, self._ask_science = workers, ask_tree, ask_science
        self._numbers: PixelNumbers | None = None
        self._image: ImagePage | None = None
        self.setObjectName("reference_viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{viewed.kind}: {viewed.path.name}")
        self.resize(_WIDTH, _HEIGHT)
        self._title, self._facts, self._description = QLabel(viewed.path.name), QLabel(), QLabel()
        self._message = message_label("reference_message")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("reference_tabs")
        self._tabs.setDocumentMode(True)
        self._pages = QStackedWidget()
        self._arrange()
        for keys in ("Esc", "Ctrl+W"):
            QShortcut(QKeySequence(keys), self, self.close)
        self._job: Job | None = None
        self._read()

    @property
    def image(self) -> ImagePage | None:
        """The page of the image; None if there is none."""
        return self._image

    @property
    def message(self) -> str:
        """The sentence in the place of the content; empty if there is content."""
        return self._message.text()

    @property
    def tabs(self) -> tuple[str, ...]:
        """Titles of the pages."""
        return tuple(self._tabs.tabText(place) for place in range(self._tabs.count()))

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers
        if self._image is not None:
            self._image.set_pixel_numbers(numbers)

    def _read(self) -> None:
        viewed = self.viewed
        info = viewed.exposure.product.science.info
        self._show_message(f"Reading {viewed.path.name}...")

        def work() -> ReferenceContent | None:
            return None if is_tree(viewed.path) else read_content(viewed.path, viewed.kind, info)

        def done(content: ReferenceContent | None) -> None:
            if content is None:
                self._job = self._ask_tree(ReferenceTreeQuery(viewed.path), self._show_tree, self._fail)
            else:
                self._show_content(content)

        self._job = self._workers.read.submit(work, done, self._fail)

    def _fail(self, error: BaseException) -> None:
        self._show_message(str(error))

    def _show_message(self, text: str) -> None:
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)

    def _show_tree(self, content: AsdfContent) -> None:
        self._show_facts(content.facts)
        page = TreePage(content.root)
        self._tabs.addTab(page, "Tree")
        self._show_tabs()
        page.take_focus()

    def _show_content(self, content: ReferenceContent) -> None:
        self._show_facts(content.facts)
        what = self.viewed.exposure.product.science.info.optical_elements
        if content.image:
            self._image = ImagePage(content, self._workers, self._ask_science)
            if self._numbers is not None:
                self._image.set_pixel_numbers(self._numbers)
            self._tabs.addTab(self._image, "Image")
        for table in content.tables:
            self._tabs.addTab(TablePage(table, what), table.name)
        header = ReferenceTable("header", ("Keyword", "Value", "Comment"), content.header)
        self._tabs.addTab(TablePage(header), "Header")
        self._show_tabs()
        first = self._tabs.widget(0)
        if isinstance(first, TablePage):
            first.take_focus()
        elif self._image is not None:
            self._image.view.canvas.surface.setFocus()

    def _show_tabs(self) -> None:
        self._message.setText("")
        self._pages.setCurrentWidget(self._tabs)

    def _show_facts(self, facts: ReferenceFacts) -> None:
        told = (
            facts.reference_type,
            " ".join(filter(None, (facts.instrument, facts.detector))),
            f"pedigree {facts.pedigree}" if facts.pedigree else "",
            f"use after {facts.use_after.replace('T', ' ')}" if facts.use_after else "",
            f"by {facts.author}" if facts.author else "",
        )
        self._facts.setText(" · ".join(filter(None, told)))
        self._description.setText(facts.description)
        self._description.setVisible(bool(facts.description))

    def _arrange(self) -> None:
        self._title.setFont(heading_font())
        for name, label in (("title", self._title), ("facts", self._facts), ("description", self._description)):
            label.setObjectName(f"reference_{name}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mute(self._facts)
        self._description.hide()
        copy = QPushButton("Copy &path")
        copy.setObjectName("reference_copy_path")
        copy.setToolTip(str(self.viewed.path))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(self.viewed.path)))
        texts = QVBoxLayout()
        texts.setSpacing(GRID)
        for label in (self._title, self._facts, self._description):
            texts.addWidget(label)
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, MARGIN, MARGIN, 2 * GRID)
        head.addLayout(texts, stretch=1)
        head.addWidget(copy, alignment=Qt.AlignmentFlag.AlignTop)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._pages, stretch=1)

    @override
    def closeEvent(self, event: QCloseEvent, /) -> None:
        """Drop what is being read."""
        if self._job is not None:
            self._job.cancel()
        if self._image is not None:
            self._image.end()
        super().closeEvent(event)
