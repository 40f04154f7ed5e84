"""Tests of flag counts, flag search and neighbourhoods against loops over pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wfsgui.core.image.dq_flags import flag_rows, has_flags, neighbourhood, next_flagged
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage

FEW = ("DO_NOT_USE", "SATURATED", "JUMP_DET", "NO_FLAT_FIELD", "OTHER_BAD_PIXEL")


def random_flags(seed: int = 1, shape: tuple[int, int] = (30, 41)) -> NDArray[np.uint32]:
    rng = np.random.default_rng(seed)
    dq = np.zeros(shape, np.uint32)
    for value in (FLAGS[name] for name in FEW):
        dq[rng.random(shape) < 0.1] |= np.uint32(value)
    return dq


def test_flag_counts_equal_count_by_pixel() -> None:
    before, dq = random_flags(1), random_flags(2)
    mask = np.hypot(*np.mgrid[-5:6, -5:6]) <= 5
    box = (slice(3, 14), slice(20, 31))
    rows = flag_rows(dq, meanings={"JUMP_DET": "A cosmic ray hit it."}, under=(box, mask), before=before)
    assert [row.name for row in rows] == list(FEW)
    for row in rows:
        now, was = (dq & row.value) != 0, (before & row.value) != 0
        assert row.value == FLAGS[row.name]
        assert (row.count, row.gained, row.lost) == (now.sum(), (now & ~was).sum(), (was & ~now).sum())
        assert row.under_star == now[box][mask].sum()
        assert row.meaning == ("A cosmic ray hit it." if row.name == "JUMP_DET" else "")


def test_only_present_or_lost_flags_have_rows() -> None:
    before, dq = np.zeros((2, 3, 4), np.uint32)
    before[0, 0], dq[1, 1] = 2, 4
    assert [(row.name, row.count, row.gained, row.lost) for row in flag_rows(dq, before=before)] == [
        ("SATURATED", 0, 0, 1),
        ("JUMP_DET", 1, 1, 0),
    ]
    assert [(row.count, row.gained, row.lost) for row in flag_rows(dq)] == [(1, 0, 0)]
    assert flag_rows(np.zeros((3, 4), np.uint32)) == ()


def test_every_bit_has_a_row() -> None:
    dq = np.array([[1 | 1 << 31, 1 << 31, 0xFFFFFFFF]], np.uint32)
    rows = flag_rows(dq)
    assert [row.value for row in rows] == [1 << bit for bit in range(32)]
    assert [row.count for row in rows] == [2, *[1] * 30, 3]
    assert [row.lost for row in flag_rows(np.zeros_like(dq), before=dq)] == [2, *[1] * 30, 3]


def test_images_of_different_shapes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="shape"):
        flag_rows(np.zeros((3, 4), np.uint32), before=np.zeros((4, 4), np.uint32))


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("centre", [(0, 0), (20, 14), (40, 3)])
def test_search_visits_every_flagged_pixel_once(*, forward: bool, centre: tuple[int, int]) -> None:
    dq = random_flags()
    rows, columns = np.nonzero(dq & 5)
    pixels = [(int(x), int(y)) for y, x in zip(rows, columns, strict=True)]
    # In the order of distance, then of row and column.
    outwards = sorted(pixels, key=lambda at: ((at[0] - centre[0]) ** 2 + (at[1] - centre[1]) ** 2, at[1], at[0]))
    place: tuple[int, int] | None = None
    visited = []
    for _ in range(len(pixels) + 1):
        place = next_flagged(dq, 5, place, centre=centre, forward=forward)
        visited.append(place)
    expected = outwards if forward else outwards[::-1]
    assert visited == [*expected, expected[0]]


def test_search_starts_at_any_pixel() -> None:
    dq = np.zeros((4, 5), np.uint32)
    dq[1, 4], dq[2, 1], dq[2, 0] = 4, 4, 2
    assert next_flagged(dq, 4, (2, 0), centre=(0, 0), forward=True) == (1, 2)
    assert next_flagged(dq, 4, (2, 0), centre=(0, 0), forward=False) == (4, 1)
    assert next_flagged(dq, 4, (1, 2), centre=(0, 0), forward=True) == (4, 1)
    assert next_flagged(dq, 4, (4, 1), centre=(0, 0), forward=True) == (1, 2)
    assert next_flagged(dq, 2, (0, 2), centre=(4, 3), forward=True) == (0, 2)
    assert next_flagged(dq, 1, (0, 2), centre=(0, 0), forward=True) is None


def test_search_skips_pixels_with_excluded_flags() -> None:
    dq = np.zeros((4, 5), np.uint32)
    dq[0, :] = 1 | 8
    dq[2, 3] = 1
    assert next_flagged(dq, 1, None, centre=(0, 0), forward=True, without=8) == (3, 2)
    assert next_flagged(dq, 1, (3, 2), centre=(0, 0), forward=True, without=8) == (3, 2)
    assert next_flagged(dq, 8, None, centre=(0, 0), forward=True, without=8) is None


def test_has_flags_is_true_for_any_flag() -> None:
    dq = np.array([[0, 1, 2], [4, 6, 1 << 31]], np.uint32)
    assert has_flags(dq, 2 | 1 << 31).tolist() == [[False, False, True], [False, True, True]]


def test_neighbourhood_is_padded_at_edges() -> None:
    sci = np.arange(30, dtype=np.float32).reshape(5, 6)
    image = StepImage(sci, sci + 100, np.full((5, 6), 3, np.uint32), "DN/s")
    middle = neighbourhood(image, 3, 2, half=1)
    assert (middle.x0, middle.y0) == (2, 1)
    np.testing.assert_array_equal(middle.sci, sci[1:4, 2:5])
    np.testing.assert_array_equal(middle.err, sci[1:4, 2:5] + 100)
    assert middle.inside.all()
    corner = neighbourhood(image, 5, 0)
    assert (corner.x0, corner.y0) == (1, -4)
    assert corner.sci.shape == corner.err.shape == corner.dq.shape == corner.inside.shape == (9, 9)
    np.testing.assert_array_equal(corner.sci[4:, :5], sci[:5, 1:])
    np.testing.assert_array_equal(np.isfinite(corner.sci), corner.inside)
    np.testing.assert_array_equal(np.isfinite(corner.err), corner.inside)
    np.testing.assert_array_equal(corner.dq, np.where(corner.inside, 3, 0))
    assert corner.inside.sum() == 25
