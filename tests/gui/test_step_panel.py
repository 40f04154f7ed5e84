"""The step panel tells of a stage and changes what its next run will use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.menus import POPUPS
from wfsgui.core.events import ProductFinished, ProductResult, ProductState, StepState
from wfsgui.core.parameters import ParameterKind, ParameterSpec
from wfsgui.core.request import StepOptions
from wfsgui.core.verdicts import Judgement, Verdict
from wfsgui.core.worklist import Exposure
from wfsgui.gui.engine import EngineFacts
from wfsgui.gui.parameter_form import ParameterForm
from wfsgui.gui.stage_page import stage_page
from wfsgui.gui.step_panel import StepPanel

pytestmark = POPUPS

SPECS = (
    ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step"),
    ParameterSpec("suffix", ParameterKind.TEXT, "None", (), "Output suffix"),
    ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), "Clipping limit"),
    ParameterSpec("maxiters", ParameterKind.INTEGER, "5", (), "Clipping iterations"),
    ParameterSpec("limit", ParameterKind.INTEGER, "None", (), ""),
    ParameterSpec("mode", ParameterKind.CHOICE, "mean", ("mean", "median"), "How to average"),
)
FACTS = EngineFacts(
    parameters={"flat_field": SPECS, "photom": SPECS[:2]},
    reference_types={"flat_field": ("flat", "area"), "photom": ("photom",)},
)
MARKUP = "<b>bold</b> & <img src='x'>"
WHEN = "2026-01-02T03:04:05"


class Desk:
    """Do as the window does with the options: keep them and show the stage anew."""

    def __init__(self, qtbot: QtBot, exposure: Exposure, stage: str) -> None:
        self.panel = StepPanel()
        self.exposure = exposure
        self.stage = stage
        self.told: list[StepOptions] = []
        qtbot.addWidget(self.panel)
        self.panel.resize(420, 700)
        self.panel.set_facts(FACTS)
        self.panel.show_stage(exposure, stage)
        self.panel.options_changed.connect(self.take)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        QTest.mouseClick(self.find(QToolButton, "form_toggle"), Qt.MouseButton.LeftButton)

    def take(self, options: StepOptions) -> None:
        self.told.append(options)
        self.exposure.options = options
        self.panel.show_stage(self.exposure, self.stage)

    def find[T: QWidget](self, kind: type[T], name: str) -> T:
        found = self.panel.findChild(kind, name)
        assert isinstance(found, kind)
        return found

    def line(self, name: str) -> QLineEdit:
        return self.find(QLineEdit, name)

    def type(self, name: str, text: str, *, leave_by: Qt.Key = Qt.Key.Key_Tab) -> None:
        self.line(name).setFocus()
        self.line(name).selectAll()
        QTest.keyClick(self.line(name), Qt.Key.Key_Delete)
        QTest.keyClicks(self.line(name), text)
        QTest.keyClick(self.line(name), leave_by)

    def choose(self, name: str, text: str) -> None:
        combo = self.find(QComboBox, name)
        combo.setFocus()
        QTest.keyClicks(combo, text)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, fakes.exposure(), "flat_field")


def plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def page(exposure: Exposure, stage: str) -> str:
    return plain(stage_page(exposure, stage, FACTS))
