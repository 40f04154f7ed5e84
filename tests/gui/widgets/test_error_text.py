"""Sentences about files that were not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from wfsgui.core.errors import WfsguiError
from wfsgui.gui.widgets.error_text import file_error_text


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (WfsguiError("view.png is read-only; choose another folder."), "view.png is read-only; choose another folder."),
        (OSError("disk full"), "view.png could not be written: disk full"),
    ],
)
def test_sentence_of_a_wfsgui_error_is_kept_and_others_name_the_file(error: Exception, text: str) -> None:
    assert file_error_text(error, Path("/somewhere/view.png")) == text
