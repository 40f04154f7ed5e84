"""How long a run with nothing changed spends on CRDS, in the engine and in the official pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.benchmarks.processes import WarmProcess, run_engine, run_stock
from tests.benchmarks.window_cases import Timing

if TYPE_CHECKING:
    from tests.benchmarks.cases import BenchmarkSetup

__all__ = ["look_up_timings"]

_STOCK, _ENGINE = "Image2Pipeline.call", "wfsgui"
_ROUNDS: Final = 5


def look_up_timings(setup: BenchmarkSetup, repeat: int) -> list[Timing]:
    """Measure the time spent on CRDS in warm processes.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where, and on what.
    repeat : int
        Rounds; each has five runs of each side.

    Returns
    -------
    list of Timing
        Of a full frame and of a small subarray; the official pipeline first.
    """
    found = []
    with WarmProcess(setup.folder / "look-ups.log") as process:
        for what, rate in (("CRDS, 2048 x 2048", setup.inputs.rate), ("CRDS, 64 x 64", setup.inputs.small[0])):
            for who in (_STOCK, _ENGINE):
                values = process.ask(_spent, who, rate, setup.folder / "look-ups" / what, _ROUNDS * repeat)
                found.append(Timing(what, who, values))
    return found


def _spent(who: str, rate: Path, folder: Path, rounds: int) -> list[float]:
    """Run an exposure once, then measure what further runs spend on CRDS, in ms."""
    _run(who, rate, folder / who / "first")
    values = []
    for number in range(rounds):
        with _clock() as clock:
            _run(who, rate, folder / who / str(number))
        values.append(1000 * clock.seconds)
    return values


def _run(who: str, rate: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if who == _ENGINE:
        run_engine(rate, folder, images=False)
    else:
        run_stock(rate, folder)


class _Clock:
    """Measures functions that call each other; what is within another one counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*arguments: object, **named: object) -> object:
            start = time.perf_counter()
            self._depth += 1
            try:
                return function(*arguments, **named)
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self.seconds += time.perf_counter() - start

        return measured


@contextmanager
def _clock() -> Iterator[_Clock]:
    """Measure every function by which the engine or the pipeline asks CRDS, during a block."""
    import crds
    from stdatamodels.jwst.datamodels import JwstDataModel
    from stpipe import Step, crds_client

    from wfsgui.pipeline.chain.references import ReferenceFiles

    clock = _Clock()
    with pytest.MonkeyPatch.context() as monkeypatch:
        for owner, name in (
            (crds, "getreferences"),
            (crds, "getrecommendations"),
            (crds_client, "get_context_used"),
            (JwstDataModel, "get_crds_parameters"),
            (Step, "get_reference_file"),
            (ReferenceFiles, "prepare"),
            (ReferenceFiles, "fetch"),
        ):
            monkeypatch.setattr(owner, name, clock.around(getattr(owner, name)))
        yield clock
