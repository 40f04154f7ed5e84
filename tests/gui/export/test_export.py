from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.gui import fakes
from tests.gui.window_driver import find
from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.display import Levels
from wfsgui.core.regions.pixel_numbers import FROM_0, FROM_1
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.display.colours import DQ_COLOURS, colour_table
from wfsgui.gui.export.caption import caption, suggested_name
from wfsgui.gui.export.colour_key import ClassKey, ColourBar, Key
from wfsgui.gui.export.export_dialog import ExportContent, ExportDialog
from wfsgui.gui.export.page_text import page_font, wrapped
from wfsgui.gui.export.view_recording import record_view
from wfsgui.gui.image.view_settings import Part, ViewSettings
from wfsgui.gui.sky.ruler import Ruler
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import NAN_COLOUR, apply_scheme

SHAPE = (30, 40)
CAPTION = ("jw99001001001_02101_00001_nrca3_rate.fits", "After photom, plane SCI", "x < 3 & y")
BAR = ColourBar(colour_table("viridis", inverse=False), Levels(-1.0, 3.0), "linear", "MJy/sr")
WHITE = QColor("white")


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    made = ImageCanvas()
    qtbot.addWidget(made)
    # Wider than a fitted image: there is room beside it.
    made.resize(600, 300)
    made.show()
    made.set_colours(colour_table("grey", inverse=False))
    made.show_index(np.full(SHAPE, 100, np.uint8))
    return made


@pytest.fixture
def worker() -> Iterator[WorkerThread]:
    made = WorkerThread()
    yield made
    made.close()


def write(canvas: ImageCanvas, path: Path, caption: tuple[str, ...], key: Key | None = None) -> None:
    """Record a view and write it."""
    record_view(canvas, caption, key).save(path)


def drawn_svg(path: Path) -> QImage:
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(renderer.viewBox().size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def texts(path: Path) -> list[str]:
    """Return what is written in an SVG file."""
    return ["".join(node.itertext()).strip() for node in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "PNG"])
