"""How long the numbers of the star of an exposure take, after its image is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.window_cases import Timing

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput

__all__ = ["assessment_timings"]

_SIDE: Final = 2048
_LENSES: Final = ("WLP8", "WLM8", "CLEAR")
_ROUNDS: Final = 10


def assessment_timings(repeat: int) -> list[Timing]:
    """Measure assessments of full frames, in this process.

    Parameters
    ----------
    repeat : int
        Rounds; each has ten assessments.

    Returns
    -------
    list of Timing
        The first SBR, and everything, of donuts and of a star in focus.

    Raises
    ------
    BenchmarkError
        If the star is not found.
    """
    # Imported late: the process that measures must not have these packages in its memory before.
    from wfsgui.core.assess.assess import FIRST_PARTS, assess_exposure

    timings = []
    for lens in _LENSES:
        entry = _entry(lens)
        if assess_exposure(entry).regions is None:
            raise BenchmarkError(f"No star was found through {lens}.")
        for what, work in (
            ("first SBR of 2048 x 2048", partial(assess_exposure, entry, FIRST_PARTS)),
            ("all numbers of 2048 x 2048", partial(assess_exposure, entry)),
        ):
            timings.append(Timing(what, lens, [_milliseconds(work) for _ in range(_ROUNDS * repeat)]))
    return sorted(timings, key=lambda timing: timing.what, reverse=True)


def _entry(lens: str) -> AssessInput:
    from tests.core.assess.stars import Scene, image_of, request

    return request(image_of(Scene(lens, 0.45 * _SIDE, 0.6 * _SIDE, shape=(_SIDE, _SIDE), with_area=True)), lens)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
