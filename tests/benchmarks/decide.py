"""How long the numbers of the star, and everything that helps to decide on a pair, take after the images are there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.window_cases import Timing

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.pair.results import PairSide

__all__ = ["assessment_timings", "decision_timings"]

_SIDE: Final = 2048
_LENSES: Final = ("WLP8", "WLM8", "CLEAR")
_ROUNDS: Final = 10
_FIRST, _ALL, _PAIR = "first SBR of 2048 x 2048", "all numbers of 2048 x 2048", "both exposures and their pair"
_PAIR_ROUNDS: Final = 3
_NEUTRAL: Final = "astropy: sigma_clipped_stats"
"""What is measured beside: the usual statistics of the same image, by a library, with its defaults."""


def assessment_timings(repeat: int) -> list[Timing]:
    """Measure assessments of full frames, in this process.

    Parameters
    ----------
    repeat : int
        Rounds; each has ten assessments.

    Returns
    -------
    list of Timing
        The first SBR, and everything, of donuts and of a star in focus; each after the neutral measure.

    Raises
    ------
    BenchmarkError
        If the star is not found.
    """
    # Imported late: the process that measures must not have these packages in its memory before.
    from wfsgui.core.assess.assess import FIRST_PARTS, assess_exposure

    entries = {lens: _entry(lens) for lens in _LENSES}
    for lens, entry in entries.items():
        if assess_exposure(entry).regions is None:
            raise BenchmarkError(f"No star was found through {lens}.")
    neutral = _neutral(entries["CLEAR"].image)
    first = {lens: partial(assess_exposure, entry, FIRST_PARTS) for lens, entry in entries.items()}
    complete = {lens: partial(assess_exposure, entry) for lens, entry in entries.items()}
    rounds = _ROUNDS * repeat
    return [*_in_turns(_FIRST, neutral | first, rounds), *_in_turns(_ALL, neutral | complete, rounds)]


def decision_timings(repeat: int) -> list[Timing]:
    """Measure everything that helps to decide on a pair of full frames, in this process.

    Parameters
    ----------
    repeat : int
        Rounds; each has three decisions.

    Returns
    -------
    list of Timing
        Both assessments, the comparison with its search for companions, and all of these.

    Raises
    ------
    BenchmarkError
        If a star is not found.
    """
    from wfsgui.core.assess.assess import assess_exposure
    from wfsgui.core.assess.limits import Limits
    from wfsgui.core.pair.compare import compare_pair
    from wfsgui.core.pair.results import PairOptions, PairSide

    entries = [_entry(lens) for lens in ("WLP8", "WLM8")]

    def side(entry: AssessInput) -> PairSide:
        regions = assess_exposure(entry).regions
        if regions is None:
            raise BenchmarkError(f"No star was found through {entry.product.science.info.pupil}.")
        return PairSide(entry.product.science.info, entry.stage, entry.image, regions)

    def compare(sides: list[PairSide], *, search: bool) -> None:
        compare_pair(sides[0], sides[1], PairOptions(search=search), Limits())

    known = [side(entry) for entry in entries]
    works: dict[str, Callable[[], object]] = {
        "two assessments": lambda: [side(entry) for entry in entries],
        "comparison": lambda: compare(known, search=False),
        "comparison with companions": lambda: compare(known, search=True),
        "all of the decision": lambda: compare([side(entry) for entry in entries], search=True),
    }
    return _in_turns(_PAIR, _neutral(entries[0].image) | works, _PAIR_ROUNDS * repeat)


def _neutral(image: StepImage) -> dict[str, Callable[[], object]]:
    """Return a neutral piece of work, to which the others are compared."""
    from astropy.stats import sigma_clipped_stats

    return {_NEUTRAL: lambda: sigma_clipped_stats(image.sci)}


def _in_turns(what: str, works: Mapping[str, Callable[[], object]], rounds: int) -> list[Timing]:
    """Time each work once in a round, so that all of them meet the same load of the machine."""
    timings = [Timing(what, who) for who in works]
    for _ in range(rounds):
        for timing, work in zip(timings, works.values(), strict=True):
            timing.values.append(_milliseconds(work))
    return timings


def _entry(lens: str) -> AssessInput:
    from tests.core.assess.stars import Scene, image_of, request

    return request(image_of(Scene(lens, 0.45 * _SIDE, 0.6 * _SIDE, shape=(_SIDE, _SIDE), with_area=True)), lens)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
