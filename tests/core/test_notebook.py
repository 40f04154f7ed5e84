"""The analyst's notes survive everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.notebook import Notebook
from wfsgui.core.verdicts import Judgement, Verdict

ACCEPTED = Verdict("flat_field", Judgement.ACCEPTED, "fine — «ok»", "2026-01-01T00:00:00+00:00")
REJECTED = Verdict("photom", Judgement.REJECTED, "", "2026-01-01T00:01:00+00:00")


def test_verdicts_come_back_in_order_in_another_session(tmp_path: Path) -> None:
    product = fakes.product()
    for verdict in (ACCEPTED, REJECTED):
        Notebook(tmp_path).add(product, verdict)
    assert Notebook(tmp_path).verdicts(product) == [ACCEPTED, REJECTED]


def test_exposures_of_the_same_name_in_two_folders_have_their_own(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.add(fakes.product(folder=Path("/a")), ACCEPTED)
    assert notebook.verdicts(fakes.product(folder=Path("/b"))) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"verdicts": [{"stage": 1}]}', '{"verdicts": 3}'])
def test_a_damaged_page_is_kept_aside_and_written_anew(tmp_path: Path, text: str) -> None:
    notebook, product = Notebook(tmp_path), fakes.product()
    notebook.add(product, ACCEPTED)
    (page,) = tmp_path.iterdir()
    page.write_text(text, encoding="utf-8")
    notebook.add(product, REJECTED)
    assert notebook.verdicts(product) == [REJECTED]
    assert page.with_suffix(".damaged").read_text(encoding="utf-8") == text
