"""User guide: its page and its menu entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from tests.gui.window_driver import WindowDriver
from wfsgui.gui.help.user_guide import guide_page, open_guide
from wfsgui.gui.window import window_dialogs


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "with a space" / "guide" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<title>The guide</title>")
    return page


def test_guide_page_is_found(page: Path, tmp_path: Path) -> None:
    assert guide_page(page.parents[1]) == page
    assert guide_page(tmp_path) is None


def test_guide_opens_as_a_local_file(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    open_guide(page)
    assert [url.toLocalFile() for url in opened] == [str(page)]


@pytest.mark.parametrize("installed", [True, False])
def test_guide_action_is_hidden_without_a_guide(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, page: Path, *, installed: bool
) -> None:
    monkeypatch.setattr(window_dialogs, "guide_page", lambda: page if installed else None)
    opened: list[Path] = []
    monkeypatch.setattr(window_dialogs, "open_guide", opened.append)
    driver: WindowDriver = request.getfixturevalue("driver")
    action = driver.window.table["guide"]
    assert action.isVisible() is installed
    action.trigger()
    assert opened == ([page] if installed else [])
