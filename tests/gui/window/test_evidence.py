"""Evidence from the menu of the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton

from tests.gui.window_driver import WindowDriver, find
from wfsgui.gui.evidence.dialog import EvidenceDialog
from wfsgui.gui.messages.message_bar import Message


def test_evidence_of_the_visit_is_written_from_the_menu(
    driver: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    assert not driver.action("evidence").isEnabled()
    first, second = driver.open(*driver.write(2))
    driver.run_all()
    driver.action("evidence").trigger()
    dialog = find(driver.window, EvidenceDialog, "evidence_dialog")
    find(dialog, QLineEdit, "evidence_folder").setText(str(tmp_path / "evidence"))
    find(dialog, QCheckBox, "evidence_pdf").setChecked(False)
    scope = find(dialog, QComboBox, "evidence_scope")
    scope.setCurrentIndex(scope.count() - 1)
    assert scope.currentText() == "The whole visit: 2 exposures"
    find(dialog, QPushButton, "evidence_write").click()
    driver.wait(lambda: not driver.window.evidence.control.is_busy)
    names = sorted(path.name for path in (tmp_path / "evidence").iterdir())
    endings = (".html", ".json", "_checks.ecsv", "_quantities.ecsv")
    assert names == [f"jw99001001001_evidence{ending}" for ending in endings]
    content = json.loads((tmp_path / "evidence" / names[1]).read_text("utf-8"))
    assert [each["name"] for each in content["exposures"]] == [first.product.name, second.product.name]
    (message,) = (
        each for each in driver.window.messages.findChildren(Message) if each.text.startswith("The evidence is written")
    )
    (button,) = (each for each in message.findChildren(QPushButton) if each.text() == "Open the folder")
    button.click()
    assert shown == [QUrl.fromLocalFile(str(tmp_path / "evidence"))]