def test_each_kind_of_file_can_be_read(canvas: ImageCanvas, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"view.{kind}"
    write(canvas, path, CAPTION, BAR)
    assert names(tmp_path) == [path.name]
    if kind == "pdf":
        content = path.read_bytes()
        assert content.startswith(b"%PDF")
        assert content.rstrip().endswith(b"%%EOF")
        # Not as photographs are compressed: pixels stay what they are.
        assert b"DCTDecode" not in content
        assert content.count(b"/Type /Page\n") == 1
    else:
        image = drawn_svg(path) if kind == "svg" else QImage(str(path))
        assert image.width() > image.height() > 300


def test_a_png_has_twice_the_resolution_of_the_screen(canvas: ImageCanvas, tmp_path: Path) -> None:
    write(canvas, tmp_path / "view.png", CAPTION)
    image = QImage(str(tmp_path / "view.png"))
    assert image.width() >= 2 * canvas.width() * canvas.devicePixelRatio()
    assert image.text("Description").split("\n") == list(CAPTION)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_pixels_are_not_smoothed(canvas: ImageCanvas, tmp_path: Path, kind: str) -> None:
    index = np.full(SHAPE, 0, np.uint8)
    index[:, 20:] = 254
    canvas.show_index(index)
    path = tmp_path / f"view.{kind}"
    write(canvas, path, CAPTION)
    image = drawn_svg(path) if kind == "svg" else QImage(str(path))
    scale = image.width() / 632
    # A row through the middle of the image, which is 400 wide in the middle of the page.
    row = [image.pixelColor(round(x), round(166 * scale)).lightness() for x in np.arange(130, 500) * scale]
    assert set(row) == {0, 255}


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_page_is_white_in_every_theme(canvas: ImageCanvas, tmp_path: Path, kind: str, scheme: str) -> None:
    apply_scheme(scheme)
    path = tmp_path / f"view.{kind}"
    write(canvas, path, CAPTION, BAR)
    image = drawn_svg(path) if kind == "svg" else QImage(str(path))
    scale = image.width() / 632
    places = [(3, 3), (50, 150), (580, 150), (628, 320), (3, image.height() / scale - 3)]
    assert [image.pixelColor(round(x * scale), round(y * scale)) for x, y in places] == [WHITE] * 5
    # The image itself, and dark text beneath it.
    assert image.pixelColor(round(316 * scale), round(166 * scale)).lightness() == pytest.approx(100, abs=1)
    below = [
        image.pixelColor(x, y).lightness()
        for y in range(round(360 * scale), image.height())
        for x in range(0, round(300 * scale), 2)
    ]
    assert min(below) < 80


def test_layers_are_exported_and_clipped_to_the_view(canvas: ImageCanvas, tmp_path: Path) -> None:
    ruler = Ruler(canvas)
    ruler.begin(canvas.view.center())
    ruler.end(canvas.view.center() * 1.3)
    canvas.zoom_to(100.0)
    for kind in ("svg", "png"):
        write(canvas, tmp_path / f"view.{kind}", CAPTION)
    for image in (drawn_svg(tmp_path / "view.svg"), QImage(str(tmp_path / "view.png"))):
        scale = image.width() / 632
        seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
        assert any(QColor(name).blue() > QColor(name).red() + 60 for name in seen)
        assert image.pixelColor(round(316 * scale), round(8 * scale)) == WHITE
        assert image.pixelColor(round(8 * scale), round(166 * scale)) == WHITE


def test_caption_and_numbers_are_text_in_svg(canvas: ImageCanvas, tmp_path: Path) -> None:
    write(canvas, tmp_path / "view.svg", CAPTION, BAR)
    found = texts(tmp_path / "view.svg")
    assert [text for text in found if text in CAPTION] == list(CAPTION)
    assert set(found) >= {"-1", "0", "1", "2", "3", "MJy/sr", "NaN"}


def test_long_caption_is_broken_into_lines_in_full(canvas: ImageCanvas, tmp_path: Path) -> None:
    name = "jw99001001001_02101_00001_nrca3_" * 12
    write(canvas, tmp_path / "view.svg", (name, "word " * 100))
    found = texts(tmp_path / "view.svg")
    assert len(found) > 5
    assert "".join(found).replace(" ", "").startswith(name)
    short, long = QSvgRenderer(), QSvgRenderer(str(tmp_path / "view.svg"))
    write(canvas, tmp_path / "short.svg", CAPTION[:1])
    short.load(str(tmp_path / "short.svg"))
    assert long.viewBox().width() == short.viewBox().width()
    assert long.viewBox().height() > short.viewBox().height() + 60


def test_lines_are_broken_between_words_and_paragraphs_kept() -> None:
    assert wrapped(["", "one two"], 10000) == ["", "one two"]
    lines = wrapped(["one two three four five six seven"], 100)
    assert len(lines) > 1
    assert " ".join(lines) == "one two three four five six seven"
    assert page_font().pixelSize() > 0


def test_numbers_of_the_colour_bar_follow_the_stretch() -> None:
    table = colour_table("grey", inverse=False)
    assert ColourBar(table, Levels(0.0, 4.0), "linear", "").numbers == ("0", "1", "2", "3", "4")
    root = [float(text) for text in ColourBar(table, Levels(0.0, 16.0), "sqrt", "").numbers]
    assert root == pytest.approx([0.0, 1.0, 4.0, 9.0, 16.0], abs=0.1)


def test_colour_bar_and_class_key_have_their_colours(canvas: ImageCanvas, tmp_path: Path) -> None:
    write(canvas, tmp_path / "bar.png", CAPTION, BAR)
    write(canvas, tmp_path / "classes.png", CAPTION, ClassKey())
    colours = []
    for name in ("bar", "classes"):
        image = QImage(str(tmp_path / f"{name}.png"))
        y = (316 + 10 + 7) * 2
        colours.append({image.pixelColor(x, y).name() for x in range(image.width())})
    ends = {QColor(*map(int, BAR.table[entry])).name() for entry in (0, 254)}
    assert colours[0] >= ends | {NAN_COLOUR}
    assert colours[1] >= set(DQ_COLOURS.values())


def test_unknown_suffix_is_refused(canvas: ImageCanvas, tmp_path: Path) -> None:
    for name in ("view.jpg", "view"):
        with pytest.raises(WfsguiError, match=r"^view.* is no picture; .*\.png, \.pdf, \.svg\.$"):
            write(canvas, tmp_path / name, CAPTION)
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_failed_export_leaves_no_file(canvas: ImageCanvas, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"view.{kind}"
    target.mkdir()
    with pytest.raises(WfsguiError, match=r"^view\.\w+ could not be written \(.+\); [^.]+\.$"):
        write(canvas, target, CAPTION)
    with pytest.raises(WfsguiError, match="could not be written"):
        write(canvas, tmp_path / "absent" / f"view.{kind}", CAPTION)
    assert names(tmp_path) == [target.name]


def test_failed_export_keeps_the_existing_file(canvas: ImageCanvas, tmp_path: Path) -> None:
    target = tmp_path / "view.png"
    target.write_text("kept")
    drawing = record_view(canvas, CAPTION)
    with pytest.raises(WfsguiError):
        drawing.save(target / "below.png")
    assert target.read_text() == "kept"
    assert names(tmp_path) == ["view.png"]


def test_caption_has_all_settings() -> None:
    exposure = fakes.completed(fakes.exposure())
    when = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    settings = ViewSettings(
        plane="SCI",
        unit="MJy/sr",
        levels=Levels(-0.5, 12.25),
        rule="zscale",
        stretch="asinh",
        colour_map="viridis",
        inverse=True,
        part=Part.of(QRectF(-5.5, 10.2, 20.0, 30.0), (64, 48)),
    )
    text = "\n".join(caption(exposure, "photom", settings, FROM_1, when))
    for part in (
        "jw99001001001_02101_00001_nrca3_rate.fits",
        "Fine phasing, WLP8 (+8 waves)",
        "After photom, plane SCI",
        "Columns 1 to 15, rows 11 to 41: a part of the image (pixels count from 1)",
        "Stretch asinh",
        "limits -0.5 to 12.25 MJy/sr (zscale)",
        "colour map viridis, inverted",
        "CRDS context jwst_9999.pmap",
        f"wfsgui {__version__}",
        "2026-01-02 03:04 UTC",
    ):
        assert part in text
    assert suggested_name(exposure, "photom", "SCI") == "jw99001001001_02101_00001_nrca3_photom_SCI"


def test_caption_of_flags_and_of_rate() -> None:
    settings = ViewSettings(
        plane="DQ",
        unit="",
        levels=None,
        rule="",
        stretch="linear",
        colour_map="grey",
        inverse=False,
        part=Part.of(QRectF(-1, -2, 80, 90), (64, 48)),
    )
    lines = caption(fakes.exposure(), "rate", settings, FROM_0, datetime(2026, 1, 2, tzinfo=UTC))
    assert "Before the first step (rate), plane DQ" in lines
    assert "Columns 0 to 47, rows 0 to 63: the whole image (pixels count from 0)" in lines
    assert not re.search("limits|CRDS|Stretch", "\n".join(lines))


class Asked:
    """An export in a window of its own."""

    def __init__(self, qtbot: QtBot, canvas: ImageCanvas, worker: WorkerThread, folder: Path) -> None:
        self._qtbot = qtbot
        self.said: list[str] = []
        self.failed: list[str] = []
        self.subject: ExportContent | None = ExportContent(folder / "x_photom_SCI.png", CAPTION, BAR)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.control = ExportDialog(self.window, canvas, lambda: self.subject, worker)
        self.control.message.connect(self.said.append)
        self.control.error.connect(self.failed.append)

    def dialog(self) -> QFileDialog:
        self.control.export()
        return find(self.window, QFileDialog, "export_dialog")

    def accept(self, name: str = "") -> None:
        """Export under this name, or that which is suggested."""
        dialog = self.dialog()
        if name:
            find(dialog, QLineEdit, "fileNameEdit").setText(name)
        buttons = find(dialog, QDialogButtonBox).buttons()
        (save,) = (button for button in buttons if button.text().replace("&", "") == "Save")
        QTest.mouseClick(save, Qt.MouseButton.LeftButton)
        self._qtbot.waitUntil(lambda: not isValid(dialog))

    def answer(self, label: str) -> None:
        """Answer the question whether to replace a file."""
        box = find(self.window, QMessageBox, "question")
        (button,) = (button for button in box.findChildren(QPushButton) if button.text() == label)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self._qtbot.waitUntil(lambda: not isValid(box))


@pytest.fixture
def asked(qtbot: QtBot, canvas: ImageCanvas, worker: WorkerThread, tmp_path: Path) -> Asked:
    return Asked(qtbot, canvas, worker, tmp_path)


def test_export_waits_until_the_view_is_settled(
    canvas: ImageCanvas, qtbot: QtBot, worker: WorkerThread, tmp_path: Path
) -> None:
    subject = ExportContent(tmp_path / "x.png", CAPTION, None)
    settled = [False, False, True]
    described: list[int] = []

    def describe() -> ExportContent:
        described.append(len(settled))
        return subject

    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    control = ExportDialog(window, canvas, describe, worker, lambda: settled.pop(0))
    control.export()
    assert described == []
    assert window.findChild(QFileDialog, "export_dialog") is None
    qtbot.waitUntil(lambda: described == [0])
    find(window, QFileDialog, "export_dialog").reject()


def test_suggested_name_is_used_and_reported(asked: Asked, qtbot: QtBot, tmp_path: Path) -> None:
    asked.accept()
    qtbot.waitUntil(lambda: bool(asked.said))
    assert asked.said == [f"The view is saved as {tmp_path / 'x_photom_SCI.png'}."]
    assert not QImage(str(tmp_path / "x_photom_SCI.png")).isNull()
    assert asked.failed == []


def test_name_without_suffix_gets_that_of_the_kind(asked: Asked, qtbot: QtBot, tmp_path: Path) -> None:
    asked.accept("mine")
    qtbot.waitUntil(lambda: bool(asked.said))
    assert names(tmp_path) == ["mine.png"]


def test_choosing_a_kind_changes_the_suffix(asked: Asked, tmp_path: Path) -> None:
    dialog = asked.dialog()
    assert [name.split(" (")[0] for name in dialog.nameFilters()] == ["PNG image", "PDF document", "SVG drawing"]
    svg = dialog.nameFilters()[2]
    dialog.selectNameFilter(svg)
    dialog.filterSelected.emit(svg)
    assert [Path(name) for name in dialog.selectedFiles()] == [tmp_path / "x_photom_SCI.svg"]
    dialog.reject()


def test_existing_file_is_replaced_only_after_confirmation(
    asked: Asked, qtbot: QtBot, worker: WorkerThread, tmp_path: Path
) -> None:
    target = tmp_path / "x_photom_SCI.png"
    target.write_text("kept")
    asked.accept()
    asked.answer("Cancel")
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert target.read_text() == "kept"
    assert asked.said == []
    asked.accept()
    asked.answer("Replace")
    qtbot.waitUntil(lambda: bool(asked.said))
    assert not QImage(str(target)).isNull()


def test_failure_is_reported_in_one_sentence(asked: Asked, qtbot: QtBot, tmp_path: Path) -> None:
    asked.accept(str(tmp_path / "view.jpg"))
    qtbot.waitUntil(lambda: bool(asked.failed))
    assert asked.failed == ["view.jpg is no picture; give it a name that ends in .png, .pdf, .svg."]
    assert asked.said == []


def test_exported_view_is_that_of_the_request(asked: Asked, canvas: ImageCanvas, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = asked.dialog()
    canvas.show_index(np.full(SHAPE, 250, np.uint8))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(asked.said))
    image = QImage(str(tmp_path / "x_photom_SCI.png"))
    assert image.pixelColor(image.width() // 2, 332).lightness() == pytest.approx(100, abs=1)


def test_escape_or_no_image_saves_nothing(asked: Asked, tmp_path: Path) -> None:
    QTest.keyClick(asked.dialog(), Qt.Key.Key_Escape)
    assert names(tmp_path) == []
    asked.subject = None
    asked.control.export()
    visible = [dialog for dialog in asked.window.findChildren(QFileDialog) if dialog.isVisible()]
    assert visible == []
