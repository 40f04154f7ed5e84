"""Colours of the design tokens can be read and found."""

from __future__ import annotations

import pytest

from wfsgui.gui.widgets.tokens import DARK, GRID, LIGHT, MARGIN, ROW, TYPE, Palette, contrast

TEXTS = ("text", "mute", "faint", "accent", "ok", "warn", "bad")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_on_a_panel_has_a_contrast_of_four_and_a_half(palette: Palette, name: str) -> None:
    assert contrast(getattr(palette, name), palette.panel) >= 4.5


@pytest.mark.parametrize("ground", ["panel", "bg"])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_border_of_what_can_be_pressed_has_a_contrast_of_three(palette: Palette, ground: str) -> None:
    assert contrast(palette.edge, getattr(palette, ground)) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_on_a_selection_has_a_contrast_of_four_and_a_half(palette: Palette) -> None:
    assert contrast(palette.text, palette.accent_bg) >= 4.5


def test_sizes_are_on_the_grid() -> None:
    assert [size % GRID for size in (ROW, MARGIN)] == [0, 0]
    assert all(size.line > size.size for size in TYPE.values())
