"""Companion search of the demonstration: false candidates, and detection limits measured by injection.

``python -m tests.benchmarks.companion_limits`` prints the tables of the guide (docs/pair.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, pi, sin
from typing import Final

import numpy as np

from tests.core.pair.scenes import Scene, side
from wfsgui.core.pair.compare import find_companions
from wfsgui.core.pair.results import CompanionSearch
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.plan import Plan

_SEPARATIONS: Final = (15.0, 25.0, 40.0, 60.0, 110.0, 150.0)
"""Pixels."""

_SEED: Final = 20_260_101
_NEAR: Final = 2.0
"""Largest distance of a candidate from the injected place, pixels."""


@dataclass(frozen=True)
class Injection:
    """Result of many injections at one separation.

    Attributes
    ----------
    separation, contrast : float
        Pixels; the detection limit of a pair without a companion.
    found, injected : int
        Numbers of companions.
    pull : float
        Mean of (measured - true contrast) / error.
    spread : float
        Standard deviation of the same.
    offset : float
        Root mean square of the distance from the injected place, pixels.
    bias : float
        Mean of measured over true contrast, minus 1.
    """

    separation: float
    contrast: float
    found: int
    injected: int
    pull: float
    spread: float
    offset: float
    bias: float


def searched(telescope: Telescope, seed: int, companions: Sequence[tuple[float, float, float]] = ()) -> CompanionSearch:
    """Search in a pair of the demonstration's telescope with new noise."""
    first = Scene(seed=seed, telescope=telescope, companions=companions)
    second = replace(first, lens="WLM8", seed=seed + 500_000)
    return find_companions(side(first), side(second))


def false_candidates(telescope: Telescope, realisations: int) -> list[float]:
    """Return the significance of the candidates in pairs without a companion."""
    found = (searched(telescope, 1000 + number).companions for number in range(realisations))
    return [candidate.significance for candidates in found for candidate in candidates]


def injection(telescope: Telescope, separation: float, factor: float, count: int) -> Injection:
    """Inject companions with the limit contrast, times a factor, at random angles."""
    random = np.random.default_rng((_SEED, int(separation)))
    contrast = factor * searched(telescope, 1).limit_at(separation)
    pulls, offsets, ratios = [], [], []
    for number in range(count):
        angle = random.uniform(0, 2 * pi)
        place = separation * cos(angle), separation * sin(angle)
        for candidate in searched(telescope, 10_000 + number, [(*place, contrast)]).companions:
            away = hypot(candidate.dx - place[0], candidate.dy - place[1])
            if away < _NEAR:
                pulls.append((candidate.contrast - contrast) / candidate.contrast_error)
                offsets.append(away)
                ratios.append(candidate.contrast / contrast)
    numbers = (np.mean(pulls), np.std(pulls), np.sqrt(np.mean(np.square(offsets))), np.mean(ratios) - 1)
    return Injection(separation, contrast, len(pulls), count, *map(float, numbers if pulls else [np.nan] * 4))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--injections", type=int, default=100)
    parser.add_argument("--realisations", type=int, default=50)
    parser.add_argument("--telescopes", type=int, default=20)
    parser.add_argument("--factor", type=float, default=1.0)
    parser.add_argument("--separations", type=float, nargs="*", default=_SEPARATIONS)
    choices = parser.parse_args()
    telescope = replace(Plan().telescope, field=400)
    found = false_candidates(telescope, choices.realisations)
    print(f"{len(found)} false candidates in {choices.realisations} realisations of noise: {found}", flush=True)
    others = [
        significance
        for seed in range(choices.telescopes)
        for significance in false_candidates(replace(telescope, pupil_samples=256, seed=seed), 1)
    ]
    print(f"{len(others)} false candidates with {choices.telescopes} other telescopes: {others}", flush=True)
    print("| separation, px | arcsec | contrast | found | bias | pull | place, px |", flush=True)
    for separation in choices.separations:
        row = injection(telescope, separation, choices.factor, choices.injections)
        print(
            f"| {row.separation:.0f} | {row.separation * 0.0312:.2f} | {row.contrast:.2g} "
            f"| {row.found} of {row.injected} | {row.bias:+.1%} | {row.pull:+.2f} +- {row.spread:.2f} "
            f"| {row.offset:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
